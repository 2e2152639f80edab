/* SPDX-License-Identifier: Apache-2.0 */
/* Types of operators, and what bounds the cost. */
#include "core/expr/expr_check.h"

struct str check_type_text(struct checker *checker, struct type type)
{
	struct buf buf = {0};
	type_print(type, &buf);
	struct str text = arena_str(checker->build->arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

struct str check_a_type(struct checker *checker, struct type type)
{
	struct str text = check_type_text(checker, type);
	bool vowel = type.kind == TYPE_INT || type.kind == TYPE_DYN;
	return arena_printf(checker->build->arena, "%s %.*s", vowel ? "an" : "a", STR_ARG(text));
}

struct diag *check_error(struct checker *checker, enum diag_code code, const struct ast *ast, const char *format, ...)
{
	char text[512];
	va_list args;
	if (checker->build->unchecked)
		return NULL;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return expr_error(checker->build, code, ast->from, ast->to, "%s", text);
}

static void hint(struct checker *checker, struct diag *diag, const char *text)
{
	if (diag && text)
		diag_hint(checker->build->diags, diag, "%s", text);
}

static void expect_bool(struct checker *checker, const struct ast *ast, const char *where)
{
	if (ast->type.kind == TYPE_BOOL || ast->type.kind == TYPE_DYN)
		return;
	struct diag *diag = check_error(checker, DIAG_EXPR_TYPE, ast, "%s needs a bool, this is %.*s", where,
	                                STR_ARG(check_a_type(checker, ast->type)));
	if (ast->type.kind == TYPE_INT || ast->type.kind == TYPE_STRING)
		hint(checker, diag, "compare it with something");
}

static void fail_binary(struct checker *checker, struct ast *ast)
{
	struct type a = ast->kids[0]->type, b = ast->kids[1]->type;
	struct str op = str_sub(checker->build->source->text, ast->at, ast->at + 1);
	if (ast->op == TOKEN_EQ || ast->op == TOKEN_NE || ast->op == TOKEN_LE || ast->op == TOKEN_GE ||
	    ast->op == TOKEN_IN)
		op.len = 2;
	struct diag *diag = check_error(checker, DIAG_EXPR_TYPE, ast, "no %.*s between %.*s and %.*s", STR_ARG(op),
	                                STR_ARG(check_type_text(checker, a)), STR_ARG(check_type_text(checker, b)));
	if (ast->op == TOKEN_IN)
		hint(checker, diag, "in looks for a value in a list or a key in a map; for text use contains()");
	else
		hint(checker, diag, types_hint(a, b));
}

static bool membership_fits(struct type a, struct type b)
{
	if (b.kind == TYPE_LIST)
		return !b.elem || types_equatable(a, *b.elem);
	return b.kind == TYPE_MAP || b.kind == TYPE_DYN;
}

static void check_binary(struct checker *checker, struct ast *ast)
{
	struct type operands[] = {ast->kids[0]->type, ast->kids[1]->type};
	bool good;
	ast->type = TYPE(BOOL);
	if (ast->op == TOKEN_EQ || ast->op == TOKEN_NE)
		good = types_equatable(operands[0], operands[1]);
	else if (ast->op == TOKEN_IN)
		good = membership_fits(operands[0], operands[1]);
	else if (ast->op >= TOKEN_LT && ast->op <= TOKEN_GE)
		good = types_ordered(operands[0], operands[1]);
	else
		good = types_arithmetic(checker->build->arena, ast->op, operands, &ast->type);
	check_known_words(checker, ast);
	if (good)
		return;
	fail_binary(checker, ast);
	if (ast->op >= TOKEN_ADD)
		ast->type = TYPE(DYN);
}

static void check_logic(struct checker *checker, struct ast *ast)
{
	for (uint32_t i = 0; i < ast->count; i++)
		expect_bool(checker, ast->kids[i], ast->kind == AST_AND ? "&&" : ast->kind == AST_OR ? "||" : "!");
	ast->type = TYPE(BOOL);
}

static void check_negate(struct checker *checker, struct ast *ast)
{
	struct type of = ast->kids[0]->type;
	ast->type = of;
	if (of.kind == TYPE_INT || of.kind == TYPE_DOUBLE || of.kind == TYPE_DYN || of.kind == TYPE_DURATION)
		return;
	check_error(checker, DIAG_EXPR_TYPE, ast, "no minus of %.*s", STR_ARG(check_a_type(checker, of)));
	ast->type = TYPE(DYN);
}

static void check_ternary(struct checker *checker, struct ast *ast)
{
	expect_bool(checker, ast->kids[0], "the condition before ?");
	ast->type = types_join(checker->build->arena, ast->kids[1]->type, ast->kids[2]->type);
}

static void check_index(struct checker *checker, struct ast *ast)
{
	struct type of = ast->kids[0]->type, by = ast->kids[1]->type;
	ast->type = of.elem ? *of.elem : TYPE(DYN);
	if (of.kind == TYPE_LIST && by.kind != TYPE_INT && by.kind != TYPE_DYN)
		check_error(checker, DIAG_EXPR_TYPE, ast->kids[1], "a place in a list is an int, not %.*s",
		            STR_ARG(check_a_type(checker, by)));
	else if (of.kind != TYPE_LIST && of.kind != TYPE_MAP && of.kind != TYPE_DYN)
		check_error(checker, DIAG_EXPR_TYPE, ast, "[ ] is for lists and maps, this is %.*s",
		            STR_ARG(check_a_type(checker, of)));
	check_known_index(checker, ast);
}

/* The elements' common type; step 2 from 1 for the values of a map. */
static struct type join_kids(struct checker *checker, const struct ast *ast, uint32_t from, uint32_t step)
{
	struct type type = ast->count > from ? ast->kids[from]->type : TYPE(DYN);
	for (uint32_t i = from + step; i < ast->count; i += step)
		type = types_join(checker->build->arena, type, ast->kids[i]->type);
	return type;
}

static void check_container(struct checker *checker, struct ast *ast)
{
	bool map = ast->kind == AST_MAP;
	struct type elem = join_kids(checker, ast, map ? 1 : 0, map ? 2 : 1);
	ast->type = (struct type){.kind = map ? TYPE_MAP : TYPE_LIST};
	if (elem.kind != TYPE_DYN && elem.kind != TYPE_NULL) {
		struct type *kept = arena_alloc(checker->build->arena, sizeof *kept);
		*kept = elem;
		ast->type.elem = kept;
	}
	for (uint32_t i = 0; map && i < ast->count; i += 2) {
		enum type_kind key = ast->kids[i]->type.kind;
		if (key != TYPE_STRING && key != TYPE_INT && key != TYPE_BOOL && key != TYPE_DYN)
			check_error(checker, DIAG_EXPR_TYPE, ast->kids[i],
			            "a map's key is a string, an int or a bool, not %.*s",
			            STR_ARG(check_a_type(checker, ast->kids[i]->type)));
	}
}

static void check_constant(struct checker *checker, struct ast *ast)
{
	static const uint8_t types[] = {[VALUE_NULL] = TYPE_NULL,
	                                [VALUE_BOOL] = TYPE_BOOL,
	                                [VALUE_INT] = TYPE_INT,
	                                [VALUE_DOUBLE] = TYPE_DOUBLE,
	                                [VALUE_STRING] = TYPE_STRING};
	(void)checker;
	ast->type = (struct type){.kind = types[ast->constant.kind]};
}

static void add_cost(struct ast *ast)
{
	ast->cost = 1;
	if (ast->kind == AST_MACRO) {
		const struct ast *range = ast->kids[0];
		double turns = EXPR_LIST_GUESS;
		if (range->kind == AST_LIST || range->kind == AST_MAP)
			turns = range->kind == AST_MAP ? range->count / 2 : range->count;
		ast->cost += ast->kids[0]->cost;
		for (uint32_t i = 1; i < ast->count; i++)
			ast->cost += turns * (1 + ast->kids[i]->cost);
		return;
	}
	for (uint32_t i = 0; i < ast->count; i++)
		ast->cost += ast->kids[i]->cost;
}

void check_node(struct checker *checker, struct ast *ast)
{
	static void (*const CHECKS[])(struct checker *, struct ast *) = {
	        [AST_CONSTANT] = check_constant, [AST_NAME] = check_path,     [AST_SELECT] = check_path,
	        [AST_INDEX] = check_index,       [AST_CALL] = check_call,     [AST_METHOD] = check_call,
	        [AST_NOT] = check_logic,         [AST_NEGATE] = check_negate, [AST_BINARY] = check_binary,
	        [AST_AND] = check_logic,         [AST_OR] = check_logic,      [AST_TERNARY] = check_ternary,
	        [AST_LIST] = check_container,    [AST_MAP] = check_container,
	};
	if (ast->kind == AST_BINARY && check_dashed(checker, ast))
		return;
	bool own = ast->kind == AST_NAME || ast->kind == AST_SELECT || ast->kind == AST_CALL || ast->kind == AST_METHOD;
	for (uint32_t i = 0; !own && i < ast->count; i++) /* those of calls and paths are theirs to check */
		check_node(checker, ast->kids[i]);
	CHECKS[ast->kind](checker, ast);
	add_cost(ast);
}

bool expr_check(struct expr_build *build, struct ast *ast)
{
	struct checker checker = {.build = build};
	check_node(&checker, ast);
	if (ast->cost > EXPR_STEPS)
		expr_error(build, DIAG_EXPR_LIMIT, ast->from, ast->to,
		           "macros within each other may take %.0f steps where %d are allowed", ast->cost, EXPR_STEPS);
	return build->diags->errors == build->before;
}
