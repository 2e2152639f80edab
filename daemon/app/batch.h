/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is evaluated together and saved by one append: events, ticks, due timers and unreadable records in the order in
 * which they count. Filled by intake.h, stepped and written here.
 */
#ifndef JD_BATCH_H
#define JD_BATCH_H

#include "app/cache.h"
#include "app/program.h"
#include "app/shard_meta.h"
#include "core/engine/engine.h"
#include "ports/decoder.h"

enum batch_item_kind { ITEM_EVENT, ITEM_TICK, ITEM_DUE, ITEM_BAD };

struct batch_item {
	enum batch_item_kind kind;
	struct instant limit;          /* timers due before this go first; of a due item: its own time */
	struct cache_record *customer; /* of an event or due item */
	const struct record *record;   /* a copy in the arena; NULL for a due item */
	const struct event *event;
	const struct decode_error *error;
};

struct run_of { /* an instance's journey and version, as it came */
	uint32_t journey, version;
};

/* A customer taken apart for the batch. */
struct seat {
	struct cache_record *record;
	struct customer customer;
	bool readable, changed;
	const struct run_of *runs; /* of the instances it came with */
	size_t run_count;
};

struct batch {
	struct program *program; /* from the first look at a record to the end; NULL between batches */
	struct arena arena;      /* of everything below, cleared between batches */
	struct batch_item *items;
	size_t count, cap;
	size_t found;                 /* items whose customers are looked up */
	size_t events;                /* records taken, those left out included */
	size_t dues;                  /* due items and customers looked up for the timers */
	struct cache_record **wanted; /* to be loaded before stepping */
	size_t wanted_count, wanted_cap;
	struct seat **seats;
	size_t seat_count, seat_cap;
	struct instant limit;   /* timers due before this have all fired when the batch is done */
	struct instant now;     /* batch time */
	struct shard_meta meta; /* as of everything taken so far, ahead of what is durable */
	size_t changed;         /* seats */
	uint64_t outbox_count;
	struct buf outbox, entry, meta_bytes, scratch;
	const struct erasure *erasures; /* whose messages are withdrawn once the batch is durable; in the arena */
};

void batch_init(struct batch *batch);
void batch_release(struct batch *batch);
/* Ready for the next one; meta stays. */
void batch_clear(struct batch *batch);

/* Room for one more item. Valid until the next one. */
struct batch_item *batch_add(struct batch *batch);
/* The customer is needed for stepping. */
void batch_want(struct batch *batch, struct cache_record *record);
static inline bool batch_empty(const struct batch *batch)
{
	return batch->count == 0 && batch->wanted_count == 0;
}

struct shard;
/* Applies every item; the customers are loaded. Changes cache and timers, fills outbox. */
void batch_step(struct shard *shard);
/* Whether anything but offsets and clocks changed. */
bool batch_changed(const struct batch *batch);
/* Puts the changed customers into the cache and writes entry and meta_bytes, as batch number `number`. */
void batch_write(struct shard *shard, uint64_t number);

#endif
