/* SPDX-License-Identifier: Apache-2.0 */
/* Which types go together. */
#include "core/expr/expr_check.h"

static bool is_number(struct type t)
{
	return t.kind == TYPE_INT || t.kind == TYPE_DOUBLE;
}

static struct type elem(struct type t)
{
	return t.elem ? *t.elem : TYPE(DYN);
}

static bool is_container(struct type t)
{
	return t.kind == TYPE_LIST || t.kind == TYPE_MAP;
}

bool types_same(struct type a, struct type b)
{
	if (a.kind != b.kind)
		return false;
	return !is_container(a) || types_same(elem(a), elem(b));
}

struct type types_join(struct arena *arena, struct type a, struct type b)
{
	if (a.kind == TYPE_NULL || types_same(a, b))
		return b;
	if (b.kind == TYPE_NULL)
		return a;
	if (a.kind != b.kind || !is_container(a))
		return TYPE(DYN);
	struct type *joined = arena_alloc(arena, sizeof *joined);
	*joined = types_join(arena, elem(a), elem(b));
	return (struct type){a.kind, joined};
}

bool types_equatable(struct type a, struct type b)
{
	if (a.kind == TYPE_DYN || b.kind == TYPE_DYN || a.kind == TYPE_NULL || b.kind == TYPE_NULL)
		return true;
	if (is_number(a) && is_number(b))
		return true;
	return a.kind == b.kind && (!is_container(a) || types_equatable(elem(a), elem(b)));
}

bool types_ordered(struct type a, struct type b)
{
	static const bool ordered[] = {
	        [TYPE_DYN] = true,       [TYPE_BOOL] = true,     [TYPE_INT] = true,
	        [TYPE_DOUBLE] = true,    [TYPE_STRING] = true,   [TYPE_DATE] = true,
	        [TYPE_TIMESTAMP] = true, [TYPE_DURATION] = true, [TYPE_MAP] = false,
	};
	return ordered[a.kind] && ordered[b.kind] && types_equatable(a, b);
}

/* a OP b gives result; a dyn operand matches every row. */
static const struct {
	const char *ops;
	enum type_kind a, b, result;
} ARITHMETIC[] = {
        {"+-*/%", TYPE_INT, TYPE_INT, TYPE_INT},
        {"+-*/", TYPE_DOUBLE, TYPE_DOUBLE, TYPE_DOUBLE},
        {"+-*/", TYPE_INT, TYPE_DOUBLE, TYPE_DOUBLE},
        {"+-*/", TYPE_DOUBLE, TYPE_INT, TYPE_DOUBLE},
        {"+", TYPE_STRING, TYPE_STRING, TYPE_STRING},
        {"+-", TYPE_DURATION, TYPE_DURATION, TYPE_DURATION},
        {"+-", TYPE_TIMESTAMP, TYPE_DURATION, TYPE_TIMESTAMP},
        {"+", TYPE_DURATION, TYPE_TIMESTAMP, TYPE_TIMESTAMP},
        {"-", TYPE_TIMESTAMP, TYPE_TIMESTAMP, TYPE_DURATION},
        {"+-", TYPE_DATE, TYPE_DURATION, TYPE_DATE},
        {"+", TYPE_DURATION, TYPE_DATE, TYPE_DATE},
        {"-", TYPE_DATE, TYPE_DATE, TYPE_DURATION},
        {"+", TYPE_LIST, TYPE_LIST, TYPE_LIST},
};

static char sign_of(enum token_kind op)
{
	static const char signs[] = {[TOKEN_ADD - TOKEN_ADD] = '+',
	                             [TOKEN_SUB - TOKEN_ADD] = '-',
	                             [TOKEN_MUL - TOKEN_ADD] = '*',
	                             [TOKEN_DIV - TOKEN_ADD] = '/',
	                             [TOKEN_MOD - TOKEN_ADD] = '%'};
	return signs[op - TOKEN_ADD];
}

bool types_arithmetic(struct arena *arena, enum token_kind op, const struct type *operands, struct type *out)
{
	struct type a = operands[0], b = operands[1];
	bool found = false;
	for (size_t i = 0; i < sizeof ARITHMETIC / sizeof *ARITHMETIC; i++) {
		if (!strchr(ARITHMETIC[i].ops, sign_of(op)) || (a.kind != TYPE_DYN && a.kind != ARITHMETIC[i].a) ||
		    (b.kind != TYPE_DYN && b.kind != ARITHMETIC[i].b))
			continue;
		if (!found)
			*out = (struct type){.kind = ARITHMETIC[i].result};
		else if (out->kind != ARITHMETIC[i].result)
			*out = TYPE(DYN);
		found = true;
	}
	if (found && out->kind == TYPE_LIST)
		*out = a.kind == TYPE_LIST && b.kind == TYPE_LIST ? types_join(arena, a, b) : *out;
	return found;
}

const char *types_hint(struct type a, struct type b)
{
	static const struct {
		enum type_kind a, b;
		const char *hint;
	} HINTS[] = {
	        {TYPE_DATE, TYPE_TIMESTAMP, "date(t) is the day of a timestamp in the customer's zone"},
	        {TYPE_DATE, TYPE_STRING, "a date is written date(\"2026-05-10\")"},
	        {TYPE_TIMESTAMP, TYPE_STRING, "a timestamp is written timestamp(\"2026-05-10T10:00:00Z\")"},
	        {TYPE_DURATION, TYPE_STRING, "a duration is written days(3), hours(12) or duration(\"1h30m\")"},
	        {TYPE_DATE, TYPE_INT, "a number of days is written days(3)"},
	        {TYPE_TIMESTAMP, TYPE_INT, "a length of time is written days(3), hours(12) or minutes(5)"},
	        {TYPE_DURATION, TYPE_INT, "a length of time is written days(3), hours(12) or minutes(5)"},
	        {TYPE_STRING, TYPE_INT, "string(x) makes a text of a number, int(x) a number of a text"},
	        {TYPE_STRING, TYPE_DOUBLE, "string(x) makes a text of a number, double(x) a number of a text"},
	        {TYPE_STRING, TYPE_BOOL, "write true and false without quotes"},
	};
	for (size_t i = 0; i < sizeof HINTS / sizeof *HINTS; i++)
		if ((a.kind == HINTS[i].a && b.kind == HINTS[i].b) || (b.kind == HINTS[i].a && a.kind == HINTS[i].b))
			return HINTS[i].hint;
	return NULL;
}
