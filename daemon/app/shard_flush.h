/* SPDX-License-Identifier: Apache-2.0 */
/* The flush of a shard's records at rest, which runs beside its states: collect, write, and when it is done move F. */
#ifndef JD_SHARD_FLUSH_H
#define JD_SHARD_FLUSH_H

#include "app/cache.h"
#include "ports/store.h"

struct shard;

struct shard_flush {
	struct store_flush ask;
	bool running;                /* collected and not yet known to be done */
	bool asked;                  /* the request is under way */
	struct arena arena;          /* of what it writes */
	struct cache_record **dirty; /* changed since the last flush began, in order of their change */
	size_t dirty_count, dirty_cap;
	struct cache_record **flushing;
	size_t flushing_count, flushing_cap;
	size_t bytes;      /* of log since the last flush began */
	struct instant at; /* when the last one began */
	struct instant retry_at;
	struct duration retry_wait;
};

void shard_flush_init(struct shard_flush *flush);
void shard_flush_release(struct shard_flush *flush);
/* The record is not at rest as it is now. */
void shard_flush_mark(struct shard_flush *flush, struct cache_record *record);
/* Begins one when it is time, or sends again what was not answered. */
void shard_flush_turn(struct shard *shard);
/* Whether anything would be written or trimmed now. */
bool shard_flush_wanted(const struct shard *shard);
struct instant shard_flush_wake(const struct shard *shard);

#endif
