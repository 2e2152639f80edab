/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Journey tests: NAME.journey-test.yaml read into data, and played through the engine on virtual time. Every send of
 * the journey must be listed; of the other decisions, those listed must happen and the rest may. After each step the
 * customer goes through its stored form, as it does in the daemon.
 */
#ifndef JD_STORY_H
#define JD_STORY_H

#include "core/engine/engine.h"

/* A journey that is edited while people are in it: both sets have the same rules, in the same order. */
struct story_edition {
	const struct journey_set *before; /* with the older text as the journey's */
	const struct journey_set *after;  /* as the files are, the older text for those who began with it */
};

/* What stories are read and played against. */
struct story_context {
	const struct journey_set *set;
	const struct zone_set *zones;
	const struct zone *zone; /* the default; not NULL */
	/* Reads the journey's older text from the file that `from` names, as seen from the story's file; false when it
	 * cannot be (reported). The sets must live as long as the context's. NULL: stories with edits are refused. */
	bool (*edition)(void *owner, const struct doc *from, const struct journey *journey, struct story_edition *out);
	void *owner;
};

struct story_customer {
	struct str id;
	const struct value *profile; /* rules.profile_count */
	const struct zone *zone;     /* in which its times are written and shown */
};

struct story_event {
	struct instant at;
	struct str id;
	const struct event_type *type;
	const struct value *fields;
};

enum story_when { STORY_AT, STORY_PREFIX }; /* a moment; or a beginning of the local time, "2026-04-09T.." */

struct story_expect {
	struct str at; /* as written; without the dots of a prefix */
	enum story_when when;
	struct instant moment; /* the earliest that fits */
	enum decision_kind kind;
	struct str text;        /* template, reason or, for entered, key; empty: any */
	struct str node;        /* empty: any */
	const struct doc *data; /* fields that a send's data must have; NULL: any */
	struct diag_range range;
};

/* One test. */
struct story {
	struct str name;
	struct instant start, until; /* until INSTANT_NEVER: as long as anything is due */
	struct story_customer customer;
	const struct story_event *events; /* in the order in which they arrive */
	size_t event_count;
	const struct story_expect *expects;
	size_t expect_count;
	struct diag_range range;
	struct story_edition edition; /* before: NULL: nothing is edited */
	struct instant edited_at;
};

struct story_file {
	const struct journey *journey;
	const struct story *stories;
	size_t count;
};

/* The keys of such a file, and of an item of `expect`: for JSON Schema and docs. */
extern const struct field STORY_FIELDS[], STORY_EXPECT_FIELDS[];

/* False when anything was wrong (all of it is reported). The file lives in the reader's arena and borrows from the
 * document and the set. */
bool story_file_read(struct doc_reader *reader, const struct doc *doc, const struct story_context *context,
                     struct story_file *out);

/* How often each node and touch of a journey was reached, over as many plays as one likes. */
struct story_coverage {
	const struct str *names;
	uint64_t *hits;
	size_t count;
};

void story_coverage_init(struct story_coverage *coverage, const struct journey *journey, struct arena *arena);

struct story_line {
	char mark; /* ' ' happened, '-' expected and missing, '+' happened and not expected */
	struct instant at;
	struct str text; /* "2026-03-11T10:00  send renewal/low/notice" */
};

struct story_result {
	bool passed;
	size_t sends;
	const struct story_line *lines; /* by time */
	size_t line_count;
};

/* What a play needs besides the story. */
struct story_stage {
	const struct story_context *context;
	struct arena *arena;             /* of the result */
	struct story_coverage *coverage; /* of the file's journey; may be NULL */
};

void story_play(const struct story_stage *stage, const struct story_file *file, const struct story *story,
                struct story_result *out);
/* The timeline, a line each: mark, space, text. */
void story_print(const struct story_result *result, struct buf *out);

#endif
