/* SPDX-License-Identifier: Apache-2.0 */
/* Zones made of rules and hand-built TZif bytes; every real zone is compared in tests/zones. */
#include "core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct zone by_rule(const char *rule)
{
	struct zone zone = {.name = STR("test"), .rule = zone_rule_parse(str_from(rule), &arena)};
	assert_non_null(zone.rule);
	return zone;
}

static struct instant at(const char *text)
{
	struct instant instant;
	assert_true(instant_parse(str_from(text), &instant));
	return instant;
}

static struct date day(const char *text)
{
	struct date date;
	assert_true(date_parse(str_from(text), &date));
	return date;
}

static void assert_local(const struct zone *zone, const char *date, const char *time, const char *want)
{
	struct daytime of_day;
	struct buf got = {0};
	assert_true(daytime_parse(str_from(time), &of_day));
	instant_print(&got, calendar_instant(zone, day(date), of_day));
	buf_char(&got, '\0');
	assert_string_equal(got.ptr, want);
	buf_release(&got);
}

static void a_rule_changes_the_offset_at_the_second_it_says(void **state)
{
	(void)state;
	struct zone berlin = by_rule("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(zone_offset(&berlin, at("2026-03-29T00:59:59.999Z")), 3600);
	assert_int_equal(zone_offset(&berlin, at("2026-03-29T01:00:00Z")), 7200);
	assert_int_equal(zone_offset(&berlin, at("2026-10-25T00:59:59Z")), 7200);
	assert_int_equal(zone_offset(&berlin, at("2026-10-25T01:00:00Z")), 3600);
}

static void a_skipped_reading_moves_forward_by_the_gap(void **state)
{
	(void)state;
	struct zone berlin = by_rule("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_local(&berlin, "2026-03-29", "01:59", "2026-03-29T00:59:00Z");
	assert_local(&berlin, "2026-03-29", "02:00", "2026-03-29T01:00:00Z");
	assert_local(&berlin, "2026-03-29", "02:30", "2026-03-29T01:30:00Z"); /* shown as 03:30 */
	assert_local(&berlin, "2026-03-29", "03:00", "2026-03-29T01:00:00Z");
}

static void a_repeated_reading_means_the_first(void **state)
{
	(void)state;
	struct zone berlin = by_rule("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_local(&berlin, "2026-10-25", "02:00", "2026-10-25T00:00:00Z");
	assert_local(&berlin, "2026-10-25", "02:59:59", "2026-10-25T00:59:59Z");
	assert_local(&berlin, "2026-10-25", "03:00", "2026-10-25T02:00:00Z");
}

static void a_gap_at_midnight_moves_the_start_of_the_day(void **state)
{
	(void)state;
	struct zone cairo = by_rule("EET-2EEST,M4.5.5/0,M10.5.4/24");
	assert_local(&cairo, "2026-04-24", "00:00", "2026-04-23T22:00:00Z"); /* shown as 01:00 */
	assert_local(&cairo, "2026-04-23", "24:00", "2026-04-23T22:00:00Z");
}

static void southern_summers_span_the_new_year(void **state)
{
	(void)state;
	struct zone sydney = by_rule("AEST-10AEDT,M10.1.0,M4.1.0/3");
	assert_int_equal(zone_offset(&sydney, at("2026-01-01T00:00:00Z")), 11 * 3600);
	assert_int_equal(zone_offset(&sydney, at("2026-07-01T00:00:00Z")), 10 * 3600);
	assert_int_equal(zone_offset(&sydney, at("2026-12-31T23:00:00Z")), 11 * 3600);
}

static void daylight_time_may_be_negative(void **state)
{
	(void)state;
	struct zone dublin = by_rule("IST-1GMT0,M10.5.0,M3.5.0/1");
	assert_int_equal(zone_offset(&dublin, at("2026-01-15T12:00:00Z")), 0);
	assert_int_equal(zone_offset(&dublin, at("2026-07-15T12:00:00Z")), 3600);
}

static void daylight_time_may_last_all_year(void **state)
{
	(void)state;
	struct zone east = by_rule("EST5EDT,0/0,J365/25");
	assert_int_equal(zone_offset(&east, at("2026-01-01T05:00:00Z")), -4 * 3600);
	assert_int_equal(zone_offset(&east, at("2026-12-31T23:59:59Z")), -4 * 3600);
	assert_int_equal(zone_offset(&east, at("2027-01-01T04:59:59Z")), -4 * 3600);
}

static void rule_hours_may_reach_into_the_days_around(void **state)
{
	(void)state;
	struct zone godthab = by_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
	assert_int_equal(zone_offset(&godthab, at("2026-03-29T00:59:59Z")), -7200); /* Saturday 22:59:59 there */
	assert_int_equal(zone_offset(&godthab, at("2026-03-29T01:00:00Z")), -3600);
	struct zone gaza = by_rule("EET-2EEST,M3.4.4/50,M10.4.4/50");
	assert_int_equal(zone_offset(&gaza, at("2026-03-27T23:59:59Z")), 7200); /* Thursday the 26th and 50 hours */
	assert_int_equal(zone_offset(&gaza, at("2026-03-28T00:00:00Z")), 10800);
}

static void julian_days_pass_over_the_leap_day_and_plain_ones_count_it(void **state)
{
	(void)state;
	struct zone julian = by_rule("AAA0BBB,J60/0,J300/0"), plain = by_rule("AAA0BBB,59/0,299/0");
	assert_int_equal(zone_offset(&julian, at("2028-02-29T12:00:00Z")), 0);
	assert_int_equal(zone_offset(&julian, at("2028-03-01T00:00:00Z")), 3600);
	assert_int_equal(zone_offset(&plain, at("2028-02-29T00:00:00Z")), 3600);
	assert_int_equal(zone_offset(&plain, at("2027-02-28T23:59:59Z")), 0);
	assert_int_equal(zone_offset(&plain, at("2027-03-01T00:00:00Z")), 3600);
}

static void a_malformed_rule_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {"",
	                                    "CET",
	                                    "C-1",
	                                    "CET-25",
	                                    "CET-1CEST",
	                                    "CET-1CEST,M3.5.0",
	                                    "CET-1CEST,M13.5.0,M10.5.0",
	                                    "CET-1CEST,M3.6.0,M10.5.0",
	                                    "CET-1CEST,M3.5.7,M10.5.0",
	                                    "CET-1CEST,J0,J365",
	                                    "CET-1CEST,J1,366",
	                                    "CET-1CEST,M3.5.0/168,M10.5.0",
	                                    "CET-1CEST,M3.5.0,M10.5.0 ",
	                                    "<+03-3",
	                                    "CET-1:60"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_null(zone_rule_parse(str_from(wrong[i]), &arena));
}

/* A TZif file of version 2: in the 64-bit block one change, at 1,000,000 s, from +00:10 to +02:00. */
static struct str tzif(const char *footer)
{
	static char bytes[512];
	static const unsigned char block[] = {0, 0, 0,    0,    0, 0x0f, 0x42, 0x40, 1, /* at, and its type */
	                                      0, 0, 2,    0x58, 0, 0,                   /* 600 s */
	                                      0, 0, 0x1c, 0x20, 0, 0,    'X',  0};      /* 7200 s, one name */
	static const unsigned char empty_counts[24] = {[19] = 1, [23] = 1}, counts[24] = {[15] = 1, [19] = 2, [23] = 2};
	size_t len = 0;
	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, "TZif2", 5);
	memcpy(bytes + 20, empty_counts, 24);
	len = 44 + 7;
	memcpy(bytes + len, "TZif2", 5);
	memcpy(bytes + len + 20, counts, 24);
	memcpy(bytes + len + 44, block, sizeof block);
	len += 44 + sizeof block;
	strcpy(bytes + len, footer);
	return (struct str){bytes, len + strlen(footer)};
}

static void a_tzif_file_gives_its_table_and_then_its_rule(void **state)
{
	(void)state;
	struct zone zone;
	assert_true(zone_read(STR("Test/Zone"), tzif("\nEET-2EEST,M3.5.0/3,M10.5.0/4\n"), &arena, &zone));
	assert_int_equal(zone.count, 1);
	assert_int_equal(zone_offset(&zone, at("1970-01-01T00:00:00Z")), 600);
	assert_int_equal(zone_offset(&zone, (struct instant){999999999}), 600);
	assert_int_equal(zone_offset(&zone, (struct instant){1000000000}), 7200);
	assert_int_equal(zone_offset(&zone, at("2050-07-01T00:00:00Z")), 10800);
}

static void a_tzif_file_without_a_rule_keeps_its_last_offset(void **state)
{
	(void)state;
	struct zone zone;
	assert_true(zone_read(STR("Test/Zone"), tzif("\n\n"), &arena, &zone));
	assert_null(zone.rule);
	assert_int_equal(zone_offset(&zone, at("2050-07-01T00:00:00Z")), 7200);
}

static void a_tzif_file_cut_or_changed_anywhere_is_refused_or_harmless(void **state)
{
	(void)state;
	struct zone zone;
	struct str whole = tzif("\nEET-2\n");
	for (size_t len = 0; len < whole.len; len++) {
		char *exact = mem_alloc(len); /* so that reading past the end is found */
		memcpy(exact, whole.ptr, len);
		assert_false(zone_read(STR("x"), (struct str){exact, len}, &arena, &zone));
		free(exact);
	}
	for (size_t i = 0; i < whole.len; i++) {
		struct arena own;
		char *copy = mem_alloc(whole.len);
		memcpy(copy, whole.ptr, whole.len);
		copy[i] = (char)0xff;
		arena_init(&own, 4096);
		if (zone_read(STR("x"), (struct str){copy, whole.len}, &own, &zone))
			zone_offset(&zone, at("2026-01-01T00:00:00Z"));
		arena_release(&own);
		free(copy);
	}
}

static void zones_are_found_by_name_or_by_offset(void **state)
{
	(void)state;
	const struct zone zones[] = {{.name = STR("Asia/Tokyo"), .first = 32400}, {.name = STR("Europe/Berlin")}};
	struct zone_set set = {.zones = zones, .count = 2};
	struct zone fixed;
	assert_ptr_equal(zone_find(&set, STR("Asia/Tokyo"), &fixed), &zones[0]);
	assert_ptr_equal(zone_find(&set, STR("Europe/Berlin"), &fixed), &zones[1]);
	assert_ptr_equal(zone_find(&set, STR("UTC"), &fixed), &ZONE_UTC);
	assert_ptr_equal(zone_find(NULL, STR("UTC"), &fixed), &ZONE_UTC);
	assert_ptr_equal(zone_find(&set, STR("+05:30"), &fixed), &fixed);
	assert_int_equal(zone_offset(&fixed, at("2026-01-01T00:00:00Z")), 19800);
	assert_ptr_equal(zone_find(&set, STR("-09:30"), &fixed), &fixed);
	assert_int_equal(zone_offset(&fixed, at("2026-01-01T00:00:00Z")), -34200);
	assert_ptr_equal(zone_find(&set, STR("02:00"), &fixed), &fixed);
	static const char *const unknown[] = {"",       "asia/tokyo", "Europe", "+5:30", "+24:00",
	                                      "+05:60", "+0530",      "++5:30", "Z"};
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		assert_null(zone_find(&set, str_from(unknown[i]), &fixed));
}

static void local_dates_and_times_follow_the_zone(void **state)
{
	(void)state;
	struct zone kathmandu = by_rule("<+0545>-5:45");
	assert_int_equal(calendar_date(&kathmandu, at("2026-05-09T18:15:00Z")).days, day("2026-05-10").days);
	assert_int_equal(calendar_daytime(&kathmandu, at("2026-05-09T18:15:00.250Z")).ms, 250);
	assert_int_equal(calendar_date(&kathmandu, at("2026-05-09T18:14:59.999Z")).days, day("2026-05-09").days);
	assert_int_equal(calendar_daytime(&ZONE_UTC, at("1969-12-31T23:59:59.999Z")).ms, DAY_MS - 1);
}

static void moments_out_of_range_count_as_the_nearest_in_it(void **state)
{
	(void)state;
	struct zone berlin = by_rule("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(zone_offset(&berlin, INSTANT_NEVER), 3600);
	assert_int_equal(zone_offset(&berlin, INSTANT_NONE), 3600);
	assert_int_equal(calendar_date(&ZONE_UTC, INSTANT_NEVER).days, day("9999-12-31").days);
}

static void no_zone_leads_out_of_the_years_that_there_are(void **state)
{
	(void)state;
	struct zone berlin = by_rule("CET-1CEST,M3.5.0,M10.5.0/3"), west = {.name = STR("west"), .first = -6 * 3600};
	assert_int_equal(calendar_date(&berlin, INSTANT_MAX).days, DATE_MAX.days);
	assert_int_equal(calendar_date(&west, INSTANT_MIN).days, DATE_MIN.days);
	assert_int_equal(calendar_instant(&west, DATE_MAX, (struct daytime){23 * 3600000}).ms, INSTANT_MAX.ms);
	assert_int_equal(calendar_instant(&berlin, DATE_MIN, (struct daytime){0}).ms, INSTANT_MIN.ms);
	struct date out;
	assert_true(calendar_anniversary(day("2024-02-29"), 9999, FEB29_FEB28, &out));
	assert_false(calendar_anniversary(day("2024-02-29"), 10000, FEB29_FEB28, &out));
	assert_false(calendar_anniversary(day("1990-07-04"), 10000, FEB29_FEB28, &out));
}

static void the_leap_day_has_an_anniversary_by_choice(void **state)
{
	(void)state;
	struct date out;
	assert_true(calendar_anniversary(day("2024-02-29"), 2026, FEB29_FEB28, &out));
	assert_int_equal(out.days, day("2026-02-28").days);
	assert_true(calendar_anniversary(day("2024-02-29"), 2026, FEB29_MAR1, &out));
	assert_int_equal(out.days, day("2026-03-01").days);
	assert_false(calendar_anniversary(day("2024-02-29"), 2026, FEB29_SKIP, &out));
	assert_true(calendar_anniversary(day("2024-02-29"), 2028, FEB29_SKIP, &out));
	assert_int_equal(out.days, day("2028-02-29").days);
	assert_true(calendar_anniversary(day("1990-07-04"), 2026, FEB29_SKIP, &out));
	assert_int_equal(out.days, day("2026-07-04").days);
}

static void months_are_added_up_to_the_last_day_there_is(void **state)
{
	(void)state;
	assert_int_equal(calendar_add_months(day("2026-01-31"), 1).days, day("2026-02-28").days);
	assert_int_equal(calendar_add_months(day("2024-03-31"), -1).days, day("2024-02-29").days);
	assert_int_equal(calendar_add_months(day("2026-11-15"), 14).days, day("2028-01-15").days);
	assert_int_equal(calendar_add_months(day("2026-01-15"), -13).days, day("2024-12-15").days);
	assert_int_equal(calendar_add_months(day("2026-01-15"), INT32_MAX).days, day("9999-12-31").days);
	assert_int_equal(calendar_add_months(day("2026-01-15"), INT32_MIN).days, day("0001-01-01").days);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_rule_changes_the_offset_at_the_second_it_says),
	        cmocka_unit_test(a_skipped_reading_moves_forward_by_the_gap),
	        cmocka_unit_test(a_repeated_reading_means_the_first),
	        cmocka_unit_test(a_gap_at_midnight_moves_the_start_of_the_day),
	        cmocka_unit_test(southern_summers_span_the_new_year),
	        cmocka_unit_test(daylight_time_may_be_negative),
	        cmocka_unit_test(daylight_time_may_last_all_year),
	        cmocka_unit_test(rule_hours_may_reach_into_the_days_around),
	        cmocka_unit_test(julian_days_pass_over_the_leap_day_and_plain_ones_count_it),
	        cmocka_unit_test(a_malformed_rule_is_refused),
	        cmocka_unit_test(a_tzif_file_gives_its_table_and_then_its_rule),
	        cmocka_unit_test(a_tzif_file_without_a_rule_keeps_its_last_offset),
	        cmocka_unit_test(a_tzif_file_cut_or_changed_anywhere_is_refused_or_harmless),
	        cmocka_unit_test(zones_are_found_by_name_or_by_offset),
	        cmocka_unit_test(local_dates_and_times_follow_the_zone),
	        cmocka_unit_test(moments_out_of_range_count_as_the_nearest_in_it),
	        cmocka_unit_test(no_zone_leads_out_of_the_years_that_there_are),
	        cmocka_unit_test(the_leap_day_has_an_anniversary_by_choice),
	        cmocka_unit_test(months_are_added_up_to_the_last_day_there_is),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
