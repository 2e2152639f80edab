/* SPDX-License-Identifier: Apache-2.0 */
#include "main/options.h"

#include "core/diag.h"

#include <string.h>

static void print_options(const struct option_row *rows, FILE *out)
{
	for (const struct option_row *row = rows; row && row->name; row++) {
		char left[64];
		snprintf(left, sizeof left, "%s%c%s--%s%s%s", row->letter ? "-" : "", row->letter ? row->letter : ' ',
		         row->letter ? ", " : "   ", row->name, row->value ? " " : "", row->value ? row->value : "");
		fprintf(out, "  %-30s %s\n", left, row->about);
	}
	fprintf(out, "  %-30s %s\n", "-h, --help", "this text");
}

void options_help(const struct command *command, FILE *out)
{
	fprintf(out, "usage: journeyd %s [OPTIONS]%s%s\n\n%s\n", command->name, *command->arguments ? " " : "",
	        command->arguments, command->about);
	if (command->details)
		fprintf(out, "\n%s\n", command->details);
	fputs("\nOptions:\n", out);
	print_options(command->options, out);
}

static enum options_result wrong(const struct command *command, const char *what, const char *argument)
{
	fprintf(stderr, "journeyd %s: %s: %s\n", command->name, what, argument);
	fprintf(stderr, "Try: journeyd %s --help\n", command->name);
	return OPTIONS_WRONG;
}

static enum options_result unknown(const struct command *command, const char *argument, size_t len)
{
	struct str names[64];
	size_t count = 0;
	for (const struct option_row *row = command->options; row && row->name && count < 64; row++)
		names[count++] = str_from(row->name);
	const struct str *near = diag_nearest((struct str){argument, len}, names, count);
	fprintf(stderr, "journeyd %s: no such option: --%.*s", command->name, (int)len, argument);
	if (near)
		fprintf(stderr, "; did you mean --%.*s?", STR_ARG(*near));
	fprintf(stderr, "\nTry: journeyd %s --help\n", command->name);
	return OPTIONS_WRONG;
}

static bool set_choice(const struct option_row *row, const char *text, int *out)
{
	for (int i = 0; row->choices[i]; i++)
		if (strcmp(row->choices[i], text) == 0) {
			*out = i;
			return true;
		}
	return false;
}

static bool set_value(const struct option_row *row, const char *text, void *into)
{
	void *field = (char *)into + row->offset;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_TEXT:
		*(const char **)field = text;
		return true;
	case OPTION_CHOICE:
		return set_choice(row, text, field);
	}
	return false;
}

static const struct option_row *find_long(const struct command *command, const char *name, size_t len)
{
	for (const struct option_row *row = command->options; row && row->name; row++)
		if (strlen(row->name) == len && strncmp(row->name, name, len) == 0)
			return row;
	return NULL;
}

static const struct option_row *find_letter(const struct command *command, char letter)
{
	for (const struct option_row *row = command->options; row && row->name; row++)
		if (row->letter == letter)
			return row;
	return NULL;
}

/* One option at argv[*at], its value perhaps in the next word, over which *at then moves. */
static enum options_result read_option(const struct command *command, int argc, char **argv, int *at, void *into)
{
	const char *word = argv[*at], *value = NULL;
	const struct option_row *row;
	if (word[1] == '-') {
		size_t len = strcspn(word + 2, "=");
		row = find_long(command, word + 2, len);
		if (!row)
			return unknown(command, word + 2, len);
		value = word[2 + len] == '=' ? word + 3 + len : NULL;
	} else {
		row = find_letter(command, word[1]);
		if (!row)
			return wrong(command, "no such option", word);
		value = word[2] ? word + 2 : NULL;
	}
	if (row->kind == OPTION_FLAG && value)
		return wrong(command, "this option takes no value", word);
	if (row->kind != OPTION_FLAG && !value) {
		if (*at + 1 == argc)
			return wrong(command, "this option needs a value", word);
		value = argv[++*at];
	}
	return set_value(row, value, into) ? OPTIONS_OK : wrong(command, "this value does not fit", word);
}

enum options_result options_read(const struct command *command, int argc, char **argv, void *into, int *rest)
{
	bool only_arguments = false;
	*rest = 0;
	for (int at = 0; at < argc; at++) {
		const char *word = argv[at];
		if (only_arguments || word[0] != '-' || !word[1]) {
			argv[(*rest)++] = argv[at];
			continue;
		}
		if (strcmp(word, "--") == 0) {
			only_arguments = true;
			continue;
		}
		if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
			options_help(command, stdout);
			return OPTIONS_HELP;
		}
		enum options_result result = read_option(command, argc, argv, &at, into);
		if (result != OPTIONS_OK)
			return result;
	}
	return OPTIONS_OK;
}
