/* SPDX-License-Identifier: Apache-2.0 */
#include "core/calendar_rule.h"

const struct zone ZONE_UTC = {.name = {"UTC", 3}};

/* hh:mm with an optional sign, in seconds; INT32_MIN for anything else. */
static int32_t parse_fixed(struct str text)
{
	int32_t sign = text.len && text.ptr[0] == '-' ? -1 : 1;
	struct daytime time;
	if (text.len == 6 && (text.ptr[0] == '+' || text.ptr[0] == '-'))
		text = str_sub(text, 1, 6);
	if (text.len != 5 || !daytime_parse(text, &time) || time.ms >= DAY_MS)
		return INT32_MIN;
	return sign * (time.ms / 1000);
}

const struct zone *zone_find(const struct zone_set *set, struct str name, struct zone *fixed)
{
	size_t low = 0, high = set ? set->count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(set->zones[middle].name, name);
		if (order == 0)
			return &set->zones[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (str_eq(name, ZONE_UTC.name))
		return &ZONE_UTC;
	int32_t offset = parse_fixed(name);
	if (offset == INT32_MIN)
		return NULL;
	*fixed = (struct zone){.name = name, .first = offset};
	return fixed;
}

/* The number of transitions at or before that second. The halving has no branch to mispredict. */
static size_t passed(const struct zone *zone, int64_t at)
{
	const int64_t *base = zone->at;
	size_t left = zone->count;
	if (left == 0)
		return 0;
	while (left > 1) {
		size_t half = left / 2;
		base = base[half] <= at ? base + half : base;
		left -= half;
	}
	return (size_t)(base - zone->at) + (*base <= at);
}

static int32_t offset_at(const struct zone *zone, int64_t at)
{
	size_t index = passed(zone, at);
	if (index == zone->count && zone->rule)
		return zone_rule_offset(zone->rule, at);
	return index ? zone->offset[index - 1] : zone->first;
}

static int64_t floor_div(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

int32_t zone_offset(const struct zone *zone, struct instant at)
{
	return offset_at(zone, floor_div(instant_clamp(at.ms).ms, 1000));
}

static int64_t local_ms(const struct zone *zone, struct instant at)
{
	return instant_clamp(at.ms).ms + zone_offset(zone, at) * INT64_C(1000);
}

struct date calendar_date(const struct zone *zone, struct instant at)
{
	return date_add((struct date){(int32_t)floor_div(local_ms(zone, at), DAY_MS)}, 0);
}

struct daytime calendar_daytime(const struct zone *zone, struct instant at)
{
	int64_t local = local_ms(zone, at);
	return (struct daytime){(int32_t)(local - floor_div(local, DAY_MS) * DAY_MS)};
}

/* The offsets of the day before and the day after are those on both sides of a change nearby. Read by the earlier one
 * the moment is right unless the change came first; then it is right by the later one, or the clock skipped it, and
 * the earlier offset carries it over the gap. */
struct instant calendar_instant(const struct zone *zone, struct date date, struct daytime time)
{
	int64_t local = date.days * DAY_MS + time.ms;
	int64_t before = zone_offset(zone, (struct instant){local - DAY_MS}) * INT64_C(1000);
	int64_t after = zone_offset(zone, (struct instant){local + DAY_MS}) * INT64_C(1000);
	struct instant early = {local - before}, late = {local - after};
	bool by_early = before == after || zone_offset(zone, early) * INT64_C(1000) == before ||
	                zone_offset(zone, late) * INT64_C(1000) != after;
	return instant_clamp(by_early ? early.ms : late.ms);
}

bool calendar_anniversary(struct date date, int year, enum feb29 rule, struct date *out)
{
	struct civil civil = civil_from(date);
	if (year < 1 || year > 9999)
		return false;
	civil.year = year;
	if (!civil_valid(civil)) {
		if (rule == FEB29_SKIP)
			return false;
		civil.month = rule == FEB29_MAR1 ? 3 : 2;
		civil.day = rule == FEB29_MAR1 ? 1 : 28;
	}
	*out = date_from(civil);
	return true;
}

struct date calendar_add_months(struct date date, int months)
{
	struct civil civil = civil_from(date);
	int64_t total = (int64_t)civil.year * 12 + civil.month - 1 + months;
	if (total < 12)
		return date_from((struct civil){1, 1, 1});
	if (total >= 10000 * 12)
		return date_from((struct civil){9999, 12, 31});
	civil.year = (int)(total / 12);
	civil.month = (int)(total % 12) + 1;
	while (!civil_valid(civil))
		civil.day--;
	return date_from(civil);
}
