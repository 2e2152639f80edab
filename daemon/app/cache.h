/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The customers of one shard that are in memory, as stored bytes. While the shard is owned this is the truth: what
 * changed since the last flush stays until it is at rest; the rest goes, least recently used first, when there is too
 * much of it. A customer whom a timer points to keeps its place without its bytes.
 */
#ifndef JD_CACHE_H
#define JD_CACHE_H

#include "core/base/buf.h"
#include "core/base/instant.h"

struct seat; /* a customer's place in the running batch, see batch.h */

struct cache_record {
	struct str id; /* lives behind the struct */
	char *bytes;   /* the stored form; NULL for a customer never stored, or not loaded */
	uint32_t len, cap;
	struct instant due;    /* INSTANT_NEVER when nothing is due, or not loaded */
	struct instant queued; /* when the timers will bring it up; INSTANT_NEVER: not at all */
	int64_t hint_slot;     /* the slot that the store has its hint in; SLOT_NONE */
	int64_t far_slot;      /* the slot that the timers have it listed for, in their list of this number */
	uint32_t far_list;
	uint32_t holds; /* timers and lists that point here */
	size_t place;   /* in cache.all */
	struct seat *seat;
	bool loaded;   /* bytes are the truth (NULL: never stored) */
	bool dirty;    /* changed since the last flush began */
	bool flushing; /* in the flush under way */
	bool wanted;   /* in the batch's list of customers to load */
	bool used;     /* since the clock's hand passed */
	bool bad;      /* the bytes are no customer: held back */
};

#define SLOT_NONE INT64_MIN
enum { CACHE_TOGETHER = 16 };

struct cache_place {
	uint64_t hash; /* of the id; 0: free */
	struct cache_record *record;
};

struct cache {
	struct cache_place *table; /* open addressing; size is a power of two */
	size_t size;
	struct cache_record **all; /* dense, for the clock's hand */
	size_t count, cap, hand;
	size_t bytes; /* about what all this takes */
};

void cache_init(struct cache *cache);
void cache_release(struct cache *cache);
/* NULL when it is not here. */
struct cache_record *cache_find(const struct cache *cache, struct str id);
/* The same, made (not loaded) when it is not here. The pointer is valid until the next cache_trim. */
struct cache_record *cache_take(struct cache *cache, struct str id);
/* The same for up to CACHE_TOGETHER ids; in a large table much faster than one after the other. */
void cache_take_all(struct cache *cache, const struct str *ids, size_t count, struct cache_record **records);
/* These bytes are its record now (copied); ptr NULL: never stored. Sets loaded, not due. */
void cache_set(struct cache *cache, struct cache_record *record, struct str bytes);
/* Lets go of what may go until no more than `limit` bytes are kept, and looks at no more than `looks` records. */
void cache_trim(struct cache *cache, size_t limit, size_t looks);

static inline struct str cache_bytes(const struct cache_record *record)
{
	return (struct str){record->bytes, record->len};
}

#endif
