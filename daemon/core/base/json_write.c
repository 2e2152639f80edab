/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/json_write.h"

#include "core/base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void escape(struct buf *out, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	char named = c == '"' || c == '\\' ? (char)c : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : 0;
	buf_char(out, '\\');
	if (named) {
		buf_char(out, named);
		return;
	}
	buf_str(out, STR("u00"));
	buf_char(out, digits[c >> 4]);
	buf_char(out, digits[c & 15]);
}

static bool bare(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

void json_str(struct buf *out, struct str text)
{
	size_t at = 0;
	buf_char(out, '"');
	while (at < text.len) {
		size_t from = at;
		while (at < text.len && bare((unsigned char)text.ptr[at]))
			at++;
		buf_append(out, text.ptr + from, at - from);
		if (at == text.len)
			break;
		size_t len = utf8_len(text.ptr + at, text.len - at);
		if (len > 1)
			buf_append(out, text.ptr + at, len);
		else if (len == 1)
			escape(out, (unsigned char)text.ptr[at]);
		else
			buf_str(out, STR("\xef\xbf\xbd"));
		at += len ? len : 1;
	}
	buf_char(out, '"');
}

void json_int(struct buf *out, int64_t number)
{
	char text[20];
	size_t at = sizeof text;
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	do {
		text[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (number < 0)
		buf_char(out, '-');
	buf_append(out, text + at, sizeof text - at);
}

void json_double(struct buf *out, double number)
{
	char text[32];
	if (!isfinite(number)) {
		buf_str(out, STR("null"));
		return;
	}
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(text, sizeof text, "%.*g", precision, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_str(out, str_from(text));
	if (!strpbrk(text, ".e"))
		buf_str(out, STR(".0"));
}

void json_key(struct buf *out, const char *key)
{
	char last = out->len ? out->ptr[out->len - 1] : '{';
	if (last != '{' && last != '[')
		buf_char(out, ',');
	buf_char(out, '"');
	buf_str(out, str_from(key));
	buf_str(out, STR("\":"));
}

void json_instant(struct buf *out, struct instant instant)
{
	buf_char(out, '"');
	instant_print(out, instant);
	buf_char(out, '"');
}
