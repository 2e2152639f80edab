/* SPDX-License-Identifier: Apache-2.0 */
#include "core/doc.h"

#include "core/base/json_write.h"
#include "core/doc_scalar.h"

#include <stdlib.h>

struct doc *doc_get(const struct doc *map, struct str key)
{
	if (!map || map->kind != DOC_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (str_eq(map->pairs[i].key->text, key))
			return map->pairs[i].value;
	return NULL;
}

struct diag_range doc_range(const struct doc *scalar, size_t from, size_t to)
{
	if (scalar->kind != DOC_SCALAR || !scalar->range.file)
		return scalar->range;
	from = from < scalar->text.len ? from : scalar->text.len;
	to = to < from ? from : to < scalar->text.len ? to : scalar->text.len;
	if (!scalar->origins)
		return (struct diag_range){scalar->range.file, scalar->text_from + (uint32_t)from,
		                           scalar->text_from + (uint32_t)to};
	return (struct diag_range){scalar->range.file, scalar->origins[from], scalar->origins[to]};
}

bool doc_cut(const struct doc_pair *pair)
{
	struct str key = pair->key->text;
	bool name = key.len > 0;
	for (size_t i = 0; i < key.len; i++)
		name = name && key.ptr[i] && !strchr(" ()[]\"'+*%<>=!&|?", key.ptr[i]);
	return !name && doc_null(pair->value);
}

/* The first of its map: no comma can have cut it. */
static bool first_of_map(const struct doc *key)
{
	const struct diag_file *file = key->range.file;
	uint32_t at = key->range.from;
	while (file && at > 0 && file->text.ptr[at - 1] == ' ')
		at--;
	return file && at > 0 && file->text.ptr[at - 1] == '{';
}

void doc_cut_report(const struct doc_pair *pair, struct diag_list *diags)
{
	if (first_of_map(pair->key)) {
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, pair->key->range,
		                   "a \":\" is missing behind this key"),
		          "write \"key: value\"");
		return;
	}
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, pair->key->range,
	                   "\"%.*s\" is the rest of an expression that a comma has cut off", STR_ARG(pair->key->text)),
	          "inside { } put an expression with a comma into quotes");
}

static int by_key(const void *a, const void *b)
{
	const struct doc_pair *one = a, *other = b;
	return str_cmp(one->key->text, other->key->text);
}

/* Only where a plain word is more than text does being plain change the meaning: `5` and "5", not `x` and "x". */
static void print_scalar(const struct doc *doc, struct buf *out)
{
	struct scalar scalar = scalar_resolve(doc);
	if (scalar.type == SCALAR_NULL)
		buf_char(out, '~');
	else if (scalar.type == SCALAR_TEXT)
		json_str(out, doc->text);
	else {
		buf_char(out, '=');
		buf_str(out, doc->text);
	}
}

static void print_list(const struct doc *doc, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < doc->count; i++) {
		if (i)
			buf_char(out, ',');
		doc_print_canonical(doc->items[i], out);
	}
	buf_char(out, ']');
}

static void print_map(const struct doc *doc, struct buf *out)
{
	struct doc_pair *sorted = mem_alloc(doc->count * sizeof *sorted);
	bool first = true;
	if (doc->count)
		memcpy(sorted, doc->pairs, doc->count * sizeof *sorted);
	qsort(sorted, doc->count, sizeof *sorted, by_key);
	buf_char(out, '{');
	for (size_t i = 0; i < doc->count; i++) {
		if (str_eq(sorted[i].key->text, STR("about")))
			continue;
		if (!first)
			buf_char(out, ',');
		first = false;
		json_str(out, sorted[i].key->text);
		buf_char(out, ':');
		doc_print_canonical(sorted[i].value, out);
	}
	buf_char(out, '}');
	free(sorted);
}

void doc_print_canonical(const struct doc *doc, struct buf *out)
{
	if (doc->kind == DOC_SCALAR)
		print_scalar(doc, out);
	else if (doc->kind == DOC_LIST)
		print_list(doc, out);
	else
		print_map(doc, out);
}
