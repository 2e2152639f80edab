/* SPDX-License-Identifier: Apache-2.0 */
/* What a record's bytes and headers say before any JSON is read. */
#ifndef JD_EVENT_FRAME_H
#define JD_EVENT_FRAME_H

#include "adapters/text/event_layout.h"
#include "adapters/text/event_text.h"

enum event_frame {
	FRAME_BAD,
	FRAME_MAIN,   /* the topic's own format */
	FRAME_CLOUD,  /* a structured CloudEvent, by the content type */
	FRAME_BINARY, /* the envelope is in the headers, the value is the data */
};

/* Which it is, and the JSON text, empty for a binary event without data. Refuses null, empty, oversized, Avro and
 * Protobuf values. */
enum event_frame event_frame_read(const struct event_reader *reader, const struct event_topic *topic,
                                  const struct record *record, struct str *json);
/* The value of a header; ptr NULL when there is none. */
struct str event_header(const struct record *record, struct str name);
/* Says why the text is no JSON, naming the schema framing when it has one. */
bool event_refuse_text(const struct event_reader *reader, const struct record *record, const char *why);

#endif
