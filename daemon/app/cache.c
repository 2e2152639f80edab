/* SPDX-License-Identifier: Apache-2.0 */
#include "app/cache.h"

#include "core/base/hash.h"

#include <stdlib.h>

enum { FIRST_SIZE = 1024, RECORD_OVERHEAD = sizeof(struct cache_record) + 64 };

static struct cache_place *new_table(size_t size)
{
	struct cache_place *table = mem_alloc(size * sizeof *table);
	memset(table, 0, size * sizeof *table);
	return table;
}

void cache_init(struct cache *cache)
{
	*cache = (struct cache){.size = FIRST_SIZE, .table = new_table(FIRST_SIZE)};
}

void cache_release(struct cache *cache)
{
	for (size_t i = 0; i < cache->count; i++) {
		free(cache->all[i]->bytes);
		free(cache->all[i]);
	}
	free(cache->all);
	free(cache->table);
	*cache = (struct cache){0};
}

static uint64_t hash_id(struct str id)
{
	uint64_t hash = hash64(0, id);
	return hash ? hash : 1;
}

/* Where the id stands, or the free place where it would. */
static size_t probe(const struct cache *cache, uint64_t hash, struct str id)
{
	size_t mask = cache->size - 1, at = hash & mask;
	while (cache->table[at].hash && !(cache->table[at].hash == hash && str_eq(cache->table[at].record->id, id)))
		at = (at + 1) & mask;
	return at;
}

struct cache_record *cache_find(const struct cache *cache, struct str id)
{
	return cache->table[probe(cache, hash_id(id), id)].record;
}

static void grow(struct cache *cache)
{
	struct cache_place *old = cache->table;
	size_t size = cache->size, mask = 2 * size - 1;
	cache->size = 2 * size;
	cache->table = new_table(cache->size);
	for (size_t i = 0; i < size; i++) {
		if (!old[i].hash)
			continue;
		size_t at = old[i].hash & mask;
		while (cache->table[at].hash)
			at = (at + 1) & mask;
		cache->table[at] = old[i];
	}
	free(old);
}

static struct cache_record *record_new(struct str id)
{
	struct cache_record *record = mem_alloc(sizeof *record + id.len);
	char *copy = (char *)(record + 1);
	memcpy(copy, id.ptr, id.len);
	*record = (struct cache_record){.id = {copy, id.len},
	                                .due = INSTANT_NEVER,
	                                .queued = INSTANT_NEVER,
	                                .hint_slot = SLOT_NONE,
	                                .far_slot = SLOT_NONE};
	return record;
}

static struct cache_record *take(struct cache *cache, uint64_t hash, struct str id)
{
	size_t at = probe(cache, hash, id);
	if (cache->table[at].hash) {
		cache->table[at].record->used = true;
		return cache->table[at].record;
	}
	if (cache->count * 2 >= cache->size) {
		grow(cache);
		at = probe(cache, hash, id);
	}
	if (cache->count == cache->cap)
		cache->all = mem_grow(cache->all, &cache->cap, sizeof *cache->all);
	struct cache_record *record = record_new(id);
	record->place = cache->count;
	cache->all[cache->count++] = record;
	cache->table[at] = (struct cache_place){hash, record};
	cache->bytes += RECORD_OVERHEAD + id.len;
	return record;
}

struct cache_record *cache_take(struct cache *cache, struct str id)
{
	return take(cache, hash_id(id), id);
}

/* Each step touches memory that is far away; asked for together, the waits overlap. */
void cache_take_all(struct cache *cache, const struct str *ids, size_t count, struct cache_record **records)
{
	uint64_t hashes[CACHE_TOGETHER];
	size_t mask = cache->size - 1;
	for (size_t i = 0; i < count; i++) {
		hashes[i] = hash_id(ids[i]);
		__builtin_prefetch(&cache->table[hashes[i] & mask]);
	}
	for (size_t i = 0; i < count; i++) {
		const struct cache_record *likely = cache->table[hashes[i] & mask].record;
		__builtin_prefetch(likely);
		__builtin_prefetch((const char *)likely + 64);
	}
	for (size_t i = 0; i < count; i++)
		records[i] = take(cache, hashes[i], ids[i]);
}

static void drop_bytes(struct cache *cache, struct cache_record *record)
{
	cache->bytes -= record->cap;
	free(record->bytes);
	record->bytes = NULL;
	record->len = record->cap = 0;
}

void cache_set(struct cache *cache, struct cache_record *record, struct str bytes)
{
	record->loaded = true;
	record->bad = false;
	record->used = true;
	record->due = INSTANT_NEVER;
	if (!bytes.ptr) {
		drop_bytes(cache, record);
		return;
	}
	if (bytes.len > record->cap || !record->bytes) {
		drop_bytes(cache, record);
		record->cap = (uint32_t)((bytes.len + bytes.len / 8 + 31) & ~(size_t)15);
		record->bytes = mem_alloc(record->cap);
		cache->bytes += record->cap;
	}
	memcpy(record->bytes, bytes.ptr, bytes.len);
	record->len = (uint32_t)bytes.len;
}

/* Closes the gap behind a removed place, so that probing finds what stood behind it. */
static void table_remove(struct cache *cache, size_t at)
{
	struct cache_place *table = cache->table;
	size_t mask = cache->size - 1, next = at;
	table[at] = (struct cache_place){0};
	while (table[next = (next + 1) & mask].hash) {
		size_t home = table[next].hash & mask;
		if (((next - home) & mask) < ((next - at) & mask))
			continue;
		table[at] = table[next];
		table[next] = (struct cache_place){0};
		at = next;
	}
}

static void remove_record(struct cache *cache, struct cache_record *record)
{
	table_remove(cache, probe(cache, hash_id(record->id), record->id));
	struct cache_record *last = cache->all[--cache->count];
	cache->all[record->place] = last;
	last->place = record->place;
	cache->bytes -= RECORD_OVERHEAD + record->id.len + record->cap;
	free(record->bytes);
	free(record);
}

/* True when the record itself is gone, so that another one stands under the hand. */
static bool let_go(struct cache *cache, struct cache_record *record)
{
	if (record->dirty || record->flushing || record->seat || record->wanted)
		return false;
	if (record->used) {
		record->used = false;
		return false;
	}
	if (!record->holds) {
		remove_record(cache, record);
		return true;
	}
	if (record->loaded) {
		drop_bytes(cache, record);
		record->loaded = false;
	}
	return false;
}

void cache_trim(struct cache *cache, size_t limit, size_t looks)
{
	for (; looks && cache->count && cache->bytes > limit; looks--) {
		if (cache->hand >= cache->count)
			cache->hand = 0;
		if (!let_go(cache, cache->all[cache->hand]))
			cache->hand++;
	}
}
