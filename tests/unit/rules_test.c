/* SPDX-License-Identifier: Apache-2.0 */
/* Files of rules: what is compiled out of them, and every finding about them. */
#include "language_fixture.h"

#include "core/base/hash.h"

#define JOURNEY \
	{ \
		"journeys/j.journey.yaml", "journey: j\nentry: { event: order }\nnodes:\n  - exit: done\n" \
	}
#define ORDER \
	{ \
		"rules/order.yaml", "event: order\nfields: { total: double, sku: string }\n" \
	}

static void expect(const char *text, const char *findings)
{
	const struct fixture_file files[] = {JOURNEY, ORDER, {"rules/x.yaml", text}, {0}};
	fixture_expect(files, findings);
}

static void fields_are_read_in_short_and_long_form_and_nested_ones_by_dotted_names(void **state)
{
	(void)state;
	const struct fixture_file files[] = {JOURNEY,
	                                     {"rules/order.yaml",
	                                      "event: order\n"
	                                      "fields:\n"
	                                      "  id: { type: string, required: true, about: The number. }\n"
	                                      "  total: double\n"
	                                      "  address:\n"
	                                      "    city: string\n"
	                                      "    geo: { lat: double, type: { type: int } }\n"
	                                      "  tags: list<string>\n"},
	                                     {0}};
	static const char *const NAMES[] = {"id",  "total", "address.city", "address.geo.lat", "address.geo.type",
	                                    "tags"};
	static const enum type_kind KINDS[] = {TYPE_STRING, TYPE_DOUBLE, TYPE_STRING, TYPE_DOUBLE, TYPE_INT, TYPE_LIST};
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_string_equal(fixture.findings.ptr, "");
	const struct event_type *order = rules_event(&fixture.set->rules, STR("order"));
	assert_int_equal(order->field_count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_true(str_eq(order->fields[i].name, str_from(NAMES[i])));
		assert_int_equal(order->fields[i].type.kind, KINDS[i]);
		assert_int_equal(order->fields[i].tag, hash_tag(str_from(NAMES[i])));
	}
	assert_true(order->fields[0].required);
	assert_false(order->fields[1].required);
	assert_true(str_eq(order->fields[0].about, STR("The number.")));
	assert_null(rules_event(&fixture.set->rules, STR("orders")));
	fixture_release(&fixture);
}

static void the_profile_has_the_time_zone_first_and_setters_name_their_slots(void **state)
{
	(void)state;
	const struct fixture_file files[] = {
	        JOURNEY,
	        {"rules/order.yaml",
	         "event: order\nfields: { total: double, zone: string }\n"
	         "sets: { spent: 'event.total + default(profile.spent, 0.0)', timezone: event.zone }\n"},
	        {"rules/profile.yaml", "profile: { birthday: date, spent: double }\n"},
	        {0}};
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_string_equal(fixture.findings.ptr, "");
	const struct rules *rules = &fixture.set->rules;
	assert_int_equal(rules->profile_count, 3);
	assert_true(str_eq(rules->profile[PROFILE_TIMEZONE].name, STR("timezone")));
	assert_true(str_eq(rules->profile[2].name, STR("spent")));
	assert_int_equal(rules->effects[0].setter_count, 2);
	assert_int_equal(rules->effects[0].setters[0].slot, 2);
	assert_int_equal(rules->effects[0].setters[1].slot, PROFILE_TIMEZONE);
	fixture_release(&fixture);
}

static void traits_stand_with_the_event_they_are_computed_from(void **state)
{
	(void)state;
	const struct fixture_file files[] = {JOURNEY,
	                                     ORDER,
	                                     {"rules/click.yaml", "event: click\n"},
	                                     {"rules/traits.yaml",
	                                      "traits:\n"
	                                      "  clicks: { count: click }\n"
	                                      "  last_order: { last_time: order }\n"
	                                      "  first_big: { first_time: order, when: event.total > 100.0 }\n"},
	                                     {0}};
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_string_equal(fixture.findings.ptr, "");
	const struct rules *rules = &fixture.set->rules;
	uint32_t order = rules_event(rules, STR("order"))->index, click = rules_event(rules, STR("click"))->index;
	assert_int_equal(rules->trait_count, 3);
	assert_int_equal(rules->traits[0].sources[0].event, click);
	assert_int_equal(rules->traits[0].kind, TRAIT_COUNT);
	assert_int_equal(rules->traits[1].kind, TRAIT_LAST_TIME);
	assert_int_equal(rules->traits[2].kind, TRAIT_FIRST_TIME);
	assert_non_null(rules->traits[2].sources[0].when);
	assert_int_equal(rules->effects[click].trait_count, 1);
	assert_int_equal(rules->effects[order].trait_count, 2);
	assert_int_equal(rules->effects[order].traits[1], 2);
	fixture_release(&fixture);
}

static void caps_limits_and_templates_have_their_defaults(void **state)
{
	(void)state;
	const struct fixture_file files[] = {{"journeys/j.journey.yaml", "journey: j\nentry: { event: order }\nnodes:\n"
	                                                                 "  - send: { channel: email, template: b }\n"
	                                                                 "  - send: { channel: sms, template: a }\n"},
	                                     ORDER,
	                                     {"rules/one.yaml", "templates: [b]\n"},
	                                     {"rules/two.yaml", "templates: [a]\n"},
	                                     {"rules/policy.yaml",
	                                      "contact_policy:\n  frequency_caps:\n"
	                                      "    - { max: 3, within: 7d }\n"
	                                      "    - { name: text, channel: sms, max: 1, within: 12h }\n"},
	                                     {0}};
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_string_equal(fixture.findings.ptr, "");
	const struct rules *rules = &fixture.set->rules;
	assert_int_equal(rules->duplicate_window, 16);
	assert_int_equal(rules->actions_per_day, 20);
	assert_int_equal(rules->timezone.len, 0);
	assert_true(str_eq(rules->templates[0], STR("a")));
	assert_true(rules_template(rules, STR("b")));
	assert_false(rules_template(rules, STR("c")));
	assert_true(str_eq(rules->caps[0].name, STR("3-per-7d")));
	assert_true(str_eq(rules->caps[1].channel, STR("sms")));
	assert_int_equal(rules->ledger_window.ms, 7 * DAY_MS);
	fixture_release(&fixture);
}

static void limits_are_taken_as_written(void **state)
{
	(void)state;
	const struct fixture_file files[] = {
	        JOURNEY,
	        ORDER,
	        {"rules/limits.yaml",
	         "limits: { duplicate_window: 64, actions_per_day: 5, timezone: Europe/Berlin }\n"},
	        {0}};
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_string_equal(fixture.findings.ptr, "");
	assert_int_equal(fixture.set->rules.duplicate_window, 64);
	assert_int_equal(fixture.set->rules.actions_per_day, 5);
	assert_true(str_eq(fixture.set->rules.timezone, STR("Europe/Berlin")));
	assert_int_equal(fixture.set->rules.ledger_window.ms, DAY_MS);
	assert_true(rules_template(&fixture.set->rules, STR("any"))); /* none are listed */
	fixture_release(&fixture);
}

static void a_file_of_no_known_kind_is_said(void **state)
{
	(void)state;
	expect("evnt: order\n",
	       "rules/x.yaml:1:1 error 56: no key says what kind of rule this file holds; did you mean \"event\"?; "
	       "known kinds: contact_policy, event, limits, opening_hours, profile, segment, tables, templates, "
	       "topics, traits\n");
	expect("journey: x\n", "rules/x.yaml:1:1 error 56: no key says what kind of rule this file holds; a journey "
	                       "belongs into the journeys folder, in NAME.journey.yaml\n");
	expect("- a\n", "rules/x.yaml:1:1 error 7: a file of rules needs a map, this is a list; write the keys without "
	                "\"- \"\n");
}

static void an_unknown_type_is_said_once_and_taken_as_any(void **state)
{
	(void)state;
	expect("event: other\nfields: { a: strng, b: { type: 'list<nothing>' } }\n",
	       "rules/x.yaml:2:14 error 55: there is no type \"strng\"; did you mean \"string\"?; known types: any, "
	       "bool, date, double, duration, int, list<string>, map<string>, number, string, timestamp\n"
	       "rules/x.yaml:2:32 error 55: there is no type \"list<nothing>\"; did you mean \"list<string>\"?; known "
	       "types: any, bool, date, double, duration, int, list<string>, map<string>, number, string, timestamp\n");
}

static void names_that_expressions_cannot_say_are_refused(void **state)
{
	(void)state;
	expect("event: other\nfields: { policy-id: string, 2nd: int }\n",
	       "rules/x.yaml:2:11 error 8: \"policy-id\" cannot be the name of a field; letters, digits and _, so that "
	       "expressions can say it\n"
	       "rules/x.yaml:2:30 error 8: \"2nd\" cannot be the name of a field; letters, digits and _, so that "
	       "expressions can say it\n");
	expect("profile: { a b: string }\n", "rules/x.yaml:1:12 error 8: \"a b\" cannot be the name of an attribute; "
	                                     "letters, digits and _, so that expressions can say it\n");
	expect("traits: { a.b: { count: order } }\n", "rules/x.yaml:1:11 error 8: \"a.b\" cannot be the name of a "
	                                              "trait; letters, digits and _, so that expressions can say it\n");
}

static void the_same_name_twice_is_said_with_the_first_place(void **state)
{
	(void)state;
	expect("event: order\n", "rules/x.yaml:1:8 error 50: there is already an event \"order\"; the first one is "
	                         "here: rules/order.yaml:1:8\n");
	expect("event: other\nfields:\n  a.b: string\n  a: { b: int }\n",
	       "rules/x.yaml:3:3 error 8: \"a.b\" cannot be the name of a field; letters, digits and _, so that "
	       "expressions can say it\n");
	const struct fixture_file profiles[] = {JOURNEY,
	                                        ORDER,
	                                        {"rules/a.yaml", "profile: { a: int }\n"},
	                                        {"rules/b.yaml", "profile: { a: int }\n"},
	                                        {0}};
	fixture_expect(profiles, "rules/b.yaml:1:12 error 50: there is already an attribute \"a\"; the first one is "
	                         "here: rules/a.yaml:1:12\n");
	const struct fixture_file limits[] = {
	        JOURNEY, ORDER, {"rules/a.yaml", "limits: {}\n"}, {"rules/b.yaml", "limits: {}\n"}, {0}};
	fixture_expect(limits, "rules/b.yaml:1:1 error 50: only one file may hold `limits`; the first one is here: "
	                       "rules/a.yaml:1:1\n");
	const struct fixture_file templates[] = {
	        JOURNEY, ORDER, {"rules/a.yaml", "templates: [x, y]\n"}, {"rules/b.yaml", "templates: [y]\n"}, {0}};
	fixture_expect(templates, "rules/b.yaml:1:13 error 50: there is already a template \"y\"; the first one is "
	                          "here: rules/a.yaml:1:16\n");
}

static void names_that_share_a_tag_are_said(void **state)
{
	(void)state;
	expect("profile: { a6424: int, a59195: int }\n",
	       "rules/x.yaml:1:24 error 63: the attribute \"a59195\" cannot be told from \"a6424\" in stored records; "
	       "rename one of the two; the first one is here: rules/x.yaml:1:12\n");
}

static void an_expression_that_a_comma_cut_in_two_is_explained(void **state)
{
	(void)state;
	expect("event: other\nfields: { n: string }\nsets: { timezone: default(event.n, event.n) }\n",
	       "rules/x.yaml:3:36 error 8: \"event.n)\" is the rest of an expression that a comma has cut off; inside "
	       "{ } put an expression with a comma into quotes\n");
	expect("segment: s\ncases: { a: default(event.total, 0.0) > 1.0 }\n",
	       "rules/x.yaml:2:34 error 8: \"0.0) > 1.0\" is the rest of an expression that a comma has cut off; "
	       "inside { } put an expression with a comma into quotes\n");
}

static void setters_name_attributes_and_fit_their_types(void **state)
{
	(void)state;
	const struct fixture_file files[] = {JOURNEY,
	                                     {"rules/order.yaml", "event: order\nfields: { total: double }\n"
	                                                          "sets:\n"
	                                                          "  incme: event.total\n"
	                                                          "  income: event.totl\n"
	                                                          "  name: event.total\n"},
	                                     {"rules/profile.yaml", "profile: { income: double, name: string }\n"},
	                                     {0}};
	fixture_expect(files, "rules/order.yaml:4:3 error 5: the profile has no attribute \"incme\"; did you mean "
	                      "\"income\"?; known attributes: income, name, timezone\n"
	                      "rules/order.yaml:5:11 error 21: event \"order\" has no field \"totl\"; did you mean "
	                      "\"total\"?; known fields: total\n"
	                      "rules/order.yaml:6:9 error 23: this is a double, but a string is needed here; string(x) "
	                      "makes a text of a number, double(x) a number of a text\n");
}

static void a_trait_computes_one_thing_of_one_known_event(void **state)
{
	(void)state;
	expect("traits:\n"
	       "  a: { when: true }\n"
	       "  b: { count: order, last_time: order }\n"
	       "  c: { count: ordr }\n"
	       "  d: { count: order, when: event.total }\n"
	       "  e: { sum: order }\n"
	       "  f: order\n",
	       "rules/x.yaml:2:3 error 6: the trait \"a\" does not say what it computes; add one of `count`, "
	       "`sum`, `last_time`, `first_time`, `most_frequent` ..., with the name of an event\n"
	       "rules/x.yaml:3:33 error 14: the trait \"b\" is already computed by `count`\n"
	       "rules/x.yaml:4:15 error 51: no event \"ordr\" is declared in the rules; did you mean \"order\"?; known "
	       "events: order\n"
	       "rules/x.yaml:5:28 error 23: this is a double, but a bool is needed here; compare it with something\n"
	       "rules/x.yaml:6:13 error 6: `sum` does not say of which value; add `of: event.FIELD` to the trait\n"
	       "rules/x.yaml:7:6 error 7: a map is needed here, this is a text\n");
}

static void a_segment_needs_cases_of_different_names(void **state)
{
	(void)state;
	expect("segment: s\ncases: {}\n", "rules/x.yaml:2:8 error 13: a segment needs a case at least\n");
	expect("segment: s\n", "rules/x.yaml:1:1 error 6: the key \"cases\" is missing; cases: Named conditions, in "
	                       "order; the first that is true is the customer's.\n");
	expect("segment: s\ncases: { a: 'true' }\nelse: a\n",
	       "rules/x.yaml:3:7 error 50: there is already a case \"a\"; the first one is here: rules/x.yaml:2:10\n");
}

static void caps_that_protect_nobody_are_errors(void **state)
{
	(void)state;
	expect("contact_policy:\n  frequency_caps:\n"
	       "    - { max: 0, within: 7d }\n"
	       "    - { max: 3, within: 0s }\n"
	       "    - { max: 3, within: 800d }\n"
	       "    - { max: 5000, within: 7d }\n",
	       "rules/x.yaml:3:14 error 59: a cap of less than one message would stop every message; to stop a "
	       "journey, take its file away\n"
	       "rules/x.yaml:4:25 error 59: a cap needs a window of a second at least; write a length of time such as "
	       "7d\n"
	       "rules/x.yaml:5:25 error 59: a cap's window may be 366 days at most; every message counted is "
	       "remembered for each customer\n"
	       "rules/x.yaml:6:14 error 59: a cap of more than 1000 messages is no protection; every message counted "
	       "is remembered for each customer\n");
	expect("contact_policy: { on_cap: later }\n",
	       "rules/x.yaml:1:27 error 9: \"later\" is none of the words possible here; known words: "
	       "defer, exit, skip\n");
	expect("contact_policy: { frequency_caps: { max: 3, within: 7d } }\n",
	       "rules/x.yaml:1:35 error 7: a list is needed here, this is a map; begin each entry with \"- \"\n");
}

static void limits_have_bounds_and_known_zones(void **state)
{
	(void)state;
	expect("limits: { duplicate_window: 65, actions_per_day: 0, timezone: Europe/Berln }\n",
	       "rules/x.yaml:1:29 error 8: 65 is too large: 1 to 64 is possible\n"
	       "rules/x.yaml:1:50 error 8: 0 is too small: 1 to 1000 is possible\n"
	       "rules/x.yaml:1:63 error 64: there is no time zone \"Europe/Berln\"; did you mean \"Europe/Berlin\"?\n");
	expect("limits: { timezone: Nowhere }\n",
	       "rules/x.yaml:1:21 error 64: there is no time zone \"Nowhere\"; write a name such as Europe/Berlin, "
	       "UTC, or a fixed offset such as +08:00\n");
}

static void the_time_zone_is_a_string(void **state)
{
	(void)state;
	expect("profile: { timezone: int }\n",
	       "rules/x.yaml:1:22 error 55: profile.timezone is a string; it is built in and need not be declared\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(fields_are_read_in_short_and_long_form_and_nested_ones_by_dotted_names),
	        cmocka_unit_test(the_profile_has_the_time_zone_first_and_setters_name_their_slots),
	        cmocka_unit_test(traits_stand_with_the_event_they_are_computed_from),
	        cmocka_unit_test(caps_limits_and_templates_have_their_defaults),
	        cmocka_unit_test(limits_are_taken_as_written),
	        cmocka_unit_test(a_file_of_no_known_kind_is_said),
	        cmocka_unit_test(an_unknown_type_is_said_once_and_taken_as_any),
	        cmocka_unit_test(names_that_expressions_cannot_say_are_refused),
	        cmocka_unit_test(the_same_name_twice_is_said_with_the_first_place),
	        cmocka_unit_test(names_that_share_a_tag_are_said),
	        cmocka_unit_test(an_expression_that_a_comma_cut_in_two_is_explained),
	        cmocka_unit_test(setters_name_attributes_and_fit_their_types),
	        cmocka_unit_test(a_trait_computes_one_thing_of_one_known_event),
	        cmocka_unit_test(a_segment_needs_cases_of_different_names),
	        cmocka_unit_test(caps_that_protect_nobody_are_errors),
	        cmocka_unit_test(limits_have_bounds_and_known_zones),
	        cmocka_unit_test(the_time_zone_is_a_string),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
