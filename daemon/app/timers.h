/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is due next. The record's due time is the truth; what stands here and in the store are hints, so that moving or
 * cancelling a timer costs nothing. Near slots are in a heap, far ones in the store and, for what changed since the
 * last flush, in lists here. What holds at all times: a customer with a due time is in the heap at or before it, or
 * its slot has not been taken yet and the store or a list names it there.
 */
#ifndef JD_TIMERS_H
#define JD_TIMERS_H

#include "app/cache.h"

struct timer {
	int64_t at;
	uint64_t order; /* at equal times the one set first goes first */
	struct cache_record *record;
};

struct far_slot {
	int64_t slot;
	struct cache_record **records;
	size_t count, cap;
};

struct far_list {
	uint32_t number;        /* grows with each flush */
	struct far_slot *slots; /* rising */
	size_t count, cap;
};

struct slot_list {
	int64_t *slots; /* rising */
	size_t count, cap;
};

struct timers {
	struct timer *heap;
	size_t count, cap;
	uint64_t order;
	int64_t near;               /* slots below this have been taken */
	struct far_list far;        /* changed since the last flush began */
	struct far_list at_flush;   /* in the flush under way */
	struct slot_list at_store;  /* slots that have hints in the store */
	struct cache_record **open; /* customers of the slot taken last, due at a time that only their record says */
	size_t open_count, open_at, open_cap;
};

int64_t slot_of(struct instant due); /* STORE_SLOT_MS long, rounded down */
struct instant slot_start(int64_t slot);

void timers_init(struct timers *timers);
/* The records pointed to belong to the cache. */
void timers_release(struct timers *timers);

/* The record's due time is as it says now: after every change and every load. */
void timers_set(struct timers *timers, struct cache_record *record);
/* The earliest time in the heap; INSTANT_NEVER when it is empty. */
struct instant timers_next(struct timers *timers);
/* Takes the record of timers_next out; its due time may be later by now, then set it again. */
struct cache_record *timers_pop(struct timers *timers);

/* Up to here the heap is complete. */
struct instant timers_ready(const struct timers *timers);
/* The lowest slot not taken that begins before `until` and has hints; false when there is none, and then all slots up
 * to there count as taken. In *stored whether the store has hints for it. */
bool timers_slot_next(struct timers *timers, struct instant until, int64_t *slot, bool *stored);
/* Takes the slot: what the lists here name in it goes to the heap. */
void timers_slot_take(struct timers *timers, int64_t slot);
/* One customer whom the store names in the slot just taken. */
void timers_slot_hint(struct timers *timers, struct cache_record *record);
/* A customer of the slot taken last whose record must be loaded to know its due time; NULL when there is none. Set it
 * once it is loaded. */
struct cache_record *timers_open_next(struct timers *timers);
bool timers_open(const struct timers *timers);

void timers_slots_add(struct slot_list *list, int64_t slot);
/* What changed so far is being flushed ... */
void timers_flush_begin(struct timers *timers);
/* ... and now it is at rest. `reading` is the slot that the store has been asked for meanwhile, SLOT_NONE for none: its
 * answer may be older than the flush, so what was flushed into that slot stays listed here. */
void timers_flush_done(struct timers *timers, int64_t reading);
/* The slots below `slot` are no longer in the store. */
void timers_slots_over(struct timers *timers, int64_t slot);

#endif
