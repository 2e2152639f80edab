/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Chinese calendar, as a table given as data. A year has twelve months of 29 or 30 days, or thirteen: then one
 * month comes twice, and the second is a leap month. A year goes by the number of the common year in which it begins,
 * late in January or in February.
 */
#ifndef JD_CALENDAR_LUNAR_H
#define JD_CALENDAR_LUNAR_H

#include "core/base/instant.h"

struct lunar_year {
	struct date first;    /* its first day */
	uint16_t long_months; /* bit i: month i, counted in order from 0, has 30 days; else 29 */
	uint8_t leap;         /* the month (1 to 12) that comes twice; 0: none */
};

struct lunar_table {
	int first; /* the first year of the table */
	const struct lunar_year *years;
	size_t count;
};

/* Where the table comes from: asked only when a journey wants it. */
struct lunar_source {
	/* Valid as long as the source is; the same table at every call. */
	const struct lunar_table *(*table)(struct lunar_source *source);
};

struct lunar_day {
	int year, month, day; /* month 1 to 12 */
	bool leap;            /* in the second month of that number */
};

/* False for days outside the table. */
bool lunar_from(const struct lunar_table *table, struct date date, struct lunar_day *out);

/* Where somebody born in a leap month has the birthday: in that leap month where the year has it, else in the month of
 * the same number; always in the month of the same number; in years with that leap month alone. */
enum lunar_leap { LUNAR_LEAP_MONTH, LUNAR_LEAP_REGULAR, LUNAR_LEAP_SKIP };
/* The 30th in a year whose month has 29 days: the 29th, the first day of the next month, not at all. */
enum lunar_day30 { LUNAR_DAY30_LAST, LUNAR_DAY30_NEXT, LUNAR_DAY30_SKIP };

/* The same day in another year; false when that year has none, by these rules or outside the table. */
bool lunar_anniversary(const struct lunar_table *table, struct lunar_day birth, int year, enum lunar_leap leap,
                       enum lunar_day30 day30, struct date *out);

#endif
