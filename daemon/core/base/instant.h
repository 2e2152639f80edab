/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time types. They do not convert into each other without a zone (core/calendar.h), and nothing here asks a clock.
 * Days and dates follow the proleptic Gregorian calendar; the day arithmetic is Howard Hinnant's
 * "chrono-compatible low-level date algorithms".
 */
#ifndef JD_BASE_INSTANT_H
#define JD_BASE_INSTANT_H

#include "core/base/buf.h"

struct instant { /* a moment: milliseconds since 1970-01-01T00:00:00Z */
	int64_t ms;
};

struct duration { /* a length of time in milliseconds; a day of it is 24 hours */
	int64_t ms;
};

struct date { /* a day of the calendar, nowhere in particular: days since 1970-01-01 */
	int32_t days;
};

struct daytime { /* a time of day: milliseconds since midnight, 0..86400000 (24:00 is legal as an end) */
	int32_t ms;
};

struct civil {                /* a date taken apart */
	int year, month, day; /* month and day from 1 */
};

#define DAY_MS INT64_C(86400000)
#define INSTANT_NONE ((struct instant){INT64_MIN}) /* no such moment, e.g. nothing is due; earlier than all */
#define INSTANT_MIN ((struct instant){INT64_C(-62135596800000)}) /* 0001-01-01T00:00:00Z */
#define INSTANT_MAX ((struct instant){INT64_C(253402300799999)}) /* 9999-12-31T23:59:59.999Z */
#define INSTANT_NEVER ((struct instant){INT64_MAX})              /* later than all */
#define DATE_MIN ((struct date){-719162})                        /* 0001-01-01 */
#define DATE_MAX ((struct date){2932896})                        /* 9999-12-31 */

static inline bool date_days_valid(int64_t days)
{
	return days >= DATE_MIN.days && days <= DATE_MAX.days;
}

struct civil civil_from(struct date date);
struct date date_from(struct civil civil); /* the civil date must be valid */
bool civil_valid(struct civil civil);
/* 0 is Sunday. */
int date_weekday(struct date date);
/* So many days on or back, kept within the years 1 to 9999 whatever the data say. */
struct date date_add(struct date date, int32_t days);

static inline struct instant instant_earlier(struct instant a, struct instant b)
{
	return a.ms < b.ms ? a : b;
}

static inline struct instant instant_later(struct instant a, struct instant b)
{
	return a.ms > b.ms ? a : b;
}

/* The moment of that many milliseconds, kept within INSTANT_MIN and INSTANT_MAX. */
static inline struct instant instant_clamp(int64_t ms)
{
	return (struct instant){ms < INSTANT_MIN.ms ? INSTANT_MIN.ms : ms > INSTANT_MAX.ms ? INSTANT_MAX.ms : ms};
}

/* All readers take the whole text and answer false, leaving *out alone, when it is anything else. */
bool date_parse(struct str text, struct date *out);       /* 2026-05-10 */
bool daytime_parse(struct str text, struct daytime *out); /* 9:00 10:00 10:00:30 24:00 */
/* RFC 3339 with a zone: Z or +hh:mm; fractions are cut to ms; a leap second becomes :59.999. */
bool instant_parse(struct str text, struct instant *out);
/* 60d, 1d12h, 90m, 1w, 250ms; also ISO 8601 PnDTnHnMnS. Units w d h m s ms, each once, falling. No sign. */
bool duration_parse(struct str text, struct duration *out);

void date_print(struct buf *buf, struct date date);             /* 2026-05-10 */
void instant_print(struct buf *buf, struct instant instant);    /* 2026-05-10T10:00:00Z, with .mmm only when not zero */
void daytime_print(struct buf *buf, struct daytime time);       /* 10:00, with :ss only when not zero */
void duration_print(struct buf *buf, struct duration duration); /* 60d, 1d12h, 0s */

#endif
