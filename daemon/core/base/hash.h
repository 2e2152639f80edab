/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012) with fixed keys: every id, random split and bucket of journeyd comes
 * from here, so the same input gives the same answer on every machine and in every release. Not a secret.
 */
#ifndef JD_BASE_HASH_H
#define JD_BASE_HASH_H

#include "core/base/str.h"

#include <stdint.h>

struct hash128 {
	uint64_t high, low;
};

uint64_t hash64(uint64_t seed, struct str bytes);
struct hash128 hash128(uint64_t seed, struct str bytes);
/* The stable 32-bit name of an attribute, trait, field or journey in stored records; 0 is never returned. */
uint32_t hash_tag(struct str name);
/* 32 lower-case hex digits, no NUL. */
void hash128_hex(struct hash128 hash, char out[32]);

#endif
