/* SPDX-License-Identifier: Apache-2.0 */
#include "app/commit_note.h"

#include <inttypes.h>
#include <stdio.h>

struct str commit_note_print(const struct commit_note *note, char out[COMMIT_NOTE_MAX])
{
	int len = snprintf(out, COMMIT_NOTE_MAX, "j1;L=%016" PRIx64 ";E=%" PRIu64 ";B=%" PRIu64 ";m=%" PRIu64,
	                   note->lineage, note->epoch, note->batch, note->emitted);
	return (struct str){out, (size_t)len};
}

static bool skip(struct str *text, struct str expected)
{
	if (!str_starts(*text, expected))
		return false;
	*text = str_sub(*text, expected.len, text->len);
	return true;
}

static bool read_digit(char c, uint64_t base, uint64_t *out)
{
	if (c >= '0' && c <= '9')
		*out = (uint64_t)(c - '0');
	else if (base == 16 && c >= 'a' && c <= 'f')
		*out = (uint64_t)(c - 'a') + 10;
	else
		return false;
	return true;
}

static bool read_number(struct str *text, uint64_t base, uint64_t *out)
{
	uint64_t number = 0, digit;
	size_t at = 0;
	for (; at < text->len && read_digit(text->ptr[at], base, &digit); at++)
		if (__builtin_mul_overflow(number, base, &number) || __builtin_add_overflow(number, digit, &number))
			return false;
	*text = str_sub(*text, at, text->len);
	*out = number;
	return at > 0;
}

bool commit_note_parse(struct str text, struct commit_note *out)
{
	struct commit_note note;
	if (!skip(&text, STR("j1;L=")) || !read_number(&text, 16, &note.lineage) || !skip(&text, STR(";E=")) ||
	    !read_number(&text, 10, &note.epoch) || !skip(&text, STR(";B=")) || !read_number(&text, 10, &note.batch) ||
	    !skip(&text, STR(";m=")) || !read_number(&text, 10, &note.emitted) || text.len)
		return false;
	*out = note;
	return true;
}
