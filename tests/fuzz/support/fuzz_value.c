/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fuzz_value.h"

#include "core/calendar.h"

enum { LIST_MAX = 4 };

static uint64_t roll(const struct fuzz_values *values, uint64_t sides)
{
	return fuzz_roll(values->dice, sides);
}

static int64_t whole(const struct fuzz_values *values)
{
	static const int64_t edges[] = {INT64_MIN, INT64_MAX, -1, 0, 1, INT32_MAX, INT64_C(9007199254740993)};
	return roll(values, 4) ? (int64_t)roll(values, 12) : edges[roll(values, sizeof edges / sizeof *edges)];
}

static double fraction(const struct fuzz_values *values)
{
	static const double edges[] = {-0.0, 1e308, -1e308, 5e-324, 0.1, 9223372036854775808.0};
	return roll(values, 4) ? (double)roll(values, 1000) / 4 : edges[roll(values, sizeof edges / sizeof *edges)];
}

static bool of_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static struct str text(const struct fuzz_values *values)
{
	static const struct str texts[] = {STR(""), STR("k1"), STR("k2"), STR("\xc3\xa9\xf0\x9f\x98\x80"), STR("UTC")};
	struct str words = values->words;
	if (roll(values, 40) == 0) /* more than may be kept of it */
		return arena_printf(values->arena, "%0300d", 1);
	if (!words.len || roll(values, 3) == 0)
		return texts[roll(values, sizeof texts / sizeof *texts)];
	size_t from = roll(values, words.len), to = from;
	while (from > 0 && of_word(words.ptr[from - 1]))
		from--;
	while (to < words.len && of_word(words.ptr[to]))
		to++;
	return arena_str(values->arena, str_sub(words, from, to));
}

static struct instant moment(const struct fuzz_values *values)
{
	static const struct instant edges[] = {{0}, {INT64_C(253402300799999)}, {INT64_C(-62135596800000)}};
	if (roll(values, 12) == 0)
		return edges[roll(values, 3)];
	return (struct instant){values->near.ms + ((int64_t)roll(values, 60 * 24 * 60) - 30 * 24 * 60) * 60000};
}

static struct value many(const struct fuzz_values *values, struct type type)
{
	static const struct type dyn = {.kind = TYPE_DYN};
	size_t count = roll(values, LIST_MAX);
	struct type elem = type.elem ? *type.elem : dyn;
	struct value_entry *entries = arena_zalloc(values->arena, (count + 1) * sizeof *entries);
	struct value *items = arena_zalloc(values->arena, (count + 1) * sizeof *items);
	for (size_t i = 0; i < count; i++) {
		items[i] = fuzz_value(values, elem);
		if (items[i].kind == VALUE_ABSENT)
			items[i] = value_null();
		entries[i].key = value_str(arena_printf(values->arena, "%c%zu", i ? 'k' : 'a', i));
		entries[i].value = items[i];
	}
	if (type.kind == TYPE_LIST)
		return (struct value){.kind = VALUE_LIST, .size = (int32_t)count, .items = items};
	return (struct value){.kind = VALUE_MAP, .size = (int32_t)count, .entries = entries};
}

struct value fuzz_value(const struct fuzz_values *values, struct type type)
{
	uint64_t what = roll(values, 12);
	if (what < 2)
		return what ? value_null() : value_absent();
	switch (type.kind) {
	case TYPE_BOOL:
		return value_bool(roll(values, 2));
	case TYPE_INT:
		return value_int(whole(values));
	case TYPE_DOUBLE:
		return roll(values, 3) ? value_double(fraction(values)) : value_int(whole(values));
	case TYPE_STRING:
		return value_str(text(values));
	case TYPE_DATE:
		return value_date(calendar_date(&ZONE_UTC, moment(values)));
	case TYPE_TIMESTAMP:
		return value_instant(moment(values));
	case TYPE_DURATION:
		return value_duration((struct duration){(int64_t)roll(values, 100) * 3600000});
	case TYPE_LIST:
	case TYPE_MAP:
		return many(values, type);
	default:
		return fuzz_value(values, (struct type){.kind = TYPE_BOOL + (enum type_kind)roll(values, 5)});
	}
}
