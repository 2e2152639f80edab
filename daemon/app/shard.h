/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One shard from the claim to the release: a state machine whose states stand in one table (shard.c). Each state asks
 * at most one thing of a port and goes on when it is answered; a flush runs beside them. The order is the protocol:
 * evaluate, append, and only then let out.
 */
#ifndef JD_SHARD_H
#define JD_SHARD_H

#include "app/batch.h"
#include "app/commit_note.h"
#include "app/intake.h"
#include "app/report.h"
#include "app/shard_flush.h"
#include "app/shard_run.h"
#include "app/shard_take.h"
#include "app/spans.h"
#include "app/timers.h"
#include "app/version_counts.h"
#include "app/worker.h"

/* state, name, what it waits for; the order matters to shard_runs */
#define SHARD_STATES(X) \
	X(CLAIMING, "claiming", "the store's answer to the claim") \
	X(READING_COMMITTED, "reading_committed", "Kafka's committed offsets, stable") \
	X(CHECKING, "checking", "nothing: compares what the store and Kafka say") \
	X(READING_LOG, "reading_log", "the store's log behind the last flush") \
	X(READING_SLOTS, "reading_slots", "the hours that have due times") \
	X(READING_ENDS, "reading_ends", "the ends of the input topics") \
	X(FILLING, "filling", "records, due times or the end of the batch's time") \
	X(READING_SLOT, "reading_slot", "who may be due in the next hour") \
	X(LOOKING, "looking", "the ends of the input topics, since it stood still and may be behind") \
	X(LOADING, "loading", "customers that are not in memory") \
	X(SAVING, "saving", "the append to the log") \
	X(SETTLING, "settling", "the header, since the append's outcome is unknown") \
	X(PROVING, "proving", "the header, since a newer owner would explain what looks wrong") \
	X(HELD, "held", "a person") \
	X(DRAINING, "draining", "the running transaction and the last flush") \
	X(RELEASED, "released", "answers still under way")

enum shard_state {
#define X(name, text, waits) SHARD_##name,
	SHARD_STATES(X)
#undef X
	        SHARD_STATE_COUNT
};

/* What the shards of a worker share. */
struct shard_env {
	const struct worker_settings *settings;
	const struct ports *ports;
	struct report *report;
	const struct zone_set *zones;
	const struct zone *zone;
	struct program *program; /* the current one */
	struct arena scratch;    /* of the engine */
	struct instant now;      /* asked once a turn */
	bool stopping;           /* no more input */
	size_t shards;           /* that share the cache's limit */
	struct versions *versions;
};

union shard_ask { /* the request of the state */
	struct request request;
	struct store_claim claim;
	struct store_peek peek;
	struct store_append append;
	struct store_log log;
	struct store_load load;
	struct store_slots slots;
	struct store_slot slot;
	struct source_committed committed;
	struct source_ends ends;
};

struct shard {
	struct shard_env *env;
	uint32_t number;
	enum shard_state state;
	union shard_ask ask;
	bool asked;                /* ask is under way */
	enum shard_state asked_in; /* whose request it is */
	unsigned pending; /* requests under way that point into this struct, the emitter's transaction included */
	struct instant retry_at;
	struct duration retry_wait;
	struct instant unwell_since; /* when the first try without an answer began; INSTANT_NEVER: all is well */
	struct instant stuck_since;  /* since when it could not go on, for whatever reason; INSTANT_NEVER: it can */

	uint64_t epoch, lineage;
	uint64_t batch;          /* B: the last durable one */
	uint64_t flushed;        /* F */
	uint64_t published;      /* the last batch shown to the emitter before it was durable; mutation build alone */
	struct shard_meta meta;  /* as of B */
	struct commit_note note; /* Kafka's; zero when there was none */
	bool noted;
	int64_t committed[TOPICS_MAX]; /* O_k; -1 for none */
	struct instant committed_at;

	struct spans spans;
	struct cache cache;
	struct timers timers;
	struct batch batch_now;
	struct intake intake;
	struct shard_flush flush;
	struct str *load_ids, *load_records;
	size_t load_cap;
	struct instant ran_at;     /* when the last batch was closed */
	struct instant ahead_from; /* since when offsets are ahead of the log; INSTANT_NEVER: they are not */

	bool in_transaction;   /* the emitter's running one has messages or offsets of this shard */
	bool flush_last;       /* ran, so a last flush is of use */
	bool revoked;          /* the source waits for the release */
	bool take_again;       /* released because of another owner, but still ours by the source's word */
	struct instant let_go; /* draining does not last longer than this */
	char why[240];         /* of PROVING and HELD */
	char unwell[240];      /* why the try since unwell_since had no answer */

	struct version_counts counts; /* as of the batch that was written last */
	uint64_t texts_by;            /* the reading of texts that it waits for before it runs; 0: none */
};

struct str shard_state_name(enum shard_state state);

/* A shard just assigned; taken no earlier than `at`. */
struct shard *shard_new(struct shard_env *env, uint32_t number, struct instant at);
/* pending must be 0. */
void shard_free(struct shard *shard);

/* Does what can be done without waiting. */
void shard_turn(struct shard *shard);
/* When it wants a turn at the latest, if nothing is answered before. */
struct instant shard_wake(const struct shard *shard);

/* Finishes what is under way and lets go; then the state is RELEASED. */
void shard_drain(struct shard *shard);
/* Lets go at once: somebody else owns it. The worker still waits for its transaction before it tells the source. */
void shard_lose(struct shard *shard);
/* It could not go on for so long that it may be behind: it looks where the topics end, and keeps the order of time
 * until it is there. */
void shard_stalled(struct shard *shard);
/* Stops it until a person looks. */
__attribute__((format(printf, 2, 3))) void shard_hold(struct shard *shard, const char *format, ...);
/* The same, unless the store says that another process has claimed it meanwhile: then what does not fit together is no
 * wonder, and it is let go. */
__attribute__((format(printf, 2, 3))) void shard_suspect(struct shard *shard, const char *format, ...);

/* It has been taken and runs. */
static inline bool shard_runs(const struct shard *shard)
{
	return shard->state >= SHARD_FILLING && shard->state <= SHARD_SETTLING;
}
/* Nothing is left to read, evaluate, save or emit. */
bool shard_idle(const struct shard *shard);
/* Nothing would be lost time by letting go now: with input stopped, all is saved and, where it emits, in Kafka. */
bool shard_quiet(const struct shard *shard, bool emits);
/* Up to this outbox entry, and with these offsets, a transaction has committed. */
void shard_emitted(struct shard *shard, uint64_t last, const int64_t *offsets);

/* The rest is for shard_*.c. */
/* Call it right before handing shard->ask to a port: counts it, and routes its answer to the state. */
void shard_asking(struct shard *shard);
void shard_enter(struct shard *shard, enum shard_state state);
struct duration shard_backoff(struct duration last);
/* Another owner has claimed it. */
void shard_fenced(struct shard *shard);
__attribute__((format(printf, 3, 4))) void shard_log(const struct shard *shard, enum report_level level,
                                                     const char *format, ...);

#endif
