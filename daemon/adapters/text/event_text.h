/* SPDX-License-Identifier: Apache-2.0 */
/* What the event decoder's files share: one event being read, and how they say what is wrong with it. */
#ifndef JD_EVENT_TEXT_H
#define JD_EVENT_TEXT_H

#include "adapters/text/json.h"
#include "ports/decoder.h"

struct event_reader {
	struct json_parser *parser; /* holds the record's JSON */
	struct arena *arena;        /* the batch's */
	struct decode_error *error;
};

/* Fills in the error, cut to its room; false, so that it can be returned. */
__attribute__((format(printf, 3, 4))) bool event_refuse(const struct event_reader *reader, const char *stage,
                                                        const char *format, ...);

/* What was found, for such a sentence: `the string "tomorrow"`, `the number 3.5`, `an object`. Long texts are cut and
 * control characters shown as `?`. */
struct event_found {
	char text[64];
};
struct event_found event_describe(struct json_item item);

#endif
