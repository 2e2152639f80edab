/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_reserve(struct buf *buf, size_t more)
{
	if (buf->cap - buf->len >= more)
		return;
	size_t cap = buf->cap ? buf->cap * 2 : 64;
	while (cap - buf->len < more)
		cap *= 2;
	buf->ptr = mem_realloc(buf->ptr, cap);
	buf->cap = cap;
}

void buf_release(struct buf *buf)
{
	free(buf->ptr);
	*buf = (struct buf){0};
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	buf_reserve(buf, (size_t)len + 1);
	vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
	va_end(again);
	buf->len += (size_t)len;
}
