/* SPDX-License-Identifier: Apache-2.0 */
/* "%s of %d".format([...]). Written twice over: once to measure, once into memory of that size. */
#include "core/expr/expr_func.h"
#include "core/value_time.h"

#include <math.h>
#include <stdio.h>

enum { PRECISION_MAX = 100, NESTING_MAX = 16 };

struct writer {
	struct run *run;
	char *out; /* NULL while measuring */
	size_t len;
	enum expr_fault fault;
};

static void put(struct writer *writer, struct str text)
{
	if (writer->out && text.len)
		memcpy(writer->out + writer->len, text.ptr, text.len);
	writer->len += text.len;
	if (!run_spend(writer->run, 1 + text.len / 64))
		writer->fault = FAULT_BUDGET;
}

static void fail(struct writer *writer, enum expr_fault fault)
{
	if (writer->fault == FAULT_NONE)
		writer->fault = fault;
}

static struct str key_text(struct value key, char room[TIME_TEXT_MAX])
{
	if (key.kind == VALUE_STRING)
		return value_text(key);
	return (struct str){room, value_scalar_text(key, room)};
}

/* Whether entry a comes before b: by the text of the key, then by place. */
static bool before(struct value map, int32_t a, int32_t b)
{
	char first[TIME_TEXT_MAX], second[TIME_TEXT_MAX];
	int order = str_cmp(key_text(map.entries[a].key, first), key_text(map.entries[b].key, second));
	return order ? order < 0 : a < b;
}

/* The entry that follows `last` (-1: the first), or -1. */
static int32_t next_entry(struct value map, int32_t last)
{
	int32_t best = -1;
	for (int32_t i = 0; i < map.size; i++)
		if ((last < 0 || before(map, last, i)) && (best < 0 || before(map, i, best)))
			best = i;
	return best;
}

static void put_value(struct writer *writer, struct value v, int depth);

static void put_map(struct writer *writer, struct value map, int depth)
{
	char room[TIME_TEXT_MAX];
	if (!run_spend(writer->run, (size_t)map.size * (size_t)map.size)) {
		fail(writer, FAULT_BUDGET);
		return;
	}
	put(writer, STR("{"));
	int32_t first = next_entry(map, -1);
	for (int32_t i = first; i >= 0; i = next_entry(map, i)) {
		put(writer, i == first ? STR("") : STR(", "));
		put(writer, key_text(map.entries[i].key, room));
		put(writer, STR(": "));
		put_value(writer, map.entries[i].value, depth + 1);
	}
	put(writer, STR("}"));
}

static void put_value(struct writer *writer, struct value v, int depth)
{
	char room[TIME_TEXT_MAX];
	if (depth > NESTING_MAX || writer->fault) {
		fail(writer, FAULT_BUDGET);
	} else if (v.kind == VALUE_STRING) {
		put(writer, value_text(v));
	} else if (v.kind == VALUE_MAP) {
		put_map(writer, v, depth);
	} else if (v.kind == VALUE_LIST) {
		put(writer, STR("["));
		for (int32_t i = 0; i < v.size && !writer->fault; i++) {
			put(writer, i ? STR(", ") : STR(""));
			put_value(writer, v.items[i], depth + 1);
		}
		put(writer, STR("]"));
	} else {
		(void)run_spend(writer->run, v.kind == VALUE_DOUBLE ? 40 : 0); /* put notices */
		put(writer, (struct str){room, value_scalar_text(v, room)});
	}
}

static void put_decimal(struct writer *writer, struct value v)
{
	if (v.kind == VALUE_INT || (v.kind == VALUE_DOUBLE && !isfinite(v.d)))
		put_value(writer, v, 0);
	else
		fail(writer, FAULT_TYPE);
}

/* %f and %e. */
static void put_real(struct writer *writer, struct value v, char form, int precision)
{
	char room[512];
	double number = v.kind == VALUE_INT ? (double)v.i : v.d;
	if (!function_accepts('n', v.kind)) {
		fail(writer, FAULT_TYPE);
		return;
	}
	if (!isfinite(number)) {
		put_value(writer, v, 0);
		return;
	}
	int len = snprintf(room, sizeof room, form == 'e' ? "%.*e" : "%.*f", precision, number);
	if (!run_spend(writer->run, 20 + (size_t)len))
		fail(writer, FAULT_BUDGET);
	put(writer, (struct str){room, (size_t)len});
}

/* %b %o %x %X of an int: the digits in that base behind the sign. */
static void put_base(struct writer *writer, int64_t number, unsigned bits, bool upper)
{
	char room[66];
	size_t at = sizeof room;
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	do {
		room[--at] = digits[left & ((1U << bits) - 1)];
		left >>= bits;
	} while (left);
	if (number < 0)
		room[--at] = '-';
	put(writer, (struct str){room + at, sizeof room - at});
}

static void put_hex_text(struct writer *writer, struct str text, bool upper)
{
	char room[3];
	for (size_t i = 0; i < text.len && !writer->fault; i++) {
		snprintf(room, sizeof room, upper ? "%02X" : "%02x", (unsigned char)text.ptr[i]);
		put(writer, (struct str){room, 2});
	}
}

static void put_bits(struct writer *writer, struct value v, char form)
{
	unsigned bits = form == 'b' ? 1 : form == 'o' ? 3 : 4;
	if (v.kind == VALUE_INT)
		put_base(writer, v.i, bits, form == 'X');
	else if (v.kind == VALUE_BOOL && form == 'b')
		put(writer, v.b ? STR("1") : STR("0"));
	else if (v.kind == VALUE_STRING && bits == 4)
		put_hex_text(writer, value_text(v), form == 'X');
	else
		fail(writer, FAULT_TYPE);
}

static void put_form(struct writer *writer, struct value v, char form, int precision)
{
	switch (form) {
	case 's':
		put_value(writer, v, 0);
		break;
	case 'd':
		put_decimal(writer, v);
		break;
	case 'f':
	case 'e':
		put_real(writer, v, form, precision);
		break;
	case 'b':
	case 'o':
	case 'x':
	case 'X':
		put_bits(writer, v, form);
		break;
	default:
		fail(writer, FAULT_RANGE);
	}
}

/* The digits of `.3`; 6 when there are none. */
static int read_precision(struct str text, size_t *at)
{
	int precision = 0;
	if (*at >= text.len || text.ptr[*at] != '.')
		return 6;
	for (++*at; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at)
		if (precision <= PRECISION_MAX)
			precision = precision * 10 + text.ptr[*at] - '0';
	return precision;
}

static void write_all(struct writer *writer, struct str text, struct value list)
{
	int32_t used = 0;
	for (size_t at = 0; at < text.len && !writer->fault;) {
		const char *sign = memchr(text.ptr + at, '%', text.len - at);
		size_t stop = sign ? (size_t)(sign - text.ptr) : text.len;
		put(writer, str_sub(text, at, stop));
		if (!sign)
			return;
		at = stop + 1;
		if (at < text.len && text.ptr[at] == '%') {
			put(writer, STR("%"));
			at++;
			continue;
		}
		int precision = read_precision(text, &at);
		if (at >= text.len || used >= list.size || precision > PRECISION_MAX)
			fail(writer, FAULT_RANGE);
		else
			put_form(writer, list.items[used++], text.ptr[at++], precision);
	}
}

static struct value format(struct run *run, const struct value *args, uint32_t count)
{
	struct writer writer = {.run = run};
	(void)count;
	write_all(&writer, value_text(args[0]), args[1]);
	if (writer.fault)
		return run_fault(writer.fault);
	writer.out = run_alloc(run, writer.len);
	if (!writer.out)
		return run_fault(FAULT_BUDGET);
	writer.len = 0;
	write_all(&writer, value_text(args[0]), args[1]);
	if (writer.fault)
		return run_fault(writer.fault);
	return value_str((struct str){writer.out, writer.len});
}

const struct function FORMAT_FUNCTIONS[] = {
        {"format", "s.l", 's', false, format, "With %s %d %f %e %b %o %x %X filled from a list."},
        {0},
};
