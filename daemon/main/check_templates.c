/* SPDX-License-Identifier: Apache-2.0 */
#include "main/check_templates.h"

#include "core/base/json_write.h"
#include "main/print.h"

/* The names of the send that the i-th belongs to. */
static size_t names_end(const struct journey_set *set, size_t from)
{
	const struct template_made *first = &set->made[from];
	size_t to = from + 1;
	while (to < set->made_count && set->made[to].place.file == first->place.file &&
	       set->made[to].place.from == first->place.from)
		to++;
	return to;
}

static void print_send(const struct template_made *made, size_t count, struct buf *out)
{
	struct diag_place place = diag_place(made->place.file, made->place.from);
	buf_printf(out, "%.*s:%u:%u: %.*s %.*s\n", STR_ARG(made->place.file->path), place.line, place.column,
	           STR_ARG(made->channel), STR_ARG(made->pattern));
	if (str_eq(made->pattern, made->name))
		return;
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "  %.*s\n", STR_ARG(made[i].name));
}

static void print_send_json(const struct template_made *made, size_t count, struct buf *out)
{
	struct diag_place place = diag_place(made->place.file, made->place.from);
	buf_char(out, '{');
	json_key(out, "file");
	json_str(out, made->place.file->path);
	json_key(out, "line");
	json_int(out, place.line);
	json_key(out, "col");
	json_int(out, place.column);
	json_key(out, "channel");
	json_str(out, made->channel);
	json_key(out, "template");
	json_str(out, made->pattern);
	json_key(out, "names");
	for (size_t i = 0; i < count; i++) {
		buf_char(out, i ? ',' : '[');
		json_str(out, made[i].name);
	}
	buf_str(out, STR("]}"));
}

static void print_json(struct load *load, struct buf *out)
{
	const struct journey_set *set = load->set;
	diag_sort(&load->diags);
	buf_str(out, STR("{\"findings\":\n"));
	diag_print_json(&load->diags, out);
	buf_str(out, STR(",\"templates\":\n["));
	for (size_t from = 0, to; set && from < set->made_count; from = to) {
		to = names_end(set, from);
		if (from)
			buf_str(out, STR(",\n "));
		print_send_json(&set->made[from], to - from, out);
	}
	buf_str(out, STR("]}\n"));
}

void check_templates(struct load *load, bool json)
{
	const struct journey_set *set = load->set;
	struct buf out = {0};
	if (json)
		print_json(load, &out);
	else
		load_print(load, false);
	for (size_t from = 0, to; !json && set && from < set->made_count; from = to) {
		to = names_end(set, from);
		print_send(&set->made[from], to - from, &out);
	}
	print_buf(&out, stdout);
	buf_release(&out);
}
