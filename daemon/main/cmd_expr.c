/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd expr`: what an expression gives, or what is wrong with it. */
#include "adapters/text/files.h"
#include "adapters/text/json_value.h"
#include "core/expr/expr.h"
#include "main/commands.h"
#include "main/expr_cel.h"
#include "main/print.h"
#include "main/zones.h"

#include <string.h>
#include <time.h>

struct expr_options {
	const char *event;
	const char *zone;
	bool conformance;
	bool functions;
};

static const struct option_row OPTIONS[] = {
        {"event", 'e', OPTION_TEXT, offsetof(struct expr_options, event), "FILE",
         "a JSON object that the expression sees as `event`", NULL},
        {"zone", 'z', OPTION_TEXT, offsetof(struct expr_options, zone), "NAME", "the customer's time zone (UTC)", NULL},
        {"functions", 0, OPTION_FLAG, offsetof(struct expr_options, functions), NULL, "list the functions and stop",
         NULL},
        {"conformance", 0, OPTION_FLAG, offsetof(struct expr_options, conformance), NULL,
         "answer cases of the CEL conformance suite, one a line, from standard input", NULL},
        {0},
};

enum { EVENT_MAX_BYTES = 1 << 20, SLOT_EVENT = 0, SLOT_NOW = 1 };

static void list_functions(void)
{
	struct buf line = {0};
	for (size_t i = 0; i < expr_function_count(); i++) {
		buf_clear(&line);
		expr_function_print(i, &line);
		printf("%-58.*s %s\n", STR_ARG(buf_view(&line)), expr_function_at(i).about);
	}
	buf_release(&line);
}

/* The event's fields as one map; false when the file is not a JSON object, which is said. */
static bool read_event(const char *path, struct arena *arena, struct diag_list *diags, struct value *out)
{
	struct json_item root;
	struct str twice = {0};
	const char *why = "a name stands twice in it";
	const struct diag_file *file = files_read(str_from(path), EVENT_MAX_BYTES, arena, diags);
	if (!file)
		return false;
	struct json_parser *parser = json_new(EVENT_MAX_BYTES);
	bool good = json_parse(parser, file->text, &root, &why) && json_to_value(parser, root, arena, out, &twice);
	if (good && out->kind != VALUE_MAP) {
		why = "it is not an object";
		good = false;
	}
	if (good) /* the parser's text ends with the parser */
		*out = value_copy(*out, arena);
	else
		fprintf(stderr, "journeyd expr: %s: %s\n", path, why);
	json_free(parser);
	return good;
}

/* Prints the value as JSON, or the fault with a caret under where it happened. */
static int print_value(const struct doc *doc, struct value v, struct diag_list *diags)
{
	if (v.kind == VALUE_ERROR) {
		diag_add(diags, DIAG_ERROR, DIAG_EXPR_CONSTANT, doc_range(doc, (size_t)v.i, (size_t)v.i + 1),
		         "it fails: %s", expr_fault_text((enum expr_fault)v.size));
		print_findings(diags, false);
		return EXIT_PROBLEMS;
	}
	struct buf text = {0};
	value_print_json(v, &text);
	printf("%.*s\n", STR_ARG(buf_view(&text)));
	buf_release(&text);
	return EXIT_OK;
}

static struct value wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return value_instant((struct instant){(int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000});
}

struct evaluation {
	struct arena arena;
	struct diag_list diags;
	struct value values[2];
	const struct zone_set *zones;
	const struct zone *zone;
};

static int evaluate(struct evaluation *run, const char *source)
{
	const struct expr_name names[] = {
	        {.path = STR("event"), .bank = BANK_LOCAL, .slot = SLOT_EVENT},
	        {.path = STR("now"), .type = {.kind = TYPE_TIMESTAMP}, .bank = BANK_LOCAL, .slot = SLOT_NOW},
	};
	struct str text = str_from(source);
	struct diag_file file = {STR("expression"), text};
	struct doc doc = {.kind = DOC_SCALAR, .range = {&file, 0, (uint32_t)text.len}, .text = text};
	struct expr_env env = {names, 2, STR(""), run->zones, NULL};
	const struct expr *expr = expr_compile(&doc, &env, NULL, &run->arena, &run->diags);
	if (!expr) {
		print_findings(&run->diags, false);
		return EXIT_PROBLEMS;
	}
	struct expr_frame frame = {.banks = {[BANK_LOCAL] = run->values},
	                           .zone = run->zone,
	                           .zones = run->zones,
	                           .now = value_to_instant(run->values[SLOT_NOW]),
	                           .scratch = &run->arena};
	return print_value(&doc, expr_eval(expr, &frame), &run->diags);
}

static int run_one(const struct expr_options *options, const char *source, const struct zone_set *zones)
{
	struct zone fixed;
	struct evaluation run = {.zones = zones, .zone = &ZONE_UTC};
	int code = EXIT_COULD_NOT;
	arena_init(&run.arena, 65536);
	diag_init(&run.diags, &run.arena);
	run.values[SLOT_NOW] = wall_clock();
	if (options->zone)
		run.zone = zone_find(zones, str_from(options->zone), &fixed);
	if (!run.zone)
		fprintf(stderr, "journeyd expr: there is no time zone \"%s\"\n", options->zone);
	else if (!options->event || read_event(options->event, &run.arena, &run.diags, &run.values[SLOT_EVENT]))
		code = evaluate(&run, source);
	else
		print_findings(&run.diags, false);
	diag_release(&run.diags);
	arena_release(&run.arena);
	return code;
}

static int expr_run(int argc, char **argv)
{
	struct expr_options options = {0};
	int rest, code;
	enum options_result read = options_read(&CMD_EXPR, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (options.functions) {
		list_functions();
		return EXIT_OK;
	}
	if (rest != (options.conformance ? 0 : 1)) {
		fprintf(stderr, "journeyd expr: one expression, please, in quotes\n");
		return EXIT_USAGE;
	}
	struct zones zones;
	zones_init(&zones);
	if (options.conformance)
		code = expr_cel_run(stdin, stdout, &zones.set) ? EXIT_OK : EXIT_COULD_NOT;
	else
		code = run_one(&options, argv[0], &zones.set);
	zones_release(&zones);
	return code;
}

const struct command CMD_EXPR = {
        .name = "expr",
        .arguments = "EXPRESSION",
        .about = "Evaluate an expression, or show what is wrong with it",
        .details = "The value is printed as JSON. The names are `event` (of --event; absent without) and `now`.\n"
                   "Exit code 1 when the expression is wrong or fails. rules/expressions.md describes the language.",
        .options = OPTIONS,
        .run = expr_run,
};
