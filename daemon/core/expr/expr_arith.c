/* SPDX-License-Identifier: Apache-2.0 */
/* + - * / % on numbers, texts, lists and times. 64-bit overflow is an error, never a wrap. */
#include "core/expr/expr_code.h"
#include "core/value_time.h"

#include <math.h>

/* Both operands, or the first error. */
static bool operands(struct run *run, const struct code *code, struct value *a, struct value *b)
{
	*a = code_eval(run, &code->kids[0]);
	if (a->kind == VALUE_ERROR)
		return false;
	*b = code_eval(run, &code->kids[1]);
	if (b->kind != VALUE_ERROR)
		return true;
	*a = *b;
	return false;
}

static bool is_number(struct value v)
{
	return v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
}

static double number(struct value v)
{
	return v.kind == VALUE_INT ? (double)v.i : v.d;
}

static bool are(struct value a, struct value b, enum value_kind x, enum value_kind y)
{
	return a.kind == x && b.kind == y;
}

/* Whole days only: a date has no hours. */
static struct value move_date(const struct code *code, struct value date, struct value by, int sign)
{
	if (by.size != 0 || by.i % 86400 != 0)
		return code_fault(code, FAULT_RANGE);
	int64_t days = date.i + sign * (by.i / 86400);
	if (!date_days_valid(days))
		return code_fault(code, FAULT_RANGE);
	return value_date((struct date){(int32_t)days});
}

static struct value concat_strings(struct run *run, const struct code *code, struct value a, struct value b)
{
	size_t len = (size_t)a.size + (size_t)b.size;
	char *text = run_alloc(run, len);
	if (!text)
		return code_fault(code, FAULT_BUDGET);
	if (a.size)
		memcpy(text, a.text, (size_t)a.size);
	if (b.size)
		memcpy(text + a.size, b.text, (size_t)b.size);
	return value_str((struct str){text, len});
}

static struct value concat_lists(struct run *run, const struct code *code, struct value a, struct value b)
{
	size_t count = (size_t)a.size + (size_t)b.size;
	struct value *items = run_alloc(run, count * sizeof *items);
	if (!items)
		return code_fault(code, FAULT_BUDGET);
	if (a.size)
		memcpy(items, a.items, (size_t)a.size * sizeof *items);
	if (b.size)
		memcpy(items + a.size, b.items, (size_t)b.size * sizeof *items);
	return (struct value){.kind = VALUE_LIST, .size = (int32_t)count, .items = items};
}

/* Timestamps and durations: a plus or minus b, made into `kind`. */
static struct value move_time(const struct code *code, struct value a, struct value b, int sign)
{
	struct value out;
	bool stamp = (a.kind == VALUE_TIMESTAMP) != (b.kind == VALUE_TIMESTAMP);
	int64_t seconds = a.i + sign * b.i, nanos = (int64_t)a.size + sign * (int64_t)b.size;
	bool good = stamp ? value_timestamp_make(seconds, nanos, &out) : value_duration_make(seconds, nanos, &out);
	return good ? out : code_fault(code, FAULT_RANGE);
}

static struct value add_others(struct run *run, const struct code *code, struct value a, struct value b)
{
	if (are(a, b, VALUE_STRING, VALUE_STRING))
		return concat_strings(run, code, a, b);
	if (are(a, b, VALUE_LIST, VALUE_LIST))
		return concat_lists(run, code, a, b);
	if (are(a, b, VALUE_DATE, VALUE_DURATION))
		return move_date(code, a, b, 1);
	if (are(a, b, VALUE_DURATION, VALUE_DATE))
		return move_date(code, b, a, 1);
	if (are(a, b, VALUE_DURATION, VALUE_DURATION) || are(a, b, VALUE_TIMESTAMP, VALUE_DURATION) ||
	    are(a, b, VALUE_DURATION, VALUE_TIMESTAMP))
		return move_time(code, a, b, 1);
	return code_fault(code, FAULT_TYPE);
}

struct value code_add(struct run *run, const struct code *code)
{
	struct value a, b;
	int64_t sum;
	if (!operands(run, code, &a, &b))
		return a;
	if (are(a, b, VALUE_INT, VALUE_INT))
		return __builtin_add_overflow(a.i, b.i, &sum) ? code_fault(code, FAULT_OVERFLOW) : value_int(sum);
	if (is_number(a) && is_number(b))
		return value_double(number(a) + number(b));
	return add_others(run, code, a, b);
}

static struct value sub_others(const struct code *code, struct value a, struct value b)
{
	if (are(a, b, VALUE_DATE, VALUE_DURATION))
		return move_date(code, a, b, -1);
	if (are(a, b, VALUE_DATE, VALUE_DATE))
		return (struct value){.kind = VALUE_DURATION, .i = (a.i - b.i) * 86400};
	if (are(a, b, VALUE_DURATION, VALUE_DURATION) || are(a, b, VALUE_TIMESTAMP, VALUE_DURATION) ||
	    are(a, b, VALUE_TIMESTAMP, VALUE_TIMESTAMP))
		return move_time(code, a, b, -1);
	return code_fault(code, FAULT_TYPE);
}

struct value code_sub(struct run *run, const struct code *code)
{
	struct value a, b;
	int64_t difference;
	if (!operands(run, code, &a, &b))
		return a;
	if (are(a, b, VALUE_INT, VALUE_INT))
		return __builtin_sub_overflow(a.i, b.i, &difference) ? code_fault(code, FAULT_OVERFLOW)
		                                                     : value_int(difference);
	if (is_number(a) && is_number(b))
		return value_double(number(a) - number(b));
	return sub_others(code, a, b);
}

struct value code_mul(struct run *run, const struct code *code)
{
	struct value a, b;
	int64_t product;
	if (!operands(run, code, &a, &b))
		return a;
	if (are(a, b, VALUE_INT, VALUE_INT))
		return __builtin_mul_overflow(a.i, b.i, &product) ? code_fault(code, FAULT_OVERFLOW)
		                                                  : value_int(product);
	if (is_number(a) && is_number(b))
		return value_double(number(a) * number(b));
	return code_fault(code, FAULT_TYPE);
}

static struct value divide_ints(const struct code *code, int64_t a, int64_t b, bool rest)
{
	if (b == 0)
		return code_fault(code, FAULT_DIVISION);
	if (a == INT64_MIN && b == -1)
		return rest ? value_int(0) : code_fault(code, FAULT_OVERFLOW);
	return value_int(rest ? a % b : a / b);
}

static double divide_doubles(double a, double b)
{
	if (b != 0)
		return a / b;
	if (a == 0 || isnan(a) || isnan(b))
		return NAN;
	return signbit(a) == signbit(b) ? INFINITY : -INFINITY;
}

struct value code_div(struct run *run, const struct code *code)
{
	struct value a, b;
	if (!operands(run, code, &a, &b))
		return a;
	if (are(a, b, VALUE_INT, VALUE_INT))
		return divide_ints(code, a.i, b.i, false);
	if (is_number(a) && is_number(b))
		return value_double(divide_doubles(number(a), number(b)));
	return code_fault(code, FAULT_TYPE);
}

struct value code_mod(struct run *run, const struct code *code)
{
	struct value a, b;
	if (!operands(run, code, &a, &b))
		return a;
	return are(a, b, VALUE_INT, VALUE_INT) ? divide_ints(code, a.i, b.i, true) : code_fault(code, FAULT_TYPE);
}

struct value code_negate(struct run *run, const struct code *code)
{
	struct value v = code_eval(run, code->kids);
	if (v.kind == VALUE_INT)
		return v.i == INT64_MIN ? code_fault(code, FAULT_OVERFLOW) : value_int(-v.i);
	if (v.kind == VALUE_DOUBLE)
		return value_double(-v.d);
	if (v.kind == VALUE_DURATION)
		return (struct value){.kind = VALUE_DURATION, .size = -v.size, .i = -v.i};
	return v.kind == VALUE_ERROR ? v : code_fault(code, FAULT_TYPE);
}
