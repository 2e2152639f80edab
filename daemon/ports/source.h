/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where events come from: records by shard and topic, in order, from a place that app names. Which shards are ours is
 * the source's word; how far they are done is Kafka's committed offset with its metadata, read here and written only
 * by the sink's transactions.
 */
#ifndef JD_PORT_SOURCE_H
#define JD_PORT_SOURCE_H

#include "core/event.h"
#include "ports/port.h"

struct record_header {
	struct str name, value;
};

/* As it came. Borrowed: valid until it is popped. */
struct record {
	struct origin origin;
	struct instant timestamp; /* Kafka's; INSTANT_NONE when there is none */
	struct str key, value;    /* ptr NULL for a null key or value */
	const struct record_header *headers;
	size_t header_count;
};

/* Called from the loop's turn, never from inside a call of app's. */
struct source_listener {
	void *owner;
	void (*assigned)(void *owner, const uint32_t *shards, size_t count);
	/* App stops intake, finishes or aborts what it emits, then calls release; until then the source holds the
	 * rebalance open. lost: they are somebody else's already, nothing may be emitted for them any more. */
	void (*revoked)(void *owner, const uint32_t *shards, size_t count, bool lost);
	/* NEVER: the process cannot go on (no permission, topic gone); AGAIN: for the log, it mends itself. */
	void (*failed)(void *owner, enum outcome outcome, const char *why);
};

/* Committed position of a shard, stable (no transaction pending on it). */
struct source_committed {
	struct request request;
	uint32_t shard;
	int64_t offsets[TOPICS_MAX];     /* answer, by topic; -1 for none */
	struct str metadata[TOPICS_MAX]; /* answer; empty for none */
};

/* First and next offset of the shard's partition in each topic, as of now. */
struct source_ends {
	struct request request;
	uint32_t shard;
	int64_t first[TOPICS_MAX], next[TOPICS_MAX]; /* answer */
};

struct source;

struct source_ops {
	/* Joins the group. The listener must outlive the source. shards is answered through `assigned`. */
	void (*start)(struct source *source, const struct source_listener *listener);
	void (*committed)(struct source *source, struct source_committed *request);
	void (*ends)(struct source *source, struct source_ends *request);
	/* Records of the shard begin to come from these offsets, one per topic. */
	void (*fetch)(struct source *source, uint32_t shard, const int64_t *offsets);
	/* The oldest record not yet popped, or NULL when there is none at hand. */
	const struct record *(*peek)(struct source *source, uint32_t shard, uint32_t topic);
	/* The peeked record is no longer needed. */
	void (*pop)(struct source *source, uint32_t shard, uint32_t topic);
	/* True when everything below this offset was popped or was no data (control records, compacted away). */
	bool (*reached)(struct source *source, uint32_t shard, uint32_t topic, int64_t offset);
	/* App no longer touches these revoked shards. */
	void (*release)(struct source *source, const uint32_t *shards, size_t count);
	/* Leaves the group; revoked is called for what is held. */
	void (*stop)(struct source *source);
	void (*free)(struct source *source);
};

struct source {
	const struct source_ops *ops;
	uint32_t topics;                /* number of input topics */
	const char *const *topic_names; /* as many, for what people read; NULL when they have none */
	uint32_t shards;                /* partitions of each; 0 until known */
};

#endif
