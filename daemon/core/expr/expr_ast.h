/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of an expression: the parser makes it, the checker fills in the second half of each node, and the compiler
 * lowers it to code. It lives in the arena of the compilation. */
#ifndef JD_EXPR_AST_H
#define JD_EXPR_AST_H

#include "core/diag.h"
#include "core/doc.h"
#include "core/expr/expr.h"
#include "core/expr/expr_lex.h"

enum ast_kind {
	AST_CONSTANT,
	AST_NAME,   /* name */
	AST_SELECT, /* kids[0].name */
	AST_INDEX,  /* kids[0][kids[1]] */
	AST_CALL,   /* name(kids...) */
	AST_METHOD, /* kids[0].name(kids[1]...) */
	AST_NOT,
	AST_NEGATE,
	AST_BINARY, /* op: comparison, arithmetic, in */
	AST_AND,    /* all kids */
	AST_OR,
	AST_TERNARY, /* kids[0] ? kids[1] : kids[2] */
	AST_LIST,
	AST_MAP, /* keys and values by turns */
	/* what the checker makes of the above */
	AST_SLOT,    /* bank, slot */
	AST_LOCAL,   /* a macro's variable: slot */
	AST_HAS,     /* has(kids[0]) */
	AST_DEFAULT, /* default(kids[0], kids[1]) */
	AST_MACRO,   /* over kids[0]; slot is the variable; kids[1] the body, kids[2] what map makes of it */
	AST_CAST,    /* dyn(kids[0]) */
	AST_FAULT,   /* unchecked compilation only: fails when it is reached */
};

enum macro_kind { MACRO_ALL, MACRO_EXISTS, MACRO_EXISTS_ONE, MACRO_FILTER, MACRO_MAP };

struct function;

struct ast {
	enum ast_kind kind;
	enum token_kind op;
	uint32_t from, to, at; /* the whole; where it acts: the operator, the name */
	struct str name;
	struct value constant;
	struct ast **kids;
	uint32_t count;
	uint32_t height; /* of the tree below, from 1 */

	struct type type;
	uint8_t bank;
	bool certain; /* a slot that is never absent */
	uint16_t slot;
	enum macro_kind macro;
	const struct function *function; /* the first row of that name */
	double cost;                     /* steps at most, lists of unknown length taken at a guess */
	const struct value *holds;       /* what it is, when that is known; NULL: it is not */
	const struct value *among;       /* a list or map of which it is one value; or NULL */
	const struct str *words;         /* the only texts it can be; or NULL */
	size_t word_count;
};

/* One compilation. */
struct expr_build {
	const struct doc *source;
	const struct expr_env *env;
	struct arena *arena;
	struct diag_list *diags;
	bool unchecked; /* types and names are left to evaluation */
	size_t before;  /* errors that were there when it began */
};

enum {
	EXPR_SOURCE_MAX = 8192,
	EXPR_NESTING_MAX = 64, /* brackets, calls, ternaries within each other */
	EXPR_HEIGHT_MAX = 256, /* operators in a chain */
	EXPR_LOCALS_MAX = 8,   /* macros within each other */
	EXPR_STEPS = 200000,   /* of one evaluation */
	EXPR_SCRATCH = 65536,  /* bytes of one evaluation */
	EXPR_LIST_GUESS = 64,  /* the length of a list, for the estimate of cost */
};

__attribute__((format(printf, 5, 6))) struct diag *expr_error(struct expr_build *build, enum diag_code code,
                                                              uint32_t from, uint32_t to, const char *format, ...);

/* NULL after an error, which is reported. */
struct ast *expr_parse(struct expr_build *build);
/* Resolves names, finds functions and macros, sets types. False after an error, which is reported. */
bool expr_check(struct expr_build *build, struct ast *ast);

#endif
