/* SPDX-License-Identifier: Apache-2.0 */
/* Reading timestamps and durations to the nanosecond, with the ranges that CEL gives them. */
#include "core/value_time.h"

/* The rest after `nanos` was brought below a second, rounding down. */
static bool carry(int64_t *seconds, int64_t *nanos)
{
	int64_t more = *nanos / NANOS;
	*nanos %= NANOS;
	if (*nanos < 0) {
		*nanos += NANOS;
		more--;
	}
	return !__builtin_add_overflow(*seconds, more, seconds);
}

bool value_timestamp_make(int64_t seconds, int64_t nanos, struct value *out)
{
	if (!carry(&seconds, &nanos) || seconds < TIMESTAMP_MIN_S || seconds > TIMESTAMP_MAX_S)
		return false;
	*out = (struct value){.kind = VALUE_TIMESTAMP, .size = (int32_t)nanos, .i = seconds};
	return true;
}

bool value_duration_make(int64_t seconds, int64_t nanos, struct value *out)
{
	if (!carry(&seconds, &nanos))
		return false;
	if (seconds < 0 && nanos > 0) { /* both parts of one sign */
		seconds++;
		nanos -= NANOS;
	}
	if (seconds < -DURATION_MAX_S || seconds > DURATION_MAX_S ||
	    ((seconds == DURATION_MAX_S || seconds == -DURATION_MAX_S) && nanos != 0))
		return false; /* alike on both sides, so that minus of a duration is always one */
	*out = (struct value){.kind = VALUE_DURATION, .size = (int32_t)nanos, .i = seconds};
	return true;
}

/* Digits behind a point, as nanoseconds; those after the ninth are dropped. */
static int64_t read_fraction(struct str text, size_t *at)
{
	int64_t nanos = 0, unit = NANOS / 10;
	for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at) {
		nanos += (text.ptr[*at] - '0') * unit;
		unit /= 10;
	}
	return nanos;
}

bool value_timestamp_parse(struct str text, struct value *out)
{
	char plain[40];
	struct instant instant;
	size_t at = 19, head = 19;
	int64_t nanos = 0;
	if (text.len < 20 || text.len > sizeof plain)
		return false;
	if (text.ptr[at] == '.') {
		at++;
		nanos = read_fraction(text, &at);
		if (at == head + 1)
			return false;
	}
	memcpy(plain, text.ptr, head);
	memcpy(plain + head, text.ptr + at, text.len - at);
	if (!instant_parse((struct str){plain, head + text.len - at}, &instant))
		return false;
	struct value whole = value_instant(instant);
	return value_timestamp_make(whole.i, whole.size + nanos, out);
}

static const struct {
	const char *name;
	int64_t nanos;
} UNITS[] = {
        {"ns", 1},    {"us", 1000},      {"\xc2\xb5s", 1000}, {"\xce\xbcs", 1000},  {"ms", 1000000},
        {"s", NANOS}, {"m", 60 * NANOS}, {"h", 3600 * NANOS}, {"d", 86400 * NANOS}, {"w", 604800 * NANOS},
};

static int64_t read_unit(struct str text, size_t *at)
{
	size_t from = *at;
	while (*at < text.len && text.ptr[*at] != '.' && !(text.ptr[*at] >= '0' && text.ptr[*at] <= '9'))
		++*at;
	for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
		if (str_eq(str_sub(text, from, *at), str_from(UNITS[i].name)))
			return UNITS[i].nanos;
	return 0;
}

/* One number with its unit, added to the total of nanoseconds. */
static bool read_part(struct str text, size_t *at, int64_t *total)
{
	size_t from = *at;
	int64_t whole = 0, fraction = 0, part;
	for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, text.ptr[*at] - '0', &whole))
			return false;
	size_t digits = *at - from;
	if (*at < text.len && text.ptr[*at] == '.') {
		++*at;
		fraction = read_fraction(text, at);
		digits += *at - from - digits - 1;
	}
	int64_t unit = read_unit(text, at);
	if (digits == 0 || unit == 0 || __builtin_mul_overflow(whole, unit, &part))
		return false;
	part += (int64_t)((double)fraction * ((double)unit / NANOS) + 0.5);
	return !__builtin_add_overflow(*total, part, total);
}

bool value_duration_parse(struct str text, struct value *out)
{
	size_t at = 0;
	int64_t total = 0;
	bool minus = text.len && text.ptr[0] == '-';
	if (minus || (text.len && text.ptr[0] == '+'))
		at++;
	if (at == text.len)
		return false;
	if (str_eq(str_sub(text, at, text.len), STR("0")))
		return value_duration_make(0, 0, out);
	while (at < text.len)
		if (!read_part(text, &at, &total))
			return false;
	return value_duration_make(0, minus ? -total : total, out);
}
