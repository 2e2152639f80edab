/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions and values written in a subset of CEL (https://cel.dev): compiled once against declared names, checked,
 * then evaluated without heap and within a fixed budget. Positions in errors are bytes of the scalar the expression was
 * written in, so diagnostics point into the YAML.
 *
 * Supported: null bool int double string list map timestamp duration and dates; + - * / % == != < <= > >= && || ! ?:
 * in; fields, indexes; has all exists exists_one filter map; functions on texts, lists, numbers, timestamps and
 * durations; default(x, y), days(n), date helpers in the customer's zone. rules/expressions.md is the whole of it.
 * Not supported, by name in the error: uint, bytes, protobuf messages, type values, `matches`, optionals.
 */
#ifndef JD_EXPR_H
#define JD_EXPR_H

#include "core/calendar.h"
#include "core/doc.h"
#include "core/value.h"

/* Where a name's value comes from at run time: an array of values per bank, handed over in the frame. */
enum expr_bank { BANK_EVENT, BANK_ENTRY, BANK_PROFILE, BANK_TRAIT, BANK_LOCAL, BANK_TABLE, BANK_COUNT };

/* `event.line` and the like. A name with dots is found by its longest declared beginning; fields of a map or dyn below
 * it are looked up at run time. */
struct expr_name {
	struct str path;
	struct type type;
	uint8_t bank;
	uint16_t slot;
	bool certain;                 /* never absent: has() is always true */
	const struct value *constant; /* what it always is; NULL: that is not known. Read while compiling alone */
	const struct str *words;      /* the only texts it can be; NULL: any. Read while compiling alone */
	size_t word_count;
};

struct expr_env {
	const struct expr_name *names;
	size_t count;
	struct str what;                   /* for messages about unknown names: `event "purchase"`; may be empty */
	const struct zone_set *zones;      /* to check zone names in literals; may be NULL */
	const struct opening_hours *hours; /* to check the names of hours in literals; NULL: they are not checked */
};

struct opening_hours; /* core/opening.h */

struct expr; /* compiled; immutable; lives in the arena it was compiled into */

/* NULL when it has errors, all of which are reported. `want` may be NULL for any type. Nothing of the source
 * or the environment is kept. */
const struct expr *expr_compile(const struct doc *source, const struct expr_env *env, const struct type *want,
                                struct arena *arena, struct diag_list *diags);
struct type expr_type(const struct expr *expr);
/* Whether evaluation may read this bank and slot: which fields of an entry event an instance must keep. */
bool expr_reads(const struct expr *expr, enum expr_bank bank, uint16_t slot);

enum expr_fault {
	FAULT_NONE,
	FAULT_ABSENT, /* a field or key that is not there */
	FAULT_TYPE,   /* no operator or function for what was met */
	FAULT_OVERFLOW,
	FAULT_DIVISION, /* by zero */
	FAULT_RANGE,    /* an index, a date, a conversion out of range */
	FAULT_BUDGET,   /* too many steps or too much memory */
	FAULT_ZONE,
	FAULT_SIZE, /* of a value: larger than limits.value_size; never by evaluation itself */
};
/* "a field is absent" and so on. */
const char *expr_fault_text(enum expr_fault fault);

/* An expression that failed, and how often any did. */
struct expr_failure {
	const struct expr *expr;
	struct value error;
	uint64_t count; /* of failures other than absence */
};

/* What one evaluation reads and may use. Results borrow from the banks, the expression and the scratch memory. */
struct expr_frame {
	const struct value *banks[BANK_COUNT];
	const struct zone *zone;      /* of the customer; not NULL */
	const struct zone_set *zones; /* for zone names in expressions; may be NULL: only fixed offsets and UTC */
	struct instant now;
	struct arena *scratch; /* a bounded number of bytes is taken; cleared by the caller when results are done */
	const struct opening_hours *hours; /* for is_open(); may be NULL: nothing has hours */
	/* Called before an expression that reads BANK_TRAIT is evaluated, so that traits nobody reads cost nothing; may
	 * be NULL: the bank is complete as it is. */
	void (*prepare_traits)(void *arg, const struct expr *expr, const struct expr_frame *frame);
	void *prepare_arg;
	/* Where the last expression that failed for more than absence, or any that failed in expr_test, stands; may be
	 * NULL. Also of those that computed a trait. */
	struct expr_failure *failure;
};

/* VALUE_ERROR with the fault in size and the byte of the source in i when it failed; an absent field alone fails with
 * FAULT_ABSENT. */
struct value expr_eval(const struct expr *expr, const struct expr_frame *frame);
/* Where in its file the failed byte stands: "rules/traits.yaml:3:8". The path is empty for an expression of no file. */
struct expr_place {
	struct str path;
	uint32_t line, column;
};
struct expr_place expr_place(const struct expr *expr, int64_t byte);
/* For conditions: true only when it evaluates to true. *error, when wanted, is the VALUE_ERROR that made it false, else
 * absent. */
bool expr_test(const struct expr *expr, const struct expr_frame *frame, struct value *error);

/* The functions there are, one entry an overload, for docs, completion and tests. */
struct expr_function {
	const char *name; /* startsWith, math.ceil */
	const char *about;
	bool method; /* called as x.name(...) */
};
size_t expr_function_count(void);
struct expr_function expr_function_at(size_t index);
/* string.indexOf(string, int?) -> int */
void expr_function_print(size_t index, struct buf *out);

#endif
