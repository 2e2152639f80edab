/* SPDX-License-Identifier: Apache-2.0 */
/* A growable run of bytes that owns its memory. All zero is a valid empty one. */
#ifndef JD_BASE_BUF_H
#define JD_BASE_BUF_H

#include "core/base/arena.h"

struct buf {
	char *ptr; /* NULL until something was added; valid until the next append */
	size_t len, cap;
};

void buf_reserve(struct buf *buf, size_t more); /* room for `more` bytes behind len */
void buf_release(struct buf *buf);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *buf, const char *format, ...);

static inline void buf_clear(struct buf *buf)
{
	buf->len = 0;
}

static inline void buf_append(struct buf *buf, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	if (buf->cap - buf->len < len)
		buf_reserve(buf, len);
	memcpy(buf->ptr + buf->len, bytes, len);
	buf->len += len;
}

static inline void buf_str(struct buf *buf, struct str text)
{
	buf_append(buf, text.ptr, text.len);
}

static inline void buf_char(struct buf *buf, char c)
{
	buf_append(buf, &c, 1);
}

static inline struct str buf_view(const struct buf *buf)
{
	return (struct str){buf->ptr, buf->len};
}

#endif
