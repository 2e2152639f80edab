/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that only expressions could use: attributes, traits, tables, trees of topics, opening hours. */
#ifndef JD_JOURNEY_UNUSED_H
#define JD_JOURNEY_UNUSED_H

#include "core/journey/journey_set.h"

/* Warns of those that nothing reads, and of attributes that are read and never set. Only worth asking of files that
 * compile. */
void journey_unused_check(const struct journey_files *files, struct doc_reader *reader);

#endif
