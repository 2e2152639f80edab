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

/* A journey as it was: who began with it finishes with it. */
struct journey_older {
	struct source_doc source;
	struct str version; /* that it had then: its name in the records */
};

/* A name that the template of a send can come to. */
struct template_made {
	struct diag_range place; /* of the pattern */
	struct str pattern, channel, name;
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
	const struct journey *older; /* other versions of them, by tag and version; entry is NULL where one compiles no
	                                more: then it has only the names of its nodes, and nobody goes by it */
	size_t older_count;
	bool lively;                      /* some journey is not live, or says what becomes of people at older nodes */
	const struct template_made *made; /* by journey and place; the names of one send stand together */
	size_t made_count;
};

struct journey_files {
	const struct source_doc *rules, *journeys;
	size_t rule_count, journey_count;
	const struct journey_older *older;
	size_t older_count;
};

/*
 * Compiles. Answers NULL when there is any error (all are in diags); warnings alone do not hinder. The documents and
 * the zones must outlive the set. journeys and rules are in order of path. A document that could not be read is NULL in
 * its source, and has been reported in these very diags.
 */
struct journey_set *journey_set_compile(const struct source_doc *rules, size_t rule_count,
                                        const struct source_doc *journeys, size_t journey_count,
                                        const struct zone_set *zones, struct diag_list *diags);
/* The same with older versions; those of journeys that are gone, and the current ones, are left out, and one that does
 * not compile any more is a warning. */
struct journey_set *journey_set_compile_all(const struct journey_files *files, const struct zone_set *zones,
                                            struct diag_list *diags);
void journey_set_free(struct journey_set *set); /* may be NULL */

/* By stored name; NULL when there is no such journey now. */
const struct journey *journey_set_find(const struct journey_set *set, uint32_t tag);
/* The version that somebody began with, as long as it can be gone by; else the current one. */
const struct journey *journey_set_find_version(const struct journey_set *set, uint32_t tag, uint32_t version_tag);
/* Among the older ones alone, names without a meaning included; NULL when it is not known. */
const struct journey *journey_set_find_older(const struct journey_set *set, uint32_t tag, uint32_t version_tag);
/* A version's first 32 bits, as in the records; false when it is no version. */
bool journey_version_tag(struct str version, uint32_t *tag);

#endif
