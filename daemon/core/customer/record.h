/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stored form of a customer, shared by its writer and its reader.
 *
 *   format 1 (2: | erased) | due | logical | attributes | traits | seen | contacts | instances | ended | sections
 *
 * Sections are in record_extra.h.
 *
 * Format 2 has the time of an erasure as 8 bytes behind the format byte, and may end there.
 * due and logical are 0 for none, else 1 + time. Every list begins with its count. A time is the distance to a base
 * (0 for due, due for logical, logical for traits, then due or, without one, logical): whole minutes with the low bit
 * set, else milliseconds. A value begins with a code that holds short texts' lengths too. 40-bit ids, 32-bit tags.
 */
#ifndef JD_RECORD_H
#define JD_RECORD_H

#include "core/base/instant.h"
#include "core/base/pack.h"
#include "core/value.h"

enum { RECORD_FORMAT = 1, RECORD_ERASED = 2, RECORD_ID_BYTES = 5, RECORD_TAG_BYTES = 4 };
#define RECORD_COUNT_MOST (UINT64_C(1) << 53) /* events in a trait: nobody has so many, and their sums fit */

/* The first byte of a value. */
enum record_code {
	CODE_NULL,
	CODE_FALSE,
	CODE_TRUE,
	CODE_INT,
	CODE_DOUBLE,    /* 8 bytes */
	CODE_WHOLE,     /* a double without fraction */
	CODE_DATE,      /* days */
	CODE_TIMESTAMP, /* milliseconds */
	CODE_STRING,    /* length and bytes */
	CODE_PACKED,    /* value_pack's form */
	CODE_KEY,       /* the same text as the instance's key */
	CODE_ANCHOR,    /* the same value as the instance's anchor */
	CODE_SHORT = 32 /* CODE_SHORT + length, then the bytes */
};
enum { SHORT_MAX = 255 - CODE_SHORT };

/* In the head of an instance, below the node's number. */
enum record_instance {
	INSTANCE_SEGMENT = 1,
	INSTANCE_VISITS = 2,
	INSTANCE_ANCHOR = 4,
	INSTANCE_DUE = 8,       /* its own */
	INSTANCE_DUE_SAME = 16, /* the record's */
	INSTANCE_NODE_SHIFT = 5
};

/* Of a contact, below its time. */
enum record_contact { CONTACT_EXEMPT = 1, CONTACT_SAME_CHANNEL = 2, CONTACT_SHIFT = 2 };

/* Of a trait, below its number. */
enum record_trait { RECORD_TRAIT_TIME = 1 };

static inline uint64_t zigzag(int64_t number)
{
	return (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
}

static inline int64_t unzigzag(uint64_t number)
{
	return (int64_t)(number >> 1 ^ (0 - (number & 1)));
}

enum { MINUTE_MS = 60000 };

static inline uint64_t record_time(struct instant time, struct instant base)
{
	int64_t away = time.ms - base.ms;
	return away % MINUTE_MS == 0 ? zigzag(away / MINUTE_MS) << 1 | 1 : zigzag(away) << 1;
}

/* False when it is no moment of the calendar. */
static inline bool record_moment(uint64_t coded, struct instant base, struct instant *out)
{
	int64_t unit = coded & 1 ? MINUTE_MS : 1, away = unzigzag(coded >> 1);
	int64_t most = (INSTANT_MAX.ms - INSTANT_MIN.ms) / unit;
	if (away > most || away < -most)
		return false;
	out->ms = base.ms + away * unit;
	return out->ms >= INSTANT_MIN.ms && out->ms <= INSTANT_MAX.ms;
}

/* What the times of traits are told from: the last event's is often the last of its trait. */
static inline struct instant record_recent(struct instant logical, struct instant base)
{
	return logical.ms != INSTANT_NONE.ms ? logical : base;
}

/* What all other times are told from. */
static inline struct instant record_base(struct instant due, struct instant logical)
{
	if (due.ms != INSTANT_NEVER.ms)
		return due;
	return logical.ms != INSTANT_NONE.ms ? logical : (struct instant){0};
}

/* ---- the fast ways of core/base/pack.h, inlined ---- */

static inline void put_u64(struct buf *out, uint64_t number)
{
	if (out->cap - out->len < 10)
		buf_reserve(out, 10);
	unsigned char *at = (unsigned char *)out->ptr + out->len, *from = at;
	for (; number >= 0x80; number >>= 7)
		*at++ = (unsigned char)(number | 0x80);
	*at++ = (unsigned char)number;
	out->len += (size_t)(at - from);
}

static inline void put_fixed(struct buf *out, uint64_t number, unsigned bytes)
{
	if (out->cap - out->len < 8)
		buf_reserve(out, 8);
	memcpy(out->ptr + out->len, &number, 8); /* little-endian hosts only, as hash.c */
	out->len += bytes;
}

static inline uint64_t get_u64(struct unpack *in)
{
	if (in->at != in->end && *in->at < 0x80)
		return *in->at++;
	return unpack_u64(in);
}

static inline uint64_t get_fixed(struct unpack *in, unsigned bytes)
{
	if (in->end - in->at < 8)
		return unpack_fixed(in, bytes);
	uint64_t number;
	memcpy(&number, in->at, 8);
	in->at += bytes;
	return bytes == 8 ? number : number & ((UINT64_C(1) << (8 * bytes)) - 1);
}

#endif
