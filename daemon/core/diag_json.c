/* SPDX-License-Identifier: Apache-2.0 */
/* Findings for programs: every one of them, with the same words as the text. */
#include "core/base/json_write.h"
#include "core/base/utf8.h"
#include "core/diag.h"

/* Where the last place was, so that a sorted list of many findings walks through each file once. */
struct cursor {
	const struct diag_file *file;
	uint32_t at;
	struct diag_place place;
};

static struct diag_place walk_to(struct cursor *cursor, const struct diag_file *file, uint32_t at)
{
	struct str text = file->text;
	uint32_t end = at < text.len ? at : (uint32_t)text.len;
	if (cursor->file != file || cursor->at > end)
		*cursor = (struct cursor){file, str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0, {1, 1}};
	while (cursor->at < end) {
		size_t len = utf8_len(text.ptr + cursor->at, text.len - cursor->at);
		bool line_ends = text.ptr[cursor->at] == '\n';
		cursor->place.line += line_ends;
		cursor->place.column = line_ends ? 1 : cursor->place.column + 1;
		cursor->at += len ? (uint32_t)len : 1;
	}
	return cursor->place;
}

static void write_place(struct buf *out, struct diag_range range, struct cursor *cursor)
{
	json_key(out, "file");
	if (!range.file) {
		buf_str(out, STR("null"));
		return;
	}
	json_str(out, range.file->path);
	if (!range.file->text.ptr)
		return;
	struct diag_place from = walk_to(cursor, range.file, range.from);
	struct cursor ahead = *cursor;
	struct diag_place to = walk_to(&ahead, range.file, range.to);
	json_key(out, "line");
	json_int(out, from.line);
	json_key(out, "col");
	json_int(out, from.column);
	json_key(out, "end_line");
	json_int(out, to.line);
	json_key(out, "end_col");
	json_int(out, to.column);
}

static void write_text(struct buf *out, const char *key, struct str text)
{
	json_key(out, key);
	if (text.len)
		json_str(out, text);
	else
		buf_str(out, STR("null"));
}

static void write_diag(struct buf *out, const struct diag *diag, struct cursor *cursor)
{
	struct cursor related = {0};
	buf_char(out, '{');
	write_place(out, diag->range, cursor);
	json_key(out, "severity");
	json_str(out, diag->level == DIAG_ERROR ? STR("error") : STR("warning"));
	json_key(out, "rule");
	buf_printf(out, "\"JRN%03d\"", (int)diag->code);
	write_text(out, "message", diag->message);
	write_text(out, "hint", diag->hint);
	write_text(out, "known", diag->known);
	json_key(out, "related");
	buf_char(out, '[');
	if (diag->related.file) {
		buf_char(out, '{');
		write_place(out, diag->related, &related);
		write_text(out, "message", diag->related_message);
		buf_char(out, '}');
	}
	buf_str(out, STR("]}"));
}

void diag_print_json(const struct diag_list *list, struct buf *out)
{
	struct cursor cursor = {0};
	buf_char(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			buf_str(out, STR(",\n "));
		write_diag(out, &list->items[i], &cursor);
	}
	buf_str(out, STR("]\n"));
}
