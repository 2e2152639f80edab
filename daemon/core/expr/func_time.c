/* SPDX-License-Identifier: Apache-2.0 */
/* CEL's accessors of timestamps (UTC unless a zone is given; months and days from 0, as CEL has them) and durations. */
#include "core/expr/expr_func.h"
#include "core/expr/expr_time.h"

enum part { PART_YEAR, PART_MONTH, PART_DATE, PART_DAY_OF_MONTH, PART_DAY_OF_YEAR, PART_WEEKDAY };

const struct zone *time_zone(struct run *run, struct value name, struct zone *fixed)
{
	static const struct zone_set none = {0};
	return zone_find(run->frame->zones ? run->frame->zones : &none, value_text(name), fixed);
}

void time_local(const struct zone *zone, struct value timestamp, struct local_time *out)
{
	int64_t seconds = timestamp.i + zone_offset(zone, value_to_instant(timestamp));
	int64_t days = seconds / 86400, left = seconds % 86400;
	if (left < 0) {
		left += 86400;
		days--;
	}
	*out = (struct local_time){.date = {(int32_t)days}, .second = (int32_t)left};
}

/* The local time of args[0], in the zone of args[1] or else UTC. */
static bool local(struct run *run, const struct value *args, uint32_t count, struct local_time *out)
{
	struct zone fixed;
	const struct zone *zone = count == 2 ? time_zone(run, args[1], &fixed) : &ZONE_UTC;
	if (!zone)
		return false;
	(void)run_spend(run, ZONE_STEPS); /* when it was the last, the next node fails */
	time_local(zone, args[0], out);
	return true;
}

static int64_t calendar_part(struct date date, enum part part)
{
	struct civil c = civil_from(date);
	switch (part) {
	case PART_YEAR:
		return c.year;
	case PART_MONTH:
		return c.month - 1;
	case PART_DATE:
		return c.day;
	case PART_DAY_OF_MONTH:
		return c.day - 1;
	case PART_DAY_OF_YEAR:
		return date.days - date_from((struct civil){c.year, 1, 1}).days;
	default:
		return date_weekday(date);
	}
}

#define CALENDAR_FUNCTION(name, part) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		struct local_time time; \
		return local(run, args, count, &time) ? value_int(calendar_part(time.date, part)) \
		                                      : run_fault(FAULT_ZONE); \
	}

CALENDAR_FUNCTION(get_year, PART_YEAR)
CALENDAR_FUNCTION(get_month, PART_MONTH)
CALENDAR_FUNCTION(get_date, PART_DATE)
CALENDAR_FUNCTION(get_day_of_month, PART_DAY_OF_MONTH)
CALENDAR_FUNCTION(get_day_of_year, PART_DAY_OF_YEAR)
CALENDAR_FUNCTION(get_weekday, PART_WEEKDAY)

#define CLOCK_FUNCTION(name, expression) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		struct local_time time; \
		return local(run, args, count, &time) ? value_int(expression) : run_fault(FAULT_ZONE); \
	}

CLOCK_FUNCTION(get_hours, time.second / 3600)
CLOCK_FUNCTION(get_minutes, time.second / 60 % 60)
CLOCK_FUNCTION(get_seconds, time.second % 60)
CLOCK_FUNCTION(get_milliseconds, args[0].size / 1000000)

#define DURATION_FUNCTION(name, expression) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		(void)run, (void)count; \
		return value_int(expression); \
	}

DURATION_FUNCTION(duration_hours, args[0].i / 3600)
DURATION_FUNCTION(duration_minutes, args[0].i / 60)
DURATION_FUNCTION(duration_seconds, args[0].i)
DURATION_FUNCTION(duration_milliseconds, args[0].size / 1000000)

const struct function TIME_FUNCTIONS[] = {
        {"getFullYear", "t.z?", 'i', false, get_year, "The year, in UTC or a zone."},
        {"getMonth", "t.z?", 'i', false, get_month, "The month from 0; month(t) counts from 1."},
        {"getDate", "t.z?", 'i', false, get_date, "The day of the month from 1."},
        {"getDayOfMonth", "t.z?", 'i', false, get_day_of_month, "The day of the month from 0."},
        {"getDayOfYear", "t.z?", 'i', false, get_day_of_year, "The day of the year from 0."},
        {"getDayOfWeek", "t.z?", 'i', false, get_weekday, "The day of the week, Sunday 0."},
        {"getHours", "t.z?", 'i', false, get_hours, "The hour of the day, 0 to 23."},
        {"getHours", "u.", 'i', false, duration_hours, "Whole hours in a duration."},
        {"getMinutes", "t.z?", 'i', false, get_minutes, "The minute of the hour."},
        {"getMinutes", "u.", 'i', false, duration_minutes, "Whole minutes in a duration."},
        {"getSeconds", "t.z?", 'i', false, get_seconds, "The second of the minute."},
        {"getSeconds", "u.", 'i', false, duration_seconds, "Whole seconds in a duration."},
        {"getMilliseconds", "t.z?", 'i', false, get_milliseconds, "The thousandths of the second."},
        {"getMilliseconds", "u.", 'i', false, duration_milliseconds, "The thousandths of the last second."},
        {0},
};
