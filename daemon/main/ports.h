/* SPDX-License-Identifier: Apache-2.0 */
/* The real ports, made from settings: Kafka's source and sink, Redis' store, the wall clock, the JSON decoder. */
#ifndef JD_PORTS_H
#define JD_PORTS_H

#include "adapters/kafka/kafka_settings.h"
#include "adapters/loop/loop.h"
#include "adapters/text/event_json.h"
#include "main/settings.h"

struct kafka_client;

struct real_ports {
	struct ports ports; /* for the worker */
	struct kafka_client *client;
	struct kafka_settings kafka; /* the client borrows it */
	struct event_mapping *mappings;
	struct arena arena;
};

/* False with a sentence in why when a setting is refused; nothing is connected yet. The settings, the loop and the
 * report must outlive it. */
bool real_ports_init(struct real_ports *ports, struct loop *loop, const struct settings *settings,
                     struct report *report, char why[240]);
void real_ports_release(struct real_ports *ports);

#endif
