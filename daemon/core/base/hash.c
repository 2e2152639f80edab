/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/hash.h"

struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	sip_round(s);
	s->v0 ^= word;
}

static uint64_t read_word(const char *at, size_t len)
{
	uint64_t word = 0;
	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return word;
}

static uint64_t sip_finish(struct sip *s)
{
	for (int i = 0; i < 4; i++)
		sip_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* The key is the seed and eight zero bytes; `variant` tells the 128-bit form from the start. */
static struct sip sip_absorb(uint64_t seed, uint64_t variant, struct str bytes)
{
	struct sip s = {0x736f6d6570736575 ^ seed, 0x646f72616e646f6d ^ variant, 0x6c7967656e657261 ^ seed,
	                0x7465646279746573};
	const char *from = bytes.len ? bytes.ptr : "";
	size_t at = 0;
	for (; bytes.len - at >= 8; at += 8) {
		uint64_t word;
		memcpy(&word, from + at, 8); /* little-endian hosts only; the build checks */
		sip_word(&s, word);
	}
	sip_word(&s, read_word(from + at, bytes.len - at) | (uint64_t)bytes.len << 56);
	return s;
}

uint64_t hash64(uint64_t seed, struct str bytes)
{
	struct sip s = sip_absorb(seed, 0, bytes);
	s.v2 ^= 0xff;
	return sip_finish(&s);
}

struct hash128 hash128(uint64_t seed, struct str bytes)
{
	struct sip s = sip_absorb(seed, 0xee, bytes);
	s.v2 ^= 0xee;
	struct hash128 hash = {.high = sip_finish(&s)};
	s.v1 ^= 0xdd;
	hash.low = sip_finish(&s);
	return hash;
}

uint32_t hash_tag(struct str name)
{
	uint32_t tag = (uint32_t)hash64(1, name);
	return tag ? tag : 1;
}

void hash128_hex(struct hash128 hash, char out[32])
{
	static const char digits[] = "0123456789abcdef";
	for (int i = 0; i < 16; i++) {
		out[i] = digits[hash.high >> (60 - 4 * i) & 15];
		out[16 + i] = digits[hash.low >> (60 - 4 * i) & 15];
	}
}
