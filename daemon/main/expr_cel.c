/* SPDX-License-Identifier: Apache-2.0 */
#include "main/expr_cel.h"
#include "main/print.h"

#include "adapters/text/json_value.h"
#include "core/base/json_write.h"
#include "core/expr/expr_compile.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 1 << 20, NAMES_MAX = 32 };

/* One line's work. */
struct cel_case {
	struct str expr;
	bool unchecked;
	struct expr_name names[NAMES_MAX];
	struct value values[NAMES_MAX];
	size_t count;
	const char *wrong; /* why the line is not of the form */
};

static const struct value *member(struct value map, const char *name)
{
	return map.kind == VALUE_MAP ? value_find(map, value_str(str_from(name))) : NULL;
}

static struct value typed(struct value form, struct arena *arena, struct cel_case *into);

static struct value number_of(struct value text, bool whole)
{
	char copy[64];
	if (text.kind == VALUE_INT)
		return whole ? text : value_double((double)text.i);
	if (text.kind != VALUE_STRING)
		return text;
	snprintf(copy, sizeof copy, "%.*s", STR_ARG(value_text(text)));
	return whole ? value_int(strtoll(copy, NULL, 10)) : value_double(strtod(copy, NULL));
}

static struct value list_of(struct value form, struct arena *arena, struct cel_case *into)
{
	const struct value *values = member(form, "values");
	int32_t count = values && values->kind == VALUE_LIST ? values->size : 0;
	struct value *items = arena_alloc(arena, (size_t)count * sizeof *items + 1);
	for (int32_t i = 0; i < count; i++)
		items[i] = typed(values->items[i], arena, into);
	return (struct value){.kind = VALUE_LIST, .size = count, .items = items};
}

static struct value map_of(struct value form, struct arena *arena, struct cel_case *into)
{
	const struct value *pairs = member(form, "entries"), null = value_null();
	int32_t count = pairs && pairs->kind == VALUE_LIST ? pairs->size : 0;
	struct value_entry *entries = arena_alloc(arena, (size_t)count * sizeof *entries + 1);
	for (int32_t i = 0; i < count; i++) {
		const struct value *key = member(pairs->items[i], "key"), *value = member(pairs->items[i], "value");
		entries[i].key = typed(key ? *key : null, arena, into);
		entries[i].value = typed(value ? *value : null, arena, into);
	}
	return (struct value){.kind = VALUE_MAP, .size = count, .entries = entries};
}

/* {"string_value": "x"} and so on. */
static struct value typed(struct value form, struct arena *arena, struct cel_case *into)
{
	struct str kind = form.kind == VALUE_MAP && form.size == 1 ? value_text(form.entries[0].key) : STR("");
	struct value inner = kind.len ? form.entries[0].value : value_null();
	if (str_eq(kind, STR("int64_value")))
		return number_of(inner, true);
	if (str_eq(kind, STR("double_value")))
		return number_of(inner, false);
	if (str_eq(kind, STR("string_value")) || str_eq(kind, STR("bool_value")) || str_eq(kind, STR("null_value")))
		return inner;
	if (str_eq(kind, STR("list_value")))
		return list_of(inner, arena, into);
	if (str_eq(kind, STR("map_value")))
		return map_of(inner, arena, into);
	into->wrong = "a binding is of a kind that is not supported";
	return value_null();
}

static void read_case(struct value line, struct arena *arena, struct cel_case *into)
{
	const struct value *expr = member(line, "expr"), *bindings = member(line, "bindings");
	const struct value *unchecked = member(line, "disable_check");
	*into = (struct cel_case){.unchecked = unchecked && unchecked->kind == VALUE_BOOL && unchecked->b};
	if (!expr || expr->kind != VALUE_STRING) {
		into->wrong = "there is no text \"expr\"";
		return;
	}
	into->expr = value_text(*expr);
	for (int32_t i = 0; bindings && bindings->kind == VALUE_MAP && i < bindings->size && i < NAMES_MAX; i++) {
		const struct value *value = member(bindings->entries[i].value, "value");
		into->names[into->count] = (struct expr_name){.path = value_text(bindings->entries[i].key),
		                                              .bank = BANK_LOCAL,
		                                              .slot = (uint16_t)into->count};
		into->values[into->count++] = typed(value ? *value : bindings->entries[i].value, arena, into);
	}
}

static void print_typed(struct value v, struct buf *out);

static void print_double(double d, struct buf *out)
{
	if (isfinite(d))
		json_double(out, d);
	else
		buf_str(out, isnan(d) ? STR("\"NaN\"") : d < 0 ? STR("\"-Infinity\"") : STR("\"Infinity\""));
}

static void print_list(struct value v, struct buf *out)
{
	buf_str(out, STR("{\"values\":["));
	for (int32_t i = 0; i < v.size; i++) {
		buf_str(out, i ? STR(",") : STR(""));
		print_typed(v.items[i], out);
	}
	buf_str(out, STR("]}"));
}

static void print_map(struct value v, struct buf *out)
{
	buf_str(out, STR("{\"entries\":["));
	for (int32_t i = 0; i < v.size; i++) {
		buf_str(out, i ? STR(",{\"key\":") : STR("{\"key\":"));
		print_typed(v.entries[i].key, out);
		buf_str(out, STR(",\"value\":"));
		print_typed(v.entries[i].value, out);
		buf_char(out, '}');
	}
	buf_str(out, STR("]}"));
}

static void print_typed(struct value v, struct buf *out)
{
	static const char *const KINDS[] = {
	        [VALUE_NULL] = "null_value",
	        [VALUE_BOOL] = "bool_value",
	        [VALUE_INT] = "int64_value",
	        [VALUE_DOUBLE] = "double_value",
	        [VALUE_STRING] = "string_value",
	        [VALUE_DATE] = "date_value",
	        [VALUE_TIMESTAMP] = "timestamp_value",
	        [VALUE_DURATION] = "duration_value",
	        [VALUE_LIST] = "list_value",
	        [VALUE_MAP] = "map_value",
	        [VALUE_ERROR] = "error",
	};
	buf_printf(out, "{\"%s\":", KINDS[v.kind]);
	if (v.kind == VALUE_INT)
		buf_printf(out, "\"%" PRId64 "\"", v.i);
	else if (v.kind == VALUE_DOUBLE)
		print_double(v.d, out);
	else if (v.kind == VALUE_LIST)
		print_list(v, out);
	else if (v.kind == VALUE_MAP)
		print_map(v, out);
	else
		value_print_json(v, out);
	buf_char(out, '}');
}

static void print_error(const char *code, struct str message, struct buf *out)
{
	buf_printf(out, "{\"error\":{\"code\":\"%s\",\"message\":", code);
	json_str(out, message);
	buf_str(out, STR("}}"));
}

static void print_result(struct value v, struct buf *out)
{
	if (v.kind == VALUE_ERROR) {
		print_error("run", str_from(expr_fault_text((enum expr_fault)v.size)), out);
		return;
	}
	buf_str(out, STR("{\"value\":"));
	print_typed(v, out);
	buf_char(out, '}');
}

static void run_case(const struct cel_case *work, struct arena *arena, const struct zone_set *zones, struct buf *out)
{
	struct diag_list diags;
	struct diag_file file = {STR("expr"), work->expr};
	struct doc doc = {.kind = DOC_SCALAR, .range = {&file, 0, (uint32_t)work->expr.len}, .text = work->expr};
	struct expr_env env = {work->names, work->count, STR(""), zones, NULL};
	char code[16];
	diag_init(&diags, arena);
	const struct expr *expr = work->unchecked ? expr_compile_unchecked(&doc, &env, arena, &diags)
	                                          : expr_compile(&doc, &env, NULL, arena, &diags);
	if (!expr) {
		snprintf(code, sizeof code, "JRN%03d", (int)diags.items[0].code);
		print_error(code, diags.items[0].message, out);
	} else {
		struct expr_frame frame = {
		        .banks = {[BANK_LOCAL] = work->values}, .zone = &ZONE_UTC, .zones = zones, .scratch = arena};
		print_result(expr_eval(expr, &frame), out);
	}
	diag_release(&diags);
}

/* The answer to one line; false when it is not of the form. */
static bool answer(struct json_parser *parser, struct str line, const struct zone_set *zones, struct buf *out)
{
	struct arena arena;
	struct json_item root;
	struct value value;
	struct str twice;
	struct cel_case work = {.wrong = "it holds a name twice"};
	arena_init(&arena, 65536);
	if (json_parse(parser, line, &root, &work.wrong) && json_to_value(parser, root, &arena, &value, &twice))
		read_case(value, &arena, &work);
	if (work.wrong)
		fprintf(stderr, "journeyd expr: a line is not a case: %s\n", work.wrong);
	else
		run_case(&work, &arena, zones, out);
	arena_release(&arena);
	return !work.wrong;
}

bool expr_cel_run(FILE *in, FILE *out, const struct zone_set *zones)
{
	struct json_parser *parser = json_new(LINE_MAX_BYTES);
	struct buf text = {0};
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	bool good = true;
	while (good && (len = getline(&line, &room, in)) > 0) {
		buf_clear(&text);
		good = answer(parser, (struct str){line, (size_t)len}, zones, &text);
		buf_char(&text, '\n');
		print_buf(&text, out);
	}
	free(line);
	buf_release(&text);
	json_free(parser);
	return good;
}
