/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/pack.h"

void pack_u64(struct buf *buf, uint64_t number)
{
	unsigned char bytes[10];
	size_t len = 0;
	while (number >= 0x80) {
		bytes[len++] = (unsigned char)(number | 0x80);
		number >>= 7;
	}
	bytes[len++] = (unsigned char)number;
	buf_append(buf, bytes, len);
}

void pack_i64(struct buf *buf, int64_t number)
{
	pack_u64(buf, (uint64_t)number << 1 ^ (uint64_t)(number >> 63));
}

void pack_str(struct buf *buf, struct str text)
{
	pack_u64(buf, text.len);
	buf_str(buf, text);
}

void pack_fixed(struct buf *buf, uint64_t number, unsigned bytes)
{
	unsigned char out[8];
	for (unsigned i = 0; i < bytes; i++)
		out[i] = (unsigned char)(number >> (8 * i));
	buf_append(buf, out, bytes);
}

static uint64_t unpack_fail(struct unpack *in)
{
	in->bad = true;
	in->at = in->end;
	return 0;
}

uint64_t unpack_u64(struct unpack *in)
{
	uint64_t number = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (in->at == in->end)
			return unpack_fail(in);
		unsigned char byte = *in->at++;
		if (shift == 63 && byte > 1)
			return unpack_fail(in);
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return number;
	}
	return unpack_fail(in);
}

int64_t unpack_i64(struct unpack *in)
{
	uint64_t number = unpack_u64(in);
	return (int64_t)(number >> 1 ^ (0 - (number & 1)));
}

struct str unpack_str(struct unpack *in)
{
	uint64_t len = unpack_u64(in);
	if (len > (uint64_t)(in->end - in->at)) {
		unpack_fail(in);
		return (struct str){0};
	}
	struct str text = {(const char *)in->at, (size_t)len};
	in->at += len;
	return text;
}

uint64_t unpack_fixed(struct unpack *in, unsigned bytes)
{
	if ((size_t)(in->end - in->at) < bytes)
		return unpack_fail(in);
	uint64_t number = 0;
	for (unsigned i = 0; i < bytes; i++)
		number |= (uint64_t)in->at[i] << (8 * i);
	in->at += bytes;
	return number;
}
