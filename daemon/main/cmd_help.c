/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd help [COMMAND | JRNnnn]`. */
#include "core/diag.h"
#include "main/commands.h"

#include <stdlib.h>
#include <string.h>

static int explain(const char *code)
{
	const struct diag_help *help = diag_help(atoi(code + 3));
	if (!help) {
		fprintf(stderr, "journeyd help: no such diagnostic: %s\n", code);
		return EXIT_USAGE;
	}
	printf("JRN%03d: %s\n\n%s\n", (int)help->code, help->title, help->why);
	if (help->wrong)
		printf("\nWrong:\n\n%s\n", help->wrong);
	if (help->right)
		printf("\nRight:\n\n%s\n", help->right);
	return EXIT_OK;
}

static int help_run(int argc, char **argv)
{
	int rest;
	enum options_result read = options_read(&CMD_HELP, argc, argv, NULL, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (rest == 0) {
		commands_help(stdout);
		return EXIT_OK;
	}
	if (strncmp(argv[0], "JRN", 3) == 0)
		return explain(argv[0]);
	for (const struct command *const *command = COMMANDS; *command; command++)
		if (strcmp((*command)->name, argv[0]) == 0) {
			options_help(*command, stdout);
			return EXIT_OK;
		}
	fprintf(stderr, "journeyd help: no such command: %s\nTry: journeyd --help\n", argv[0]);
	return EXIT_USAGE;
}

static const struct option_row OPTIONS[] = {{0}};

const struct command CMD_HELP = {
        .name = "help",
        .arguments = "[COMMAND | JRNnnn]",
        .about = "Explain a command or a diagnostic",
        .options = OPTIONS,
        .run = help_run,
};
