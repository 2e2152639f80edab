/* SPDX-License-Identifier: Apache-2.0 */
/* Traits over windows and of fields: what they are at any later moment, and what is stored of them. */
#include "core/engine/step.h"
#include "support/engine_fixture.h"

#include "core/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define HOUR_MS INT64_C(3600000)

static const char RULES[] = "event: buy\n"
                            "fields: { total: double, points: int, line: string, bought_at: timestamp }\n"
                            "---\n"
                            "event: give_back\n"
                            "fields: { points: int, bought_at: timestamp }\n"
                            "---\n"
                            "event: look\n"
                            "fields: { line: string }\n"
                            "---\n"
                            "event: ask\n"
                            "fields: { x: int }\n"
                            "---\n"
                            "traits:\n"
                            "  buys: { count: buy }\n"
                            "  buys_30: { count: buy, within: 30d }\n"
                            "  big_30: { count: buy, when: event.total >= 100.0, within: 30d }\n"
                            "  spent: { sum: buy, of: event.total }\n"
                            "  spent_30: { sum: buy, of: event.total, within: 30d }\n"
                            "  least_30: { min: buy, of: event.total, within: 30d }\n"
                            "  most_30: { max: buy, of: event.total, within: 30d }\n"
                            "  most: { max: buy, of: event.total }\n"
                            "  mean: { average: buy, of: event.total }\n"
                            "  mean_30: { average: buy, of: event.total, within: 30d }\n"
                            "  first_line: { first: buy, of: event.line }\n"
                            "  first_30: { first: buy, of: event.line, within: 30d }\n"
                            "  last_line: { last: buy, of: event.line }\n"
                            "  last_30: { last_time: buy, within: 30d }\n"
                            "  begun_30: { first_time: buy, within: 30d }\n"
                            "  days: { days_since: buy }\n"
                            "  lines: { distinct: [buy, look], of: event.line }\n"
                            "  lines_30: { distinct: [buy, look], of: event.line, within: 30d }\n"
                            "  taste: { most_frequent: [buy, look], of: event.line }\n"
                            "  taste_30: { most_frequent: [buy, look], of: event.line, within: 30d }\n"
                            "  points: { sum: { buy: event.points, give_back: { of: -event.points, at: event.bought_at "
                            "} }, within: 365d }\n"
                            "  again: { count: buy, when: trait.buys > 0 }\n"
                            "  rfm:\n"
                            "    rfm:\n"
                            "      recency: { of: trait.days, limits: [180, 90, 30, 7] }\n"
                            "      frequency: { of: trait.buys, limits: [2, 3, 5, 9] }\n"
                            "      monetary: { of: trait.spent, limits: [50, 100, 500, 1000] }\n"
                            "  tier: { tier: { points: trait.points, steps: { silver: 100, gold: 500 }, invitation: { "
                            "diamond: trait.worth > "
                            "5000.0 }, else: none } }\n"
                            "  worth: { value: trait.mean * double(trait.buys) }\n"
                            "---\n"
                            "templates: [a]\n";

static const char JOURNEY[] = "journey: j\n"
                              "entry: { event: ask, when: event.x == 1 }\n"
                              "nodes:\n"
                              "  - send: { channel: email, template: a }\n";

/* What traits come to at a moment, by the record as it stands. */
static void expect_trait(struct world *world, const char *moment, const char *name, const char *expected)
{
	struct customer customer;
	struct step step = {.engine = &world->engine, .customer = &customer, .out = &world->out};
	struct arena arena;
	struct buf text = {0};
	arena_init(&arena, 4096);
	assert_true(customer_read(&customer, world->customer, buf_view(&world->record), world->set, &arena));
	assert_true(instant_parse(str_from(moment), &step.at));
	struct expr_frame frame = {.banks = {[BANK_PROFILE] = customer.profile, [BANK_TRAIT] = customer.traits},
	                           .zone = &ZONE_UTC,
	                           .now = step.at,
	                           .scratch = &arena};
	traits_compute(&step, &frame);
	for (size_t i = 0; i < world->set->rules.trait_count; i++)
		if (str_eq(world->set->rules.traits[i].name, str_from(name)))
			value_print_json(customer.traits[i], &text);
	buf_char(&text, '\0');
	assert_string_equal(text.ptr, expected);
	buf_release(&text);
	arena_release(&arena);
}

static void begin(struct world *world)
{
	world_init(world, RULES, JOURNEY);
	world_event(world, "{at: 2026-01-01T10:00:00Z, event: buy, total: 20.0, points: 20, line: tea}");
	world_event(world, "{at: 2026-01-11T10:00:00Z, event: buy, total: 200.0, points: 200, line: phone}");
	world_event(world, "{at: 2026-01-21T10:00:00Z, event: buy, total: 50.0, points: 50, line: tea}");
}

static void a_window_is_open_at_its_old_end_and_closed_at_its_new(void **state)
{
	struct world world;
	(void)state;
	begin(&world);
	expect_trait(&world, "2026-01-21T10:00:00Z", "buys_30", "3");
	expect_trait(&world, "2026-01-31T09:59:59.999Z", "buys_30", "3");
	expect_trait(&world, "2026-01-31T10:00:00Z", "buys_30", "2");
	expect_trait(&world, "2026-02-10T10:00:00Z", "buys_30", "1");
	expect_trait(&world, "2026-02-20T10:00:00Z", "buys_30", "0");
	expect_trait(&world, "2026-02-20T10:00:00Z", "buys", "3");
	world_release(&world);
}

static void every_kind_is_right_when_only_time_passes(void **state)
{
	static const struct {
		const char *name, *now, *later, *last;
	} ROWS[] = {
	        {"big_30", "1", "1", "0"},
	        {"spent", "270.0", "270.0", "270.0"},
	        {"spent_30", "270.0", "250.0", "50.0"},
	        {"least_30", "20.0", "50.0", "50.0"},
	        {"most_30", "200.0", "200.0", "50.0"},
	        {"most", "200.0", "200.0", "200.0"},
	        {"mean", "90.0", "90.0", "90.0"},
	        {"mean_30", "90.0", "125.0", "50.0"},
	        {"first_line", "\"tea\"", "\"tea\"", "\"tea\""},
	        {"first_30", "\"tea\"", "\"phone\"", "\"tea\""},
	        {"last_line", "\"tea\"", "\"tea\"", "\"tea\""},
	        {"last_30", "\"2026-01-21T10:00:00Z\"", "\"2026-01-21T10:00:00Z\"", "\"2026-01-21T10:00:00Z\""},
	        {"begun_30", "\"2026-01-01T10:00:00Z\"", "\"2026-01-11T10:00:00Z\"", "\"2026-01-21T10:00:00Z\""},
	        {"days", "0", "10", "25"},
	        {"lines", "2", "2", "2"},
	        {"lines_30", "2", "2", "1"},
	        {"taste", "\"tea\"", "\"tea\"", "\"tea\""},
	        {"again", "2", "2", "2"},
	        {"rfm", "\"533\"", "\"433\"", "\"433\""},
	        {"tier", "\"silver\"", "\"silver\"", "\"silver\""},
	        {"worth", "270.0", "270.0", "270.0"},
	};
	struct world world;
	(void)state;
	begin(&world);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		expect_trait(&world, "2026-01-21T12:00:00Z", ROWS[i].name, ROWS[i].now);
		expect_trait(&world, "2026-01-31T12:00:00Z", ROWS[i].name, ROWS[i].later);
		expect_trait(&world, "2026-02-15T12:00:00Z", ROWS[i].name, ROWS[i].last);
	}
	world_release(&world);
}

static void without_events_there_is_nothing_and_nothing_is_stored(void **state)
{
	struct world world, other;
	(void)state;
	world_init(&world, RULES, JOURNEY);
	world_init(&other, "event: ask\nfields: { x: int }\n---\ntemplates: [a]\n", JOURNEY);
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: ask, x: 2, id: e}");
	world_event(&other, "{at: 2026-01-01T10:00:00Z, event: ask, x: 2, id: e}");
	assert_int_equal(world.record.len, other.record.len);
	expect_trait(&world, "2026-01-21T12:00:00Z", "buys_30", "0");
	expect_trait(&world, "2026-01-21T12:00:00Z", "spent_30", "0.0");
	expect_trait(&world, "2026-01-21T12:00:00Z", "most", "null");
	expect_trait(&world, "2026-01-21T12:00:00Z", "days", "null");
	expect_trait(&world, "2026-01-21T12:00:00Z", "rfm", "\"111\"");
	expect_trait(&world, "2026-01-21T12:00:00Z", "tier", "\"none\"");
	world_release(&other);
	world_release(&world);
}

static void what_has_left_every_window_is_not_stored(void **state)
{
	struct world world;
	(void)state;
	world_init(&world,
	           "event: buy\nfields: { x: int }\n---\nevent: ask\nfields: { x: int }\n---\ntemplates: [a]\n---\n"
	           "traits: { a: { count: buy, within: 1d }, b: { max: buy, of: event.x, within: 2d } }\n",
	           JOURNEY);
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: ask, x: 2}");
	size_t before = world.record.len;
	world_event(&world, "{at: 2026-01-01T11:00:00Z, event: buy, x: 3}");
	size_t full = world.record.len;
	world_event(&world, "{at: 2026-01-09T10:00:00Z, event: ask, x: 2}");
	assert_true(full > before + 20);
	assert_true(world.record.len < before + 20); /* two more ids of events seen, nothing else */
	world_release(&world);
}

static void a_late_event_counts_at_its_own_time(void **state)
{
	struct world world;
	(void)state;
	begin(&world);
	world_event(&world, "{at: 2026-01-05T10:00:00Z, event: buy, total: 300.0, points: 1, line: hat}");
	expect_trait(&world, "2026-01-21T12:00:00Z", "most_30", "300.0");
	expect_trait(&world, "2026-01-21T12:00:00Z", "last_line", "\"tea\"");
	expect_trait(&world, "2026-02-04T10:00:00Z", "most_30", "200.0");
	expect_trait(&world, "2026-02-04T10:00:00Z", "buys_30", "2");
	world_event(&world, "{at: 2025-12-01T10:00:00Z, event: buy, total: 900.0, points: 1, line: old}");
	expect_trait(&world, "2026-01-21T12:00:00Z", "most_30", "300.0"); /* it had left the window already */
	expect_trait(&world, "2026-01-21T12:00:00Z", "first_line", "\"old\"");
	world_release(&world);
}

static void what_is_given_back_leaves_with_what_was_bought(void **state)
{
	struct world world;
	(void)state;
	begin(&world);
	world_event(&world,
	            "{at: 2026-03-01T10:00:00Z, event: give_back, points: 200, bought_at: 2026-01-11T10:00:00Z}");
	expect_trait(&world, "2026-03-01T12:00:00Z", "points", "70");
	expect_trait(&world, "2026-03-01T12:00:00Z", "tier", "\"none\"");
	expect_trait(&world, "2027-01-05T10:00:00Z", "points", "50");
	expect_trait(&world, "2027-01-11T10:00:00Z", "points", "50"); /* both leave at once */
	expect_trait(&world, "2027-01-21T10:00:00Z", "points", "0");
	world_release(&world);
}

static void the_commonest_of_equals_is_the_last(void **state)
{
	struct world world;
	(void)state;
	begin(&world);
	world_event(&world, "{at: 2026-01-22T10:00:00Z, event: look, line: phone}");
	expect_trait(&world, "2026-01-22T12:00:00Z", "taste", "\"phone\"");
	expect_trait(&world, "2026-01-22T12:00:00Z", "taste_30", "\"phone\"");
	world_event(&world, "{at: 2026-01-23T10:00:00Z, event: look, line: tea}");
	expect_trait(&world, "2026-01-23T12:00:00Z", "taste", "\"tea\"");
	expect_trait(&world, "2026-02-09T12:00:00Z", "taste_30", "\"tea\"");
	world_release(&world);
}

static void many_events_stay_bounded_and_nearly_right(void **state)
{
	struct world world;
	char event[160], moment[32];
	struct instant at;
	size_t largest = 0;
	(void)state;
	world_init(&world, RULES, JOURNEY);
	assert_true(instant_parse(STR("2026-01-01T00:00:00Z"), &at));
	for (int i = 0; i < 1000; i++, at.ms += HOUR_MS) {
		struct buf text = {0};
		instant_print(&text, at);
		snprintf(moment, sizeof moment, "%.*s", (int)text.len, text.ptr);
		buf_release(&text);
		snprintf(event, sizeof event, "{at: %s, event: buy, total: %d.0, points: 1, line: l%d}", moment, i % 97,
		         i % 150);
		world_event(&world, event);
		largest = world.record.len > largest ? world.record.len : largest;
	}
	print_message("a record of 25 traits after 1000 purchases: at most %zu bytes\n", largest);
	assert_true(largest < 16000);
	expect_trait(&world, moment, "buys", "1000");
	expect_trait(&world, moment, "spent", "46995.0");
	expect_trait(&world, moment, "most_30", "96.0");
	const struct customer *customer = world_customer(&world);
	struct value count = value_absent();
	for (size_t i = 0; i < world.set->rules.trait_count; i++)
		if (str_eq(world.set->rules.traits[i].name, STR("buys_30")))
			count = trait_state_value(&customer->states[i], &world.set->rules.traits[i], customer->logical,
			                          &ZONE_UTC);
	assert_in_range(count.i, 720, 720 + 720 / 64 + 1);
	world_release(&world);
}

static void a_trait_declared_in_another_way_begins_anew(void **state)
{
	static const char OTHER[] = "event: buy\nfields: { total: double }\n---\nevent: ask\nfields: { x: int }\n---\n"
	                            "templates: [a]\n---\ntraits: { spent: { max: buy, of: event.total } }\n";
	struct world world;
	(void)state;
	begin(&world);
	world_edit(&world, OTHER, JOURNEY);
	expect_trait(&world, "2026-01-21T12:00:00Z", "spent", "null");
	world_event(&world, "{at: 2026-01-22T10:00:00Z, event: buy, total: 5.0}");
	expect_trait(&world, "2026-01-22T12:00:00Z", "spent", "5.0");
	world_release(&world);
}

static void what_an_event_sets_may_read_traits_as_they_stood(void **state)
{
	static const char SETS[] = "event: buy\nfields: { total: double }\nsets: { before: trait.spent_30 }\n---\n"
	                           "event: ask\nfields: { x: int }\nsets: { loyal: trait.spent_30 > 10.0 }\n---\n"
	                           "profile: { before: double, loyal: bool }\n---\ntemplates: [a]\n---\n"
	                           "traits: { spent_30: { sum: buy, of: event.total, within: 30d } }\n";
	struct world world;
	(void)state;
	world_init(&world, SETS, JOURNEY);
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: buy, total: 7.0}");
	assert_true(world_customer(&world)->profile[1].d == 0);
	world_event(&world, "{at: 2026-01-02T10:00:00Z, event: buy, total: 7.0}");
	assert_true(world_customer(&world)->profile[1].d == 7);
	world_event(&world, "{at: 2026-01-03T10:00:00Z, event: ask, x: 2}");
	assert_true(world_customer(&world)->profile[2].b);
	world_event(&world, "{at: 2026-02-01T10:00:00Z, event: ask, x: 2}");
	assert_false(world_customer(&world)->profile[2].b);
	world_release(&world);
}

static void bytes_that_are_no_section_are_refused_and_others_passed_over(void **state)
{
	struct world world;
	struct arena arena;
	struct customer customer;
	(void)state;
	begin(&world);
	arena_init(&arena, 4096);
	for (size_t len = 1; len < world.record.len; len++) /* no prefix may read out of bounds */
		customer_read(&customer, world.customer, (struct str){world.record.ptr, len}, world.set, &arena);
	buf_str(&world.record, (struct str){"\x7f\x02\0\0\0xy", 7});
	assert_true(customer_read(&customer, world.customer, buf_view(&world.record), world.set, &arena));
	buf_str(&world.record, (struct str){"\x7f\x09\0\0\0xy", 7});
	assert_false(customer_read(&customer, world.customer, buf_view(&world.record), world.set, &arena));
	arena_release(&arena);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_window_is_open_at_its_old_end_and_closed_at_its_new),
	        cmocka_unit_test(every_kind_is_right_when_only_time_passes),
	        cmocka_unit_test(without_events_there_is_nothing_and_nothing_is_stored),
	        cmocka_unit_test(what_has_left_every_window_is_not_stored),
	        cmocka_unit_test(a_late_event_counts_at_its_own_time),
	        cmocka_unit_test(what_is_given_back_leaves_with_what_was_bought),
	        cmocka_unit_test(the_commonest_of_equals_is_the_last),
	        cmocka_unit_test(many_events_stay_bounded_and_nearly_right),
	        cmocka_unit_test(a_trait_declared_in_another_way_begins_anew),
	        cmocka_unit_test(what_an_event_sets_may_read_traits_as_they_stood),
	        cmocka_unit_test(bytes_that_are_no_section_are_refused_and_others_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
