/* SPDX-License-Identifier: Apache-2.0 */
/* A rulebook of YAML files: the current ones read before, older texts when they come. */
#ifndef JD_YAML_BOOK_H
#define JD_YAML_BOOK_H

#include "ports/rulebook.h"

struct yaml_book_files {
	const struct source_doc *rules, *journeys;
	size_t rule_count, journey_count;
	const struct zone_set *zones; /* must outlive the book and its sets */
	/* Of the documents and their texts: freed when neither the book nor a set of it is left. */
	void *owner;
	void (*owner_free)(void *owner);
};

/* set is what these files compile to: it names the versions, and is not kept. Freed by its `free`. */
struct rulebook *yaml_book_new(const struct yaml_book_files *files, const struct journey_set *set);

#endif
