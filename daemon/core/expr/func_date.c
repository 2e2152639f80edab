/* SPDX-License-Identifier: Apache-2.0 */
/* journeyd's own: lengths of time, and dates and clock times in the customer's zone unless another is given. */
#include "core/expr/expr_func.h"
#include "core/expr/expr_time.h"
#include "core/value_time.h"

static struct value length(int64_t count, int64_t unit)
{
	int64_t seconds;
	struct value out;
	if (__builtin_mul_overflow(count, unit, &seconds) || !value_duration_make(seconds, 0, &out))
		return run_fault(FAULT_OVERFLOW);
	return out;
}

#define LENGTH_FUNCTION(name, unit) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		(void)run, (void)count; \
		return length(args[0].i, unit); \
	}

LENGTH_FUNCTION(weeks, 604800)
LENGTH_FUNCTION(days, 86400)
LENGTH_FUNCTION(hours, 3600)
LENGTH_FUNCTION(minutes, 60)
LENGTH_FUNCTION(seconds, 1)

/* The local time of a timestamp, or the day of a date. */
static bool local(struct run *run, const struct value *args, uint32_t count, struct local_time *out)
{
	struct zone fixed;
	const struct zone *zone = count == 2 ? time_zone(run, args[1], &fixed) : run->frame->zone;
	*out = (struct local_time){.date = {(int32_t)args[0].i}};
	if (!zone)
		return false;
	(void)run_spend(run, ZONE_STEPS); /* when it was the last, the next node fails */
	if (args[0].kind == VALUE_TIMESTAMP)
		time_local(zone, args[0], out);
	return true;
}

#define LOCAL_FUNCTION(name, expression) \
	static struct value name(struct run *run, const struct value *args, uint32_t count) \
	{ \
		struct local_time time; \
		return local(run, args, count, &time) ? (expression) : run_fault(FAULT_ZONE); \
	}

static struct value weekday_word(struct date date)
{
	static const struct str WORDS[] = {{"sun", 3}, {"mon", 3}, {"tue", 3}, {"wed", 3},
	                                   {"thu", 3}, {"fri", 3}, {"sat", 3}};
	return value_str(WORDS[date_weekday(date)]);
}

/* The last day of all may be over already in a zone. */
LOCAL_FUNCTION(date_of_timestamp, date_days_valid(time.date.days) ? value_date(time.date) : run_fault(FAULT_RANGE))
LOCAL_FUNCTION(year, value_int(civil_from(time.date).year))
LOCAL_FUNCTION(month, value_int(civil_from(time.date).month))
LOCAL_FUNCTION(day, value_int(civil_from(time.date).day))
LOCAL_FUNCTION(weekday, weekday_word(time.date))
LOCAL_FUNCTION(hour, value_int(time.second / 3600))
LOCAL_FUNCTION(minute, value_int(time.second / 60 % 60))

static struct value date_of_string(struct run *run, const struct value *args, uint32_t count)
{
	struct date date;
	(void)run, (void)count;
	return date_parse(value_text(args[0]), &date) ? value_date(date) : run_fault(FAULT_RANGE);
}

static struct date today_of(struct run *run)
{
	struct local_time time;
	(void)run_spend(run, ZONE_STEPS);
	time_local(run->frame->zone, value_instant(run->frame->now), &time);
	return date_add(time.date, 0);
}

static struct value today(struct run *run, const struct value *args, uint32_t count)
{
	(void)args, (void)count;
	return value_date(today_of(run));
}

static struct value days_until(struct run *run, const struct value *args, uint32_t count)
{
	struct local_time time;
	(void)count;
	local(run, args, 1, &time);
	return value_int((int64_t)time.date.days - today_of(run).days);
}

static struct value days_since(struct run *run, const struct value *args, uint32_t count)
{
	struct value until = days_until(run, args, count);
	return value_int(-until.i);
}

/* Full years: an anniversary counts from its day on; of 29 February from 1 March in other years. */
static struct value years_since(struct run *run, const struct value *args, uint32_t count)
{
	struct local_time time;
	(void)count;
	local(run, args, 1, &time);
	struct civil from = civil_from(time.date), now = civil_from(today_of(run));
	bool before = now.month < from.month || (now.month == from.month && now.day < from.day);
	return value_int(now.year - from.year - before);
}

/* Full months: counted from the day of the same number on; where a month has none, from the next month's first. */
static struct value months_since(struct run *run, const struct value *args, uint32_t count)
{
	struct local_time time;
	(void)count;
	local(run, args, 1, &time);
	struct civil from = civil_from(time.date), now = civil_from(today_of(run));
	return value_int((now.year - from.year) * INT64_C(12) + now.month - from.month - (now.day < from.day));
}

/* A date's day, or a moment's at the same time by the customer's clock. */
static struct value move_months(struct run *run, struct value when, int64_t months)
{
	enum { MOST = 120000 };
	struct local_time time;
	if (months > MOST || months < -MOST)
		return run_fault(FAULT_RANGE);
	local(run, &when, 1, &time);
	(void)run_spend(run, 3 * ZONE_STEPS);
	struct civil from = civil_from(time.date);
	int64_t month = INT64_C(12) * from.year + from.month - 1 + months;
	if (month < 12 || month >= INT64_C(12) * 10000)
		return run_fault(FAULT_RANGE);
	struct date date = calendar_add_months(time.date, (int)months);
	if (when.kind == VALUE_DATE)
		return value_date(date);
	struct daytime at = calendar_daytime(run->frame->zone, value_to_instant(when));
	struct value moved = value_instant(calendar_instant(run->frame->zone, date, at));
	return value_timestamp_make(moved.i, when.size, &moved) ? moved : run_fault(FAULT_RANGE);
}

static struct value add_months(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	return move_months(run, args[0], args[1].i);
}

static struct value add_years(struct run *run, const struct value *args, uint32_t count)
{
	int64_t months;
	(void)count;
	return __builtin_mul_overflow(args[1].i, 12, &months) ? run_fault(FAULT_RANGE)
	                                                      : move_months(run, args[0], months);
}

const struct function DATE_FUNCTIONS[] = {
        {"weeks", "i", 'u', true, weeks, "So many times 7 times 24 hours."},
        {"days", "i", 'u', true, days, "So many times 24 hours; added to a date, so many days."},
        {"hours", "i", 'u', true, hours, "So many hours."},
        {"minutes", "i", 'u', true, minutes, "So many minutes."},
        {"seconds", "i", 'u', true, seconds, "So many seconds."},
        {"date", "s", 'D', true, date_of_string, "Of 2026-05-10."},
        {"date", "tz?", 'D', false, date_of_timestamp, "The day of a moment, in the customer's zone or another."},
        {"today", "", 'D', false, today, "The day it is, in the customer's zone."},
        {"days_until", "D", 'i', false, days_until, "Calendar days from today; negative when past."},
        {"days_until", "t", 'i', false, days_until, "The same for a moment's day."},
        {"days_since", "D", 'i', false, days_since, "Calendar days that passed until today."},
        {"days_since", "t", 'i', false, days_since, "The same for a moment's day."},
        {"years_since", "D", 'i', false, years_since, "Full years until today: an age."},
        {"years_since", "t", 'i', false, years_since, "The same for a moment's day."},
        {"months_since", "D", 'i', false, months_since, "Full months until today: an age."},
        {"months_since", "t", 'i', false, months_since, "The same for a moment's day."},
        {"add_months", "Di", 'D', false, add_months, "The same day so many months on, or the last of that month."},
        {"add_months", "ti", 't', false, add_months, "The same, at the same time by the customer's clock."},
        {"add_years", "Di", 'D', false, add_years, "The same day so many years on; of 29 February the 28th."},
        {"add_years", "ti", 't', false, add_years, "The same, at the same time by the customer's clock."},
        {"year", "D", 'i', false, year, "The year."},
        {"year", "tz?", 'i', false, year, "The year, in the customer's zone or another."},
        {"month", "D", 'i', false, month, "The month, 1 to 12."},
        {"month", "tz?", 'i', false, month, "The month, 1 to 12."},
        {"day", "D", 'i', false, day, "The day of the month, 1 to 31."},
        {"day", "tz?", 'i', false, day, "The day of the month, 1 to 31."},
        {"weekday", "D", 's', false, weekday, "mon, tue, wed, thu, fri, sat or sun."},
        {"weekday", "tz?", 's', false, weekday, "mon to sun, in the customer's zone or another."},
        {"hour", "tz?", 'i', false, hour, "The hour of the day, 0 to 23."},
        {"minute", "tz?", 'i', false, minute, "The minute of the hour, 0 to 59."},
        {0},
};
