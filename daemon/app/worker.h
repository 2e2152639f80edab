/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon without its surroundings: takes shards from the source, runs each as a state machine (shard.h), emits
 * what is durable (emitter.h). It is driven by turns: the loop calls worker_turn after anything happened and when the
 * time that the last turn named has come; crash tests and simulation call it from their own schedulers.
 */
#ifndef JD_WORKER_H
#define JD_WORKER_H

#include "app/report.h"
#include "core/engine/engine.h"
#include "ports/clock.h"
#include "ports/decoder.h"
#include "ports/rulebook.h"
#include "ports/sink.h"
#include "ports/store.h"

enum clock_mode { CLOCK_WALL, CLOCK_STREAM };

struct worker_settings {
	enum clock_mode clock;
	struct duration disorder;    /* how far behind the events read timers fire while catching up; default 1m */
	int64_t batch_events;        /* a batch is closed at so many events ... (default 500) */
	struct duration batch_wait;  /* ... or after so long; at once when idle (default 5ms) */
	int64_t due_per_batch;       /* due timers taken into one batch (default 500) */
	struct duration flush_every; /* default 5s */
	int64_t flush_bytes;         /* ... or at so much log of a shard (default 4MB) */
	int64_t log_bytes;           /* a shard's log may grow to this; then it takes no input (default 64MB) */
	int64_t outbox_entries;      /* so many not yet in Kafka stop the shard's intake (default 50000) */
	int64_t cache_bytes;         /* records kept in memory beyond the unflushed ones (default 512MB) */
	struct duration emit_every;  /* at most one transaction in so long (default 50ms) */
	struct duration commit_idle; /* offsets are committed at least this often when they moved (default 5s) */
	int64_t record_bytes;        /* larger records are dead letters (default 1MB) */
	bool adopt_missing_metadata; /* the operator's word that lost metadata is known; else such a shard is held */
	bool decide_not_entered;
	struct duration forget_after; /* an older version's text is kept so long after anybody entered by it, and while
	                                 anybody is in it; default 7d */
	struct str source;            /* CloudEvents `source` of actions and decisions; default "journeyd" */
	uint64_t lineage_seed;        /* another number in each process: new shards' lineages are made from it */
};

/* The defaults. Where the clock is turned by hand (simulation), durations of 0 make everything happen at once. */
void worker_settings_init(struct worker_settings *settings);

struct ports {
	struct source *source;
	struct sink *sink;
	struct store *store;
	struct clock *clock;
	struct decoder *decoder;
};

struct worker;

/* Everything given must outlive it, the set excepted: the worker owns it from here on. */
struct worker *worker_new(const struct worker_settings *settings, const struct ports *ports, struct journey_set *set,
                          const struct zone_set *zones, const struct zone *zone, struct report *report);
/* The ports must have nothing of it under way any more: it has stopped, or they are freed (or cut off) before it. */
void worker_free(struct worker *worker);

/* Opens store and sink, then joins the group. Where the number of shards is not known before, the store is opened when
 * the first ones are assigned. */
void worker_start(struct worker *worker);
/* Does all that can be done now without waiting; answers when to call again at the latest. */
struct instant worker_turn(struct worker *worker);
/* Keeps the texts of journeys in the store, so that people finish under the version they began with: goes by this book,
 * owned from here on, as soon as its texts are durable. Before worker_start: nothing is evaluated until then, and the
 * set given to worker_new is what the book compiles to by itself. Later: a reload. */
void worker_go_by(struct worker *worker, struct rulebook *book);
/* A reload without a book: nothing is kept. From the next batch on; owned. The old set is freed when no batch uses it.
 */
void worker_reload(struct worker *worker, struct journey_set *set);
/* Now and then: asks the store whether it is there, so that worker_status tells when it is away while nobody needs it.
 * The answer comes later. */
void worker_beat(struct worker *worker);
/* Takes no more input, finishes batches, emits, flushes, releases its shards. After 20 seconds it stops all the same,
 * as after a crash: nothing is lost. */
void worker_stop(struct worker *worker);

enum worker_state { WORKER_STARTING, WORKER_RUNNING, WORKER_STOPPING, WORKER_STOPPED, WORKER_FAILED };

struct worker_status {
	enum worker_state state;
	bool ready; /* store and sink answer; every shard held here runs, none is held back */
	uint32_t shards_running, shards_taking, shards_held;
	uint64_t outbox; /* entries not in Kafka */
	bool idle;       /* all input that was there is read, evaluated, durable and emitted */
	char why[240];   /* when not ready or failed: a sentence that says what to do */
};
void worker_status(const struct worker *worker, struct worker_status *out);
/* Metrics with labels of their own: people in each version of each journey, in the shards that run here. */
void worker_print_metrics(const struct worker *worker, struct buf *out);

#endif
