/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source in memory, with its topics, partitions and committed offsets: what Kafka is to the daemon, without Kafka.
 * Records are added by hand or read line by line from a file. It outlives the workers that read it, and remembers what
 * they committed.
 */
#ifndef JD_MEMORY_SOURCE_H
#define JD_MEMORY_SOURCE_H

#include "adapters/memory/memory_queue.h"
#include "core/base/str.h"
#include "ports/source.h"

#include <stdio.h>

#define MEMORY_BY_KEY UINT32_MAX

struct memory_record_new {
	uint32_t shard; /* MEMORY_BY_KEY: by hash of the key */
	uint32_t topic;
	struct str key, value;
	struct instant timestamp;
};

/* Freed by its `free`. The queue must outlive it. All shards are assigned when it is started. */
struct source *memory_source_new(struct memory_queue *queue, uint32_t topics, uint32_t shards);
/* One topic, one shard, the lines of a file as they are read; it is closed by nobody. Lines are read once: one worker
 * may read it, from the beginning. Empty lines are passed over. */
struct source *memory_source_lines(struct memory_queue *queue, FILE *file);
/* Copied. Also behind the last line of a file: the record comes after it. */
void memory_source_add(struct source *source, const struct memory_record_new *record);
/* False when the file could not be read to its end. */
bool memory_source_sound(const struct source *source);
/* The line (from 1) that this offset of a file stood in. */
uint64_t memory_source_line(const struct source *source, int64_t offset);

/* What a transaction of the memory sink commits. */
void memory_source_commit(struct source *source, uint32_t shard, const int64_t *offsets, struct str metadata);
/* What is committed; -1 and empty for none. */
int64_t memory_source_committed(struct source *source, uint32_t shard, uint32_t topic, struct str *metadata);

/* Tells the worker, by the queue, that a shard is taken from it or given to it. */
void memory_source_revoke(struct source *source, uint32_t shard, bool lost);
void memory_source_assign(struct source *source, uint32_t shard);
/* Whether the worker may touch the shard: assigned, and not yet released. */
bool memory_source_held(const struct source *source, uint32_t shard);

#endif
