/* SPDX-License-Identifier: Apache-2.0 */
#include "expr_fixture.h"

static void names_are_read_from_their_banks(void **state)
{
	static const struct expected rows[] = {
	        {"event.line", "\"motor\""},
	        {"event.line == \"motor\"", "true"},
	        {"profile.income >= 200000 && event.count > 3", "false"},
	        {"trait.clicks + event.count", "10"},
	        {"event.address.city.startsWith(\"Ber\")", "true"},
	        {"key + \"/\" + event.line", "\"p1/motor\""},
	        {"event . line", "\"motor\""},
	        {"event.extra.sku", "\"a1\""},
	        {"event.extra[\"sku\"]", "\"a1\""},
	        {"event.extra.price", "fault at 12: a field or key is not there"},
	};
	(void)state;
	EXPECT(rows);
}

static void a_field_declared_double_is_one_even_when_written_whole(void **state)
{
	static const struct expected rows[] = {
	        {"event.total", "120.0"},
	        {"event.total / 100", "1.2"},
	        {"math.ceil(event.total)", "120.0"},
	        {"event.total == 120", "true"},
	};
	(void)state;
	EXPECT(rows);
}

static void absence_is_an_error_unless_asked_for(void **state)
{
	static const struct expected rows[] = {
	        {"event.coupon", "fault at 0: a field or key is not there"},
	        {"event.coupon == \"x\"", "fault at 0: a field or key is not there"},
	        {"event.coupon == null", "fault at 0: a field or key is not there"},
	        {"has(event.coupon)", "false"},
	        {"has(event.line)", "true"},
	        {"has(event.note)", "true"},
	        {"event.note == null", "true"},
	        {"has(event.extra.sku)", "true"},
	        {"has(event.extra.price)", "false"},
	        {"default(event.coupon, \"none\")", "\"none\""},
	        {"default(event.note, \"none\")", "\"none\""},
	        {"default(event.line, \"none\")", "\"motor\""},
	        {"math.ceil(default(profile.bonus, 0))", "0.0"},
	        {"default(1 / 0, 5)", "fault at 10: division by zero"},
	        {"event.coupon == \"x\" || event.line == \"motor\"", "true"},
	        {"event.coupon == \"x\" && event.line == \"life\"", "false"},
	        {"event.coupon == \"x\" && true", "fault at 0: a field or key is not there"},
	};
	(void)state;
	EXPECT(rows);
}

static void dates_move_by_whole_days(void **state)
{
	static const struct expected rows[] = {
	        {"event.expires_on - days(3)", "\"2026-05-07\""},
	        {"weeks(1) + event.expires_on", "\"2026-05-17\""},
	        {"event.expires_on - hours(36)", "fault at 17: an index, a time or a conversion is out of range"},
	        {"event.expires_on - date(\"2026-05-01\")", "\"777600s\""},
	        {"event.expires_on > date(\"2026-05-09\")", "true"},
	        {"weekday(event.expires_on)", "\"sun\""},
	        {"year(event.expires_on) * 10000 + month(event.expires_on) * 100 + day(event.expires_on)", "20260510"},
	        {"days_until(event.expires_on)", "60"},
	        {"days_since(date(\"2026-03-01\"))", "10"},
	        {"years_since(date(\"2000-03-12\"))", "25"},
	        {"years_since(date(\"2000-03-11\"))", "26"},
	        {"string(today())", "\"2026-03-11\""},
	        {"months_since(date(\"2024-07-11\"))", "20"},
	        {"months_since(date(\"2024-07-12\"))", "19"},
	        {"months_since(date(\"2026-03-11\"))", "0"},
	        {"months_since(date(\"2026-03-12\"))", "-1"},
	        {"months_since(date(\"2026-04-11\"))", "-1"},
	        {"months_since(timestamp(\"2024-07-11T23:59:59Z\"))", "20"},
	        {"add_months(date(\"2026-01-31\"), 1)", "\"2026-02-28\""},
	        {"add_months(date(\"2024-01-31\"), 1)", "\"2024-02-29\""},
	        {"add_months(date(\"2026-01-31\"), -2)", "\"2025-11-30\""},
	        {"add_months(timestamp(\"2026-01-31T10:15:00Z\"), 13)", "\"2027-02-28T10:15:00Z\""},
	        {"add_years(date(\"2024-02-29\"), 1)", "\"2025-02-28\""},
	        {"add_years(date(\"2024-02-29\"), 4)", "\"2028-02-29\""},
	        {"add_years(date(\"2024-02-29\"), 9223372036854775807)",
	         "fault at 0: an index, a time or a conversion is out of range"},
	        {"add_months(date(\"2024-02-29\"), -120001)",
	         "fault at 0: an index, a time or a conversion is out of range"},
	};
	(void)state;
	EXPECT(rows);
}

static void helpers_use_the_zone_of_the_customer(void **state)
{
	struct fixture fx;
	struct zone zone;
	(void)state;
	fixture_init(&fx);
	fx.frame.zone = zone_find(&(struct zone_set){0}, STR("+02:00"), &zone);
	assert_string_equal(fixture_eval(&fx, "date(now)"), "\"2026-03-12\"");
	assert_string_equal(fixture_eval(&fx, "hour(now)"), "0");
	assert_string_equal(fixture_eval(&fx, "weekday(now)"), "\"thu\"");
	assert_string_equal(fixture_eval(&fx, "now.getHours()"), "22");
	assert_string_equal(fixture_eval(&fx, "now.getHours(\"-05:30\")"), "17");
	assert_string_equal(fixture_eval(&fx, "hour(now, \"+01:00\")"), "23");
	assert_string_equal(fixture_eval(&fx, "date(now, \"UTC\")"), "\"2026-03-11\"");
	assert_string_equal(fixture_eval(&fx, "timestamp(event.expires_on)"), "\"2026-05-09T22:00:00Z\"");
	assert_string_equal(fixture_eval(&fx, "hour(now, key)"), "fault at 0: there is no such time zone");
	fixture_release(&fx);
}

static void macros_go_through_lists_and_maps(void **state)
{
	static const struct expected rows[] = {
	        {"event.tags.exists(t, t == \"vip\")", "true"},
	        {"event.tags.all(t, size(t) == 3)", "true"},
	        {"event.tags.filter(t, t.startsWith(\"n\"))", "[\"new\"]"},
	        {"event.tags.map(t, t + \"!\")", "[\"vip!\",\"new!\"]"},
	        {"[1, 2, 3].map(n, n > 1, n * n)", "[4,9]"},
	        {"event.extra.exists(k, k == \"sku\")", "true"},
	        {"[1, 2].map(a, [3].map(b, a * b))", "[[3],[6]]"},
	        {"[1, 2].map(event, event + 1)", "[2,3]"},
	        {"\"vip\" in event.tags", "true"},
	};
	(void)state;
	EXPECT(rows);
}

static void numbers_overflow_into_errors(void **state)
{
	static const struct expected rows[] = {
	        {"9223372036854775807 + event.count", "fault at 20: the number is out of range"},
	        {"event.count / 0", "fault at 12: division by zero"},
	        {"event.count % 0", "fault at 12: division by zero"},
	        {"1 + 2 * 3 - 4", "3"},
	        {"-7 / 2", "-3"},
	        {"--5", "5"},
	        {"---event.count", "-7"},
	        {"0x1F", "31"},
	        {"9223372036854775808", "error: the number 9223372036854775808 is too large"},
	};
	(void)state;
	EXPECT(rows);
}

static void months_and_years_end_with_the_calendar(void **state)
{
	static const struct expected rows[] = {
	        {"add_months(date(\"9999-12-31\"), 1)", "fault at 0: an index, a time or a conversion is out of range"},
	        {"add_months(date(\"9999-11-30\"), 1)", "\"9999-12-30\""},
	        {"add_years(date(\"0002-01-01\"), -1)", "\"0001-01-01\""},
	        {"add_years(date(\"0001-12-31\"), -1)", "fault at 0: an index, a time or a conversion is out of range"},
	        {"add_years(now, 9223372036854775807)", "fault at 0: an index, a time or a conversion is out of range"},
	        {"date(timestamp(\"9999-12-31T23:59:59Z\"), \"+01:00\")",
	         "fault at 0: an index, a time or a conversion is out of range"},
	        {"add_years(now, 8000)", "fault at 0: an index, a time or a conversion is out of range"},
	        {"add_months(timestamp(\"2026-01-31T10:00:00.123456789Z\"), 1)", "\"2026-02-28T10:00:00.123456789Z\""},
	};
	(void)state;
	EXPECT(rows);
}

static void what_is_no_number_or_length_of_time_is_never_one(void **state)
{
	static const struct expected rows[] = {
	        {"double(\"1e400\")", "fault at 0: an index, a time or a conversion is out of range"},
	        {"math.isInf(double(\"-Infinity\"))", "true"},
	        {"math.isNaN(math.least(0.0 / 0.0, 3.0))", "true"},
	        {"math.isNaN(math.least(3.0, 0.0 / 0.0))", "true"},
	        {"math.isNaN(math.greatest([1.0, 0.0 / 0.0, 3.0]))", "true"},
	        {"duration(\"9223372036s\")", "\"9223372036s\""},
	        {"-duration(\"-9223372036s\") == duration(\"9223372036s\")", "true"},
	        {"seconds(9223372036) + duration(\"1ns\")",
	         "fault at 20: an index, a time or a conversion is out of range"},
	        {"seconds(-9223372036) - duration(\"1ns\")",
	         "fault at 21: an index, a time or a conversion is out of range"},
	};
	(void)state;
	EXPECT(rows);
}

static void texts_are_counted_in_characters(void **state)
{
	static const struct expected rows[] = {
	        {"size(\"Straße\")", "6"},
	        {"\"Straße\".substring(4)", "\"ße\""},
	        {"\"a,b,,c\".split(\",\")", "[\"a\",\"b\",\"\",\"c\"]"},
	        {"\"äb\".split(\"\")", "[\"ä\",\"b\"]"},
	        {"\"abc\".replace(\"\", \"-\")", "\"-a-b-c-\""},
	        {"\"aaa\".replace(\"a\", \"bb\", 2)", "\"bbbba\""},
	        {"\"aaa\".replace(\"a\", \"bb\", -9223372036854775808)", "\"bbbbbb\""},
	        {"\"%s costs %.2f\".format([event.line, event.total])", "\"motor costs 120.00\""},
	        {"r\"a\\n\" + '''b'c'''", "\"a\\\\nb'c\""},
	        {"\"\\u00e9\\x41\\101\"", "\"éAA\""},
	};
	(void)state;
	EXPECT(rows);
}

static void a_condition_is_true_only_when_it_evaluates_to_true(void **state)
{
	struct fixture fx;
	struct value error;
	static const struct type wanted = {.kind = TYPE_BOOL};
	(void)state;
	fixture_init(&fx);
	assert_true(expr_test(fixture_compile(&fx, "event.line == \"motor\"", &wanted), &fx.frame, &error));
	assert_int_equal(error.kind, VALUE_ABSENT);
	assert_false(expr_test(fixture_compile(&fx, "true && event.coupon == \"x\"", &wanted), &fx.frame, &error));
	assert_int_equal(error.size, FAULT_ABSENT);
	assert_int_equal(error.i, 8);
	assert_false(expr_test(fixture_compile(&fx, "event.extra.sku", &wanted), &fx.frame, &error));
	assert_int_equal(error.size, FAULT_TYPE);
	fixture_release(&fx);
}

static void evaluation_is_bounded_in_steps_and_memory(void **state)
{
	struct fixture fx;
	static struct value many[3000];
	(void)state;
	fixture_init(&fx);
	for (size_t i = 0; i < 3000; i++)
		many[i] = value_int((int64_t)i);
	fx.event[5] = (struct value){.kind = VALUE_LIST, .size = 3000, .items = many};
	assert_string_equal(fixture_eval(&fx, "event.extra.all(a, event.extra.all(b, a + b >= 0))"),
	                    "fault at 12: too many steps or too much memory");
	assert_string_equal(fixture_eval(&fx, "event.extra.map(a, a).map(b, b).size()"),
	                    "fault at 22: too many steps or too much memory");
	assert_string_equal(fixture_eval(&fx, "event.extra.map(a, a).size()"), "3000");
	fixture_release(&fx);
}

static void evaluation_takes_no_memory_for_plain_conditions(void **state)
{
	struct fixture fx;
	struct arena none;
	(void)state;
	fixture_init(&fx);
	arena_init(&none, 64);
	fx.frame.scratch = &none;
	const struct expr *expr = fixture_compile(
	        &fx, "event.line in [\"motor\", \"life\"] && event.expires_on - days(3) > date(\"2026-01-01\")", NULL);
	assert_true(expr_test(expr, &fx.frame, NULL));
	assert_null(none.chunk);
	arena_release(&none);
	fixture_release(&fx);
}

static void reads_are_known_also_inside_macros(void **state)
{
	struct fixture fx;
	(void)state;
	fixture_init(&fx);
	const struct expr *expr =
	        fixture_compile(&fx, "has(event.coupon) || event.tags.exists(t, t == event.line + key)", NULL);
	assert_true(expr_reads(expr, BANK_EVENT, 0));
	assert_true(expr_reads(expr, BANK_EVENT, 4));
	assert_true(expr_reads(expr, BANK_EVENT, 6));
	assert_true(expr_reads(expr, BANK_LOCAL, 1));
	assert_false(expr_reads(expr, BANK_EVENT, 1));
	assert_false(expr_reads(expr, BANK_PROFILE, 0));
	fixture_release(&fx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_are_read_from_their_banks),
	        cmocka_unit_test(a_field_declared_double_is_one_even_when_written_whole),
	        cmocka_unit_test(absence_is_an_error_unless_asked_for),
	        cmocka_unit_test(dates_move_by_whole_days),
	        cmocka_unit_test(helpers_use_the_zone_of_the_customer),
	        cmocka_unit_test(macros_go_through_lists_and_maps),
	        cmocka_unit_test(numbers_overflow_into_errors),
	        cmocka_unit_test(months_and_years_end_with_the_calendar),
	        cmocka_unit_test(what_is_no_number_or_length_of_time_is_never_one),
	        cmocka_unit_test(texts_are_counted_in_characters),
	        cmocka_unit_test(a_condition_is_true_only_when_it_evaluates_to_true),
	        cmocka_unit_test(evaluation_is_bounded_in_steps_and_memory),
	        cmocka_unit_test(evaluation_takes_no_memory_for_plain_conditions),
	        cmocka_unit_test(reads_are_known_also_inside_macros),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
