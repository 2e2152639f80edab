/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluation: a walk over the code. Errors are values; && and || may absorb them, everything else hands them on.
 * Slots and constants are read in place, so that `event.line == "motor"` is one step.
 */
#include "core/expr/expr_ast.h"
#include "core/expr/expr_code.h"

#include <math.h>

const char *expr_fault_text(enum expr_fault fault)
{
	static const char *const TEXTS[] = {
	        [FAULT_NONE] = "nothing is wrong",
	        [FAULT_ABSENT] = "a field or key is not there",
	        [FAULT_TYPE] = "no operator or function for values of these types",
	        [FAULT_OVERFLOW] = "the number is out of range",
	        [FAULT_DIVISION] = "division by zero",
	        [FAULT_RANGE] = "an index, a time or a conversion is out of range",
	        [FAULT_BUDGET] = "too many steps or too much memory",
	        [FAULT_ZONE] = "there is no such time zone",
	        [FAULT_SIZE] = "the value is larger than limits.value_size allows",
	};
	return (size_t)fault < sizeof TEXTS / sizeof *TEXTS ? TEXTS[fault] : "unknown";
}

static struct value eval_constant(struct run *run, const struct code *code)
{
	(void)run;
	return code->constant;
}

static struct value eval_slot(struct run *run, const struct code *code)
{
	const struct value *bank = run->frame->banks[code->bank];
	if (!bank || bank[code->slot].kind == VALUE_ABSENT)
		return code_fault(code, FAULT_ABSENT);
	return bank[code->slot];
}

static struct value eval_slot_double(struct run *run, const struct code *code)
{
	struct value v = eval_slot(run, code);
	return v.kind == VALUE_INT ? value_double((double)v.i) : v;
}

static struct value eval_local(struct run *run, const struct code *code)
{
	return run->locals[code->slot];
}

static struct value eval_fault(struct run *run, const struct code *code)
{
	(void)run;
	return code_fault(code, FAULT_ABSENT);
}

/* An operand: the two commonest kinds without a call through the table. */
static inline struct value operand(struct run *run, const struct code *code)
{
	if (code->op == OP_CONSTANT)
		return code->constant;
	if (code->op == OP_SLOT)
		return eval_slot(run, code);
	return code_eval(run, code);
}

struct value code_eval(struct run *run, const struct code *code)
{
	if (--run->steps < 0)
		return code_fault(code, FAULT_BUDGET);
	return CODE_OPS[code->op](run, code);
}

void *run_alloc(struct run *run, size_t size)
{
	size += size == 0; /* never NULL but when spent */
	if (size > run->room)
		return NULL;
	run->room -= size;
	return arena_alloc(run->frame->scratch, size);
}

/* && and ||: `ends` decides at once; an error counts only when nothing decided. */
static struct value eval_logic(struct run *run, const struct code *code)
{
	bool ends = code->op == OP_OR;
	struct value error = value_absent();
	for (uint32_t i = 0; i < code->count; i++) {
		struct value v = operand(run, &code->kids[i]);
		if (v.kind == VALUE_BOOL && v.b == ends)
			return v;
		if (v.kind != VALUE_BOOL && error.kind == VALUE_ABSENT)
			error = v.kind == VALUE_ERROR ? v : code_fault(&code->kids[i], FAULT_TYPE);
	}
	return error.kind == VALUE_ABSENT ? value_bool(!ends) : error;
}

static struct value eval_not(struct run *run, const struct code *code)
{
	struct value v = operand(run, code->kids);
	if (v.kind == VALUE_BOOL)
		return value_bool(!v.b);
	return v.kind == VALUE_ERROR ? v : code_fault(code, FAULT_TYPE);
}

static struct value eval_ternary(struct run *run, const struct code *code)
{
	struct value when = operand(run, code->kids);
	if (when.kind == VALUE_BOOL)
		return operand(run, &code->kids[when.b ? 1 : 2]);
	return when.kind == VALUE_ERROR ? when : code_fault(code, FAULT_TYPE);
}

/* What comparing a value may cost: the keys of a map are each looked for in all of the other. */
static size_t weight(struct value v)
{
	size_t sum = 0;
	if (v.kind == VALUE_STRING)
		return (size_t)v.size / BYTES_COMPARED;
	if (v.kind == VALUE_LIST) {
		for (int32_t i = 0; i < v.size; i++)
			sum += 2 + weight(v.items[i]);
	} else if (v.kind == VALUE_MAP) {
		for (int32_t i = 0; i < v.size; i++)
			sum += (size_t)v.size * (1 + weight(v.entries[i].key)) + weight(v.entries[i].value);
	}
	return sum;
}

/* Both, or the first error in *a. */
static inline bool operands(struct run *run, const struct code *code, struct value *a, struct value *b)
{
	*a = operand(run, &code->kids[0]);
	if (a->kind == VALUE_ERROR)
		return false;
	*b = operand(run, &code->kids[1]);
	if (b->kind != VALUE_ERROR)
		return true;
	*a = *b;
	return false;
}

static struct value eval_equal(struct run *run, const struct code *code)
{
	struct value a, b;
	if (!operands(run, code, &a, &b))
		return a;
	bool equal;
	if (a.kind == VALUE_STRING && b.kind == VALUE_STRING && (a.size != b.size || a.size < BYTES_COMPARED))
		equal = a.size == b.size && memcmp(a.text, b.text, (size_t)a.size) == 0;
	else if (!run_spend(run, weight(a)))
		return code_fault(code, FAULT_BUDGET);
	else
		equal = value_eq(a, b);
	return value_bool(equal == (code->op == OP_EQ));
}

static bool is_nan(struct value v)
{
	return v.kind == VALUE_DOUBLE && isnan(v.d);
}

static struct value eval_order(struct run *run, const struct code *code)
{
	struct value a, b;
	if (!operands(run, code, &a, &b))
		return a;
	if (a.kind == VALUE_STRING && !run_spend(run, weight(a)))
		return code_fault(code, FAULT_BUDGET);
	int order = value_cmp(a, b);
	if (order == 2)
		return is_nan(a) || is_nan(b) ? value_bool(false) : code_fault(code, FAULT_TYPE);
	switch (code->op) {
	case OP_LT:
		return value_bool(order < 0);
	case OP_LE:
		return value_bool(order <= 0);
	case OP_GT:
		return value_bool(order > 0);
	default:
		return value_bool(order >= 0);
	}
}

static struct value eval_in(struct run *run, const struct code *code)
{
	struct value what, where;
	if (!operands(run, code, &what, &where))
		return what;
	if (where.kind != VALUE_LIST && where.kind != VALUE_MAP)
		return code_fault(code, FAULT_TYPE);
	if (!run_spend(run, (size_t)where.size * (1 + weight(what))))
		return code_fault(code, FAULT_BUDGET);
	if (where.kind == VALUE_MAP)
		return value_bool(value_find(where, what) != NULL);
	for (int32_t i = 0; i < where.size; i++)
		if (value_eq(where.items[i], what))
			return value_bool(true);
	return value_bool(false);
}

static struct value index_list(const struct code *code, struct value list, struct value by)
{
	if (by.kind == VALUE_DOUBLE && by.d >= 0 && by.d < INT32_MAX && by.d == floor(by.d))
		by = value_int((int64_t)by.d);
	if (by.kind != VALUE_INT)
		return code_fault(code, FAULT_TYPE);
	return by.i >= 0 && by.i < list.size ? list.items[by.i] : code_fault(code, FAULT_RANGE);
}

static struct value eval_index(struct run *run, const struct code *code)
{
	struct value of, by;
	if (!operands(run, code, &of, &by))
		return of;
	if (of.kind == VALUE_LIST && code->op == OP_INDEX)
		return index_list(code, of, by);
	if (of.kind != VALUE_MAP)
		return code_fault(code, FAULT_TYPE);
	if (!run_spend(run, (size_t)of.size * (1 + weight(by))))
		return code_fault(code, FAULT_BUDGET);
	const struct value *found = value_find(of, by);
	return found && found->kind != VALUE_ABSENT ? *found : code_fault(code, FAULT_ABSENT);
}

static bool is_absent(struct value v)
{
	return v.kind == VALUE_ERROR && v.size == FAULT_ABSENT;
}

static struct value eval_has(struct run *run, const struct code *code)
{
	struct value v = operand(run, code->kids);
	if (is_absent(v))
		return value_bool(false);
	return v.kind == VALUE_ERROR ? v : value_bool(true);
}

/* Only absence and null are replaced: an overflow is still an error. */
static struct value eval_default(struct run *run, const struct code *code)
{
	struct value v = operand(run, code->kids);
	return is_absent(v) || v.kind == VALUE_NULL ? operand(run, &code->kids[1]) : v;
}

code_fn *const CODE_OPS[OP_COUNT] = {
        [OP_CONSTANT] = eval_constant,
        [OP_SLOT] = eval_slot,
        [OP_SLOT_DOUBLE] = eval_slot_double,
        [OP_LOCAL] = eval_local,
        [OP_FAULT] = eval_fault,
        [OP_AND] = eval_logic,
        [OP_OR] = eval_logic,
        [OP_NOT] = eval_not,
        [OP_NEGATE] = code_negate,
        [OP_TERNARY] = eval_ternary,
        [OP_EQ] = eval_equal,
        [OP_NE] = eval_equal,
        [OP_LT] = eval_order,
        [OP_LE] = eval_order,
        [OP_GT] = eval_order,
        [OP_GE] = eval_order,
        [OP_IN] = eval_in,
        [OP_ADD] = code_add,
        [OP_SUB] = code_sub,
        [OP_MUL] = code_mul,
        [OP_DIV] = code_div,
        [OP_MOD] = code_mod,
        [OP_SELECT] = eval_index,
        [OP_INDEX] = eval_index,
        [OP_HAS] = eval_has,
        [OP_DEFAULT] = eval_default,
        [OP_LIST] = code_list,
        [OP_MAP] = code_map,
        [OP_CALL] = code_call,
        [OP_ALL] = code_aggregate,
        [OP_EXISTS] = code_aggregate,
        [OP_EXISTS_ONE] = code_exists_one,
        [OP_FILTER] = code_collect,
        [OP_TRANSFORM] = code_collect,
};

static struct value failed(const struct expr *expr, const struct expr_frame *frame, struct value error)
{
	if (frame->failure) {
		frame->failure->expr = expr;
		frame->failure->error = error;
		frame->failure->count += error.size != FAULT_ABSENT;
	}
	return error;
}

struct value expr_eval(const struct expr *expr, const struct expr_frame *frame)
{
	struct run run;
	if (expr->reads_traits && frame->prepare_traits)
		frame->prepare_traits(frame->prepare_arg, expr, frame);
	run.frame = frame;
	run.steps = EXPR_STEPS;
	run.room = EXPR_SCRATCH;
	struct value v = code_eval(&run, &expr->root);
	return v.kind == VALUE_ERROR ? failed(expr, frame, v) : v;
}

bool expr_test(const struct expr *expr, const struct expr_frame *frame, struct value *error)
{
	struct value v = expr_eval(expr, frame);
	if (v.kind != VALUE_BOOL && v.kind != VALUE_ERROR)
		v = failed(expr, frame, code_fault(&expr->root, FAULT_TYPE));
	if (error)
		*error = v.kind == VALUE_ERROR ? v : value_absent();
	return v.kind == VALUE_BOOL && v.b;
}
