/* SPDX-License-Identifier: Apache-2.0 */
#include "core/calendar_lunar.h"

enum { SHORT_MONTH = 29 };

static int months_of(const struct lunar_year *year)
{
	return year->leap ? 13 : 12;
}

static int length_of(const struct lunar_year *year, int month)
{
	return SHORT_MONTH + (year->long_months >> month & 1);
}

static int32_t length(const struct lunar_year *year)
{
	int32_t days = 0;
	for (int i = 0; i < months_of(year); i++)
		days += length_of(year, i);
	return days;
}

/* The year that began last by that day; NULL before the first and behind the last. */
static const struct lunar_year *year_at(const struct lunar_table *table, struct date date)
{
	size_t low = 0, high = table->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (table->years[middle].first.days <= date.days)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || date.days >= table->years[low - 1].first.days + length(&table->years[low - 1]))
		return NULL;
	return &table->years[low - 1];
}

bool lunar_from(const struct lunar_table *table, struct date date, struct lunar_day *out)
{
	const struct lunar_year *year = year_at(table, date);
	if (!year)
		return false;
	int left = date.days - year->first.days, month = 0;
	for (; left >= length_of(year, month); month++)
		left -= length_of(year, month);
	bool behind = year->leap && month >= year->leap; /* the leap month and those after it are one further on */
	*out = (struct lunar_day){table->first + (int)(year - table->years), month + !behind, left + 1,
	                          year->leap && month == year->leap};
	return true;
}

/* In order, from 0: which month of that year is meant; -1: none. */
static int month_of(const struct lunar_year *year, const struct lunar_day *birth, enum lunar_leap rule)
{
	bool has = year->leap == birth->month;
	if (birth->leap && !has && rule == LUNAR_LEAP_SKIP)
		return -1;
	bool leap = birth->leap && has && rule != LUNAR_LEAP_REGULAR;
	return birth->month - 1 + ((year->leap && birth->month > year->leap) || leap);
}

bool lunar_anniversary(const struct lunar_table *table, struct lunar_day birth, int number, enum lunar_leap leap,
                       enum lunar_day30 day30, struct date *out)
{
	if (number < table->first || number - table->first >= (int)table->count)
		return false;
	const struct lunar_year *year = &table->years[number - table->first];
	int month = month_of(year, &birth, leap), day = birth.day;
	if (month < 0)
		return false;
	if (day > length_of(year, month) && day30 == LUNAR_DAY30_SKIP)
		return false;
	if (day > length_of(year, month) && day30 == LUNAR_DAY30_LAST)
		day = length_of(year, month);
	out->days = year->first.days + day - 1;
	for (int i = 0; i < month; i++)
		out->days += length_of(year, i);
	return true;
}
