/* SPDX-License-Identifier: Apache-2.0 */
#include "core/doc_time.h"

#include "core/base/instant.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(struct str text, size_t at)
{
	size_t first = at;
	while (at < text.len && is_digit(text.ptr[at]))
		at++;
	return at - first;
}

static int number_at(struct str text, size_t at, size_t len)
{
	int number = 0;
	for (size_t i = at; i < at + len; i++)
		number = number * 10 + (text.ptr[i] - '0');
	return number;
}

static struct str rest_of(struct str text, size_t at)
{
	while (at < text.len && text.ptr[at] == ' ')
		at++;
	return str_sub(text, at, text.len);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(struct str text, const char *word)
{
	size_t len = strlen(word);
	for (size_t i = 0; i < len && i < text.len; i++)
		if (lower(text.ptr[i]) != word[i])
			return false;
	return text.len == len;
}

/* The unit that a word means, or NULL. */
static const char *unit_of(struct str word)
{
	static const char *const units[][7] = {
	        {"w", "week", "weeks", "wk", NULL},
	        {"d", "day", "days", NULL},
	        {"h", "hour", "hours", "hr", "hrs", NULL},
	        {"m", "minute", "minutes", "min", "mins", NULL},
	        {"s", "second", "seconds", "sec", "secs", NULL},
	        {"ms", "millisecond", "milliseconds", NULL},
	};
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		for (size_t j = 0; units[i][j]; j++)
			if (same_word(word, units[i][j]))
				return units[i][0];
	return NULL;
}

static bool months_or_years(struct str word)
{
	static const char *const words[] = {"mo", "month", "months", "y", "yr", "year", "years", NULL};
	for (size_t i = 0; words[i]; i++)
		if (same_word(word, words[i]))
			return true;
	return false;
}

struct str doc_time_duration_hint(struct arena *arena, struct str text)
{
	size_t digits = count_digits(text, 0);
	struct str word = rest_of(text, digits);
	if (digits && digits == text.len)
		return arena_printf(arena, "%.*s what? write %.*sd or %.*sh", STR_ARG(text), STR_ARG(text),
		                    STR_ARG(text));
	if (digits > 9)
		return STR("this is longer than journeyd can count");
	if (digits && unit_of(word))
		return arena_printf(arena, "write %.*s%s", (int)digits, text.ptr, unit_of(word));
	if ((digits && months_or_years(word)) || (text.len && text.ptr[0] == 'P'))
		return STR("months and years differ in length; write days, hours, minutes: 30d, P1DT12H");
	if (text.len && text.ptr[0] == '-')
		return STR("a duration has no sign");
	if (digits && digits < text.len && text.ptr[digits] == '.')
		return STR("write the part behind the point in a smaller unit: 1h30m");
	return STR("write 3d, 12h, 90m or 1d12h");
}

/* 9am, 9:30 pm. */
static struct str clock_of_twelve(struct arena *arena, struct str text)
{
	size_t hours = count_digits(text, 0), at = hours;
	int hour = 0, minute = 0;
	for (size_t i = 0; i < hours && hours <= 2; i++)
		hour = hour * 10 + (text.ptr[i] - '0');
	if (at < text.len && text.ptr[at] == ':' && count_digits(text, at + 1) == 2) {
		minute = (text.ptr[at + 1] - '0') * 10 + (text.ptr[at + 2] - '0');
		at += 3;
	}
	struct str half = rest_of(text, at);
	bool pm = same_word(half, "pm") || same_word(half, "p.m.");
	if (hours < 1 || hours > 2 || hour < 1 || hour > 12 || minute > 59 ||
	    !(pm || same_word(half, "am") || same_word(half, "a.m.")))
		return (struct str){0};
	return arena_printf(arena, "write \"%02d:%02d\"", hour % 12 + (pm ? 12 : 0), minute);
}

struct str doc_time_daytime_hint(struct arena *arena, struct str text)
{
	size_t digits = count_digits(text, 0);
	struct str twelve = clock_of_twelve(arena, text);
	if (twelve.len)
		return twelve;
	if (digits && digits <= 2 && digits == text.len)
		return arena_printf(arena, "write \"%.*s:00\"", STR_ARG(text));
	if ((digits == 3 || digits == 4) && digits == text.len && number_at(text, digits - 2, 2) < 60)
		return arena_printf(arena, "write \"%02d:%02d\"", number_at(text, 0, digits - 2),
		                    number_at(text, digits - 2, 2));
	if ((digits == 1 || digits == 2) && text.len == digits + 3 &&
	    (text.ptr[digits] == '.' || text.ptr[digits] == 'h'))
		return arena_printf(arena, "write \"%.*s:%.*s\"", (int)digits, text.ptr, 2, text.ptr + digits + 1);
	return STR("times go from \"00:00\" to \"24:00\"");
}

static bool date_shaped(struct str text)
{
	return text.len >= 10 && count_digits(text, 0) == 4 && text.ptr[4] == '-' && count_digits(text, 5) == 2 &&
	       text.ptr[7] == '-' && count_digits(text, 8) == 2;
}

/* Why a text of the right shape is no day; empty when it is one. */
static struct str no_such_day(struct arena *arena, struct str text)
{
	static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
	                                     "July",    "August",   "September", "October", "November", "December"};
	struct civil civil = {number_at(text, 0, 4), number_at(text, 5, 2), number_at(text, 8, 2)};
	if (civil_valid(civil))
		return (struct str){0};
	if (civil.year < 1)
		return STR("years go from 0001 to 9999");
	if (civil.month < 1 || civil.month > 12)
		return arena_printf(arena, "there is no month %02d; dates are written year-month-day", civil.month);
	int last = 31;
	while (last > 28 && !civil_valid((struct civil){civil.year, civil.month, last}))
		last--;
	return arena_printf(arena, "%s %d ends on the %dth", months[civil.month - 1], civil.year, last);
}

/* 26.12.2026, 12/26/2026, 2026/12/26, 2026-5-1: what it can mean; empty when it is no date at all. */
struct str doc_time_other_date(struct arena *arena, struct str text)
{
	int part[3];
	size_t at = 0, first = count_digits(text, 0);
	char mark = first < text.len ? text.ptr[first] : '\0';
	for (size_t i = 0; i < 3; i++, at++) {
		size_t digits = count_digits(text, at);
		if (digits < 1 || digits > 4 || !strchr("./-", mark) ||
		    (i < 2 && (at + digits >= text.len || text.ptr[at + digits] != mark)))
			return (struct str){0};
		part[i] = number_at(text, at, digits);
		at += digits;
	}
	bool ahead = first == 4;
	struct civil day =
	        ahead ? (struct civil){part[0], part[1], part[2]} : (struct civil){part[2], part[1], part[0]};
	struct civil swapped = {day.year, day.day, day.month};
	bool american = !ahead && mark == '/' && civil_valid(swapped);
	if (at - 1 != text.len || day.year < 1000 || (!civil_valid(day) && !american))
		return (struct str){0};
	if (american && civil_valid(day) && day.month != day.day)
		return arena_printf(arena, "write year-month-day: %04d-%02d-%02d or %04d-%02d-%02d", day.year,
		                    day.month, day.day, day.year, swapped.month, swapped.day);
	day = civil_valid(day) ? day : swapped;
	return arena_printf(arena, "write %04d-%02d-%02d", day.year, day.month, day.day);
}

struct str doc_time_date_hint(struct arena *arena, struct str text)
{
	struct str other = doc_time_other_date(arena, text);
	if (!date_shaped(text))
		return other.len ? other : STR("dates are written year-month-day: 2026-05-10");
	struct str why = no_such_day(arena, text);
	if (!why.len && text.len > 10)
		return STR("write the day alone, without the time");
	return why;
}

struct str doc_time_instant_hint(struct arena *arena, struct str text)
{
	struct instant instant;
	if (!date_shaped(text))
		return STR("write date, time and zone: 2026-03-01T09:00:00Z or 2026-03-01T09:00:00+08:00");
	struct str why = no_such_day(arena, text);
	if (why.len)
		return why;
	struct str with_zone = arena_printf(arena, "%.*sZ", STR_ARG(text));
	if (instant_parse(with_zone, &instant))
		return arena_printf(arena, "which zone? write %.*s or %.*s+08:00", STR_ARG(with_zone), STR_ARG(text));
	if (text.len == 10)
		return arena_printf(arena, "add time and zone: %.*sT00:00:00Z", STR_ARG(text));
	return STR("write date, time and zone: 2026-03-01T09:00:00Z or 2026-03-01T09:00:00+08:00");
}
