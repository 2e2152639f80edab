/* SPDX-License-Identifier: Apache-2.0 */
/* The stored form of a value: its kind, then what the kind needs. Kinds are written as their numbers, which therefore
 * never change. */
#include "core/base/pack.h"
#include "core/value.h"
#include "core/value_time.h"

enum { DEPTH_MAX = 64 };

static void pack_children(struct value v, struct buf *out)
{
	pack_u64(out, (uint64_t)v.size);
	for (int32_t i = 0; i < v.size; i++) {
		if (v.kind == VALUE_MAP)
			value_pack(v.entries[i].key, out);
		value_pack(v.kind == VALUE_MAP ? v.entries[i].value : v.items[i], out);
	}
}

void value_pack(struct value v, struct buf *out)
{
	uint64_t bits;
	pack_u64(out, v.kind);
	switch (v.kind) {
	case VALUE_BOOL:
		pack_u64(out, v.b);
		break;
	case VALUE_INT:
	case VALUE_DATE:
		pack_i64(out, v.i);
		break;
	case VALUE_DOUBLE:
		memcpy(&bits, &v.d, sizeof bits);
		pack_fixed(out, bits, sizeof bits);
		break;
	case VALUE_STRING:
		pack_str(out, value_text(v));
		break;
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
		pack_i64(out, v.i);
		pack_i64(out, v.size);
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		pack_children(v, out);
		break;
	default:
		break;
	}
}

static struct value read_value(struct unpack *in, struct arena *arena, int depth);

/* Each child takes at least a byte, so a count beyond what is left is a lie. */
static int32_t read_count(struct unpack *in, int depth)
{
	uint64_t count = unpack_u64(in);
	if (depth >= DEPTH_MAX || count > (uint64_t)(in->end - in->at) || count > INT32_MAX)
		in->bad = true;
	return in->bad ? 0 : (int32_t)count;
}

static struct value read_list(struct unpack *in, struct arena *arena, int depth)
{
	int32_t count = read_count(in, depth);
	struct value *items = arena_alloc(arena, (size_t)count * sizeof *items);
	for (int32_t i = 0; i < count; i++)
		items[i] = read_value(in, arena, depth + 1);
	return (struct value){.kind = VALUE_LIST, .size = count, .items = items};
}

static struct value read_map(struct unpack *in, struct arena *arena, int depth)
{
	int32_t count = read_count(in, depth);
	struct value_entry *entries = arena_alloc(arena, (size_t)count * sizeof *entries);
	for (int32_t i = 0; i < count; i++) {
		entries[i].key = read_value(in, arena, depth + 1);
		entries[i].value = read_value(in, arena, depth + 1);
	}
	return (struct value){.kind = VALUE_MAP, .size = count, .entries = entries};
}

static struct value read_double(struct unpack *in)
{
	uint64_t bits = unpack_fixed(in, sizeof bits);
	struct value v = {.kind = VALUE_DOUBLE};
	memcpy(&v.d, &bits, sizeof bits);
	return v;
}

static struct value read_text(struct unpack *in)
{
	struct str text = unpack_str(in);
	if (text.len > INT32_MAX)
		in->bad = true;
	return in->bad ? value_str(STR("")) : value_str(text);
}

/* Times beyond these ranges cannot be computed, and arithmetic trusts that there are none. */
static int64_t read_within(struct unpack *in, int64_t least, int64_t most)
{
	int64_t number = unpack_i64(in);
	if (number < least || number > most)
		in->bad = true;
	return in->bad ? 0 : number;
}

static struct value read_date(struct unpack *in)
{
	return value_date((struct date){(int32_t)read_within(in, DATE_MIN.days, DATE_MAX.days)});
}

static struct value read_timestamp(struct unpack *in)
{
	struct value v = {.kind = VALUE_TIMESTAMP, .i = read_within(in, TIMESTAMP_MIN_S, TIMESTAMP_MAX_S)};
	v.size = (int32_t)read_within(in, 0, NANOS - 1);
	return v;
}

/* The longest lies between two dates: more than can be written as a duration. */
static struct value read_duration(struct unpack *in)
{
	static const int64_t LONGEST = TIMESTAMP_MAX_S - TIMESTAMP_MIN_S;
	struct value v = {.kind = VALUE_DURATION, .i = read_within(in, -LONGEST, LONGEST)};
	v.size = (int32_t)read_within(in, 1 - NANOS, NANOS - 1);
	return v;
}

static struct value read_value(struct unpack *in, struct arena *arena, int depth)
{
	uint64_t kind = unpack_u64(in);
	if (in->bad)
		return value_absent();
	switch (kind) {
	case VALUE_ABSENT:
	case VALUE_NULL:
		return (struct value){.kind = (uint8_t)kind};
	case VALUE_BOOL:
		return value_bool(unpack_u64(in) != 0);
	case VALUE_INT:
		return value_int(unpack_i64(in));
	case VALUE_DATE:
		return read_date(in);
	case VALUE_DOUBLE:
		return read_double(in);
	case VALUE_STRING:
		return read_text(in);
	case VALUE_TIMESTAMP:
		return read_timestamp(in);
	case VALUE_DURATION:
		return read_duration(in);
	case VALUE_LIST:
		return read_list(in, arena, depth);
	case VALUE_MAP:
		return read_map(in, arena, depth);
	default:
		in->bad = true;
		return value_absent();
	}
}

struct value value_unpack(struct unpack *in, struct arena *arena)
{
	struct value v = read_value(in, arena, 0);
	return in->bad ? value_absent() : v;
}
