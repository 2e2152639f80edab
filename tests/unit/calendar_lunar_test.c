/* SPDX-License-Identifier: Apache-2.0 */
/* The Chinese calendar from a table of four years, as the almanacs print them. */
#include "core/calendar_lunar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* New years on 22 January 2023, 10 February 2024, 29 January 2025, 17 February 2026; leap months 2 and 6. */
static const struct lunar_year YEARS[] = {
        {{19379}, 0x15b2, 2}, {{19763}, 0x06d2, 0}, {{20117}, 0x0ea5, 6}, {{20501}, 0x0f25, 0}};
static const struct lunar_table TABLE = {2023, YEARS, 4};

static struct date day(int year, int month, int number)
{
	return date_from((struct civil){year, month, number});
}

static void expect_lunar(struct date date, int year, int month, bool leap, int number)
{
	struct lunar_day out;
	assert_true(lunar_from(&TABLE, date, &out));
	assert_int_equal(out.year, year);
	assert_int_equal(out.month, month);
	assert_int_equal(out.leap, leap);
	assert_int_equal(out.day, number);
}

static void days_have_the_names_of_the_almanac(void **state)
{
	(void)state;
	expect_lunar(day(2023, 1, 22), 2023, 1, false, 1);
	expect_lunar(day(2023, 3, 21), 2023, 2, false, 30);
	expect_lunar(day(2023, 3, 22), 2023, 2, true, 1);
	expect_lunar(day(2023, 4, 20), 2023, 3, false, 1);
	expect_lunar(day(2024, 2, 9), 2023, 12, false, 30);
	expect_lunar(day(2024, 9, 17), 2024, 8, false, 15);
	expect_lunar(day(2025, 7, 25), 2025, 6, true, 1);
	expect_lunar(day(2025, 10, 6), 2025, 8, false, 15);
	expect_lunar(day(2026, 2, 16), 2025, 12, false, 29);
}

static void outside_the_table_no_day_has_a_name(void **state)
{
	struct lunar_day out;
	(void)state;
	assert_false(lunar_from(&TABLE, day(2023, 1, 21), &out));
	assert_true(lunar_from(&TABLE, day(2027, 2, 6), &out));
	assert_int_equal(out.month, 12);
	assert_false(lunar_from(&TABLE, day(2027, 2, 7), &out));
}

static void expect_day(struct lunar_day birth, int year, enum lunar_leap leap, enum lunar_day30 day30, struct date want)
{
	struct date out;
	assert_true(lunar_anniversary(&TABLE, birth, year, leap, day30, &out));
	assert_int_equal(out.days, want.days);
}

static void a_birthday_keeps_its_month_and_day(void **state)
{
	const struct lunar_day autumn = {1990, 8, 15, false}, sixth = {1990, 6, 1, false};
	struct date out;
	(void)state;
	expect_day(autumn, 2023, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2023, 9, 29));
	expect_day(autumn, 2024, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2024, 9, 17));
	expect_day(sixth, 2025, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2025, 6, 25));
	assert_false(lunar_anniversary(&TABLE, autumn, 2022, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, &out));
	assert_false(lunar_anniversary(&TABLE, autumn, 2027, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, &out));
}

static void who_was_born_in_a_leap_month_has_the_choice(void **state)
{
	const struct lunar_day birth = {1987, 6, 10, true};
	struct date out;
	(void)state;
	expect_day(birth, 2025, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2025, 8, 3));
	expect_day(birth, 2025, LUNAR_LEAP_SKIP, LUNAR_DAY30_LAST, day(2025, 8, 3));
	expect_day(birth, 2025, LUNAR_LEAP_REGULAR, LUNAR_DAY30_LAST, day(2025, 7, 4));
	expect_day(birth, 2024, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2024, 7, 15));
	assert_false(lunar_anniversary(&TABLE, birth, 2024, LUNAR_LEAP_SKIP, LUNAR_DAY30_LAST, &out));
	/* A leap month of another number is none of it. */
	expect_day(birth, 2023, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2023, 7, 27));
	assert_false(lunar_anniversary(&TABLE, birth, 2023, LUNAR_LEAP_SKIP, LUNAR_DAY30_LAST, &out));
}

static void the_30th_of_a_short_month_has_the_choice(void **state)
{
	const struct lunar_day birth = {1991, 1, 30, false}, leap = {1987, 6, 30, true};
	struct date out;
	(void)state;
	expect_day(birth, 2024, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2024, 3, 9));
	expect_day(birth, 2024, LUNAR_LEAP_MONTH, LUNAR_DAY30_NEXT, day(2024, 3, 10));
	assert_false(lunar_anniversary(&TABLE, birth, 2024, LUNAR_LEAP_MONTH, LUNAR_DAY30_SKIP, &out));
	expect_day(birth, 2025, LUNAR_LEAP_MONTH, LUNAR_DAY30_SKIP, day(2025, 2, 27));
	/* The leap month is short, the one before it is not. */
	expect_day(leap, 2025, LUNAR_LEAP_MONTH, LUNAR_DAY30_LAST, day(2025, 8, 22));
	expect_day(leap, 2025, LUNAR_LEAP_REGULAR, LUNAR_DAY30_LAST, day(2025, 7, 24));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(days_have_the_names_of_the_almanac),
	        cmocka_unit_test(outside_the_table_no_day_has_a_name),
	        cmocka_unit_test(a_birthday_keeps_its_month_and_day),
	        cmocka_unit_test(who_was_born_in_a_leap_month_has_the_choice),
	        cmocka_unit_test(the_30th_of_a_short_month_has_the_choice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
