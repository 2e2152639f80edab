/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's own worker on memory ports and a virtual clock: events from a file, messages to a function. What comes
 * out is what the daemon would have sent.
 */
#ifndef JD_SIMULATION_H
#define JD_SIMULATION_H

#include "app/worker.h"

struct simulation_settings {
	const char *events;      /* file of NDJSON; "-": standard input */
	struct instant until;    /* INSTANT_NEVER: to the last event */
	bool decisions;          /* decisions are asked for */
	bool progress;           /* say on standard error how far it is */
	struct journey_set *set; /* owned from here on */
	const struct zone_set *zones;
	const struct zone *zone;
	/* Called for each message, and for each event before it is applied; either may be NULL. */
	void (*message)(void *owner, const struct sink_message *message);
	void (*event)(void *owner, const struct event *event);
	void *owner;
};

struct simulation_result {
	struct report report;
	uint64_t bad;     /* lines that could not be read, each said on standard error */
	uint64_t unknown; /* events of types that are not declared */
	char why[240];    /* when it could not run */
};

/* False when it could not run to its end. */
bool simulation_run(const struct simulation_settings *settings, struct simulation_result *result);

/* Whether the times of the file's lines never go back, as far as can be seen cheaply; false for what can be read only
 * once. */
bool simulation_in_order(const char *events);

#endif
