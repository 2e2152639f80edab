/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of core/story share. */
#ifndef JD_STORY_PARTS_H
#define JD_STORY_PARTS_H

#include "core/story/story.h"

/* While a file is read. */
struct story_reading {
	struct doc_reader *reader;
	const struct story_context *context;
	const struct journey *journey;
	struct story *story; /* the one at hand: its start, customer and zone are known */
};

/* ---- story_time.c ---- */

/* The earliest local time that begins like this. */
bool story_prefix_parse(struct str text, const struct zone *zone, struct instant *out);
/* The local time, as short as it can be said. */
void story_time_print(struct buf *out, struct instant at, const struct zone *zone);
/* Reported when it is none; `after` is what +40d counts from, NULL where that makes no sense. */
bool story_time_read(struct story_reading *reading, const struct doc *doc, const struct instant *after,
                     struct instant *out);

/* ---- story_value.c ---- */

/* A value of that type as YAML writes it; reported when it is none. */
bool story_value_read(struct doc_reader *reader, const struct doc *doc, struct type type, struct value *out);
/* Whether a value is what was written. */
bool story_value_is(const struct doc *doc, struct value value);

/* ---- story_event.c, story_expect.c ---- */

/* A declared event, or the start of a journey that only others start; NULL when it is none (reported). */
const struct event_type *story_event_find(struct story_reading *reading, const struct doc *name);
bool story_event_read(struct story_reading *reading, const struct doc *doc, struct story_event *out);
bool story_expect_read(struct story_reading *reading, const struct doc *doc, struct story_expect *out);
/* ---- story_edit.c ---- */

bool story_edit_read(struct story_reading *reading, const struct doc *doc);

#endif
