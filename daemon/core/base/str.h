/* SPDX-License-Identifier: Apache-2.0 */
/* A counted, borrowed piece of text. Never owns; lives as long as what it points into. Not NUL-terminated. */
#ifndef JD_BASE_STR_H
#define JD_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *ptr; /* NULL only when len is 0 */
	size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
/* For "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct str str_from(const char *text)
{
	return (struct str){text, text ? strlen(text) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Bytewise order, the shorter first where one begins the other. */
static inline int str_cmp(struct str a, struct str b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static inline bool str_starts(struct str text, struct str head)
{
	return text.len >= head.len && (head.len == 0 || memcmp(text.ptr, head.ptr, head.len) == 0);
}

static inline struct str str_sub(struct str text, size_t from, size_t to)
{
	return (struct str){text.ptr ? text.ptr + from : NULL, to - from};
}

#endif
