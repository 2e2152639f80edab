/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/json_value.h"
#include "core/base/hash.h"

#include <stdlib.h>

enum { FEW = 16 }; /* so many names are compared with each other; more go through a table */

static bool few_twice(const struct value_entry *entries, size_t count, struct str *twice)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (str_eq(value_text(entries[i].key), value_text(entries[j].key))) {
				*twice = value_text(entries[i].key);
				return true;
			}
	return false;
}

/* Open addressing over indexes plus one, at most half full. */
static bool many_twice(const struct value_entry *entries, size_t count, struct str *twice)
{
	size_t size = 64, at;
	while (size < 2 * count)
		size *= 2;
	uint32_t *slots = mem_alloc(size * sizeof *slots);
	memset(slots, 0, size * sizeof *slots);
	bool found = false;
	for (size_t i = 0; i < count && !found; i++) {
		struct str key = value_text(entries[i].key);
		for (at = hash64(0, key) & (size - 1); slots[at] && !found; at = (at + 1) & (size - 1))
			found = str_eq(value_text(entries[slots[at] - 1].key), key);
		slots[at] = (uint32_t)i + 1;
		if (found)
			*twice = key;
	}
	free(slots);
	return found;
}

bool json_name_twice(const struct value_entry *entries, size_t count, struct str *twice)
{
	return count <= FEW ? few_twice(entries, count, twice) : many_twice(entries, count, twice);
}

static bool read_map(const struct json_parser *parser, struct json_item item, struct arena *arena, struct value *out,
                     struct str *twice)
{
	struct json_walk walk;
	json_walk_init(&walk, parser, item);
	size_t count = json_count(parser, item), i = 0;
	struct value_entry *entries = arena_alloc(arena, count * sizeof *entries);
	struct str name;
	for (; json_next(&walk, &name, &item); i++) {
		entries[i].key = value_str(arena_str(arena, name));
		if (!json_to_value(parser, item, arena, &entries[i].value, twice))
			return false;
	}
	*out = (struct value){.kind = VALUE_MAP, .size = (int32_t)count, .entries = entries};
	return !json_name_twice(entries, count, twice);
}

static bool read_list(const struct json_parser *parser, struct json_item item, struct arena *arena, struct value *out,
                      struct str *twice)
{
	struct json_walk walk;
	json_walk_init(&walk, parser, item);
	size_t count = json_count(parser, item), i = 0;
	struct value *items = arena_alloc(arena, count * sizeof *items);
	struct str name;
	for (; json_next(&walk, &name, &item); i++)
		if (!json_to_value(parser, item, arena, &items[i], twice))
			return false;
	*out = (struct value){.kind = VALUE_LIST, .size = (int32_t)count, .items = items};
	return true;
}

bool json_to_value(const struct json_parser *parser, struct json_item item, struct arena *arena, struct value *out,
                   struct str *twice)
{
	switch (item.kind) {
	case JSON_BOOL:
		*out = value_bool(item.b);
		return true;
	case JSON_INT:
		*out = value_int(item.i);
		return true;
	case JSON_DOUBLE:
		*out = value_double(item.d);
		return true;
	case JSON_STRING:
		*out = value_str(arena_str(arena, item.text));
		return true;
	case JSON_LIST:
		return read_list(parser, item, arena, out, twice);
	case JSON_OBJECT:
		return read_map(parser, item, arena, out, twice);
	case JSON_NONE:
	case JSON_NULL:
		break;
	}
	*out = value_null();
	return true;
}
