/* SPDX-License-Identifier: Apache-2.0 */
/* Where the parts of an event stand in each format: the mapping's paths laid over the format's own. */
#ifndef JD_EVENT_LAYOUT_H
#define JD_EVENT_LAYOUT_H

#include "adapters/text/event_json.h"
#include "core/event_paths.h"

enum event_slot {
	SLOT_ID,
	SLOT_TYPE,
	SLOT_TIME,
	SLOT_CUSTOMER,
	SLOT_DATA,        /* the fields; without a path they are at the top */
	SLOT_SPECVERSION, /* says CloudEvents */
	SLOT_BASE64,      /* CloudEvents' other form of data, which is not read */
	SLOT_TRACKED,     /* Segment: the event's name when the type is "track" */
	SLOT_ANONYMOUS,   /* Segment: the customer when there is no user */
	SLOT_TRAITS,      /* Segment: the fields when there are no properties */
	SLOT_COUNT
};

struct event_layout {
	struct str paths[SLOT_COUNT]; /* empty: there is none */
	bool key_customer;            /* the customer is the record's key */
	const struct event_paths *table;
};

/* How one topic's records are read. */
struct event_topic {
	enum event_format format;
	struct event_layout main;  /* of that format; for AUTO the plain one */
	struct event_layout cloud; /* for AUTO and CLOUDEVENTS */
	const struct event_mapping *mapping;
	size_t max_bytes;
};

void event_topic_init(struct event_topic *topic, const struct event_mapping *mapping, struct arena *arena);

#endif
