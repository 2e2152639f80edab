/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/memory/memory_table.h"

#include "core/base/hash.h"

#include <stdlib.h>

enum { FIRST_SIZE = 1024 };

void memory_table_release(struct memory_table *table)
{
	for (size_t i = 0; i < table->size; i++) {
		if (!table->places[i].hash)
			continue;
		free(table->places[i].record->bytes);
		free(table->places[i].record);
	}
	free(table->places);
	*table = (struct memory_table){0};
}

static uint64_t hash_id(struct str id)
{
	uint64_t hash = hash64(0, id);
	return hash ? hash : 1;
}

static size_t probe(const struct memory_table *table, uint64_t hash, struct str id)
{
	const struct memory_place *places = table->places;
	size_t mask = table->size - 1, at = hash & mask;
	while (places[at].hash && !(places[at].hash == hash && str_eq(places[at].record->id, id)))
		at = (at + 1) & mask;
	return at;
}

static void resize(struct memory_table *table, size_t size)
{
	struct memory_table old = *table;
	table->size = size;
	table->places = mem_alloc(size * sizeof *table->places);
	memset(table->places, 0, size * sizeof *table->places);
	for (size_t i = 0; i < old.size; i++) {
		if (!old.places[i].hash)
			continue;
		size_t at = old.places[i].hash & (size - 1);
		while (table->places[at].hash)
			at = (at + 1) & (size - 1);
		table->places[at] = old.places[i];
	}
	free(old.places);
}

struct str memory_table_get(const struct memory_table *table, struct str id)
{
	if (table->size == 0)
		return (struct str){0};
	const struct memory_record *record = table->places[probe(table, hash_id(id), id)].record;
	return record && record->len ? (struct str){record->bytes, record->len} : (struct str){0};
}

static struct memory_record *take(struct memory_table *table, struct str id)
{
	if (table->count * 2 >= table->size)
		resize(table, table->size ? 2 * table->size : FIRST_SIZE);
	uint64_t hash = hash_id(id);
	size_t at = probe(table, hash, id);
	if (table->places[at].hash)
		return table->places[at].record;
	struct memory_record *record = mem_alloc(sizeof *record + id.len);
	memcpy(record + 1, id.ptr, id.len);
	*record = (struct memory_record){.id = {(char *)(record + 1), id.len}};
	table->places[at] = (struct memory_place){hash, record};
	table->count++;
	return record;
}

void memory_table_set(struct memory_table *table, struct str id, struct str bytes)
{
	struct memory_record *record = take(table, id);
	if (bytes.len > record->cap) {
		record->cap = (uint32_t)(bytes.len + bytes.len / 8 + 16);
		record->bytes = mem_realloc(record->bytes, record->cap);
	}
	if (bytes.len)
		memcpy(record->bytes, bytes.ptr, bytes.len);
	record->len = (uint32_t)bytes.len;
}
