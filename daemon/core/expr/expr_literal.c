/* SPDX-License-Identifier: Apache-2.0 */
#include "core/expr/expr_literal.h"

#include "core/base/utf8.h"

#include <math.h>
#include <stdlib.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool literal_int(struct str text, bool minus, int64_t *out)
{
	uint64_t number = 0, limit = (uint64_t)INT64_MAX + (minus ? 1 : 0);
	unsigned base = 10;
	size_t at = 0;
	if (text.len > 2 && (text.ptr[1] | 0x20) == 'x') {
		base = 16;
		at = 2;
	}
	for (; at < text.len; at++) {
		uint64_t digit = (uint64_t)hex_digit(text.ptr[at]);
		if (__builtin_mul_overflow(number, base, &number) || __builtin_add_overflow(number, digit, &number) ||
		    number > limit)
			return false;
	}
	*out = minus ? (int64_t)(0 - number) : (int64_t)number;
	return true;
}

bool literal_double(struct str text, bool minus, double *out)
{
	char copy[400];
	if (text.len >= sizeof copy)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	*out = strtod(copy, NULL);
	if (minus)
		*out = -*out;
	return isfinite(*out);
}

/* `count` digits of the base behind *at, or -1. */
static int64_t code_digits(struct str text, size_t at, size_t count, int base)
{
	int64_t point = 0;
	if (at + count > text.len)
		return -1;
	for (size_t i = at; i < at + count; i++) {
		int digit = hex_digit(text.ptr[i]);
		if (digit < 0 || digit >= base)
			return -1;
		point = point * base + digit;
	}
	return point;
}

/* The escape at the backslash: its bytes in out, its length in *len; 0 when it is none. */
static size_t escape(struct str text, size_t at, char out[4], size_t *len)
{
	static const char names[] = "abfnrtv\\?\"'`", meant[] = "\a\b\f\n\r\t\v\\?\"'`";
	char c = at + 1 < text.len ? text.ptr[at + 1] : '\0';
	const char *found = c ? strchr(names, c) : NULL;
	*len = 2;
	if (found) {
		out[0] = meant[found - names];
		return 1;
	}
	size_t digits = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 3;
	size_t head = digits == 3 ? 1 : 2;
	int64_t point = code_digits(text, at + head, digits, digits == 3 ? 8 : 16);
	if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) || (digits == 3 && point > 255))
		return 0;
	*len = head + digits;
	return utf8_encode((uint32_t)point, out);
}

/* Where the text between the quotes lies, and whether backslashes are plain. */
static struct str inside(struct str text, bool *raw)
{
	size_t at = 0;
	*raw = false;
	while (text.ptr[at] != '"' && text.ptr[at] != '\'')
		*raw |= (text.ptr[at++] | 0x20) == 'r';
	size_t quotes = 1;
	if (text.len - at >= 6 && text.ptr[at + 1] == text.ptr[at] && text.ptr[at + 2] == text.ptr[at])
		quotes = 3;
	return str_sub(text, at + quotes, text.len - quotes);
}

bool literal_string(struct str text, struct arena *arena, struct str *out, size_t *at)
{
	bool raw;
	struct str body = inside(text, &raw);
	if (raw || !body.len || !memchr(body.ptr, '\\', body.len)) {
		*out = body;
		return true;
	}
	char *copy = arena_alloc(arena, body.len + 4); /* no escape is shorter than what it means */
	size_t used = 0, len;
	for (size_t i = 0; i < body.len; i += len) {
		len = 1;
		if (body.ptr[i] != '\\') {
			copy[used++] = body.ptr[i];
			continue;
		}
		size_t wrote = escape(body, i, copy + used, &len);
		if (wrote == 0) {
			*at = (size_t)(body.ptr + i - text.ptr);
			return false;
		}
		used += wrote;
	}
	*out = (struct str){copy, used};
	return true;
}
