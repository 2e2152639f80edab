/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd schema`: JSON Schema of every kind of file, from the tables that read them. */
#include "core/doc_schema.h"
#include "core/journey/journey_schema.h"
#include "main/commands.h"
#include "main/print.h"
#include "main/settings.h"

static const struct option_row OPTIONS[] = {{0}};

static int print_schema(const char *title, const struct field *fields, const struct doc_schema *schema)
{
	struct buf out = {0};
	doc_schema_print_root(schema, title, fields, &out);
	buf_char(&out, '\n');
	print_buf(&out, stdout);
	buf_release(&out);
	return EXIT_OK;
}

static int list_kinds(void)
{
	size_t count;
	const struct journey_schema *kinds = journey_schema_all(&count);
	for (size_t i = 0; i < count; i++)
		printf("%-16s %s\n", kinds[i].name, kinds[i].about);
	printf("%-16s %s\n", "settings", "journeyd.yaml, what `run` reads.");
	return EXIT_OK;
}

static int schema_run(int argc, char **argv)
{
	int rest;
	enum options_result read = options_read(&CMD_SCHEMA, argc, argv, NULL, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (rest == 0)
		return list_kinds();
	if (str_eq(str_from(argv[0]), STR("settings")))
		return print_schema("journeyd.yaml", settings_fields(), &(struct doc_schema){0});
	const struct journey_schema *kind = journey_schema_find(str_from(argv[0]));
	if (kind)
		return print_schema(kind->name, kind->fields, &JOURNEY_SCHEMA);
	fprintf(stderr, "journeyd schema: no such kind of file: %s; `journeyd schema` lists them\n", argv[0]);
	return EXIT_USAGE;
}

const struct command CMD_SCHEMA = {
        .name = "schema",
        .arguments = "[KIND]",
        .about = "Print the JSON Schema of a kind of file, for editors",
        .details = "Without KIND it lists the kinds.",
        .options = OPTIONS,
        .run = schema_run,
};
