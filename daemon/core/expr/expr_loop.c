/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, maps, macros and calls: what evaluates a number of parts. */
#include "core/expr/expr_code.h"
#include "core/expr/expr_func.h"

struct value code_list(struct run *run, const struct code *code)
{
	struct value *items = run_alloc(run, code->count * sizeof *items);
	if (!items)
		return code_fault(code, FAULT_BUDGET);
	for (uint32_t i = 0; i < code->count; i++) {
		items[i] = code_eval(run, &code->kids[i]);
		if (items[i].kind == VALUE_ERROR)
			return items[i];
	}
	return (struct value){.kind = VALUE_LIST, .size = (int32_t)code->count, .items = items};
}

static enum expr_fault key_fault(struct run *run, struct value map, struct value key)
{
	if (key.kind != VALUE_STRING && key.kind != VALUE_INT && key.kind != VALUE_BOOL)
		return FAULT_TYPE;
	if (key.kind == VALUE_STRING && !run_spend(run, (size_t)map.size * ((size_t)key.size / BYTES_COMPARED)))
		return FAULT_BUDGET;
	return value_find(map, key) ? FAULT_RANGE : FAULT_NONE; /* a key twice */
}

struct value code_map(struct run *run, const struct code *code)
{
	uint32_t count = code->count / 2;
	struct value_entry *entries = run_alloc(run, count * sizeof *entries);
	struct value map = {.kind = VALUE_MAP, .entries = entries};
	if (!entries || !run_spend(run, (size_t)count * count / 8))
		return code_fault(code, FAULT_BUDGET);
	for (uint32_t i = 0; i < count; i++) {
		struct value key = code_eval(run, &code->kids[2 * i]);
		if (key.kind == VALUE_ERROR)
			return key;
		struct value value = code_eval(run, &code->kids[2 * i + 1]);
		if (value.kind == VALUE_ERROR)
			return value;
		enum expr_fault fault = key_fault(run, map, key);
		if (fault)
			return code_fault(&code->kids[2 * i], fault);
		entries[map.size++] = (struct value_entry){key, value};
	}
	return map;
}

/* The list or map that a macro goes through; of a map the keys. */
static struct value range_of(struct run *run, const struct code *code)
{
	struct value range = code_eval(run, code->kids);
	if (range.kind == VALUE_LIST || range.kind == VALUE_MAP || range.kind == VALUE_ERROR)
		return range;
	return code_fault(code, FAULT_TYPE);
}

static struct value part_of(struct value range, int32_t index)
{
	return range.kind == VALUE_MAP ? range.entries[index].key : range.items[index];
}

static struct value body_of(struct run *run, const struct code *code, struct value part)
{
	run->locals[code->slot] = part;
	return code_eval(run, &code->kids[1]);
}

/* all and exists: && and || over the parts, errors absorbed alike. */
struct value code_aggregate(struct run *run, const struct code *code)
{
	bool ends = code->op == OP_EXISTS;
	struct value range = range_of(run, code), error = value_absent();
	if (range.kind == VALUE_ERROR)
		return range;
	for (int32_t i = 0; i < range.size; i++) {
		struct value v = body_of(run, code, part_of(range, i));
		if (v.kind == VALUE_BOOL && v.b == ends)
			return v;
		if (v.kind != VALUE_BOOL && error.kind == VALUE_ABSENT)
			error = v.kind == VALUE_ERROR ? v : code_fault(&code->kids[1], FAULT_TYPE);
		if (run->steps < 0)
			return code_fault(code, FAULT_BUDGET);
	}
	return error.kind == VALUE_ABSENT ? value_bool(!ends) : error;
}

struct value code_exists_one(struct run *run, const struct code *code)
{
	size_t found = 0;
	struct value range = range_of(run, code);
	if (range.kind == VALUE_ERROR)
		return range;
	for (int32_t i = 0; i < range.size; i++) {
		struct value v = body_of(run, code, part_of(range, i));
		if (v.kind != VALUE_BOOL)
			return v.kind == VALUE_ERROR ? v : code_fault(&code->kids[1], FAULT_TYPE);
		found += v.b;
	}
	return value_bool(found == 1);
}

/* filter(v, keep), map(v, make), map(v, keep, make). */
struct value code_collect(struct run *run, const struct code *code)
{
	struct value range = range_of(run, code);
	if (range.kind == VALUE_ERROR)
		return range;
	bool filter = code->op == OP_FILTER || code->count == 3;
	struct value *items = run_alloc(run, (size_t)range.size * sizeof *items);
	if (!items)
		return code_fault(code, FAULT_BUDGET);
	struct value list = {.kind = VALUE_LIST, .items = items};
	for (int32_t i = 0; i < range.size; i++) {
		struct value part = part_of(range, i), made = body_of(run, code, part);
		if (filter && made.kind != VALUE_BOOL)
			return made.kind == VALUE_ERROR ? made : code_fault(&code->kids[1], FAULT_TYPE);
		if (filter && !made.b)
			continue;
		if (code->op == OP_FILTER)
			made = part;
		else if (code->count == 3)
			made = code_eval(run, &code->kids[2]);
		if (made.kind == VALUE_ERROR)
			return made;
		items[list.size++] = made;
	}
	return list;
}

static const struct function *matching_row(const struct code *code, const struct value *args)
{
	for (const struct function *row = code->function; row; row = function_next(row)) {
		uint32_t i = 0;
		if (code->count == 0 && row->args[0])
			continue;
		while (i < code->count && function_accepts(function_letter(row, i, code->count), args[i].kind))
			i++;
		if (i == code->count)
			return row;
	}
	return NULL;
}

/* Overloads are chosen by the kinds met: a declared type can still be null, and dyn can be anything. */
struct value code_call(struct run *run, const struct code *code)
{
	struct value args[FUNCTION_ARGS_MAX];
	if (code->count > FUNCTION_ARGS_MAX)
		return code_fault(code, FAULT_TYPE);
	for (uint32_t i = 0; i < code->count; i++) {
		args[i] = code_eval(run, &code->kids[i]);
		if (args[i].kind == VALUE_ERROR)
			return args[i];
	}
	const struct function *row = matching_row(code, args);
	if (!row)
		return code_fault(code, FAULT_TYPE);
	struct value result = row->call(run, args, code->count);
	if (result.kind == VALUE_ERROR)
		result.i = code->at;
	return result;
}
