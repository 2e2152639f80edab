/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random rules and journeys of the whole language, as YAML, in which a mutant may have something taken out. Three
 * journeys by events, dates and a segment, and one that the others start: aa-dated, bb-flow, cc-segment, dd-started.
 */
#ifndef TEST_RANDOM_LANGUAGE_H
#define TEST_RANDOM_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the rules promise: so many messages in so many days, and so many starts of dd-started. */
enum { CAP = 2, CAP_DAYS = 3, STARTS = 2, STARTS_DAYS = 5 };

/* What is taken out; the judge goes on expecting it. */
enum mutant {
	MUTANT_NONE,
	MUTANT_CAP,
	MUTANT_GOAL,
	MUTANT_EXIT,
	MUTANT_CONSENT,
	MUTANT_ERASE,
	MUTANT_NIGHT,
	MUTANT_EARLY,     /* time runs a moment ahead */
	MUTANT_TWICE,     /* neither lives nor anchors are told apart */
	MUTANT_STARTS,    /* at_most lets one more in */
	MUTANT_CLOSED,    /* nobody waits for the shop to open */
	MUTANT_DUPLICATE, /* what comes again has another id */
	MUTANT_REPLAY,    /* one event is missing the second time */
	MUTANT_COUNT
};

struct random_text {
	char text[8192];
	size_t len;
	uint64_t dice;
	unsigned nodes; /* named so far */
};

/* Fails the test where there is no room. */
__attribute__((format(printf, 2, 3))) void random_add(struct random_text *out, const char *format, ...);
void random_rules(struct random_text *out, enum mutant mutant);
void random_journeys(struct random_text *out, enum mutant mutant, bool paused);

#endif
