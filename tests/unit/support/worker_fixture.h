/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole daemon in memory: ports that outlive its workers, so that a test may kill one at any half-turn and let the
 * next one take over, and a log of what was let out, a line each:
 *
 *   2026-03-11T02:00:00Z c1 notice
 */
#ifndef TEST_WORKER_FIXTURE_H
#define TEST_WORKER_FIXTURE_H

#include "adapters/memory/hand_clock.h"
#include "adapters/memory/memory_queue.h"
#include "adapters/text/event_json.h"
#include "app/worker.h"

#include <stdio.h>

/* Events policy, purchase, click; messages offer, reminder and last_day 30, 7 and 1 days before `expires_on` at 10:00
 * UTC until the policy's purchase. */
extern const char WORKER_RULES[], WORKER_JOURNEY[];

struct daemon {
	struct memory_queue queue;
	struct source *source;
	struct sink *sink;
	struct store *store;
	struct decoder *decoder;
	struct hand_clock clock;
	struct event_mapping mappings[TOPICS_MAX];
	struct worker_settings settings;
	struct report report;
	struct worker *worker; /* NULL when none runs */
	struct buf actions;    /* lines */
	struct buf ids;        /* of the actions, 32 digits each */
	struct buf dead;       /* dead letters: value, stage, message, offset */
	struct buf log;        /* what the report said, from warnings on */
	size_t decisions, doubles;
	struct buf records; /* for other systems: time, customer, type */
};

/* Time is what the events say, everything happens at once; change settings before daemon_start. */
void daemon_init(struct daemon *daemon, uint32_t topics, uint32_t shards);
void daemon_release(struct daemon *daemon);
/* With WORKER_RULES and WORKER_JOURNEY. */
void daemon_start(struct daemon *daemon);
/* Files of rules are separated by lines of ---; path is the journey's file. */
struct journey_set *daemon_compile(const char *rules, const char *path, const char *journey);
/* The same as a book, and what it compiles to by itself. */
struct rulebook *daemon_book(const char *rules, const char *path, const char *journey, struct journey_set **set);
/* By a book of these. */
void daemon_start_by(struct daemon *daemon, const char *rules, const char *path, const char *journey);
/* Turns until nothing happens any more. */
void daemon_run(struct daemon *daemon);
/* Half a turn: the worker's, or the ports'. False when nothing happened. */
bool daemon_half_turn(struct daemon *daemon, bool ports);
/* As kill -9 does: what the ports were asked and have not done is never done. */
void daemon_kill(struct daemon *daemon);
/* As a stop does. */
void daemon_stop(struct daemon *daemon);
struct worker_status daemon_status(const struct daemon *daemon);

/* One JSON event for the shard of this customer: type and further fields such as `"line":"motor"`. */
void daemon_event(struct daemon *daemon, const char *time, const char *customer, const char *rest);
void daemon_tick(struct daemon *daemon, const char *time);
/* A record as it is. */
void daemon_record(struct daemon *daemon, uint32_t shard, uint32_t topic, const char *value);
void daemon_clock(struct daemon *daemon, const char *time);

#define daemon_expect(daemon, lines) daemon_expect_at(daemon, lines, __FILE__, __LINE__)
void daemon_expect_at(struct daemon *daemon, const char *lines, const char *file, int line);

#endif
