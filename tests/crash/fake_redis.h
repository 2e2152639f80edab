/* SPDX-License-Identifier: Apache-2.0 */
/* A Redis of the store port's words in memory, shared by all processes, with a past that it can fall back to. */
#ifndef JD_FAKE_REDIS_H
#define JD_FAKE_REDIS_H

#include "ports/store.h"
#include "world.h"

struct fake_redis;

struct fake_redis *fake_redis_new(struct world *world, uint32_t shards);
void fake_redis_free(struct fake_redis *redis);
/* One process's connection. Freed with the server. */
struct store *fake_redis_connect(struct fake_redis *redis, int process);

/* Keeps a copy of a shard as it is now, and goes back to it: Redis lost what came later. */
void fake_redis_snapshot(struct fake_redis *redis, uint32_t shard);
bool fake_redis_roll_back(struct fake_redis *redis, uint32_t shard);
/* An operator restored another installation's data: same content, another lineage. */
void fake_redis_swap_lineage(struct fake_redis *redis, uint32_t shard);

/* For invariants. The meta text lives until the next call on the server. */
struct store_header fake_redis_header(const struct fake_redis *redis, uint32_t shard);

#endif
