/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd help [COMMAND | JRNnnn]`. */
#include "core/diag.h"
#include "main/commands.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_WIDTH = 80 };

/* Words, with lines broken between them. */
static void print_wrapped(const char *text)
{
	size_t column = 0;
	while (*text) {
		size_t word = strcspn(text, " ");
		bool wraps = column + 1 + word > LINE_WIDTH;
		if (column)
			putchar(wraps ? '\n' : ' ');
		printf("%.*s", (int)word, text);
		column = (column && !wraps ? column + 1 : 0) + word;
		text += word + strspn(text + word, " ");
	}
	putchar('\n');
}

static void print_example(const char *title, const char *text)
{
	printf("\n%s:\n\n", title);
	while (*text) {
		size_t line = strcspn(text, "\n");
		printf("    %.*s\n", (int)line, text);
		text += line + (text[line] == '\n');
	}
}

static int explain(const char *code)
{
	const struct diag_help *help = diag_help(atoi(code + 3));
	if (!help) {
		fprintf(stderr, "journeyd help: no such diagnostic: %s\n", code);
		return EXIT_USAGE;
	}
	printf("JRN%03d: %s\n\n", (int)help->code, help->title);
	print_wrapped(help->why);
	print_example("Wrong", help->wrong);
	print_example("Right", help->right);
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
