/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One customer happening, and the declaration its fields are read by. A field is a dotted path of names
 * (`properties.total`), typed, addressed by its place in the declaration. Everything is borrowed from the batch.
 */
#ifndef JD_EVENT_H
#define JD_EVENT_H

#include "core/value.h"

struct event_field {
	struct str name; /* the dotted path below the event's data */
	uint32_t tag;    /* hash_tag(name): its name in stored records */
	struct type type;
	bool required;
	struct str about;
};

struct event_paths; /* core/event_paths.h */

struct event_type {
	struct str name;
	uint32_t index; /* in rules.events */
	const struct event_field *fields;
	size_t field_count;
	/* The fields by name: event_paths_of(fields, field_count, arena), made once by whoever makes the type. NULL is
	 * right too, but then a decoder makes it anew for each event. */
	const struct event_paths *paths;
};

/* Where a record came from; -1 in offset for what came from no topic. */
struct origin {
	uint16_t topic; /* index into the configured input topics */
	int32_t shard;
	int64_t offset;
};

struct event {
	const struct event_type *type; /* NULL for a tick: time passes, nothing happens */
	struct str id, customer;       /* customer is empty for a tick */
	struct instant time;
	const struct value *fields; /* type->field_count of them; VALUE_ABSENT where missing */
	struct origin origin;
};

#endif
