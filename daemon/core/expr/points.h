/* SPDX-License-Identifier: Apache-2.0 */
/* Text by code points. Bytes that are not UTF-8 do no harm: a stray byte counts as one or as part of its neighbour. */
#ifndef JD_EXPR_POINTS_H
#define JD_EXPR_POINTS_H

#include "core/base/str.h"

#include <stdint.h>

static inline bool points_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Code points in a text. */
static inline size_t points_count(struct str text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.len; i++)
		count += !points_continues(text.ptr[i]);
	return count;
}

/* The byte behind the code point at `at`. */
static inline size_t points_next(struct str text, size_t at)
{
	at++;
	while (at < text.len && points_continues(text.ptr[at]))
		at++;
	return at;
}

/* The byte where the index-th code point begins; the length for the place behind the last; false beyond. */
static inline bool points_offset(struct str text, int64_t index, size_t *out)
{
	size_t at = 0;
	if (index < 0)
		return false;
	for (; index > 0; index--) {
		if (at >= text.len)
			return false;
		at = points_next(text, at);
	}
	*out = at;
	return true;
}

#endif
