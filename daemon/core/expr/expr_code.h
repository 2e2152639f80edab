/* SPDX-License-Identifier: Apache-2.0 */
/* What evaluation walks: small nodes, kids of a node in one array, immutable. */
#ifndef JD_EXPR_CODE_H
#define JD_EXPR_CODE_H

#include "core/expr/expr.h"

enum code_op {
	OP_CONSTANT,
	OP_SLOT,
	OP_SLOT_DOUBLE, /* declared double: an int is turned into one */
	OP_LOCAL,
	OP_FAULT,
	OP_AND,
	OP_OR,
	OP_NOT,
	OP_NEGATE,
	OP_TERNARY,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_IN,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_SELECT, /* kids[0] by kids[1], a constant */
	OP_INDEX,
	OP_HAS,
	OP_DEFAULT,
	OP_LIST,
	OP_MAP,
	OP_CALL,
	OP_ALL,
	OP_EXISTS,
	OP_EXISTS_ONE,
	OP_FILTER,
	OP_TRANSFORM,
	OP_COUNT
};

struct function;

struct code {
	uint8_t op, bank;
	uint16_t slot; /* in the bank; of a macro its variable */
	uint32_t at;   /* the byte in the source that a fault names */
	uint32_t count;
	const struct code *kids;
	union {
		struct value constant;
		const struct function *function; /* the first row that may fit */
	};
};

struct expr_read {
	uint8_t bank;
	uint16_t slot;
};

struct expr {
	struct code root;
	struct type type;
	const struct expr_read *reads;
	size_t read_count;
	bool reads_traits;
	struct str path;        /* of the file it stands in; empty when in none */
	const uint32_t *places; /* line and column of each byte of it, and of one behind */
	uint32_t length;        /* in bytes */
};

/* One evaluation. */
struct run {
	const struct expr_frame *frame;
	int64_t steps; /* left */
	size_t room;   /* bytes of scratch left */
	struct value locals[8];
};

typedef struct value code_fn(struct run *run, const struct code *code);
extern code_fn *const CODE_OPS[OP_COUNT];

/* What evaluation of one node is: a step, and its function. */
struct value code_eval(struct run *run, const struct code *code);

static inline struct value run_fault(enum expr_fault fault)
{
	return (struct value){.kind = VALUE_ERROR, .size = (int32_t)fault, .i = -1};
}
static inline struct value code_fault(const struct code *code, enum expr_fault fault)
{
	return (struct value){.kind = VALUE_ERROR, .size = (int32_t)fault, .i = code->at};
}
/* NULL when the evaluation has taken all it may. */
void *run_alloc(struct run *run, size_t size);
/* Counts work in proportion to data; false when the budget is spent. */
static inline bool run_spend(struct run *run, size_t steps)
{
	run->steps -= (int64_t)steps;
	return run->steps >= 0;
}

/* Work that is measured in bytes: so many of them a step. A step is about ten nanoseconds. */
enum {
	BYTES_COMPARED = 256,
	BYTES_WALKED = 16, /* counted or searched */
	BYTES_CHANGED = 2, /* looked at twice, with a call for what is found */
};

struct value code_add(struct run *run, const struct code *code);
struct value code_sub(struct run *run, const struct code *code);
struct value code_mul(struct run *run, const struct code *code);
struct value code_div(struct run *run, const struct code *code);
struct value code_mod(struct run *run, const struct code *code);
struct value code_negate(struct run *run, const struct code *code);
struct value code_aggregate(struct run *run, const struct code *code);
struct value code_exists_one(struct run *run, const struct code *code);
struct value code_collect(struct run *run, const struct code *code);
struct value code_list(struct run *run, const struct code *code);
struct value code_map(struct run *run, const struct code *code);
struct value code_call(struct run *run, const struct code *code);

#endif
