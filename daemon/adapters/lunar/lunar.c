/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/lunar/lunar.h"

#include <unicode/ucal.h>

#define LUNAR_FIRST 1900
#define LUNAR_YEARS 201
#define LUNAR_EPOCH 2637 /* ICU counts years from 2637 BC */

/* What ICU 72 gets wrong: in this year this month, in order from 0, begins on this day; */
static const struct {
	int year, month;
	struct civil first;
} BEGINS[] = {
        {1954, 0, {1954, 2, 3}},  {1955, 1, {1955, 2, 22}}, {1998, 12, {1999, 1, 17}}, {2012, 7, {2012, 8, 17}},
        {2018, 9, {2018, 11, 8}}, {2027, 0, {2027, 2, 6}},  {2030, 0, {2030, 2, 3}},   {2070, 1, {2070, 3, 12}},
};
/* and in this year this month comes twice. */
static const struct {
	int year;
	uint8_t leap;
} LEAPS[] = {{1917, 2}, {1922, 5}, {1987, 6}};

struct month {
	struct date first;
	int year, number;
	bool leap;
};

enum { MONTHS_MOST = LUNAR_YEARS * 13 + 1 };

static struct month month_at(UCalendar *calendar, int32_t day, int *day_of_month, UErrorCode *error)
{
	struct month out = {.first = {day}};
	ucal_setMillis(calendar, ((double)day + 0.5) * DAY_MS, error);
	out.year = ucal_get(calendar, UCAL_EXTENDED_YEAR, error) - LUNAR_EPOCH;
	out.number = ucal_get(calendar, UCAL_MONTH, error) + 1;
	out.leap = ucal_get(calendar, UCAL_IS_LEAP_MONTH, error) != 0;
	*day_of_month = ucal_get(calendar, UCAL_DAY_OF_MONTH, error);
	return out;
}

/* The months of all the years and the one behind them; their number, 0 when ICU failed. */
static size_t months_read(UCalendar *calendar, struct month *months, UErrorCode *error)
{
	int32_t day = date_from((struct civil){LUNAR_FIRST, 1, 31}).days;
	int at;
	for (size_t count = 0; count < MONTHS_MOST; count++) {
		months[count] = month_at(calendar, day, &at, error);
		if (U_FAILURE(*error) || at != 1)
			return 0;
		if (months[count].year >= LUNAR_FIRST + LUNAR_YEARS)
			return count + 1;
		month_at(calendar, day + 29, &at, error);
		day += at == 30 ? 30 : 29;
	}
	return 0;
}

static void begins_correct(struct month *months, size_t count)
{
	for (size_t i = 0; i < sizeof BEGINS / sizeof *BEGINS; i++) {
		size_t month = 0;
		while (month < count && months[month].year < BEGINS[i].year)
			month++;
		months[month + (size_t)BEGINS[i].month].first = date_from(BEGINS[i].first);
	}
}

static void years_fill(struct lunar_year *years, const struct month *months, size_t count)
{
	int order = 0;
	for (size_t i = 0; i + 1 < count; i++) {
		struct lunar_year *year = &years[months[i].year - LUNAR_FIRST];
		if (i == 0 || months[i].year != months[i - 1].year) {
			order = 0;
			year->first = months[i].first;
		}
		if (months[i + 1].first.days - months[i].first.days == 30)
			year->long_months |= (uint16_t)(1 << order);
		if (months[i].leap)
			year->leap = (uint8_t)months[i].number;
		order++;
	}
	for (size_t i = 0; i < sizeof LEAPS / sizeof *LEAPS; i++)
		years[LEAPS[i].year - LUNAR_FIRST].leap = LEAPS[i].leap;
}

static void table_read(struct lunar *lunar)
{
	static const UChar ZONE[] = {'E', 't', 'c', '/', 'G', 'M', 'T', 0};
	UErrorCode error = U_ZERO_ERROR;
	UCalendar *calendar = ucal_open(ZONE, -1, "en@calendar=chinese", UCAL_TRADITIONAL, &error);
	struct month *months = arena_alloc(&lunar->arena, MONTHS_MOST * sizeof *months);
	struct lunar_year *years = arena_zalloc(&lunar->arena, LUNAR_YEARS * sizeof *years);
	size_t count = U_SUCCESS(error) ? months_read(calendar, months, &error) : 0;
	if (calendar)
		ucal_close(calendar);
	if (count == 0)
		return;
	begins_correct(months, count);
	years_fill(years, months, count);
	lunar->table = (struct lunar_table){LUNAR_FIRST, years, LUNAR_YEARS};
}

static const struct lunar_table *table_of(struct lunar_source *source)
{
	struct lunar *lunar = (struct lunar *)source;
	if (!lunar->read)
		table_read(lunar);
	lunar->read = true;
	return &lunar->table;
}

void lunar_init(struct lunar *lunar)
{
	*lunar = (struct lunar){.source = {table_of}};
	arena_init(&lunar->arena, 1 << 16);
}

void lunar_release(struct lunar *lunar)
{
	arena_release(&lunar->arena);
}
