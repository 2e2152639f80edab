/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that journeys/ and rules/ say, compiled together: what a process evaluates by. Immutable once made; a
 * reload makes another one. One loader serves check, start, reload, test and simulate.
 */
#ifndef JD_JOURNEY_SET_H
#define JD_JOURNEY_SET_H

#include "core/journey/journey.h"
#include "core/rules/source_doc.h"

/* Who cares about an event type. */
struct event_uses {
	const uint32_t *entries; /* journeys that it may start, by index */
	size_t entry_count;
	const uint32_t *endings; /* journeys that it may end */
	size_t ending_count;
	bool awaited; /* by a node of some journey */
};

struct journey_set {
	struct arena arena; /* owns all of it, the documents' trees and texts excepted */
	struct rules rules;
	const struct journey *journeys; /* by name, rising */
	size_t journey_count;
	const uint32_t *by_tag;        /* their indexes, tags rising */
	const struct event_uses *uses; /* by event index */
	const uint32_t *watched;       /* journeys that let in by the calendar or by segment */
	size_t watched_count;
	struct str hash; /* 12 hex digits: the running version */
	/* What the set points into and is handed over to it: freed with it. Both NULL: it stays the caller's. */
	void *sources;
	void (*sources_free)(void *sources);
};

/*
 * Compiles. Answers NULL when there is any error (all are in diags); warnings alone do not hinder. The documents and
 * the zones must outlive the set. journeys and rules are in order of path.
 */
struct journey_set *journey_set_compile(const struct source_doc *rules, size_t rule_count,
                                        const struct source_doc *journeys, size_t journey_count,
                                        const struct zone_set *zones, struct diag_list *diags);
void journey_set_free(struct journey_set *set); /* may be NULL */

/* By stored name; NULL when there is no such journey now. */
const struct journey *journey_set_find(const struct journey_set *set, uint32_t tag);

#endif
