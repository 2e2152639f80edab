/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd schema`: JSON Schema of every kind of file, from the tables that read them. */
#include "core/doc_schema.h"
#include "core/journey/journey_schema.h"
#include "core/story/story.h"
#include "main/commands.h"
#include "main/print.h"
#include "main/settings.h"

#include <errno.h>
#include <string.h>

struct schema_options {
	const char *into;
};

static const struct option_row OPTIONS[] = {
        {"into", 0, OPTION_TEXT, offsetof(struct schema_options, into), "DIR",
         "write every kind (or KIND) there, as KIND.schema.json", NULL},
        {0},
};

/* The n-th kind of file; false when there is none. */
static bool kind_at(size_t n, struct journey_schema *out)
{
	size_t count;
	const struct journey_schema *rules = journey_schema_all(&count);
	const struct journey_schema others[] = {
	        {"journey-test", "journeys/**/NAME.journey-test.yaml: the stories of a journey.", STORY_FIELDS},
	        {"settings", "journeyd.yaml, what `run` reads.", settings_fields()},
	};
	if (n >= count + sizeof others / sizeof *others)
		return false;
	*out = n < count ? rules[n] : others[n - count];
	return true;
}

/* ---- JSON for people: an entry a line, lists of plain words on one ---- */

static bool plain_list(const struct buf *json, size_t from)
{
	size_t to = from + 1 + strcspn(json->ptr + from + 1, "[]{}");
	return json->ptr[to] == ']';
}

static void new_line(struct buf *out, size_t depth)
{
	buf_char(out, '\n');
	for (size_t i = 0; i < depth; i++)
		buf_str(out, STR("  "));
}

/* A text with its quotes; answers where it ends. */
static size_t copy_text(const struct buf *json, size_t from, struct buf *out)
{
	size_t to = from + 1;
	while (json->ptr[to] != '"')
		to += json->ptr[to] == '\\' ? 2 : 1;
	buf_str(out, (struct str){json->ptr + from, to + 1 - from});
	return to;
}

/* json ends with a NUL, so that looking ahead needs no bounds. */
static void indent(const struct buf *json, struct buf *out)
{
	size_t depth = 0;
	bool flat = false;
	for (size_t i = 0; i + 1 < json->len; i++) {
		char c = json->ptr[i];
		if (c == '"') {
			i = copy_text(json, i, out);
			continue;
		}
		if (c == '\n')
			continue;
		bool opens = c == '{' || c == '[', closes = c == '}' || c == ']',
		     empty = opens && json->ptr[i + 1] == c + 2;
		if (closes && !flat && json->ptr[i - 1] != c - 2)
			new_line(out, --depth);
		buf_char(out, c);
		flat = (flat && !closes) || (c == '[' && plain_list(json, i));
		if (opens && !flat && !empty)
			new_line(out, ++depth);
		else if (c == ',' && !flat)
			new_line(out, depth);
		else if (c == ',' || c == ':')
			buf_char(out, ' ');
	}
	buf_char(out, '\n');
}

static void schema_text(const struct journey_schema *kind, struct buf *out)
{
	bool settings = strcmp(kind->name, "settings") == 0;
	struct buf json = {0};
	doc_schema_print_root(settings ? &(struct doc_schema){0} : &JOURNEY_SCHEMA,
	                      settings ? "journeyd.yaml" : kind->name, kind->fields, &json);
	buf_char(&json, '\0');
	indent(&json, out);
	buf_release(&json);
}

/* ---- the command ---- */

static enum exit_code could_not(const char *path)
{
	fprintf(stderr, "journeyd schema: %s cannot be written: %s\n", path, strerror(errno));
	return EXIT_COULD_NOT;
}

static enum exit_code write_file(const char *folder, const struct journey_schema *kind)
{
	struct buf path = {0}, text = {0};
	buf_printf(&path, "%s/%s.schema.json", folder, kind->name);
	buf_char(&path, '\0');
	schema_text(kind, &text);
	FILE *file = fopen(path.ptr, "w");
	bool written = file && fwrite(text.ptr, 1, text.len, file) == text.len;
	if (file)
		written = fclose(file) == 0 && written;
	enum exit_code code = written ? EXIT_OK : could_not(path.ptr);
	buf_release(&path);
	buf_release(&text);
	return code;
}

static int each_kind(const struct schema_options *options)
{
	struct journey_schema kind;
	enum exit_code code = EXIT_OK;
	for (size_t i = 0; kind_at(i, &kind) && code == EXIT_OK; i++) {
		if (options->into)
			code = write_file(options->into, &kind);
		else
			printf("%-16s %s\n", kind.name, kind.about);
	}
	return code;
}

static int one_kind(const struct schema_options *options, const char *name)
{
	struct journey_schema kind;
	struct buf text = {0};
	for (size_t i = 0; kind_at(i, &kind); i++) {
		if (strcmp(kind.name, name) != 0)
			continue;
		if (options->into)
			return write_file(options->into, &kind);
		schema_text(&kind, &text);
		print_buf(&text, stdout);
		buf_release(&text);
		return EXIT_OK;
	}
	fprintf(stderr, "journeyd schema: no such kind of file: %s; `journeyd schema` lists them\n", name);
	return EXIT_USAGE;
}

static int schema_run(int argc, char **argv)
{
	struct schema_options options = {0};
	int rest;
	enum options_result read = options_read(&CMD_SCHEMA, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	return rest == 0 ? each_kind(&options) : one_kind(&options, argv[0]);
}

const struct command CMD_SCHEMA = {
        .name = "schema",
        .arguments = "[KIND]",
        .about = "Print the JSON Schema of a kind of file, for editors",
        .details = "Without KIND it lists the kinds. An editor uses a schema for a file whose first line is\n"
                   "# yaml-language-server: $schema=PATH/KIND.schema.json",
        .options = OPTIONS,
        .run = schema_run,
};
