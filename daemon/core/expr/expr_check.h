/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the checker share. After an error a node's type is dyn, so that one mistake is told once. */
#ifndef JD_EXPR_CHECK_H
#define JD_EXPR_CHECK_H

#include "core/expr/expr_ast.h"

struct checker {
	struct expr_build *build;
	struct {
		struct str name;
		struct type type;
	} locals[EXPR_LOCALS_MAX]; /* the macros' variables, the innermost last */
	uint16_t local_count;
	uint16_t asking; /* within has() and default(): what is not there is no mistake */
};

#define TYPE(k) ((struct type){.kind = TYPE_##k})

void check_node(struct checker *checker, struct ast *ast);

/* expr_name.c: a name, or a chain of fields that begins with one. */
void check_path(struct checker *checker, struct ast *ast);
/* Whether the name is a macro's variable or the beginning of a declared name. */
bool check_known(struct checker *checker, struct str name);
/* a-b where a_b is declared and b is not: reported, and true. */
bool check_dashed(struct checker *checker, struct ast *ast);

/* expr_known.c: of constants and of values with few words, which are warned of once they are compared or asked for what
 * they never are. */
void check_known_field(struct checker *checker, struct ast *ast);
void check_known_index(struct checker *checker, struct ast *ast);
void check_known_call(struct checker *checker, struct ast *ast);
void check_known_words(struct checker *checker, const struct ast *ast);

/* expr_call.c */
void check_call(struct checker *checker, struct ast *ast);

/* An error of names or types; NULL, and the node fails at run time, when compiling unchecked. */
__attribute__((format(printf, 4, 5))) struct diag *check_error(struct checker *checker, enum diag_code code,
                                                               const struct ast *ast, const char *format, ...);
struct str check_type_text(struct checker *checker, struct type type); /* int */
struct str check_a_type(struct checker *checker, struct type type);    /* an int */

/* expr_types.c */
bool types_same(struct type a, struct type b);
/* What holds values of both: the same, or dyn. null fits everywhere. */
struct type types_join(struct arena *arena, struct type a, struct type b);
/* Whether == can be true for values of these types. */
bool types_equatable(struct type a, struct type b);
bool types_ordered(struct type a, struct type b);
/* The type of a OP b for + - * / %; false when there is no such operator. */
bool types_arithmetic(struct arena *arena, enum token_kind op, const struct type *operands, struct type *out);
/* What to write instead, when two types are often confused; NULL when nothing comes to mind. */
const char *types_hint(struct type a, struct type b);

#endif
