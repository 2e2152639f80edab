/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for tests of the engine: rules and journeys as YAML text, one customer, events as YAML maps, and a log
 * of what was decided, a line each. Between any two steps the customer goes through its stored form.
 *
 *   2026-03-11T02:00:00Z entered p1
 *   2026-03-11T02:00:00Z sent renewal/low/notice
 *   2026-03-26T02:00:00Z skipped frequency_cap benefits (week)
 *   2026-04-09T16:00:00Z exited goal (goal)
 */
#ifndef TEST_ENGINE_FIXTURE_H
#define TEST_ENGINE_FIXTURE_H

#include "core/engine/engine.h"

struct world {
	struct arena arena; /* of the files, the set, the zones */
	struct arena step;  /* of the last step: the customer and the output */
	struct arena scratch;
	struct diag_list diags;
	struct zone_set zones;
	struct journey_set *set;
	struct engine engine;
	struct str customer;
	struct instant now; /* INSTANT_NEVER unless a test says otherwise */
	struct buf record;  /* the customer between steps; empty: never seen */
	struct buf log;
	struct engine_output out; /* of the last step, with the counts of all */
	struct customer after;    /* the last step's */
	bool waits;               /* log waiting decisions too */
	unsigned events;
};

/* Files are separated by lines of ---; a journey's file is named after it. Fails the test when they do not compile. */
void world_init(struct world *world, const char *rules, const char *journeys);
/* The same with other files, for the customer as it is: an edit. */
void world_edit(struct world *world, const char *rules, const char *journeys);
/* ... and whoever is in the journey (of one file) goes on by the older text, which is what the world had until now. */
void world_edit_keeping(struct world *world, const char *rules, const char *journeys, const char *older);
void world_release(struct world *world);

/* "{at: 2026-01-01T00:00:00Z, event: click, id: e1}"; ids are made when there are none. */
enum engine_result world_event(struct world *world, const char *event);
/* Timers due before that time. */
void world_advance(struct world *world, const char *until);
/* The customer to look at; valid until the next step. */
const struct customer *world_customer(struct world *world);

/* Compares the log with these lines, and forgets it. */
#define world_expect(world, lines) world_expect_at(world, lines, __FILE__, __LINE__)
void world_expect_at(struct world *world, const char *lines, const char *file, int line);

/* Compares only what became of messages in the log, sent, skipped or waiting, and forgets it. */
void world_expect_sends(struct world *world, const char *lines);

/* A journey of one send, by an event `start` whose field `key` is the key. */
#define ONE_SEND(name, send) \
	"journey: " name "\n" \
	"entry: { event: start }\n" \
	"key: event.key\n" \
	"nodes:\n" \
	"  - send: { " send " }\n"
/* Such an event. */
void world_enter(struct world *world, const char *at, const char *key);

/* The renewal of STORIES S1 and its rules. */
extern const char RENEWAL_RULES[], RENEWAL_JOURNEY[];

#endif
