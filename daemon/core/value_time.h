/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of timestamps and durations to the nanosecond, without heap. */
#ifndef JD_VALUE_TIME_H
#define JD_VALUE_TIME_H

#include "core/value.h"

enum { TIME_TEXT_MAX = 48, NUMBER_TEXT_MAX = 32 };

#define NANOS INT64_C(1000000000)
#define TIMESTAMP_MIN_S INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define TIMESTAMP_MAX_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DURATION_MAX_S INT64_C(9223372036)    /* what fits 64 bits of nanoseconds: 292 years */

/* From any sum of seconds and nanoseconds; false when it is out of the kind's range. */
bool value_timestamp_make(int64_t seconds, int64_t nanos, struct value *out);
bool value_duration_make(int64_t seconds, int64_t nanos, struct value *out);

/* RFC 3339 with a zone and up to nine digits behind the point. */
bool value_timestamp_parse(struct str text, struct value *out);
/* -1h30m, 1.5s, 250ms, 10us, 3d, 2w: numbers with units, any order. */
bool value_duration_parse(struct str text, struct value *out);

/* A bool, number, string-free scalar as plain text: `true`, `12.5`, `2026-05-10`, `3600s`. The length. */
size_t value_scalar_text(struct value v, char out[TIME_TEXT_MAX]);

#endif
