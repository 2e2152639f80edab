/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/event_layout.h"

enum { DEFAULT_MAX_BYTES = 1 << 20 };

/* AUTO's layout is the plain one with the mark of CloudEvents looked for as well. */
static const struct str DEFAULTS[][SLOT_COUNT] = {
        [EVENT_FORMAT_AUTO] = {[SLOT_ID] = {"id", 2},
                               [SLOT_TYPE] = {"type", 4},
                               [SLOT_TIME] = {"time", 4},
                               [SLOT_CUSTOMER] = {"customer", 8},
                               [SLOT_SPECVERSION] = {"specversion", 11}},
        [EVENT_FORMAT_PLAIN] = {[SLOT_ID] = {"id", 2},
                                [SLOT_TYPE] = {"type", 4},
                                [SLOT_TIME] = {"time", 4},
                                [SLOT_CUSTOMER] = {"customer", 8}},
        [EVENT_FORMAT_CLOUDEVENTS] = {[SLOT_ID] = {"id", 2},
                                      [SLOT_TYPE] = {"type", 4},
                                      [SLOT_TIME] = {"time", 4},
                                      [SLOT_CUSTOMER] = {"subject", 7},
                                      [SLOT_DATA] = {"data", 4},
                                      [SLOT_BASE64] = {"data_base64", 11}},
        [EVENT_FORMAT_SEGMENT] = {[SLOT_ID] = {"messageId", 9},
                                  [SLOT_TYPE] = {"type", 4},
                                  [SLOT_TIME] = {"timestamp", 9},
                                  [SLOT_CUSTOMER] = {"userId", 6},
                                  [SLOT_DATA] = {"properties", 10},
                                  [SLOT_TRACKED] = {"event", 5},
                                  [SLOT_ANONYMOUS] = {"anonymousId", 11},
                                  [SLOT_TRAITS] = {"traits", 6}},
};

static void lay(struct event_layout *layout, enum event_format format, const struct event_mapping *mapping)
{
	const struct str given[] = {
	        [SLOT_ID] = mapping->id,     [SLOT_TYPE] = mapping->type,
	        [SLOT_TIME] = mapping->time, [SLOT_CUSTOMER] = mapping->customer,
	        [SLOT_DATA] = mapping->data,
	};
	/* Segment's second places hold for its own first ones, not for a path that somebody chose. */
	static const struct {
		enum event_slot given, off;
	} ends[] = {{SLOT_TYPE, SLOT_TRACKED}, {SLOT_CUSTOMER, SLOT_ANONYMOUS}, {SLOT_DATA, SLOT_TRAITS}};
	memcpy(layout->paths, DEFAULTS[format], sizeof layout->paths);
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		if (given[i].len)
			layout->paths[i] = given[i];
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (given[ends[i].given].len)
			layout->paths[ends[i].off] = (struct str){0};
	layout->key_customer = str_eq(mapping->customer, STR("$key"));
	if (layout->key_customer)
		layout->paths[SLOT_CUSTOMER] = layout->paths[SLOT_ANONYMOUS] = (struct str){0};
}

/* Under AUTO the paths given are the plain form's; only the key stays the customer for CloudEvents too. */
void event_topic_init(struct event_topic *topic, const struct event_mapping *mapping, struct arena *arena)
{
	struct event_mapping cloud = *mapping;
	*topic = (struct event_topic){.format = mapping->format, .mapping = mapping};
	topic->max_bytes = mapping->max_bytes ? mapping->max_bytes : DEFAULT_MAX_BYTES;
	if (mapping->format == EVENT_FORMAT_AUTO) {
		cloud = (struct event_mapping){0};
		if (str_eq(mapping->customer, STR("$key")))
			cloud.customer = mapping->customer;
	}
	lay(&topic->main, mapping->format, mapping);
	lay(&topic->cloud, EVENT_FORMAT_CLOUDEVENTS, &cloud);
	topic->main.table = event_paths_new(topic->main.paths, SLOT_COUNT, arena);
	topic->cloud.table = event_paths_new(topic->cloud.paths, SLOT_COUNT, arena);
}
