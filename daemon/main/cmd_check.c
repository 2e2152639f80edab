/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd check`: everything wrong in journeys and rules, at once, before it runs. Never touches the network. */
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
        {"templates", 0, OPTION_FLAG, offsetof(struct check_options, templates), NULL,
         "also list every template that each journey can send", NULL},
        {0},
};

/* A line each, to standard output: the journey, and a name with nothing left to fill in. */
static void print_templates(const struct journey_set *set)
{
	for (size_t i = 0; set && i < set->journey_count; i++)
		for (size_t k = 0; k < set->journeys[i].template_count; k++)
			printf("%-20.*s %.*s\n", STR_ARG(set->journeys[i].name),
			       STR_ARG(set->journeys[i].templates[k]));
}

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
	if (options.templates && options.output == 1) {
		fprintf(stderr, "journeyd check: --templates is text; leave out --output json\n");
		return EXIT_USAGE;
	}
	struct zones zones;
	zones_init(&zones);
	struct load *load = load_new(rest > 0 ? argv[0] : "journeys", rest > 1 ? argv[1] : "rules", &zones.set);
	bool json = options.output == 1, nothing = load->files == 0;
	load_print(load, json);
	if (options.templates)
		print_templates(load->set);
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
                   "3 a file or folder cannot be read, 5 there is no file.",
        .options = OPTIONS,
        .run = check_run,
};
