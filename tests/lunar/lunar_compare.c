/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each day from 1900 to 2100 is asked of the table and of ICU's calendar, and so is the birthday in every year of those
 * born on a day of each month. They may differ only in the months where ICU 72 is known to be wrong, by one day or by
 * the name of the month; those months are listed here from the published almanacs, apart from the adapter's list.
 */
#include "adapters/lunar/lunar.h"

#include <unicode/ucal.h>

#include <stdio.h>

/* The months, as they are in use, in which ICU 72 differs: their first days and lengths. */
static const struct {
	struct civil first;
	int days;
} KNOWN[] = {
        {{1917, 3, 23}, 59}, {{1922, 6, 25}, 59}, {{1954, 2, 3}, 30},  {{1955, 2, 22}, 30},
        {{1987, 7, 26}, 59}, {{1999, 1, 17}, 30}, {{2012, 8, 17}, 30}, {{2018, 11, 7}, 31},
        {{2027, 2, 6}, 30},  {{2030, 2, 2}, 31},  {{2070, 3, 12}, 30},
};

/* Days of birth whose names are printed in almanacs. */
static const struct {
	struct civil day;
	struct lunar_day lunar;
} PRINTED[] = {
        {{1900, 1, 31}, {1900, 1, 1, false}},  {{1954, 2, 3}, {1954, 1, 1, false}},
        {{1985, 2, 20}, {1985, 1, 1, false}},  {{1987, 7, 26}, {1987, 6, 1, true}},
        {{1988, 2, 17}, {1988, 1, 1, false}},  {{2020, 5, 23}, {2020, 4, 1, true}},
        {{2023, 3, 22}, {2023, 2, 1, true}},   {{2024, 2, 10}, {2024, 1, 1, false}},
        {{2025, 1, 29}, {2025, 1, 1, false}},  {{2025, 7, 25}, {2025, 6, 1, true}},
        {{2026, 2, 17}, {2026, 1, 1, false}},  {{2027, 2, 6}, {2027, 1, 1, false}},
        {{2028, 6, 23}, {2028, 5, 1, true}},   {{2030, 2, 3}, {2030, 1, 1, false}},
        {{2033, 12, 22}, {2033, 11, 1, true}}, {{2034, 2, 19}, {2034, 1, 1, false}},
};

static bool known(struct date day)
{
	for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
		int32_t first = date_from(KNOWN[i].first).days;
		if (day.days >= first && day.days < first + KNOWN[i].days)
			return true;
	}
	return false;
}

static bool same(struct lunar_day a, struct lunar_day b)
{
	return a.year == b.year && a.month == b.month && a.day == b.day && a.leap == b.leap;
}

static struct lunar_day asked(UCalendar *calendar, struct date day, UErrorCode *error)
{
	ucal_setMillis(calendar, ((double)day.days + 0.5) * DAY_MS, error);
	return (struct lunar_day){
	        ucal_get(calendar, UCAL_EXTENDED_YEAR, error) - 2637, ucal_get(calendar, UCAL_MONTH, error) + 1,
	        ucal_get(calendar, UCAL_DAY_OF_MONTH, error), ucal_get(calendar, UCAL_IS_LEAP_MONTH, error) != 0};
}

static int differs(struct date day, struct lunar_day ours, struct lunar_day theirs)
{
	struct civil civil = civil_from(day);
	printf("%d-%02d-%02d: %d/%d%s/%d, ICU says %d/%d%s/%d\n", civil.year, civil.month, civil.day, ours.year,
	       ours.month, ours.leap ? " leap" : "", ours.day, theirs.year, theirs.month, theirs.leap ? " leap" : "",
	       theirs.day);
	return 1;
}

static int days_compare(const struct lunar_table *table, UCalendar *calendar, UErrorCode *error)
{
	int wrong = 0, excused = 0;
	struct date day = date_from((struct civil){1900, 1, 31}), end = date_from((struct civil){2101, 1, 29});
	for (int32_t first = day.days; day.days < end.days; day.days++) {
		struct lunar_day ours = {0}, theirs = asked(calendar, day, error);
		if (!lunar_from(table, day, &ours))
			wrong += differs(day, ours, theirs);
		else if (!same(ours, theirs) && known(day))
			excused++;
		else if (!same(ours, theirs))
			wrong += differs(day, ours, theirs);
		if (day.days + 1 == end.days)
			printf("%d days, %d of them in months where ICU is known to be wrong\n", day.days + 1 - first,
			       excused);
	}
	return wrong;
}

/* The recurrence found is the day that has the name; and it is not, only where no day of that year has it. */
static int birthdays_compare(const struct lunar_table *table)
{
	int wrong = 0, asked_for = 0;
	for (int year = table->first; year < table->first + (int)table->count; year++)
		for (int month = 1; month <= 24; month++)
			for (int day = 1; day <= 30; day++) {
				struct lunar_day birth = {1960, (month + 1) / 2, day, month % 2 == 0}, back = {0};
				struct date at;
				bool found =
				        lunar_anniversary(table, birth, year, LUNAR_LEAP_SKIP, LUNAR_DAY30_SKIP, &at);
				birth.year = year;
				bool right = !found || (lunar_from(table, at, &back) && same(back, birth));
				bool ever = birth.leap ? table->years[year - table->first].leap == birth.month : true;
				wrong += !right || (found && !ever) || (!found && ever && day < 30);
				asked_for++;
			}
	printf("%d birthdays\n", asked_for);
	return wrong;
}

static int printed_compare(const struct lunar_table *table)
{
	int wrong = 0;
	for (size_t i = 0; i < sizeof PRINTED / sizeof *PRINTED; i++) {
		struct lunar_day ours = {0};
		if (!lunar_from(table, date_from(PRINTED[i].day), &ours) || !same(ours, PRINTED[i].lunar))
			wrong += differs(date_from(PRINTED[i].day), ours, PRINTED[i].lunar);
	}
	return wrong;
}

int main(void)
{
	static const UChar ZONE[] = {'E', 't', 'c', '/', 'G', 'M', 'T', 0};
	UErrorCode error = U_ZERO_ERROR;
	struct lunar lunar;
	lunar_init(&lunar);
	const struct lunar_table *table = lunar.source.table(&lunar.source);
	UCalendar *calendar = ucal_open(ZONE, -1, "en@calendar=chinese", UCAL_TRADITIONAL, &error);
	int wrong = days_compare(table, calendar, &error) + birthdays_compare(table) + printed_compare(table);
	ucal_close(calendar);
	lunar_release(&lunar);
	printf("%d wrong\n", wrong);
	return wrong || U_FAILURE(error);
}
