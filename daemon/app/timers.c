/* SPDX-License-Identifier: Apache-2.0 */
#include "app/timers.h"

#include "app/invariant.h"
#include "ports/store.h"

#include <stdlib.h>

int64_t slot_of(struct instant due)
{
	int64_t slot = due.ms / STORE_SLOT_MS;
	return due.ms % STORE_SLOT_MS < 0 ? slot - 1 : slot;
}

struct instant slot_start(int64_t slot)
{
	int64_t ms;
	if (__builtin_mul_overflow(slot, STORE_SLOT_MS, &ms))
		return slot < 0 ? INSTANT_NONE : INSTANT_NEVER;
	return (struct instant){ms};
}

void timers_init(struct timers *timers)
{
	*timers = (struct timers){.near = INT64_MIN, .far.number = 1};
}

static void far_release(struct far_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->slots[i].records);
	free(list->slots);
	*list = (struct far_list){.number = list->number};
}

void timers_release(struct timers *timers)
{
	far_release(&timers->far);
	far_release(&timers->at_flush);
	free(timers->at_store.slots);
	free(timers->heap);
	free(timers->open);
	*timers = (struct timers){0};
}

static bool before(const struct timer *a, const struct timer *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void heap_push(struct timers *timers, struct timer timer)
{
	if (timers->count == timers->cap)
		timers->heap = mem_grow(timers->heap, &timers->cap, sizeof *timers->heap);
	size_t at = timers->count++;
	for (size_t up; at && before(&timer, &timers->heap[up = (at - 1) / 4]); at = up)
		timers->heap[at] = timers->heap[up];
	timers->heap[at] = timer;
}

static size_t least_child(const struct timers *timers, size_t at)
{
	size_t first = 4 * at + 1, end = first + 4 < timers->count ? first + 4 : timers->count, least = first;
	for (size_t i = first + 1; i < end; i++)
		if (before(&timers->heap[i], &timers->heap[least]))
			least = i;
	return least;
}

static struct timer heap_pop(struct timers *timers)
{
	struct timer top = timers->heap[0], last = timers->heap[--timers->count];
	size_t at = 0;
	for (size_t down; (down = least_child(timers, at)) < timers->count; at = down) {
		if (!before(&timers->heap[down], &last))
			break;
		timers->heap[at] = timers->heap[down];
	}
	timers->heap[at] = last;
	return top;
}

/* The place of the slot, or where it would be. */
static size_t far_place(const struct far_list *list, int64_t slot)
{
	size_t low = 0, high = list->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (list->slots[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct far_slot *far_take(struct far_list *list, int64_t slot)
{
	size_t at = far_place(list, slot);
	if (at < list->count && list->slots[at].slot == slot)
		return &list->slots[at];
	if (list->count == list->cap)
		list->slots = mem_grow(list->slots, &list->cap, sizeof *list->slots);
	memmove(&list->slots[at + 1], &list->slots[at], (list->count++ - at) * sizeof *list->slots);
	list->slots[at] = (struct far_slot){.slot = slot};
	return &list->slots[at];
}

static void far_add(struct far_list *list, int64_t slot, struct cache_record *record)
{
	struct far_slot *far = far_take(list, slot);
	if (far->count == far->cap)
		far->records = mem_grow(far->records, &far->cap, sizeof *far->records);
	far->records[far->count++] = record;
	record->holds++;
}

static void queue(struct timers *timers, struct cache_record *record)
{
	if (record->due.ms >= record->queued.ms)
		return; /* it comes up at or before its time already */
	record->queued = record->due;
	record->holds++;
	heap_push(timers, (struct timer){record->due.ms, timers->order++, record});
}

void timers_set(struct timers *timers, struct cache_record *record)
{
	if (record->due.ms == INSTANT_NEVER.ms)
		return;
	int64_t slot = slot_of(record->due);
	if (slot < timers->near) {
		queue(timers, record);
		return;
	}
	if (record->hint_slot == slot || (record->far_slot == slot && record->far_list == timers->far.number))
		return;
	record->far_slot = slot;
	record->far_list = timers->far.number;
	far_add(&timers->far, slot, record);
}

struct instant timers_next(struct timers *timers)
{
	while (timers->count && timers->heap[0].at != timers->heap[0].record->queued.ms)
		heap_pop(timers).record->holds--;
	return timers->count ? (struct instant){timers->heap[0].at} : INSTANT_NEVER;
}

struct cache_record *timers_pop(struct timers *timers)
{
	struct cache_record *record = heap_pop(timers).record;
	record->queued = INSTANT_NEVER;
	record->holds--;
	return record;
}

bool timers_open(const struct timers *timers)
{
	return timers->open_at < timers->open_count;
}

struct instant timers_ready(const struct timers *timers)
{
	if (timers->near == INT64_MIN)
		return INSTANT_NONE;
	return slot_start(timers_open(timers) ? timers->near - 1 : timers->near);
}

/* The lowest slot of a rising list that is not taken. */
static bool lower_slot(int64_t candidate, int64_t near, int64_t *best)
{
	if (candidate < near || candidate >= *best)
		return false;
	*best = candidate;
	return true;
}

bool timers_slot_next(struct timers *timers, struct instant until, int64_t *slot, bool *stored)
{
	if (until.ms == INSTANT_NONE.ms)
		return false;
	int64_t end = until.ms == INSTANT_NEVER.ms ? INT64_MAX : slot_of((struct instant){until.ms - 1}) + 1;
	if (end <= timers->near)
		return false;
	int64_t best = end, near = timers->near;
	const struct slot_list *list = &timers->at_store;
	*stored = false;
	for (size_t i = 0; i < list->count && !*stored && list->slots[i] < best; i++)
		*stored = lower_slot(list->slots[i], near, &best);
	size_t at = far_place(&timers->far, near);
	if (at < timers->far.count && lower_slot(timers->far.slots[at].slot, near, &best))
		*stored = false;
	at = far_place(&timers->at_flush, near);
	if (at < timers->at_flush.count && lower_slot(timers->at_flush.slots[at].slot, near, &best))
		*stored = false;
	if (best == end) {
		timers->near = end;
		return false;
	}
	*slot = best;
	return true;
}

static void take_far(struct timers *timers, struct far_list *list, int64_t slot)
{
	size_t at = far_place(list, slot);
	if (at == list->count || list->slots[at].slot != slot)
		return;
	struct far_slot far = list->slots[at];
	memmove(&list->slots[at], &list->slots[at + 1], (--list->count - at) * sizeof *list->slots);
	for (size_t i = 0; i < far.count; i++) {
		far.records[i]->holds--;
		timers_set(timers, far.records[i]);
	}
	free(far.records);
}

void timers_slot_take(struct timers *timers, int64_t slot)
{
	invariant(slot >= timers->near && !timers_open(timers), "slots are taken in rising order");
	timers->near = slot + 1;
	take_far(timers, &timers->at_flush, slot);
	take_far(timers, &timers->far, slot);
}

void timers_slot_hint(struct timers *timers, struct cache_record *record)
{
	if (record->loaded) {
		timers_set(timers, record);
		return;
	}
	if (timers->open_count == timers->open_cap)
		timers->open = mem_grow(timers->open, &timers->open_cap, sizeof *timers->open);
	timers->open[timers->open_count++] = record;
	record->holds++;
}

struct cache_record *timers_open_next(struct timers *timers)
{
	if (!timers_open(timers))
		return NULL;
	struct cache_record *record = timers->open[timers->open_at++];
	record->holds--;
	if (!timers_open(timers))
		timers->open_at = timers->open_count = 0;
	return record;
}

void timers_slots_add(struct slot_list *list, int64_t slot)
{
	size_t at = list->count;
	while (at && list->slots[at - 1] > slot)
		at--;
	if (at && list->slots[at - 1] == slot)
		return;
	if (list->count == list->cap)
		list->slots = mem_grow(list->slots, &list->cap, sizeof *list->slots);
	memmove(&list->slots[at + 1], &list->slots[at], (list->count++ - at) * sizeof *list->slots);
	list->slots[at] = slot;
}

void timers_slots_over(struct timers *timers, int64_t slot)
{
	struct slot_list *list = &timers->at_store;
	size_t over = 0;
	while (over < list->count && list->slots[over] < slot)
		over++;
	list->count -= over;
	memmove(list->slots, list->slots + over, list->count * sizeof *list->slots);
}

void timers_flush_begin(struct timers *timers)
{
	timers->at_flush = timers->far;
	timers->far = (struct far_list){.number = timers->at_flush.number + 1};
}

void timers_flush_done(struct timers *timers, int64_t reading)
{
	struct far_list *list = &timers->at_flush;
	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < list->slots[i].count; k++) {
			struct cache_record *record = list->slots[i].records[k];
			if (list->slots[i].slot == reading)
				far_add(&timers->far, reading, record);
			record->holds--;
		}
	far_release(list);
}
