/* SPDX-License-Identifier: Apache-2.0 */
/* From one type to another, by name. */
#include "core/expr/expr_func.h"
#include "core/expr/expr_literal.h"
#include "core/value_time.h"

#include <math.h>
#include <stdlib.h>

static struct value same(struct run *run, const struct value *args, uint32_t count)
{
	(void)run, (void)count;
	return args[0];
}

static struct value int_of_double(struct run *run, const struct value *args, uint32_t count)
{
	(void)run, (void)count;
	double d = args[0].d;
	if (!(d > -9223372036854775808.0 && d < 9223372036854775808.0))
		return run_fault(FAULT_RANGE);
	return value_int((int64_t)d);
}

static struct value int_of_string(struct run *run, const struct value *args, uint32_t count)
{
	(void)run, (void)count;
	struct str text = value_text(args[0]);
	bool sign = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+');
	struct str digits = sign ? str_sub(text, 1, text.len) : text;
	int64_t number;
	for (size_t i = 0; i < digits.len; i++)
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return run_fault(FAULT_RANGE);
	if (digits.len == 0 || !literal_int(digits, sign && text.ptr[0] == '-', &number))
		return run_fault(FAULT_RANGE);
	return value_int(number);
}

static struct value int_of_timestamp(struct run *run, const struct value *args, uint32_t count)
{
	(void)run, (void)count;
	return value_int(args[0].i);
}

static struct value double_of_int(struct run *run, const struct value *args, uint32_t count)
{
	(void)run, (void)count;
	return value_double((double)args[0].i);
}

static struct value double_of_string(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	char copy[64], *end;
	struct str text = value_text(args[0]);
	if (text.len == 0 || text.len >= sizeof copy || strchr(" \t\n\r\v\f", text.ptr[0]) ||
	    memchr(text.ptr, 'x', text.len) || memchr(text.ptr, 'X', text.len))
		return run_fault(FAULT_RANGE);
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	if (!run_spend(run, 20))
		return run_fault(FAULT_BUDGET);
	double number = strtod(copy, &end);
	bool finite = isfinite(number) || !strpbrk(copy, "0123456789"); /* a word for infinity is one, 1e400 is none */
	return end == copy + text.len && finite ? value_double(number) : run_fault(FAULT_RANGE);
}

static struct value string_of(struct run *run, const struct value *args, uint32_t count)
{
	char text[TIME_TEXT_MAX];
	if (args[0].kind == VALUE_DOUBLE && !run_spend(run, 40))
		return run_fault(FAULT_BUDGET);
	size_t len = value_scalar_text(args[0], text);
	char *copy = run_alloc(run, len);
	(void)count;
	if (!copy)
		return run_fault(FAULT_BUDGET);
	memcpy(copy, text, len);
	return value_str((struct str){copy, len});
}

static struct value bool_of(struct run *run, const struct value *args, uint32_t count)
{
	static const char *const WORDS[2][5] = {{"0", "f", "false", "FALSE", "False"},
	                                        {"1", "t", "true", "TRUE", "True"}};
	(void)count;
	if (!run_spend(run, 10))
		return run_fault(FAULT_BUDGET);
	for (size_t i = 0; i < 10; i++)
		if (str_eq(value_text(args[0]), str_from(WORDS[i / 5][i % 5])))
			return value_bool(i >= 5);
	return run_fault(FAULT_RANGE);
}

static struct value timestamp_of_string(struct run *run, const struct value *args, uint32_t count)
{
	struct value out;
	(void)run, (void)count;
	return value_timestamp_parse(value_text(args[0]), &out) ? out : run_fault(FAULT_RANGE);
}

static struct value timestamp_of_int(struct run *run, const struct value *args, uint32_t count)
{
	struct value out;
	(void)run, (void)count;
	return value_timestamp_make(args[0].i, 0, &out) ? out : run_fault(FAULT_RANGE);
}

static struct value timestamp_of_date(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	struct date date = {(int32_t)args[0].i};
	struct value v = value_instant(calendar_instant(run->frame->zone, date, (struct daytime){0}));
	return value_timestamp_make(v.i, v.size, &v) ? v : run_fault(FAULT_RANGE);
}

static struct value duration_of_string(struct run *run, const struct value *args, uint32_t count)
{
	struct value out;
	(void)run, (void)count;
	return value_duration_parse(value_text(args[0]), &out) ? out : run_fault(FAULT_RANGE);
}

const struct function CONVERT_FUNCTIONS[] = {
        {"int", "i", 'i', false, same, "The same number."},
        {"int", "d", 'i', false, int_of_double, "Cut towards zero."},
        {"int", "s", 'i', false, int_of_string, "The number that a text writes."},
        {"int", "t", 'i', false, int_of_timestamp, "Seconds since 1970."},
        {"double", "d", 'd', false, same, "The same number."},
        {"double", "i", 'd', false, double_of_int, "The nearest double."},
        {"double", "s", 'd', false, double_of_string, "The number that a text writes."},
        {"string", "s", 's', false, same, "The same text."},
        {"string", "b", 's', false, string_of, "`true` or `false`."},
        {"string", "n", 's', false, string_of, "The number, written shortest."},
        {"string", "D", 's', false, string_of, "2026-05-10."},
        {"string", "t", 's', false, string_of, "2026-05-10T10:00:00Z."},
        {"string", "u", 's', false, string_of, "Seconds: 5400s."},
        {"bool", "b", 'b', false, same, "The same."},
        {"bool", "s", 'b', false, bool_of, "Of true, True, TRUE, t, 1 and their opposites."},
        {"timestamp", "t", 't', false, same, "The same moment."},
        {"timestamp", "s", 't', true, timestamp_of_string, "Of 2026-05-10T10:00:00Z, with Z or an offset."},
        {"timestamp", "i", 't', true, timestamp_of_int, "Of seconds since 1970."},
        {"timestamp", "D", 't', false, timestamp_of_date, "When that day begins in the customer's zone."},
        {"duration", "u", 'u', false, same, "The same."},
        {"duration", "s", 'u', true, duration_of_string, "Of 1h30m, 1.5s, 250ms, 3d, 2w."},
        {0},
};
