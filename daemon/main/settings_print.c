/* SPDX-License-Identifier: Apache-2.0 */
/* The effective settings, by the same table that read them: each value as the user would write it. */
#include "core/base/json_write.h"
#include "main/settings.h"

struct printer {
	struct buf *out;
	bool json;
	int depth;
};

static void print_text(struct printer *printer, struct str text)
{
	json_str(printer->out, text); /* a JSON string is a YAML string */
}

static void print_map(struct printer *printer, const struct doc *map)
{
	if (!map) {
		buf_str(printer->out, STR("{}"));
		return;
	}
	buf_char(printer->out, '{');
	for (size_t i = 0; i < map->count; i++) {
		if (i)
			buf_str(printer->out, STR(", "));
		print_text(printer, map->pairs[i].key->text);
		buf_str(printer->out, STR(": "));
		bool secret = memmem(map->pairs[i].key->text.ptr, map->pairs[i].key->text.len, "password", 8);
		print_text(printer, secret ? STR("***") : map->pairs[i].value->text);
	}
	buf_char(printer->out, '}');
}

static void print_scalar(struct printer *printer, const struct field *field, const void *at)
{
	struct buf text = {0};
	switch (field->kind) {
	case FIELD_BOOL:
		buf_str(printer->out, *(const bool *)at ? STR("true") : STR("false"));
		break;
	case FIELD_INT:
	case FIELD_SIZE:
		json_int(printer->out, *(const int64_t *)at);
		break;
	case FIELD_DURATION:
		duration_print(&text, *(const struct duration *)at);
		print_text(printer, buf_view(&text));
		break;
	case FIELD_CHOICE:
		print_text(printer, str_from(field->choices[*(const int *)at]));
		break;
	case FIELD_DOC:
		print_map(printer, *(const struct doc *const *)at);
		break;
	default:
		if (str_eq(str_from(field->key), STR("password")) && ((const struct str *)at)->len)
			print_text(printer, STR("***"));
		else
			print_text(printer, *(const struct str *)at);
	}
	buf_release(&text);
}

static void print_struct(struct printer *printer, const struct field *fields, const void *from);

static void print_list(struct printer *printer, const struct field *field, const struct field_list *list)
{
	printer->depth++;
	for (size_t i = 0; i < list->count; i++) {
		if (printer->json)
			buf_str(printer->out, i ? STR(", ") : STR(""));
		else
			buf_printf(printer->out, "\n%*s-", 2 * printer->depth, "");
		printer->depth++;
		print_struct(printer, field->fields, (const char *)list->items + i * field->size);
		printer->depth--;
	}
	printer->depth--;
}

static void print_field(struct printer *printer, const struct field *field, const void *at)
{
	if (field->kind == FIELD_STRUCT) {
		printer->depth++;
		print_struct(printer, field->fields, at);
		printer->depth--;
	} else if (field->kind == FIELD_STRUCTS) {
		buf_str(printer->out, printer->json ? STR("[") : STR(""));
		print_list(printer, field, at);
		buf_str(printer->out, printer->json ? STR("]") : STR(""));
	} else {
		print_scalar(printer, field, at);
	}
}

static void print_struct(struct printer *printer, const struct field *fields, const void *from)
{
	if (printer->json)
		buf_char(printer->out, '{');
	for (const struct field *field = fields; field->key; field++) {
		if (printer->json) {
			json_key(printer->out, field->key);
		} else {
			if (printer->depth || field != fields)
				buf_printf(printer->out, "\n%*s", 2 * printer->depth, "");
			buf_printf(printer->out, "%s: ", field->key);
		}
		print_field(printer, field, (const char *)from + field->offset);
	}
	if (printer->json)
		buf_char(printer->out, '}');
}

void settings_print(const struct settings *settings, bool json, struct buf *out)
{
	struct printer printer = {out, json, 0};
	print_struct(&printer, settings_fields(), settings);
	buf_char(out, '\n');
}
