/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder port over JSON. Plain events by paths (the default reads {"id","type","time","customer", ...fields}),
 * CloudEvents (structured when the value has `specversion` or the content type says so, binary by ce_ headers) and
 * Segment. Parsing itself is in json.h, so that the JSON library is one file.
 *
 * id and customer: a string, or a whole number, at most 256 bytes. time: RFC 3339, or whole milliseconds since 1970;
 * from 1970 to 9999. Fields are declared by their dotted path; null is null, except that a required field needs a
 * value; what is not declared is passed over. A name that stands twice is refused where anything is read from it.
 * A type that rules/ does not declare answers UNKNOWN before anything else of the event is looked at; `tick` needs a
 * time alone (its id is taken along).
 *
 * CloudEvents: subject is the customer, data holds the fields; `id` alone tells duplicates (not with `source`).
 * Segment: `event` names a track call, its type every other call; fields are `properties`, else `traits`.
 * Confluent's framing (a zero byte and a schema id) is taken off JSON and named in the error for what is not JSON.
 */
#ifndef JD_EVENT_JSON_H
#define JD_EVENT_JSON_H

#include "ports/decoder.h"

enum event_format {
	EVENT_FORMAT_AUTO, /* CloudEvents when it looks so, else plain */
	EVENT_FORMAT_PLAIN,
	EVENT_FORMAT_CLOUDEVENTS,
	EVENT_FORMAT_SEGMENT
};

struct event_alias {
	struct str from, to; /* a type as it comes, and the declared event it means */
};

/* Paths that are empty are the format's own; under AUTO the given ones are for plain events. For CloudEvents they start
 * at the envelope: "subject", "tenant" (an extension), "data.customer_id". */
struct event_mapping {
	enum event_format format;
	struct str id, type, time, customer; /* dotted paths. customer "$key": the record's key */
	struct str data;                     /* dotted path that fields are looked up below; empty: the top */
	const struct event_alias *aliases;
	size_t alias_count;
	size_t max_bytes; /* larger values are bad; 0: 1 MB */
};

/* By topic; mappings must outlive it, one per input topic. */
struct decoder *event_json_new(const struct event_mapping *mappings, size_t count);

#endif
