/* SPDX-License-Identifier: Apache-2.0 */
/* Functions on numbers. */
#include "core/expr/expr_func.h"

#include <math.h>

static struct value pick(const struct value *args, uint32_t count, int sign)
{
	struct value best = args[0];
	for (uint32_t i = 0; i < count; i++) {
		if (args[i].kind == VALUE_DOUBLE && isnan(args[i].d))
			return args[i];
		if (value_cmp(args[i], best) == sign)
			best = args[i];
	}
	return best;
}

static struct value greatest(struct run *run, const struct value *args, uint32_t count)
{
	(void)run;
	return pick(args, count, 1);
}

static struct value least(struct run *run, const struct value *args, uint32_t count)
{
	(void)run;
	return pick(args, count, -1);
}

/* The same of the numbers in a list. */
static struct value pick_of_list(struct value list, int sign)
{
	for (int32_t i = 0; i < list.size; i++)
		if (!function_accepts('n', list.items[i].kind))
			return run_fault(FAULT_TYPE);
	return list.size ? pick(list.items, (uint32_t)list.size, sign) : run_fault(FAULT_RANGE);
}

static struct value greatest_of(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	return run_spend(run, (size_t)args[0].size) ? pick_of_list(args[0], 1) : run_fault(FAULT_BUDGET);
}

static struct value least_of(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	return run_spend(run, (size_t)args[0].size) ? pick_of_list(args[0], -1) : run_fault(FAULT_BUDGET);
}

#define DOUBLE_FUNCTION(name, expression) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		(void)run, (void)count; \
		double x = args[0].d; \
		return expression; \
	}

DOUBLE_FUNCTION(round_up, value_double(ceil(x)))
DOUBLE_FUNCTION(round_down, value_double(floor(x)))
DOUBLE_FUNCTION(round_near, value_double(round(x)))
DOUBLE_FUNCTION(cut, value_double(trunc(x)))
DOUBLE_FUNCTION(is_nan, value_bool(isnan(x)))
DOUBLE_FUNCTION(is_infinite, value_bool(isinf(x)))
DOUBLE_FUNCTION(is_finite, value_bool(isfinite(x)))
DOUBLE_FUNCTION(sign_of_double, value_double(isnan(x) ? x : (x > 0) - (x < 0)))
DOUBLE_FUNCTION(abs_of_double, value_double(fabs(x)))

#define INT_FUNCTION(name, expression) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		(void)run, (void)count; \
		int64_t a = args[0].i; \
		return expression; \
	}
#define BIT_FUNCTION(name, expression) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		(void)run, (void)count; \
		uint64_t a = (uint64_t)args[0].i, b = (uint64_t)args[1].i; \
		return expression; \
	}

INT_FUNCTION(sign_of_int, value_int((a > 0) - (a < 0)))
INT_FUNCTION(abs_of_int, a == INT64_MIN ? run_fault(FAULT_OVERFLOW) : value_int(a < 0 ? -a : a))
INT_FUNCTION(bit_not, value_int(~a))
BIT_FUNCTION(bit_and, value_int((int64_t)(a &b)))
BIT_FUNCTION(bit_or, value_int((int64_t)(a | b)))
BIT_FUNCTION(bit_xor, value_int((int64_t)(a ^ b)))
BIT_FUNCTION(shift_left, args[1].i < 0 ? run_fault(FAULT_RANGE) : value_int(b > 63 ? 0 : (int64_t)(a << b)))
BIT_FUNCTION(shift_right, args[1].i < 0 ? run_fault(FAULT_RANGE) : value_int(b > 63 ? 0 : (int64_t)(a >> b)))

const struct function MATH_FUNCTIONS[] = {
        {"math.greatest", "n+", 'n', false, greatest, "The greatest of numbers."},
        {"math.greatest", "l", 'n', false, greatest_of, "The greatest number of a list."},
        {"math.least", "n+", 'n', false, least, "The least of numbers."},
        {"math.least", "l", 'n', false, least_of, "The least number of a list."},
        {"math.ceil", "d", 'd', false, round_up, "The next whole number above."},
        {"math.floor", "d", 'd', false, round_down, "The next whole number below."},
        {"math.round", "d", 'd', false, round_near, "The nearest whole number, halves away from zero."},
        {"math.trunc", "d", 'd', false, cut, "Without what is behind the point."},
        {"math.abs", "i", 'i', false, abs_of_int, "Without the sign."},
        {"math.abs", "d", 'd', false, abs_of_double, "Without the sign."},
        {"math.sign", "i", 'i', false, sign_of_int, "-1, 0 or 1."},
        {"math.sign", "d", 'd', false, sign_of_double, "-1.0, 0.0 or 1.0."},
        {"math.isNaN", "d", 'b', false, is_nan, "Whether it is not a number."},
        {"math.isInf", "d", 'b', false, is_infinite, "Whether it is infinite."},
        {"math.isFinite", "d", 'b', false, is_finite, "Whether it is neither infinite nor not a number."},
        {"math.bitAnd", "ii", 'i', false, bit_and, "Bits set in both."},
        {"math.bitOr", "ii", 'i', false, bit_or, "Bits set in either."},
        {"math.bitXor", "ii", 'i', false, bit_xor, "Bits set in one of them."},
        {"math.bitNot", "i", 'i', false, bit_not, "Every bit turned over."},
        {"math.bitShiftLeft", "ii", 'i', false, shift_left, "Bits moved up; 0 from 64 on."},
        {"math.bitShiftRight", "ii", 'i', false, shift_right, "Bits moved down, zeros above; 0 from 64 on."},
        {0},
};
