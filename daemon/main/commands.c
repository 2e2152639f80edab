/* SPDX-License-Identifier: Apache-2.0 */
#include "main/commands.h"

#include "core/diag.h"

#include <errno.h>
#include <string.h>

const struct command *const COMMANDS[] = {&CMD_RUN,  &CMD_CHECK,  &CMD_TEST, &CMD_SIMULATE, &CMD_CONFIG,
                                          &CMD_EXPR, &CMD_SCHEMA, &CMD_HELP, NULL};

void commands_help(FILE *out)
{
	fputs("journeyd turns customer events into the right marketing message at the right moment, exactly once.\n\n"
	      "usage: journeyd COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n",
	      out);
	for (const struct command *const *command = COMMANDS; *command; command++)
		fprintf(out, "  %-10s %s\n", (*command)->name, (*command)->about);
	fputs("\njourneyd COMMAND --help tells the rest; journeyd help JRNnnn explains a diagnostic.\n"
	      "Exit codes: 0 ok, 1 problems or failed tests, 2 usage, 3 could not run, 5 nothing matched; "
	      "run ends with 78 on a bad configuration.\n",
	      out);
}

static int unknown_command(const char *name)
{
	struct str names[16];
	size_t count = 0;
	for (; COMMANDS[count]; count++)
		names[count] = str_from(COMMANDS[count]->name);
	const struct str *near = diag_nearest(str_from(name), names, count);
	fprintf(stderr, "journeyd: no such command: %s", name);
	if (near)
		fprintf(stderr, "; did you mean %.*s?", STR_ARG(*near));
	fputs("\nTry: journeyd --help\n", stderr);
	return EXIT_USAGE;
}

static int command_run(int argc, char **argv)
{
	if (argc < 2) {
		commands_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		commands_help(stdout);
		return EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("journeyd " JOURNEYD_VERSION);
		return EXIT_OK;
	}
	for (const struct command *const *command = COMMANDS; *command; command++)
		if (strcmp((*command)->name, argv[1]) == 0)
			return (*command)->run(argc - 2, argv + 2);
	return unknown_command(argv[1]);
}

/* What a full disk swallowed was not said: a command that only seems well is one that failed. */
int commands_run(int argc, char **argv)
{
	int code = command_run(argc, argv);
	bool written = fflush(stdout) == 0 && !ferror(stdout);
	if (written || code == EXIT_COULD_NOT)
		return code;
	fprintf(stderr, "journeyd: standard output: %s\n", strerror(errno));
	return EXIT_COULD_NOT;
}
