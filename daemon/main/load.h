/* SPDX-License-Identifier: Apache-2.0 */
/* The one loader: from two folders to a compiled set, for check, test, simulate, start and reload alike. */
#ifndef JD_LOAD_H
#define JD_LOAD_H

#include "core/journey/journey_set.h"
#include "main/options.h"
#include "ports/rulebook.h"

/* The texts and trees that a set points into. */
struct load {
	struct arena arena;
	struct diag_list diags;
	struct journey_set *set; /* NULL when there were errors; load_free frees it */
	size_t files, journeys;  /* how many were read */
	struct source_doc *rule_docs, *journey_docs;
	size_t rule_doc_count, journey_doc_count;
	const struct zone_set *zones;
};

/* A new load; findings are in load->diags. journeys and rules are folders or single files; rules may be NULL. The zones
 * must outlive it. */
struct load *load_new(const char *journeys, const char *rules, const struct zone_set *zones);
void load_free(struct load *load); /* may be NULL */
/* What journeys tell other systems needs a topic. Without one every such node is reported, and there is no set. */
void load_check_records(struct load *load, bool has_topic);
/* The set on its own: from here on the load goes with it, and load_free must not be called. */
struct journey_set *load_take_set(struct load *load);
/* The same as a book, for who keeps older versions: the load goes with it. */
struct rulebook *load_take_book(struct load *load);
/* Prints the findings, sorted, to standard error, or as JSON to standard output. */
void load_print(struct load *load, bool json);
/* The exit code that findings mean: could not run when something could not even be read, since there may be more. */
enum exit_code load_exit(const struct diag_list *diags);

#endif
