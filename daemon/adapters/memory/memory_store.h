/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store in memory with everything the contract asks for: claims fence, batches chain, flushes trim. It outlives the
 * workers that use it, so a test may end one and let the next one take its shards.
 */
#ifndef JD_MEMORY_STORE_H
#define JD_MEMORY_STORE_H

#include "adapters/memory/memory_queue.h"
#include "core/base/str.h"
#include "ports/store.h"

/* Freed by its `free`. The queue must outlive it. */
struct store *memory_store_new(struct memory_queue *queue);

/* From now on batches are counted and not kept: for a simulation, whose one worker never needs to be followed. Together
 * with settings that never flush, a run holds each customer once. */
void memory_store_forget(struct store *store);

/* Looking in from outside, for tests and tools: the record at rest; ptr NULL when there is none. */
struct str memory_store_record(struct store *store, uint32_t shard, struct str id);
/* Puts a record at rest, past every rule. */
void memory_store_put(struct store *store, uint32_t shard, struct str id, struct str bytes);
/* The header as a claim would find it; meta is valid until the next append. */
struct store_header memory_store_header(struct store *store, uint32_t shard);
/* Log entries that have not been trimmed. */
size_t memory_store_log_count(struct store *store, uint32_t shard);
/* Journeys' texts that are kept. */
size_t memory_store_source_count(struct store *store);

#endif
