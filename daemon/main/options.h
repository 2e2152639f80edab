/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines by table: parsing, `--help`, suggestions and shell completion come from the same rows. */
#ifndef JD_OPTIONS_H
#define JD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum option_kind {
	OPTION_FLAG,   /* bool */
	OPTION_TEXT,   /* const char *; the last one wins */
	OPTION_CHOICE, /* int: the row of `choices` */
};

struct option_row {
	const char *name; /* without dashes; NULL ends the table */
	char letter;      /* 0: none */
	enum option_kind kind;
	size_t offset;     /* in the struct that is filled */
	const char *value; /* what to call the argument in help: FILE, DIR ... */
	const char *about;
	const char *const *choices; /* NULL-terminated */
};

struct command {
	const char *name;
	const char *arguments; /* "[PATH...]", may be empty */
	const char *about;     /* one line */
	const char *details;   /* for --help; may be NULL */
	const struct option_row *options;
	int (*run)(int argc, char **argv);
};

enum options_result { OPTIONS_OK, OPTIONS_HELP, OPTIONS_WRONG };

/* Exit codes of every command. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_PROBLEMS = 1, /* diagnostics with errors, failed tests */
	EXIT_USAGE = 2,
	EXIT_COULD_NOT = 3, /* files, connections */
	EXIT_NOTHING = 5,   /* nothing matched */
	EXIT_CONFIG = 78,   /* `run` with a bad configuration: sysexits' EX_CONFIG */
};

/* Fills *into; argv is permuted so that what is no option comes first, *rest of them. --help prints the help to
 * standard output; mistakes are said on standard error with a suggestion. */
enum options_result options_read(const struct command *command, int argc, char **argv, void *into, int *rest);
void options_help(const struct command *command, FILE *out);

#endif
