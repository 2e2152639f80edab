/* SPDX-License-Identifier: Apache-2.0 */
/* Equality and order across kinds, copying, and the way between values and the time types. */
#include "core/value.h"

#include <math.h>

struct value value_instant(struct instant instant)
{
	int64_t seconds = instant.ms / 1000, ms = instant.ms % 1000;
	if (ms < 0) {
		ms += 1000;
		seconds--;
	}
	return (struct value){.kind = VALUE_TIMESTAMP, .size = (int32_t)(ms * 1000000), .i = seconds};
}

struct value value_duration(struct duration duration)
{
	return (struct value){
	        .kind = VALUE_DURATION, .size = (int32_t)(duration.ms % 1000 * 1000000), .i = duration.ms / 1000};
}

static int64_t to_ms(struct value v)
{
	int64_t ms;
	if (__builtin_mul_overflow(v.i, 1000, &ms) || __builtin_add_overflow(ms, v.size / 1000000, &ms))
		return v.i < 0 ? INT64_MIN + 1 : INT64_MAX - 1;
	return ms;
}

struct instant value_to_instant(struct value v)
{
	return (struct instant){to_ms(v)};
}

struct duration value_to_duration(struct value v)
{
	return (struct duration){to_ms(v)};
}

static bool is_number(struct value v)
{
	return v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
}

static int order_doubles(double a, double b)
{
	if (isnan(a) || isnan(b))
		return 2;
	return (a > b) - (a < b);
}

static int order_numbers(struct value a, struct value b)
{
	if (a.kind == VALUE_INT && b.kind == VALUE_INT)
		return (a.i > b.i) - (a.i < b.i);
	return order_doubles(a.kind == VALUE_INT ? (double)a.i : a.d, b.kind == VALUE_INT ? (double)b.i : b.d);
}

static int order_texts(struct str a, struct str b)
{
	int order = str_cmp(a, b);
	return (order > 0) - (order < 0);
}

static int order_times(struct value a, struct value b)
{
	int order = (a.i > b.i) - (a.i < b.i);
	return order ? order : (a.size > b.size) - (a.size < b.size);
}

int value_cmp(struct value a, struct value b)
{
	if (is_number(a) && is_number(b))
		return order_numbers(a, b);
	if (a.kind != b.kind)
		return 2;
	switch (a.kind) {
	case VALUE_BOOL:
		return (int)a.b - (int)b.b;
	case VALUE_STRING:
		return order_texts(value_text(a), value_text(b));
	case VALUE_DATE:
		return (a.i > b.i) - (a.i < b.i);
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
		return order_times(a, b);
	default:
		return 2;
	}
}

static bool lists_eq(struct value a, struct value b)
{
	if (a.size != b.size)
		return false;
	for (int32_t i = 0; i < a.size; i++)
		if (!value_eq(a.items[i], b.items[i]))
			return false;
	return true;
}

const struct value *value_find(struct value map, struct value key)
{
	for (int32_t i = 0; i < map.size; i++)
		if (value_eq(map.entries[i].key, key))
			return &map.entries[i].value;
	return NULL;
}

static bool maps_eq(struct value a, struct value b)
{
	if (a.size != b.size)
		return false;
	for (int32_t i = 0; i < a.size; i++) {
		const struct value *other = value_find(b, a.entries[i].key);
		if (!other || !value_eq(a.entries[i].value, *other))
			return false;
	}
	return true;
}

bool value_eq(struct value a, struct value b)
{
	if (is_number(a) && is_number(b))
		return order_numbers(a, b) == 0;
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case VALUE_ABSENT:
	case VALUE_NULL:
		return true;
	case VALUE_STRING:
		return str_eq(value_text(a), value_text(b));
	case VALUE_LIST:
		return lists_eq(a, b);
	case VALUE_MAP:
		return maps_eq(a, b);
	default:
		return value_cmp(a, b) == 0;
	}
}

bool value_same(struct value a, struct value b)
{
	return a.kind == b.kind && value_eq(a, b);
}

static struct value copy_items(struct value v, struct arena *arena)
{
	struct value *items = arena_alloc(arena, (size_t)v.size * sizeof *items);
	for (int32_t i = 0; i < v.size; i++)
		items[i] = value_copy(v.items[i], arena);
	v.items = items;
	return v;
}

static struct value copy_entries(struct value v, struct arena *arena)
{
	struct value_entry *entries = arena_alloc(arena, (size_t)v.size * sizeof *entries);
	for (int32_t i = 0; i < v.size; i++) {
		entries[i].key = value_copy(v.entries[i].key, arena);
		entries[i].value = value_copy(v.entries[i].value, arena);
	}
	v.entries = entries;
	return v;
}

struct value value_copy(struct value v, struct arena *arena)
{
	if (v.kind == VALUE_STRING)
		v.text = arena_str(arena, value_text(v)).ptr;
	else if (v.kind == VALUE_LIST)
		return copy_items(v, arena);
	else if (v.kind == VALUE_MAP)
		return copy_entries(v, arena);
	return v;
}
