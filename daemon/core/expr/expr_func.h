/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of the language, as tables by subject: the checker, the evaluator, completion and the language page
 * read them. A row is one overload; rows of one name stand together.
 */
#ifndef JD_EXPR_FUNC_H
#define JD_EXPR_FUNC_H

#include "core/expr/expr_code.h"

/*
 * `args` is a letter an argument: b bool, i int, d double, n int or double, s string, z the name of a zone, h of a
 * place, D date, t timestamp, u duration, l list, m map, * anything. "s.si?" is a method of a string that takes a
 * string and perhaps an int; "n+" is one or more of n. `result` is such a letter, or 1 for the type of the first
 * argument.
 */
struct function {
	const char *name; /* NULL ends a table */
	const char *args;
	char result;
	bool early; /* with constant arguments it is computed when compiled, so that what fails is an error then */
	struct value (*call)(struct run *run, const struct value *args, uint32_t count);
	const char *about;
};

enum { FUNCTION_ARGS_MAX = 16 };

extern const struct function STRING_FUNCTIONS[], FORMAT_FUNCTIONS[], LIST_FUNCTIONS[], MATH_FUNCTIONS[],
        CONVERT_FUNCTIONS[], TIME_FUNCTIONS[], DATE_FUNCTIONS[], FORM_FUNCTIONS[], CHANCE_FUNCTIONS[],
        HOURS_FUNCTIONS[];
extern const struct function *const FUNCTION_TABLES[];
extern const size_t FUNCTION_TABLE_COUNT;

/* The first row of that name and form; NULL when there is none. */
const struct function *function_find(struct str name, bool method);
/* The next row of the same name and form, or NULL. */
const struct function *function_next(const struct function *row);
/* The letter of each argument (the receiver is the first), 0 when the row does not take that many. */
char function_letter(const struct function *row, uint32_t index, uint32_t count);
/* Whether a value of that kind may be given for a letter. */
bool function_accepts(char letter, uint8_t value_kind);
/* The type that a letter stands for; dyn for those that stand for several. */
enum type_kind function_type(char letter);
/* string.indexOf(string, int?) -> int */
void function_print(const struct function *row, struct buf *out);

#endif
