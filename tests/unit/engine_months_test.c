/* SPDX-License-Identifier: Apache-2.0 */
/* Segments that months and years alone change: the very day is known in advance. Between any two steps the customer
 * goes through its stored form. */
#include "support/engine_fixture.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES(condition) \
	"event: born\nfields: { day: date, zone: string }\nsets: { birthday: event.day, timezone: event.zone }\n---\n" \
	"event: bought\n---\nprofile: { birthday: date }\n---\ntraits: { bought: { last_time: bought } }\n---\n" \
	"segment: s\ncases: { yes: '" condition "' }\n"
#define ON(on) "journey: j\nentry: { segment: s, on: " on " }\nnodes: [ exit: out ]\n"

static void expect(const char *rules, const char *journey, const char *event, const char *lines)
{
	struct world world;
	world_init(&world, rules, journey);
	world_event(&world, event);
	world_advance(&world, "2060-01-01T00:00:00Z");
	world_expect(&world, lines);
	world_release(&world);
}

static void months_let_in_and_out_on_their_days(void **state)
{
	static const char WINDOW[] =
	        RULES("months_since(profile.birthday) >= 20 && months_since(profile.birthday) <= 27");
	(void)state;
	expect(WINDOW, ON("enter"), "{at: 2024-05-02T10:00:00Z, event: born, day: 2024-05-02, zone: Europe/Berlin}",
	       "2026-01-01T23:00:00Z entered \n2026-01-01T23:00:00Z exited exit_node (out)\n");
	expect(WINDOW, ON("leave"), "{at: 2024-05-02T10:00:00Z, event: born, day: 2024-05-02, zone: Europe/Berlin}",
	       "2026-09-01T22:00:00Z entered \n2026-09-01T22:00:00Z exited exit_node (out)\n");
	expect(RULES("months_since(profile.birthday) > 20"), ON("enter"),
	       "{at: 2024-05-31T10:00:00Z, event: born, day: 2024-05-31}",
	       "2026-03-01T00:00:00Z entered \n2026-03-01T00:00:00Z exited exit_node (out)\n");
}

static void months_that_a_trait_counts_let_in_too(void **state)
{
	static const char RULES_OF_TRAIT[] =
	        "event: born\nfields: { day: date, zone: string }\nsets: { birthday: event.day, timezone: event.zone "
	        "}\n"
	        "---\nprofile: { birthday: date }\n---\ntraits: { months: { value: months_since(profile.birthday) } }\n"
	        "---\nsegment: s\ncases: { yes: 'trait.months >= 20' }\n";
	(void)state;
	expect(RULES_OF_TRAIT, ON("enter"),
	       "{at: 2024-05-02T10:00:00Z, event: born, day: 2024-05-02, zone: Europe/Berlin}",
	       "2026-01-01T23:00:00Z entered \n2026-01-01T23:00:00Z exited exit_node (out)\n");
}

static void an_age_of_who_was_born_on_29_february(void **state)
{
	(void)state;
	expect(RULES("years_since(profile.birthday) >= 18"), ON("enter"),
	       "{at: 2026-01-01T10:00:00Z, event: born, day: 2008-02-29}",
	       "2026-03-01T00:00:00Z entered \n2026-03-01T00:00:00Z exited exit_node (out)\n");
	expect(RULES("years_since(profile.birthday) > 17 && years_since(profile.birthday) < 21"), ON("leave"),
	       "{at: 2026-05-01T10:00:00Z, event: born, day: 2008-02-29}",
	       "2029-03-01T00:00:00Z entered \n2029-03-01T00:00:00Z exited exit_node (out)\n");
	expect(RULES("add_years(profile.birthday, 18) <= today()"), ON("enter"),
	       "{at: 2026-01-01T10:00:00Z, event: born, day: 2008-02-29}",
	       "2026-02-28T00:00:00Z entered \n2026-02-28T00:00:00Z exited exit_node (out)\n");
}

static void months_after_a_moment_are_at_its_time_of_day(void **state)
{
	(void)state;
	expect(RULES("now >= add_months(trait.bought, 3)"), ON("enter"), "{at: 2026-01-31T10:15:00Z, event: bought}",
	       "2026-04-30T10:15:00Z entered \n2026-04-30T10:15:00Z exited exit_node (out)\n");
	expect(RULES("add_months(now, -3) >= trait.bought"), ON("enter"), "{at: 2026-01-15T10:15:00Z, event: bought}",
	       "2026-04-15T10:15:00Z entered \n2026-04-15T10:15:00Z exited exit_node (out)\n");
	expect(RULES("now > add_years(trait.bought, 2)"), ON("enter"), "{at: 2024-02-29T10:15:00Z, event: bought}",
	       "2026-02-28T10:15:00.001Z entered \n2026-02-28T10:15:00.001Z exited exit_node (out)\n");
}

/* The first day on which so many full months have passed, by counting days one after the other. */
static struct date first_day(struct date from, int months)
{
	struct civil then = civil_from(from);
	for (struct date day = from;; day = date_add(day, 1)) {
		struct civil now = civil_from(day);
		if ((now.year - then.year) * 12 + now.month - then.month - (now.day < then.day) >= months)
			return day;
	}
}

static void birthdays_over_four_years_come_to_their_day(void **state)
{
	enum { MONTHS = 20, DAYS = 4 * 365 + 1 };
	struct world world;
	(void)state;
	world_init(&world, RULES("months_since(profile.birthday) >= 20"), ON("enter"));
	for (int i = 0; i < DAYS; i += 7) {
		char event[128], lines[160], date[16], entered[16];
		struct date birthday = date_add(date_from((struct civil){2024, 1, 31}), i);
		struct civil day = civil_from(birthday), on = civil_from(first_day(birthday, MONTHS));
		snprintf(date, sizeof date, "%04d-%02d-%02d", day.year, day.month, day.day);
		snprintf(entered, sizeof entered, "%04d-%02d-%02d", on.year, on.month, on.day);
		snprintf(event, sizeof event, "{at: %sT10:00:00Z, event: born, day: %s}", date, date);
		snprintf(lines, sizeof lines, "%sT00:00:00Z entered \n%sT00:00:00Z exited exit_node (out)\n", entered,
		         entered);
		world.record.len = 0;
		world_event(&world, event);
		world_advance(&world, "2040-01-01T00:00:00Z");
		world_expect(&world, lines);
	}
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(months_let_in_and_out_on_their_days),
	        cmocka_unit_test(months_that_a_trait_counts_let_in_too),
	        cmocka_unit_test(an_age_of_who_was_born_on_29_february),
	        cmocka_unit_test(birthdays_over_four_years_come_to_their_day),
	        cmocka_unit_test(months_after_a_moment_are_at_its_time_of_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
