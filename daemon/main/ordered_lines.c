/* SPDX-License-Identifier: Apache-2.0 */
#include "main/ordered_lines.h"

#include <stdlib.h>

struct ordered_line {
	struct instant at;
	size_t from, len; /* in the text; from also says which came first */
};

void ordered_lines_init(struct ordered_lines *lines, FILE *out, bool sort)
{
	*lines = (struct ordered_lines){.out = out, .sort = sort};
}

static void write_line(FILE *out, struct str line)
{
	fwrite(line.ptr, 1, line.len, out);
	putc('\n', out);
}

void ordered_lines_add(struct ordered_lines *lines, struct instant at, struct str line)
{
	if (!lines->out)
		return;
	if (!lines->sort) {
		write_line(lines->out, line);
		return;
	}
	if (lines->count == lines->cap)
		lines->lines = mem_grow(lines->lines, &lines->cap, sizeof *lines->lines);
	lines->lines[lines->count++] = (struct ordered_line){at, lines->text.len, line.len};
	buf_str(&lines->text, line);
}

static int by_time(const void *a, const void *b)
{
	const struct ordered_line *x = a, *y = b;
	if (x->at.ms != y->at.ms)
		return x->at.ms < y->at.ms ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

bool ordered_lines_finish(struct ordered_lines *lines)
{
	if (!lines->out)
		return true;
	if (lines->count)
		qsort(lines->lines, lines->count, sizeof *lines->lines, by_time);
	for (size_t i = 0; i < lines->count; i++)
		write_line(lines->out, (struct str){lines->text.ptr + lines->lines[i].from, lines->lines[i].len});
	lines->count = 0;
	return fflush(lines->out) == 0 && !ferror(lines->out);
}

void ordered_lines_release(struct ordered_lines *lines)
{
	free(lines->lines);
	buf_release(&lines->text);
}
