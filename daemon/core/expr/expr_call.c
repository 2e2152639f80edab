/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: forms that evaluate their arguments in their own way (has, default, the macros), and functions by table. */
#include "core/expr/expr_check.h"
#include "core/expr/expr_func.h"

static const struct {
	const char *name;
	const char *feature;
} UNSUPPORTED[] = {
        {"uint", "unsigned integers (uint)"},
        {"bytes", "bytes"},
        {"type", "type values (type())"},
        {"matches", "regular expressions (matches)"},
        {"optional.of", "optionals"},
        {"optional.none", "optionals"},
        {"optional.ofNonZeroValue", "optionals"},
        {"orValue", "optionals"},
        {"hasValue", "optionals"},
        {"cel.bind", "bindings (cel.bind)"},
        {"cel.block", "bindings (cel.block)"},
        {"transformList", "macros with two variables"},
        {"transformMap", "macros with two variables"},
        {"transformMapEntry", "macros with two variables"},
        {"base64.encode", "bytes"},
        {"base64.decode", "bytes"},
};

static const struct {
	const char *name;
	enum macro_kind kind;
} MACROS[] = {
        {"all", MACRO_ALL},
        {"exists", MACRO_EXISTS},
        {"exists_one", MACRO_EXISTS_ONE},
        {"existsOne", MACRO_EXISTS_ONE},
        {"filter", MACRO_FILTER},
        {"map", MACRO_MAP},
};

/* The node becomes one that fails when it is reached; only of use when compiling unchecked. */
static void give_up(struct ast *ast)
{
	ast->kind = AST_FAULT;
	ast->type = TYPE(DYN);
}

static void check_args(struct checker *checker, struct ast *ast, uint32_t from)
{
	for (uint32_t i = from; i < ast->count; i++)
		check_node(checker, ast->kids[i]);
}

static bool takes(struct checker *checker, struct ast *ast, uint32_t count)
{
	if (ast->count == count)
		return true;
	check_error(checker, DIAG_EXPR_TYPE, ast, "%.*s() takes %u argument%s, not %u", STR_ARG(ast->name), count,
	            count == 1 ? "" : "s", ast->count);
	give_up(ast);
	return false;
}

static void check_has(struct checker *checker, struct ast *ast)
{
	if (!takes(checker, ast, 1))
		return;
	struct ast *field = ast->kids[0];
	bool path = field->kind == AST_SELECT || field->kind == AST_NAME;
	checker->asking++;
	check_node(checker, field);
	checker->asking--;
	if (!path || (field->kind != AST_SELECT && field->kind != AST_SLOT && field->kind != AST_FAULT))
		expr_error(checker->build, DIAG_EXPR_SYNTAX, field->from, field->to,
		           "has() asks for a field, as in has(event.coupon)");
	ast->kind = AST_HAS;
	ast->type = TYPE(BOOL);
}

static void check_default(struct checker *checker, struct ast *ast)
{
	if (!takes(checker, ast, 2))
		return;
	checker->asking++;
	check_node(checker, ast->kids[0]);
	checker->asking--;
	check_args(checker, ast, 1);
	struct type of = ast->kids[0]->type, otherwise = ast->kids[1]->type;
	if (of.kind == TYPE_DOUBLE && otherwise.kind == TYPE_INT && ast->kids[1]->kind == AST_CONSTANT) {
		ast->kids[1]->constant = value_double((double)ast->kids[1]->constant.i); /* default(event.total, 0) */
		ast->kids[1]->type = otherwise = of;
	}
	if (!types_equatable(of, otherwise))
		check_error(checker, DIAG_EXPR_TYPE, ast, "default() gives %.*s or else %.*s",
		            STR_ARG(check_a_type(checker, of)), STR_ARG(check_a_type(checker, otherwise)));
	ast->kind = AST_DEFAULT;
	ast->type = types_join(checker->build->arena, of, otherwise);
}

static void check_dyn(struct checker *checker, struct ast *ast)
{
	if (!takes(checker, ast, 1))
		return;
	check_args(checker, ast, 0);
	ast->kind = AST_CAST;
	ast->type = TYPE(DYN);
}

/* Forms that are no functions; the table of functions has a row of each for docs and names. */
static const struct {
	const char *name;
	void (*check)(struct checker *checker, struct ast *ast);
} FORMS[] = {{"has", check_has}, {"default", check_default}, {"dyn", check_dyn}};

/* x.all(v, body) and its like. The variable's type is the list's element; of a map it is the key. */
static bool enter_macro(struct checker *checker, struct ast *ast, struct str variable)
{
	struct type of = ast->kids[0]->type;
	if (of.kind != TYPE_LIST && of.kind != TYPE_MAP && of.kind != TYPE_DYN)
		check_error(checker, DIAG_EXPR_TYPE, ast->kids[0], "%.*s() goes through a list or a map, this is %.*s",
		            STR_ARG(ast->name), STR_ARG(check_a_type(checker, of)));
	if (checker->local_count == EXPR_LOCALS_MAX) {
		expr_error(checker->build, DIAG_EXPR_LIMIT, ast->from, ast->to, "more than %d macros within each other",
		           EXPR_LOCALS_MAX);
		return false;
	}
	ast->slot = checker->local_count++;
	checker->locals[ast->slot].name = variable;
	checker->locals[ast->slot].type = of.kind == TYPE_LIST && of.elem ? *of.elem : TYPE(DYN);
	return true;
}

static void macro_type(struct checker *checker, struct ast *ast)
{
	struct type of = ast->kids[0]->type, made = ast->kids[ast->count - 1]->type;
	bool condition = ast->macro != MACRO_MAP || ast->count == 3;
	if (condition && ast->kids[1]->type.kind != TYPE_BOOL && ast->kids[1]->type.kind != TYPE_DYN)
		check_error(checker, DIAG_EXPR_TYPE, ast->kids[1], "%.*s() needs a bool, this is %.*s",
		            STR_ARG(ast->name), STR_ARG(check_a_type(checker, ast->kids[1]->type)));
	ast->type = TYPE(BOOL);
	if (ast->macro == MACRO_FILTER)
		ast->type = (struct type){TYPE_LIST, of.kind == TYPE_LIST ? of.elem : NULL};
	if (ast->macro == MACRO_MAP) {
		struct type *elem = arena_alloc(checker->build->arena, sizeof *elem);
		*elem = made;
		ast->type = (struct type){TYPE_LIST, made.kind == TYPE_DYN || made.kind == TYPE_NULL ? NULL : elem};
	}
}

/* kids: the list, the variable, one or two bodies. Afterwards: the list and the bodies. */
static void check_macro(struct checker *checker, struct ast *ast)
{
	struct ast *variable = ast->kids[1];
	check_node(checker, ast->kids[0]);
	if (!enter_macro(checker, ast, variable->name)) {
		give_up(ast);
		return;
	}
	for (uint32_t i = 1; i + 1 < ast->count; i++)
		ast->kids[i] = ast->kids[i + 1];
	ast->count--;
	check_args(checker, ast, 1);
	checker->local_count--;
	ast->kind = AST_MACRO;
	macro_type(checker, ast);
}

static bool is_macro(struct ast *ast)
{
	if (ast->kind != AST_METHOD || ast->count < 3 || ast->kids[1]->kind != AST_NAME)
		return false;
	for (size_t i = 0; i < sizeof MACROS / sizeof *MACROS; i++)
		if (str_eq(ast->name, str_from(MACROS[i].name))) {
			ast->macro = MACROS[i].kind;
			return ast->count == 3 || (ast->count == 4 && MACROS[i].kind == MACRO_MAP);
		}
	return false;
}

/* `math.ceil(x)` was read as a method of `math`: make it the call of a function with a point in its name. */
static void join_namespace(struct checker *checker, struct ast *ast)
{
	if (ast->kind != AST_METHOD || ast->kids[0]->kind != AST_NAME || check_known(checker, ast->kids[0]->name))
		return;
	struct str space = ast->kids[0]->name;
	if (!str_eq(space, STR("math")) && !str_eq(space, STR("strings")) && !str_eq(space, STR("optional")) &&
	    !str_eq(space, STR("cel")) && !str_eq(space, STR("base64")))
		return;
	ast->name = arena_printf(checker->build->arena, "%.*s.%.*s", STR_ARG(space), STR_ARG(ast->name));
	ast->kind = AST_CALL;
	ast->kids++;
	ast->count--;
}

/* all, exists, exists_one with a name for the index too. */
static bool has_two_variables(const struct ast *ast)
{
	if (ast->kind != AST_METHOD || ast->count != 4 || ast->kids[1]->kind != AST_NAME ||
	    ast->kids[2]->kind != AST_NAME)
		return false;
	return str_eq(ast->name, STR("all")) || str_eq(ast->name, STR("exists")) ||
	       str_eq(ast->name, STR("exists_one")) || str_eq(ast->name, STR("existsOne"));
}

static bool is_unsupported(struct checker *checker, struct ast *ast)
{
	if (has_two_variables(ast)) {
		expr_error(checker->build, DIAG_EXPR_UNSUPPORTED, ast->at, ast->to,
		           "macros with two variables are not supported");
		return true;
	}
	for (size_t i = 0; i < sizeof UNSUPPORTED / sizeof *UNSUPPORTED; i++)
		if (str_eq(ast->name, str_from(UNSUPPORTED[i].name))) {
			expr_error(checker->build, DIAG_EXPR_UNSUPPORTED, ast->at, ast->to, "%s are not supported",
			           UNSUPPORTED[i].feature);
			return true;
		}
	return false;
}

/* xs.exsts(x, x > 1): the variable of the macro that is likely meant is no unknown name. */
static bool misspelt_macro(const struct ast *ast)
{
	struct str names[sizeof MACROS / sizeof *MACROS];
	for (size_t i = 0; i < sizeof MACROS / sizeof *MACROS; i++)
		names[i] = str_from(MACROS[i].name);
	return ast->kind == AST_METHOD && ast->count >= 3 && ast->kids[1]->kind == AST_NAME &&
	       diag_nearest(ast->name, names, sizeof MACROS / sizeof *MACROS);
}

static void fail_unknown(struct checker *checker, struct ast *ast)
{
	struct expr_build *build = checker->build;
	bool method = ast->kind == AST_METHOD;
	size_t count = 0, total = expr_function_count();
	struct str *names = arena_alloc(build->arena, total * sizeof *names);
	for (size_t i = 0; i < total; i++)
		if (expr_function_at(i).method == method)
			names[count++] = str_from(expr_function_at(i).name);
	struct diag *diag = check_error(checker, DIAG_EXPR_NAME, ast, "unknown %s \"%.*s\"",
	                                method ? "method" : "function", STR_ARG(ast->name));
	if (diag)
		diag_suggest(build->diags, diag, ast->name, names, count, NULL);
	const struct function *other = function_find(ast->name, !method);
	if (diag && other)
		diag_hint(build->diags, diag, method ? "write %.*s(x)" : "write x.%.*s(...)", STR_ARG(ast->name));
	if (diag && (str_eq(ast->name, STR("months")) || str_eq(ast->name, STR("years"))))
		diag_hint(build->diags, diag, "%.*s differ in length: write add_%.*s(x, 3) or %.*s_since(x)",
		          STR_ARG(ast->name), STR_ARG(ast->name), STR_ARG(ast->name));
	if (!misspelt_macro(ast))
		check_args(checker, ast, method ? 1 : 0);
	give_up(ast);
}

static bool row_fits(const struct function *row, const struct ast *ast)
{
	if (ast->count == 0)
		return row->args[0] == '\0';
	for (uint32_t i = 0; i < ast->count; i++) {
		char letter = function_letter(row, i, ast->count);
		enum type_kind type = ast->kids[i]->type.kind;
		if (!letter || (type != TYPE_DYN && !function_accepts(letter, type_value(type))))
			return false;
	}
	return true;
}

static struct type result_of(const struct function *row, const struct ast *ast)
{
	if (row->result == '1')
		return ast->kids[0]->type;
	return (struct type){.kind = function_type(row->result)};
}

static void fail_overload(struct checker *checker, struct ast *ast)
{
	struct buf given = {0}, forms = {0};
	bool method = ast->kind == AST_METHOD;
	for (uint32_t i = method ? 1 : 0; i < ast->count; i++) {
		buf_str(&given, i > (method ? 1U : 0U) ? STR(", ") : STR(""));
		type_print(ast->kids[i]->type, &given);
	}
	for (const struct function *row = function_find(ast->name, method); row; row = function_next(row)) {
		buf_str(&forms, forms.len ? STR(", ") : STR(""));
		function_print(row, &forms);
	}
	struct str of = method ? check_type_text(checker, ast->kids[0]->type) : STR("");
	struct diag *diag = check_error(checker, DIAG_EXPR_TYPE, ast, "no %.*s%s%.*s(%.*s)", STR_ARG(of),
	                                method ? "." : "", STR_ARG(ast->name), STR_ARG(buf_view(&given)));
	if (diag)
		diag->known =
		        arena_printf(checker->build->diags->arena, "known forms: %.*s", STR_ARG(buf_view(&forms)));
	buf_release(&given);
	buf_release(&forms);
}

static void fail_form(struct checker *checker, struct ast *ast, const struct function *row)
{
	struct buf form = {0};
	function_print(row, &form);
	check_error(checker, DIAG_EXPR_TYPE, ast, "%.*s() is written %.*s", STR_ARG(ast->name),
	            STR_ARG(buf_view(&form)));
	buf_release(&form);
	give_up(ast);
}

static void check_function(struct checker *checker, struct ast *ast)
{
	const struct function *first = function_find(ast->name, ast->kind == AST_METHOD);
	if (!first) {
		fail_unknown(checker, ast);
		return;
	}
	if (!first->call) { /* a form or macro with the wrong number or kind of parts */
		fail_form(checker, ast, first);
		return;
	}
	check_args(checker, ast, 0);
	ast->type = TYPE(DYN);
	ast->function = NULL;
	for (const struct function *row = first; row; row = function_next(row)) {
		if (!row_fits(row, ast))
			continue;
		struct type result = result_of(row, ast);
		ast->type = !ast->function || types_same(result, ast->type) ? result : TYPE(DYN);
		ast->function = ast->function ? ast->function : row;
	}
	if (!ast->function) {
		fail_overload(checker, ast);
		ast->function = first;
	}
	ast->kind = AST_CALL;
	check_known_call(checker, ast);
}

void check_call(struct checker *checker, struct ast *ast)
{
	join_namespace(checker, ast);
	if (is_macro(ast)) {
		check_macro(checker, ast);
		return;
	}
	for (size_t i = 0; ast->kind == AST_CALL && i < sizeof FORMS / sizeof *FORMS; i++)
		if (str_eq(ast->name, str_from(FORMS[i].name))) {
			FORMS[i].check(checker, ast);
			return;
		}
	if (is_unsupported(checker, ast))
		give_up(ast);
	else
		check_function(checker, ast);
}
