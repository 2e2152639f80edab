/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd check`: everything wrong in journeys and rules, at once, before it runs. Never touches the network. */
#include "main/check_templates.h"
#include "main/commands.h"
#include "main/load.h"
#include "main/zones.h"

struct check_options {
	int output;
	bool templates;
};

static const char *const OUTPUTS[] = {"text", "json", NULL};

static const struct option_row OPTIONS[] = {
        {"output", 'o', OPTION_CHOICE, offsetof(struct check_options, output), "text|json",
         "how findings are printed (text)", OUTPUTS},
        {"templates", 't', OPTION_FLAG, offsetof(struct check_options, templates), NULL,
         "list every template's name that a send can come to", NULL},
        {0},
};

static int check_run(int argc, char **argv)
{
	struct check_options options = {0};
	int rest;
	enum options_result read = options_read(&CMD_CHECK, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (rest > 2) {
		fprintf(stderr, "journeyd check: two folders at most: journeys and rules\n");
		return EXIT_USAGE;
	}
	struct zones zones;
	zones_init(&zones);
	struct load *load = load_new(rest > 0 ? argv[0] : "journeys", rest > 1 ? argv[1] : "rules", &zones.set);
	bool json = options.output == 1, nothing = load->files == 0;
	if (options.templates)
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

const struct command CMD_CHECK = {
        .name = "check",
        .arguments = "[JOURNEYS [RULES]]",
        .about = "Find everything that is wrong in journeys and rules",
        .details = "JOURNEYS and RULES are folders (default: journeys and rules). Findings name file, line and\n"
                   "column; `journeyd help JRNnnn` explains a code. Exit codes: 1 there is an error,\n"
                   "3 a file or folder cannot be read, 5 there is no file.\n"
                   "--templates lists names once nothing is wrong; with -o json both are in one object.",
        .options = OPTIONS,
        .run = check_run,
};
