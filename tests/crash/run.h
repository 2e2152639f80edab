/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run: processes on the fakes, a scheduler that takes one small step after the other, and what goes wrong between
 * them; all of it follows from the seed. First a time in which anything may go wrong, then a fair one in which
 * everything must come to rest, then the verdict.
 */
#ifndef JD_CRASH_RUN_H
#define JD_CRASH_RUN_H

#include "adapters/text/event_json.h"
#include "app/worker.h"
#include "fake_redis.h"
#include "model.h"
#include "sources.h"

enum run_mode {
	RUN_LIVE,    /* one topic, records come while the processes run; time is what the events say */
	RUN_BACKLOG, /* one or two topics, all records are there before; time is what the events say */
	RUN_WALL,    /* the same by the wall clock: all of it is long past */
};

struct run_clock {
	struct clock clock;
	struct world *world;
};

struct run {
	struct world world;
	struct sources *sources;
	struct model model;
	struct fake_redis *redis;
	struct fake_kafka *kafka;
	struct run_clock clock;
	struct event_mapping mappings[FAKE_TOPICS_MAX];
	struct decoder *decoder;
	struct report reports[PROCESSES];
	struct worker *workers[PROCESSES]; /* NULL: not running */
	bool stopping[PROCESSES];
	struct worker_settings settings;
	enum run_mode mode;
	uint32_t shards, topics;
	size_t produced;
	unsigned held;  /* shards, by bit, that lost what was promised to be kept: nobody may run them any more */
	bool disaster;  /* this run may include one */
	bool edits;     /* each start and each reload brings another version of the journey */
	bool minutes;   /* this run lasts longer than every time-out: who stands still does so for up to minutes */
	int64_t stride; /* the most that the clock moves at once */
};

/* Answers the first breach, or an empty text; it lives in the arena. tell: the history is printed as it happens. */
struct str run_seed(struct sources *sources, uint64_t seed, bool tell, struct arena *arena);

/* The rest is for run_*.c. */
void run_start(struct run *run, int process);
void run_kill(struct run *run, int process);
/* A book of some version of the journey, where the run edits. */
struct rulebook *run_book(struct run *run);
/* Something goes wrong. */
void run_misfortune(struct run *run);
/* What must hold after every step. */
void run_check(struct run *run);
/* What must hold when all has come to rest. */
void run_judge(struct run *run);
/* Everything that was asked to come, came: whoever holds shards is idle, or holds them back with a reason. What it
 * waits for goes to why. */
bool run_settled(const struct run *run, char why[200]);

#endif
