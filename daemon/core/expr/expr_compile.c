/* SPDX-License-Identifier: Apache-2.0 */
/* From the checked tree to code: constants are computed now, the rest is laid out for evaluation. */
#include "core/expr/expr_compile.h"

#include "core/doc_time.h"
#include "core/expr/expr_check.h"
#include "core/expr/expr_func.h"
#include "core/opening.h"

#include <stdarg.h>
#include <stdio.h>

struct lowering {
	struct expr_build *build;
	struct expr_read *reads;
	size_t read_count, read_cap;
};

static void lower(struct lowering *lowering, const struct ast *ast, struct code *out);

struct diag *expr_error(struct expr_build *build, enum diag_code code, uint32_t from, uint32_t to, const char *format,
                        ...)
{
	char text[768];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return diag_add(build->diags, DIAG_ERROR, code, doc_range(build->source, from, to), "%s", text);
}

static void note_read(struct lowering *lowering, const struct ast *ast)
{
	for (size_t i = 0; i < lowering->read_count; i++)
		if (lowering->reads[i].bank == ast->bank && lowering->reads[i].slot == ast->slot)
			return;
	if (lowering->read_count == lowering->read_cap)
		lowering->reads = arena_grow(lowering->build->arena, lowering->reads, &lowering->read_cap,
		                             sizeof *lowering->reads);
	lowering->reads[lowering->read_count++] = (struct expr_read){ast->bank, ast->slot};
}

static uint8_t op_of(const struct ast *ast)
{
	static const uint8_t BINARY[] = {
	        [TOKEN_EQ] = OP_EQ,   [TOKEN_NE] = OP_NE,   [TOKEN_LT] = OP_LT,   [TOKEN_LE] = OP_LE,
	        [TOKEN_GT] = OP_GT,   [TOKEN_GE] = OP_GE,   [TOKEN_IN] = OP_IN,   [TOKEN_ADD] = OP_ADD,
	        [TOKEN_SUB] = OP_SUB, [TOKEN_MUL] = OP_MUL, [TOKEN_DIV] = OP_DIV, [TOKEN_MOD] = OP_MOD,
	};
	static const uint8_t MACRO[] = {[MACRO_ALL] = OP_ALL,
	                                [MACRO_EXISTS] = OP_EXISTS,
	                                [MACRO_EXISTS_ONE] = OP_EXISTS_ONE,
	                                [MACRO_FILTER] = OP_FILTER,
	                                [MACRO_MAP] = OP_TRANSFORM};
	static const uint8_t PLAIN[] = {
	        [AST_INDEX] = OP_INDEX, [AST_NOT] = OP_NOT,         [AST_NEGATE] = OP_NEGATE,   [AST_AND] = OP_AND,
	        [AST_OR] = OP_OR,       [AST_TERNARY] = OP_TERNARY, [AST_LIST] = OP_LIST,       [AST_MAP] = OP_MAP,
	        [AST_CALL] = OP_CALL,   [AST_HAS] = OP_HAS,         [AST_DEFAULT] = OP_DEFAULT, [AST_LOCAL] = OP_LOCAL,
	        [AST_FAULT] = OP_FAULT, [AST_SELECT] = OP_SELECT,
	};
	if (ast->kind == AST_BINARY)
		return BINARY[ast->op];
	if (ast->kind == AST_MACRO)
		return MACRO[ast->macro];
	if (ast->kind == AST_SLOT)
		return ast->type.kind == TYPE_DOUBLE ? OP_SLOT_DOUBLE : OP_SLOT;
	return PLAIN[ast->kind];
}

static bool all_constant(const struct code *code)
{
	for (uint32_t i = 0; i < code->count; i++)
		if (code->kids[i].op != OP_CONSTANT)
			return false;
	return true;
}

/* A text that was to be a time says best itself what is wrong with it. */
static bool explain_time(struct lowering *lowering, const struct ast *ast)
{
	static const struct {
		struct str function;
		const char *what;
		struct str (*hint)(struct arena *arena, struct str text);
	} ROWS[] = {{{"date", 4}, "a date", doc_time_date_hint},
	            {{"timestamp", 9}, "a moment", doc_time_instant_hint},
	            {{"duration", 8}, "a duration", doc_time_duration_hint}};
	const struct ast *text = ast->count ? ast->kids[0] : NULL;
	if (ast->kind != AST_CALL || !text || text->kind != AST_CONSTANT || text->constant.kind != VALUE_STRING)
		return false;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		if (!str_eq(ast->name, ROWS[i].function))
			continue;
		struct diag_list *diags = lowering->build->diags;
		struct str written = value_text(text->constant);
		struct diag *diag = expr_error(lowering->build, DIAG_EXPR_CONSTANT, text->from, text->to,
		                               "\"%.*s\" is not %s", STR_ARG(written), ROWS[i].what);
		diag->hint = ROWS[i].hint(diags->arena, written);
		return true;
	}
	return false;
}

/* What depends on nothing is computed here, so that lists of literals cost nothing later. Only containers and the
 * functions marked for it: 1/0 stays an error of evaluation, as CEL has it. */
static void fold(struct lowering *lowering, const struct ast *ast, struct code *out)
{
	struct expr_frame frame = {.zone = &ZONE_UTC, .scratch = lowering->build->arena};
	struct run run = {.frame = &frame, .steps = EXPR_STEPS, .room = 8 * (size_t)EXPR_SCRATCH};
	bool early = out->op == OP_LIST || out->op == OP_MAP || (out->op == OP_CALL && out->function->early);
	if (!early || !all_constant(out))
		return;
	struct value value = code_eval(&run, out);
	if (value.kind == VALUE_ERROR) {
		struct str text = str_sub(lowering->build->source->text, ast->from, ast->to);
		if (!lowering->build->unchecked && value.size != FAULT_TYPE && !explain_time(lowering, ast))
			expr_error(lowering->build, DIAG_EXPR_CONSTANT, ast->from, ast->to, "%.*s cannot be: %s",
			           (int)(text.len > 80 ? 80 : text.len), text.ptr,
			           expr_fault_text((enum expr_fault)value.size));
		return;
	}
	*out = (struct code){.op = OP_CONSTANT, .at = out->at, .constant = value};
}

/* So must a place that has hours. */
static void check_places(struct lowering *lowering, const struct ast *ast)
{
	const struct opening_hours *hours = lowering->build->env->hours;
	for (uint32_t i = 0; hours && ast->kind == AST_CALL && i < ast->count; i++) {
		const struct ast *kid = ast->kids[i];
		if (function_letter(ast->function, i, ast->count) != 'h' || kid->kind != AST_CONSTANT ||
		    opening_find(hours, value_text(kid->constant)))
			continue;
		struct str name = value_text(kid->constant);
		struct str *known = arena_zalloc(lowering->build->arena, (hours->count + 1) * sizeof *known);
		for (size_t k = 0; k < hours->count; k++)
			known[k] = hours->items[k].name;
		diag_suggest(lowering->build->diags,
		             expr_error(lowering->build, DIAG_EXPR_CONSTANT, kid->from, kid->to,
		                        "the rules give no opening hours of \"%.*s\"", STR_ARG(name)),
		             name, known, hours->count, "places");
	}
}

/* A zone that is written out must exist. */
static void check_zones(struct lowering *lowering, const struct ast *ast)
{
	struct zone fixed;
	const struct zone_set *zones = lowering->build->env->zones;
	for (uint32_t i = 0; zones && ast->kind == AST_CALL && i < ast->count; i++) {
		const struct ast *kid = ast->kids[i];
		if (function_letter(ast->function, i, ast->count) != 'z' || kid->kind != AST_CONSTANT)
			continue;
		struct str name = value_text(kid->constant);
		if (!zone_find(zones, name, &fixed))
			diag_hint(lowering->build->diags,
			          expr_error(lowering->build, DIAG_EXPR_CONSTANT, kid->from, kid->to,
			                     "there is no time zone \"%.*s\"", STR_ARG(name)),
			          "write a name such as Europe/Berlin, or UTC");
	}
}

static void lower_kids(struct lowering *lowering, const struct ast *ast, struct code *out)
{
	bool select = ast->kind == AST_SELECT;
	uint32_t count = ast->count + (select ? 1 : 0);
	struct code *kids = arena_zalloc(lowering->build->arena, count * sizeof *kids);
	for (uint32_t i = 0; i < ast->count; i++)
		lower(lowering, ast->kids[i], &kids[i]);
	if (select) {
		struct str name = arena_str(lowering->build->arena, ast->name);
		kids[1] = (struct code){.op = OP_CONSTANT, .at = ast->at, .constant = value_str(name)};
	}
	out->kids = kids;
	out->count = count;
}

static void lower(struct lowering *lowering, const struct ast *ast, struct code *out)
{
	if (ast->kind == AST_CAST) {
		lower(lowering, ast->kids[0], out);
		return;
	}
	*out = (struct code){.at = ast->at};
	if (ast->kind == AST_CONSTANT) {
		out->op = OP_CONSTANT;
		out->constant = value_copy(ast->constant, lowering->build->arena);
		return;
	}
	out->op = op_of(ast);
	out->bank = ast->bank;
	out->slot = ast->slot;
	if (ast->kind == AST_SLOT)
		note_read(lowering, ast);
	if (ast->kind != AST_FAULT && ast->kind != AST_SLOT && ast->kind != AST_LOCAL)
		lower_kids(lowering, ast, out);
	if (ast->kind == AST_CALL)
		out->function = ast->function;
	check_zones(lowering, ast);
	check_places(lowering, ast);
	fold(lowering, ast, out);
	if (ast->kind == AST_HAS && ast->kids[0]->kind == AST_SLOT && ast->kids[0]->certain)
		*out = (struct code){.op = OP_CONSTANT, .constant = value_bool(true)};
}

static void check_result(struct expr_build *build, const struct ast *ast, const struct type *want)
{
	struct checker checker = {.build = build};
	struct type type = ast->type;
	bool fits = type.kind == TYPE_DYN || want->kind == TYPE_DYN || types_same(type, *want) ||
	            (type.kind == TYPE_NULL && want->kind != TYPE_BOOL) ||
	            (type.kind == TYPE_INT && want->kind == TYPE_DOUBLE) ||
	            (type.kind == want->kind && types_equatable(type, *want));
	if (fits)
		return;
	struct diag *diag =
	        expr_error(build, DIAG_EXPR_RESULT, ast->from, ast->to, "this is %.*s, but %.*s is needed here",
	                   STR_ARG(check_a_type(&checker, type)), STR_ARG(check_a_type(&checker, *want)));
	const char *hint = want->kind == TYPE_BOOL ? "compare it with something" : types_hint(type, *want);
	if (hint)
		diag_hint(build->diags, diag, "%s", hint);
}

static bool check_shape(struct expr_build *build)
{
	const struct doc *source = build->source;
	if (source->kind == DOC_SCALAR && !doc_null(source) && source->text.len)
		return true;
	if (source->kind != DOC_SCALAR)
		diag_hint(build->diags,
		          diag_add(build->diags, DIAG_ERROR, DIAG_WRONG_KIND, source->range,
		                   "an expression is needed here, this is a %s",
		                   source->kind == DOC_LIST ? "list" : "map"),
		          "put an expression that contains brackets or \": \" into quotes");
	else if (source->plain && source->text.len)
		return true; /* the word null is an expression */
	else
		diag_add(build->diags, DIAG_ERROR, DIAG_EXPR_SYNTAX, source->range, "an expression is missing here");
	return false;
}

/* The line and column of each byte, so that what fails at run time can be found without the file. */
static void note_places(struct expr_build *build, struct expr *expr)
{
	const struct doc *source = build->source;
	const struct diag_file *file = source->range.file;
	if (!file)
		return;
	uint32_t *places = arena_alloc(build->arena, (source->text.len + 1) * 2 * sizeof *places);
	uint32_t at = doc_range(source, 0, 0).from;
	struct diag_place place = diag_place(file, at);
	for (size_t i = 0; i <= source->text.len; i++) {
		uint32_t next = doc_range(source, i, i).from;
		for (; at < next && at < file->text.len; at++) {
			bool line = file->text.ptr[at] == '\n';
			place.line += line;
			place.column = line ? 1 : place.column + (((unsigned char)file->text.ptr[at] & 0xc0) != 0x80);
		}
		places[2 * i] = place.line;
		places[2 * i + 1] = place.column;
	}
	expr->path = arena_str(build->arena, file->path);
	expr->places = places;
	expr->length = (uint32_t)source->text.len;
}

struct expr_place expr_place(const struct expr *expr, int64_t byte)
{
	size_t at = byte > 0 ? (size_t)byte : 0;
	if (!expr->places)
		return (struct expr_place){{0}, 0, 0};
	at = at < expr->length ? at : expr->length;
	return (struct expr_place){expr->path, expr->places[2 * at], expr->places[2 * at + 1]};
}

static const struct expr *compile(struct expr_build *build, const struct type *want)
{
	struct lowering lowering = {.build = build};
	struct ast *ast = check_shape(build) ? expr_parse(build) : NULL;
	if (!ast || !expr_check(build, ast))
		return NULL;
	if (want && !build->unchecked)
		check_result(build, ast, want);
	struct expr *expr = arena_zalloc(build->arena, sizeof *expr);
	lower(&lowering, ast, &expr->root);
	expr->type = ast->type;
	expr->reads = lowering.reads;
	expr->read_count = lowering.read_count;
	for (size_t i = 0; i < lowering.read_count; i++)
		expr->reads_traits = expr->reads_traits || lowering.reads[i].bank == BANK_TRAIT;
	note_places(build, expr);
	return build->diags->errors == build->before ? expr : NULL;
}

const struct expr *expr_compile(const struct doc *source, const struct expr_env *env, const struct type *want,
                                struct arena *arena, struct diag_list *diags)
{
	struct expr_build build = {
	        .source = source, .env = env, .arena = arena, .diags = diags, .before = diags->errors};
	return compile(&build, want);
}

const struct expr *expr_compile_unchecked(const struct doc *source, const struct expr_env *env, struct arena *arena,
                                          struct diag_list *diags)
{
	struct expr_build build = {.source = source,
	                           .env = env,
	                           .arena = arena,
	                           .diags = diags,
	                           .unchecked = true,
	                           .before = diags->errors};
	return compile(&build, NULL);
}

struct type expr_type(const struct expr *expr)
{
	return expr->type;
}

bool expr_reads(const struct expr *expr, enum expr_bank bank, uint16_t slot)
{
	for (size_t i = 0; i < expr->read_count; i++)
		if (expr->reads[i].bank == bank && expr->reads[i].slot == slot)
			return true;
	return false;
}
