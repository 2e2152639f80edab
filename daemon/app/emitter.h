/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets out what is durable: one transaction at a time over all shards, each with the messages of whole batches and the
 * offsets that go with them. After any doubt there is a new producer, and Kafka's committed metadata says what has
 * happened.
 */
#ifndef JD_EMITTER_H
#define JD_EMITTER_H

#include "app/shard.h"

/* state, name, what it waits for */
#define EMITTER_STATES(X) \
	X(CLOSED, "closed", "the worker's start") \
	X(OPENING, "opening", "the producer") \
	X(REREADING, "rereading", "what Kafka says of the doubtful transaction") \
	X(READY, "ready", "something durable to let out") \
	X(EMITTING, "emitting", "the transaction's commit") \
	X(FAILED, "failed", "a person")

enum emitter_state {
#define X(name, text, waits) EMITTER_##name,
	EMITTER_STATES(X)
#undef X
	        EMITTER_STATE_COUNT
};

/* A shard's part in the transaction. */
struct emitter_part {
	struct shard *shard; /* counted in its `pending` while the part exists */
	uint64_t last;       /* M when it has committed */
	uint64_t batch;
	bool commits;
	int64_t offsets[TOPICS_MAX];
	char note[COMMIT_NOTE_MAX];
	struct emitter *emitter;
	struct source_committed reread;
	bool asked, settled;
};

struct emitter {
	struct shard_env *env;
	enum emitter_state state;
	bool asked;
	struct sink_open open;
	struct sink_emit emit;
	struct arena arena; /* of the messages' headers and the commits */
	struct sink_message *messages;
	size_t message_count, message_cap;
	struct sink_commit *commits;
	size_t commit_count;
	struct emitter_part *parts;
	size_t part_count, part_cap;
	size_t first; /* whose turn it is to be first, since a transaction has an end */
	struct instant retry_at;
	struct duration retry_wait;
	struct instant began_at; /* the last transaction */
	bool opened;             /* once at least */
	char why[240];           /* of FAILED, or why it tries again; the worker says it. Empty: all is well */
};

void emitter_init(struct emitter *emitter, struct shard_env *env);
/* Nothing may be under way. */
void emitter_release(struct emitter *emitter);
/* Opens the sink; emits from then on. */
void emitter_start(struct emitter *emitter);
/* shards: those that are held here, rising by number. */
void emitter_turn(struct emitter *emitter, struct shard *const *shards, size_t count);
struct instant emitter_wake(const struct emitter *emitter, struct shard *const *shards, size_t count);

#endif
