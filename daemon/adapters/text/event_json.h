/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder port over JSON. Plain events by paths (the default reads {"id","type","time","customer", ...fields}),
 * CloudEvents (structured when the value has `specversion` or the content type says so, binary by ce_ headers) and
 * Segment. Parsing itself is in json.h, so that the JSON library is one file.
 */
#ifndef JD_EVENT_JSON_H
#define JD_EVENT_JSON_H

#include "ports/decoder.h"

enum event_format {
	EVENT_FORMAT_AUTO /* CloudEvents when it looks so, else plain */,
	EVENT_FORMAT_PLAIN,
	EVENT_FORMAT_CLOUDEVENTS,
	EVENT_FORMAT_SEGMENT
};

struct event_alias {
	struct str from, to; /* a type as it comes, and the declared event it means */
};

struct event_mapping {
	enum event_format format;
	struct str id, type, time,
	        customer; /* dotted paths; empty: the format's own. customer "$key": the record's key */
	struct str data;  /* dotted path that fields are looked up below; empty: the top */
	const struct event_alias *aliases;
	size_t alias_count;
	size_t max_bytes; /* larger values are bad; 0: 1 MB */
};

/* By topic; mappings must outlive it, one per input topic. */
struct decoder *event_json_new(const struct event_mapping *mappings, size_t count);

#endif
