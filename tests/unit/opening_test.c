/* SPDX-License-Identifier: Apache-2.0 */
/* The next opening against a look at every minute until then, around the days on which clocks change. */
#include "adapters/text/zoneinfo.h"
#include "core/opening.h"
#include "support/dice.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MINUTE = 60000, DAY_MINUTES = 1440, WINDOWS = 3 };

/* Most windows lie early in the day, where clocks change; some days have none. */
static void week_make(uint64_t *dice, struct opening_window windows[7][WINDOWS], struct opening *out)
{
	for (int day = 0; day < 7; day++) {
		int32_t at = 0;
		out->week[day].windows = windows[day];
		for (size_t i = 0; i < WINDOWS && dice_roll(dice, 4); i++) {
			int32_t from = at + 5 * (int32_t)dice_roll(dice, 20);
			int32_t to = from + 5 * (1 + (int32_t)dice_roll(dice, 20));
			windows[day][out->week[day].count++] = (struct opening_window){from * MINUTE, to * MINUTE};
			at = to;
		}
	}
	if (!opening_ever(out))
		windows[1][out->week[1].count++] = (struct opening_window){0, MINUTE};
}

static void check(const struct opening *opening, const struct zone *zone, struct instant at)
{
	struct instant next = opening_next(opening, zone, at);
	assert_true(next.ms >= at.ms && next.ms != INSTANT_NEVER.ms);
	assert_true(opening_at(opening, zone, next));
	for (struct instant look = at; look.ms < next.ms; look.ms += MINUTE)
		if (opening_at(opening, zone, look))
			fail_msg("in %.*s, of %lld: %lld, but it opens at %lld", STR_ARG(zone->name), (long long)at.ms,
			         (long long)next.ms, (long long)look.ms);
}

static bool changes(const struct zone *zone, struct date day)
{
	struct instant begins = calendar_instant(zone, day, (struct daytime){0});
	return zone_offset(zone, begins) != zone_offset(zone, (struct instant){begins.ms + DAY_MS});
}

static void check_day(uint64_t *dice, const struct zone *zone, struct date day)
{
	struct opening_window windows[7][WINDOWS];
	for (int i = 0; i < 200; i++) {
		struct opening opening = {0};
		week_make(dice, windows, &opening);
		int64_t from = calendar_instant(zone, day, (struct daytime){0}).ms - DAY_MINUTES / 2 * MINUTE;
		check(&opening, zone, (struct instant){from + (int64_t)dice_roll(dice, DAY_MINUTES) * MINUTE});
	}
}

static void the_next_opening_is_the_first_minute_that_is_open(void **state)
{
	static const struct str NAMES[] = {{"Europe/Berlin", 13},
	                                   {"America/New_York", 16},
	                                   {"Australia/Lord_Howe", 19},
	                                   {"America/Santiago", 16},
	                                   {"UTC", 3}};
	struct arena arena;
	struct diag_list diags;
	struct zone_set zones;
	struct zone fixed;
	uint64_t dice = 7;
	(void)state;
	arena_init(&arena, 1 << 16);
	diag_init(&diags, &arena);
	zoneinfo_load(NULL, &arena, &diags, &zones);
	for (size_t z = 0; z < sizeof NAMES / sizeof NAMES[0]; z++) {
		const struct zone *zone = zone_find(&zones, NAMES[z], &fixed);
		struct date first = date_from((struct civil){2026, 1, 1});
		for (int day = 0; zone && day < 365; day++)
			if (day == 0 || changes(zone, date_add(first, day)))
				check_day(&dice, zone, date_add(first, day));
	}
	arena_release(&arena);
}

static void closed_days_are_passed_over_and_what_never_opens_is_never(void **state)
{
	static const struct opening_window NOON[] = {{43200000, 46800000}};
	struct date closed[60];
	struct opening opening = {.closed = closed, .closed_count = 60};
	(void)state;
	struct date monday = date_from((struct civil){2026, 3, 2});
	for (int i = 0; i < 60; i++)
		closed[i] = date_add(monday, 7 * i);
	assert_int_equal(opening_next(&opening, &ZONE_UTC, (struct instant){0}).ms, INSTANT_NEVER.ms);
	opening.week[1].windows = NOON;
	opening.week[1].count = 1;
	struct instant at = calendar_instant(&ZONE_UTC, monday, (struct daytime){0});
	struct instant opens = calendar_instant(&ZONE_UTC, date_add(monday, 420), (struct daytime){43200000});
	assert_int_equal(opening_next(&opening, &ZONE_UTC, at).ms, opens.ms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_next_opening_is_the_first_minute_that_is_open),
	        cmocka_unit_test(closed_days_are_passed_over_and_what_never_opens_is_never),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
