/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd check`: everything wrong in journeys and rules, at once, before it runs. Never touches the network. */
#include "main/check_templates.h"
#include "main/commands.h"
#include "main/load.h"
#include "main/print.h"
#include "main/settings.h"
#include "main/settings_check.h"
#include "main/zones.h"

struct check_options {
	int output;
	bool templates;
	const char *settings;
};

static const char *const OUTPUTS[] = {"text", "json", NULL};

static const struct option_row OPTIONS[] = {
        {"output", 'o', OPTION_CHOICE, offsetof(struct check_options, output), "text|json",
         "how findings are printed (text)", OUTPUTS},
        {"templates", 't', OPTION_FLAG, offsetof(struct check_options, templates), NULL,
         "list every template's name that a send can come to", NULL},
        {"config", 'c', OPTION_TEXT, offsetof(struct check_options, settings), "FILE",
         "also these settings, and their folders where none are given", NULL},
        {0},
};

/* What is wrong in the settings is told alone: nobody knows then which journeys are meant. */
static bool read_settings(const struct check_options *options, struct arena *arena, struct settings *settings,
                          int *code)
{
	struct diag_list diags;
	struct doc_reader reader = {arena, &diags};
	struct zones zones;
	diag_init(&diags, arena);
	zones_init(&zones);
	bool good = settings_read(options->settings, &reader, settings) &&
	            settings_check_zone(&reader, settings->doc, &zones.set);
	bool json = options->output == 1;
	zones_release(&zones);
	if (!json || !good)
		print_findings(&diags, json);
	*code = load_exit(&diags);
	diag_release(&diags);
	return good;
}

struct check_folders {
	const char *journeys, *rules;
	bool records_known, records; /* whether the settings are known, and have a topic for records */
};

static int check_folders(const struct check_folders *folders, const struct check_options *options)
{
	struct zones zones;
	zones_init(&zones);
	struct load *load = load_new(folders->journeys, folders->rules, &zones.set);
	load_check_records(load, folders->records || !folders->records_known);
	bool json = options->output == 1, nothing = load->files == 0;
	if (options->templates)
		check_templates(load, json);
	else
		load_print(load, json);
	if (!json)
		fprintf(stderr, "checked %zu file%s, %zu journey%s: %zu error%s, %zu warning%s\n", load->files,
		        load->files == 1 ? "" : "s", load->journeys, load->journeys == 1 ? "" : "s", load->diags.errors,
		        load->diags.errors == 1 ? "" : "s", load->diags.warnings, load->diags.warnings == 1 ? "" : "s");
	int code = load_exit(&load->diags);
	load_free(load);
	zones_release(&zones);
	return nothing && code != EXIT_COULD_NOT ? EXIT_NOTHING : code;
}

static int check_run(int argc, char **argv)
{
	struct check_options options = {0};
	struct settings settings = {0};
	struct arena arena;
	int rest, code;
	enum options_result read = options_read(&CMD_CHECK, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (rest > 2) {
		fprintf(stderr, "journeyd check: two folders at most: journeys and rules\n");
		return EXIT_USAGE;
	}
	arena_init(&arena, 16 << 10);
	struct check_folders folders = {"journeys", "rules", options.settings != NULL, false};
	if (!options.settings || read_settings(&options, &arena, &settings, &code)) {
		if (options.settings) {
			folders.journeys = arena_str(&arena, settings.journeys).ptr;
			folders.rules = arena_str(&arena, settings.rules).ptr;
			folders.records = settings.kafka.outputs.records.len != 0;
		}
		folders.journeys = rest > 0 ? argv[0] : folders.journeys;
		folders.rules = rest > 1 ? argv[1] : folders.rules;
		code = check_folders(&folders, &options);
	}
	arena_release(&arena);
	return code;
}

const struct command CMD_CHECK = {
        .name = "check",
        .arguments = "[JOURNEYS [RULES]]",
        .about = "Find everything that is wrong in journeys and rules",
        .details = "JOURNEYS and RULES are folders (default: journeys and rules). Findings name file, line and\n"
                   "column; `journeyd help JRNnnn` explains a code. Exit codes: 1 there is an error,\n"
                   "3 a file or folder cannot be read, 5 there is no file.\n"
                   "--templates lists names once nothing is wrong; with -o json both are in one object.\n"
                   "Lines and columns count from 1, columns in characters (Unicode code points) and not in bytes;\n"
                   "in JSON end_line and end_col are the place right behind the finding.",
        .options = OPTIONS,
        .run = check_run,
};
