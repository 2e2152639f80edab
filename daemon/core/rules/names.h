/* SPDX-License-Identifier: Apache-2.0 */
/* Names that must differ, each with the place where it was given. */
#ifndef JD_NAMES_H
#define JD_NAMES_H

#include "core/doc.h"

struct named {
	struct str name;
	struct diag_range range;
};

struct name_list {
	const char *what; /* "event", "touch" ... */
	bool stored;      /* records know the name by its tag: two names of one tag are wrong too */
	const struct named *items;
	size_t count;
};

/* Reports every name given twice, with the first one's place. */
void names_check(struct doc_reader *reader, const struct name_list *names);

#endif
