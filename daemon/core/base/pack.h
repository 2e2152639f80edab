/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binary form of everything that journeyd stores: little-endian base-128 varints, zigzag for signed numbers,
 * length-prefixed text. Writing appends to a buf; reading never runs past the end: the first bad byte sets `bad`,
 * after which every read answers zero, so that a decoder checks once at its end.
 */
#ifndef JD_BASE_PACK_H
#define JD_BASE_PACK_H

#include "core/base/buf.h"

struct unpack {
	const unsigned char *at, *end;
	bool bad;
};

void pack_u64(struct buf *buf, uint64_t number);
void pack_i64(struct buf *buf, int64_t number);
void pack_str(struct buf *buf, struct str text);
/* The low `bytes` (1..8) bytes, little-endian. */
void pack_fixed(struct buf *buf, uint64_t number, unsigned bytes);

static inline struct unpack unpack_init(struct str bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.ptr;
	return (struct unpack){at, at + bytes.len, false};
}

uint64_t unpack_u64(struct unpack *in);
int64_t unpack_i64(struct unpack *in);
struct str unpack_str(struct unpack *in); /* points into what is read */
uint64_t unpack_fixed(struct unpack *in, unsigned bytes);
static inline bool unpack_done(const struct unpack *in)
{
	return in->at == in->end;
}

#endif
