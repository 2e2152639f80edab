/* SPDX-License-Identifier: Apache-2.0 */
/* The only user of libyaml: bytes to a positioned tree. Every mistake of form is reported with its place: tabs, missing
 * brackets, duplicate keys (with the first one's place), merge keys, cyclic or exploding aliases, depth, encoding. */
#ifndef JD_YAML_H
#define JD_YAML_H

#include "core/doc.h"

/* The document of a file, or NULL when it could not be read as YAML (reported). An empty file is reported as EMPTY.
 * More than one document is an error. Limits: 8 MB, depth 64, 1,000,000 nodes after aliases. */
struct doc *yaml_read(const struct diag_file *file, struct doc_reader *reader);

#endif
