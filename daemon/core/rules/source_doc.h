/* SPDX-License-Identifier: Apache-2.0 */
/* A file of rules/ or journeys/, read as YAML and not yet understood. */
#ifndef JD_SOURCE_DOC_H
#define JD_SOURCE_DOC_H

#include "core/doc.h"

struct source_doc {
	const struct diag_file *file;
	const struct doc *doc; /* NULL when the file was not YAML: reported already, skipped here */
};

#endif
