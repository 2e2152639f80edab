/* SPDX-License-Identifier: Apache-2.0 */
/* One journey: what is compiled out of it, and every finding about it. */
#include "language_fixture.h"

#include <stdio.h>

#define RULES \
	{"rules/policy.yaml", "event: policy\nfields: { id: string, line: string, ends: date, price: int, n: int }\n" \
	                      "sets: { income: event.price }\n"}, \
	        {"rules/purchase.yaml", "event: purchase\nfields: { sku: string, id: string }\n"}, \
	        {"rules/profile.yaml", "profile: { income: int }\n"}, \
	        {"rules/traits.yaml", "traits: { bought: { count: purchase }, last: { last_time: purchase } }\n"}, \
	{ \
		"rules/segment.yaml", \
		        "segment: value\ncases: { rich: profile.income > 10, dear: event.price > 10 }\nelse: poor\n" \
	}
#define SENDS "    send: { channel: email, template: t }\n"
#define TEMPLATES \
	{ \
		"rules/templates.yaml", "templates: [t]\n" \
	}

static const struct journey *compile(struct fixture *fixture, const char *text)
{
	const struct fixture_file files[] = {{"journeys/j.journey.yaml", text}, RULES, {0}};
	fixture_compile(fixture, files, NULL);
	if (!fixture->set)
		fail_msg("%s", fixture->findings.ptr);
	return &fixture->set->journeys[0];
}

/* `text` behind a journey that is well but for it. */
static void expect(const char *text, const char *findings)
{
	char whole[4096];
	snprintf(whole, sizeof whole, "journey: j\nsegment: value\n%s", text);
	const struct fixture_file files[] = {{"journeys/j.journey.yaml", whole}, RULES, TEMPLATES, {0}};
	fixture_expect(files, findings);
}

static const char FULL[] = "journey: j\n"
                           "about: All there is.\n"
                           "timezone: Europe/Berlin\n"
                           "priority: 70\n"
                           "entry: { event: policy, when: event.line == 'motor' }\n"
                           "key: event.id\n"
                           "anchor: { date: event.ends, if_missing: wait, on_change: keep }\n"
                           "segment: { name: value, at: entry }\n"
                           "goal: { event: purchase, when: event.sku == 'x' && event.id == key }\n"
                           "exit_when:\n"
                           "  - { event: policy, when: event.line == 'gone' && entry.n > 1, as: cancelled }\n"
                           "  - { event: purchase }\n"
                           "reentry: always\n"
                           "reentry_after: 30d\n"
                           "nodes:\n"
                           "  - name: dated\n"
                           "    sequence:\n"
                           "      at: '10:00'\n"
                           "      late_join: latest\n"
                           "      after: { 7d: sorry, 1d: too_late }\n"
                           "      before: { 7d: week, 2w: fortnight, 0d: today }\n"
                           "    send:\n"
                           "      channel: email\n"
                           "      template: 'a/{segment}-{node}'\n"
                           "      data: { id: event.id, bought: trait.bought, when: anchor }\n"
                           "      expires_after: 2d\n"
                           "      exempt: true\n"
                           "  - wait: 3d\n"
                           "  - send: { channel: sms, template: thanks }\n"
                           "  - exit: done\n";

static void the_head_of_a_journey_is_compiled(void **state)
{
	(void)state;
	struct fixture fixture;
	const struct journey *journey = compile(&fixture, FULL);
	assert_true(str_eq(journey->name, STR("j")));
	assert_true(str_eq(journey->timezone, STR("Europe/Berlin")));
	assert_int_equal(journey->priority, 70);
	assert_true(str_eq(journey->entry->name, STR("policy")));
	assert_non_null(journey->entry_when);
	assert_non_null(journey->key);
	assert_int_equal(journey->anchor.if_missing, IF_MISSING_WAIT);
	assert_int_equal(journey->anchor.on_change, ON_CHANGE_KEEP);
	assert_true(journey->segment_at_entry);
	assert_int_equal(journey->segment->case_count, 3);
	assert_null(journey->segment->cases[2].when);
	assert_int_equal(journey->reentry, REENTRY_ALWAYS);
	assert_int_equal(journey->reentry_after.ms, 30 * DAY_MS);
	assert_int_equal(journey->version.len, 12);
	fixture_release(&fixture);
}

static void the_goal_comes_first_among_the_endings(void **state)
{
	(void)state;
	struct fixture fixture;
	const struct journey *journey = compile(&fixture, FULL);
	assert_int_equal(journey->ending_count, 3);
	assert_true(journey->endings[0].goal);
	assert_true(str_eq(journey->endings[0].as, STR("goal")));
	assert_true(str_eq(journey->endings[1].as, STR("cancelled")));
	assert_true(str_eq(journey->endings[2].as, STR("exit")));
	assert_null(journey->endings[2].when);
	fixture_release(&fixture);
}

static void a_sequence_is_one_list_by_moment(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int days;
	} EXPECTED[] = {{"fortnight", -14}, {"week", -7}, {"today", 0}, {"too_late", 1}, {"sorry", 7}};
	struct fixture fixture;
	const struct journey *journey = compile(&fixture, FULL);
	const struct sequence *sequence = &journey->nodes[0].sequence;
	assert_int_equal(journey->nodes[0].kind, NODE_SEQUENCE);
	assert_int_equal(sequence->count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_true(str_eq(sequence->touches[i].name, str_from(EXPECTED[i].name)));
		assert_int_equal(sequence->touches[i].days, EXPECTED[i].days);
		assert_int_equal(sequence->touches[i].more.ms, 0);
	}
	assert_true(sequence->has_at);
	assert_int_equal(sequence->at.ms, 10 * 3600 * 1000);
	assert_int_equal(sequence->late_join, LATE_JOIN_LATEST);
	fixture_release(&fixture);
}

static void offsets_without_a_time_of_day_may_have_hours(void **state)
{
	(void)state;
	struct fixture fixture;
	const struct journey *journey =
	        compile(&fixture, "journey: j\nentry: { event: policy }\nanchor: { date: event.ends }\nnodes:\n"
	                          "  - sequence: { before: { 1d12h: a }, after: { 90m: b } }\n" SENDS);
	const struct touch *touches = journey->nodes[0].sequence.touches;
	assert_int_equal(touches[0].days, -1);
	assert_int_equal(touches[0].more.ms, -12 * 3600 * 1000);
	assert_int_equal(touches[1].days, 0);
	assert_int_equal(touches[1].more.ms, 90 * 60 * 1000);
	assert_false(journey->nodes[0].sequence.has_at);
	fixture_release(&fixture);
}

static void a_send_has_its_pattern_and_its_data(void **state)
{
	(void)state;
	struct fixture fixture;
	const struct journey *journey = compile(&fixture, FULL);
	const struct send *send = &journey->nodes[0].sequence.send;
	assert_int_equal(send->part_count, 4);
	assert_true(str_eq(send->parts[0].text, STR("a/")));
	assert_int_equal(send->parts[1].hole, HOLE_SEGMENT);
	assert_true(str_eq(send->parts[2].text, STR("-")));
	assert_int_equal(send->parts[3].hole, HOLE_NODE);
	assert_int_equal(send->data_count, 3);
	assert_true(str_eq(send->data[1].name, STR("bought")));
	assert_int_equal(send->expires.ms, 2 * DAY_MS);
	assert_true(send->exempt);
	fixture_release(&fixture);
}

static void nodes_have_their_own_names_or_numbers(void **state)
{
	(void)state;
	struct fixture fixture;
	const struct journey *journey = compile(&fixture, FULL);
	assert_int_equal(journey->node_count, 4);
	assert_true(str_eq(journey->nodes[0].name, STR("dated")));
	assert_true(str_eq(journey->nodes[1].name, STR("node-2")));
	assert_int_equal(journey->nodes[1].wait.span.ms, 3 * DAY_MS);
	assert_int_equal(journey->nodes[2].kind, NODE_SEND);
	assert_true(str_eq(journey->nodes[3].exit_as, STR("done")));
	fixture_release(&fixture);
}

static void only_fields_that_something_reads_later_are_kept(void **state)
{
	(void)state;
	struct fixture fixture;
	const struct journey *journey = compile(&fixture, FULL);
	/* id by the data, ends by the anchor, price by the segment, n by an exit; line by nothing but the entry */
	static const uint16_t KEPT[] = {0, 2, 3, 4};
	assert_int_equal(journey->kept_count, 4);
	assert_memory_equal(journey->kept, KEPT, sizeof KEPT);
	fixture_release(&fixture);
}

static void the_least_journey_has_the_stated_defaults(void **state)
{
	(void)state;
	struct fixture fixture;
	const struct journey *journey =
	        compile(&fixture, "journey: j\nentry: { event: policy }\nnodes:\n  - exit: done\n");
	assert_int_equal(journey->priority, 50);
	assert_int_equal(journey->reentry, REENTRY_AFTER_EXIT);
	assert_int_equal(journey->anchor.on_change, ON_CHANGE_REPLAN);
	assert_null(journey->anchor.date);
	assert_null(journey->segment);
	assert_null(journey->key);
	assert_int_equal(journey->kept_count, 0);
	fixture_release(&fixture);
}

static void version_of(const char *text, char out[13])
{
	struct fixture fixture;
	const struct journey *journey = compile(&fixture, text);
	memcpy(out, journey->version.ptr, 12);
	out[12] = '\0';
	fixture_release(&fixture);
}

static void the_version_follows_the_meaning_and_not_the_writing(void **state)
{
	(void)state;
	char one[13], same[13], other[13];
	version_of("journey: j\nentry: { event: policy }\nnodes:\n  - exit: done\n", one);
	version_of("# a remark\nentry:\n  event: policy\nabout: Words.\njourney: j\nnodes: [ { exit: done } ]\n", same);
	version_of("journey: j\nentry: { event: policy }\nnodes:\n  - exit: finished\n", other);
	assert_string_equal(one, same);
	assert_string_not_equal(one, other);
}

#define ENTRY "entry: { event: policy }\n"
#define DATED ENTRY "anchor: { date: event.ends }\n"
#define DONE "nodes:\n  - exit: done\n"

static void unknown_references_are_said_with_what_is_near(void **state)
{
	(void)state;
	expect("entry: { event: polcy, when: event.anything == 1 }\n" DONE,
	       "journeys/j.journey.yaml:3:17 error 51: no event \"polcy\" is declared in the rules; did you mean "
	       "\"policy\"?; known events: policy, purchase\n");
	expect(ENTRY "goal: { event: purchse }\n" DONE,
	       "journeys/j.journey.yaml:4:16 error 51: no event \"purchse\" is declared in the rules; did you mean "
	       "\"purchase\"?; known events: policy, purchase\n");
	const struct fixture_file segment[] = {{"journeys/j.journey.yaml",
	                                        "journey: j\nsegment: valu\n" ENTRY "nodes:\n"
	                                        "  - send: { channel: email, template: '{segment}' }\n"},
	                                       RULES,
	                                       {0}};
	fixture_expect(segment, "journeys/j.journey.yaml:2:10 error 52: no segment \"valu\" is declared in the rules; "
	                        "did you mean \"value\"?; known segments: value\n");
	expect("timezone: Asia/Shanghi\n" ENTRY DONE, "journeys/j.journey.yaml:3:11 error 64: there is no time zone "
	                                              "\"Asia/Shanghi\"; did you mean \"Asia/Shanghai\"?\n");
}

static void expressions_see_what_their_place_has(void **state)
{
	(void)state;
	expect("entry: { event: policy, when: node == 'a' }\n" DONE,
	       "journeys/j.journey.yaml:3:31 error 21: unknown name \"node\"; `node` has no meaning in this place; "
	       "known names: customer, event, journey, "
	       "now, profile, trait\n");
	expect(ENTRY "goal: { event: purchase, when: event.price > 1 }\n" DONE,
	       "journeys/j.journey.yaml:4:32 error 21: event \"purchase\" has no field \"price\"; did you mean "
	       "entry.price?; known fields: id, "
	       "sku\n");
	expect(ENTRY "nodes:\n  - send: { channel: email, template: t, data: { a: anchor, b: entry.id } }\n",
	       "journeys/j.journey.yaml:5:53 error 21: unknown name \"anchor\"; `anchor` has no meaning in this place; "
	       "known names: customer, entered, event, "
	       "journey, key, node, now, profile, segment, trait\n"
	       "journeys/j.journey.yaml:5:64 error 21: unknown name \"entry\"; did you mean event.id?; "
	       "known names: customer, entered, event, "
	       "journey, key, node, now, profile, segment, trait\n");
	expect("entry: { event: policy, when: event.price }\n" DONE,
	       "journeys/j.journey.yaml:3:31 error 23: this is an int, but a bool is needed here; compare it with "
	       "something\n");
}

static void an_expression_that_a_comma_cut_in_two_is_explained(void **state)
{
	(void)state;
	expect(ENTRY "nodes:\n  - send: { channel: email, template: t, data: { a: default(event.n, 1) } }\n",
	       "journeys/j.journey.yaml:5:70 error 8: \"1)\" is the rest of an expression that a comma has cut off; "
	       "inside { } put an expression with a comma into quotes\n");
	expect("entry: { event: policy, when: }\nkey:\n" DONE,
	       "journeys/j.journey.yaml:3:31 error 20: an expression is missing here\n"
	       "journeys/j.journey.yaml:4:5 error 20: an expression is missing here\n");
}

static void keys_and_anchors_have_their_types(void **state)
{
	(void)state;
	expect(ENTRY "key: event.ends\nanchor: { date: event.n }\n" DONE,
	       "journeys/j.journey.yaml:4:6 error 23: this is a date, but a string or an int is needed here\n"
	       "journeys/j.journey.yaml:5:17 error 23: this is an int, but a date or a timestamp is needed here\n");
}

static void a_segments_mistake_is_said_once_for_all_journeys_of_an_event(void **state)
{
	(void)state;
	const struct fixture_file files[] = {{"journeys/a.journey.yaml", "journey: a\nsegment: s\n" ENTRY DONE},
	                                     {"journeys/b.journey.yaml", "journey: b\nsegment: s\n" ENTRY DONE},
	                                     {"rules/policy.yaml", "event: policy\nfields: { price: int }\n"},
	                                     {"rules/s.yaml", "segment: s\ncases: { dear: event.prize > 10 }\n"},
	                                     {0}};
	fixture_expect(files, "rules/s.yaml:2:16 error 21: event \"policy\" has no field \"prize\"; did you mean "
	                      "\"price\"?; known fields: price\n");
}

static void a_sequence_is_checked(void **state)
{
	(void)state;
	expect(DATED "nodes:\n  - sequence: { at: '10:00', before: { 12h: a } }\n" SENDS,
	       "journeys/j.journey.yaml:6:40 error 58: \"12h\" is not a whole number of days, and `at` already says "
	       "the time of day; write whole days, or take `at` away\n");
	expect(DATED "nodes:\n  - sequence: { before: { 7d: a, 1w: b } }\n" SENDS,
	       "journeys/j.journey.yaml:6:34 error 58: \"a\" and \"b\" would go out at the same moment; the first one "
	       "is here: journeys/j.journey.yaml:6:27\n");
	expect(DATED "nodes:\n  - sequence: { before: { 0d: a }, after: { 0d: b } }\n" SENDS,
	       "journeys/j.journey.yaml:6:45 error 58: \"a\" and \"b\" would go out at the same moment; the first one "
	       "is here: journeys/j.journey.yaml:6:27\n");
	expect(DATED "nodes:\n  - sequence: { at: '10:00' }\n" SENDS,
	       "journeys/j.journey.yaml:6:5 error 58: this sequence is empty; add `before:` or `after:`, such as "
	       "before: { 7d: reminder }\n");
	expect(DATED "nodes:\n  - sequence: { before: { soon: a, 40000d: b } }\n" SENDS,
	       "journeys/j.journey.yaml:6:27 error 8: \"soon\" is not a duration; write 3d, 12h, 90m or 1d12h\n"
	       "journeys/j.journey.yaml:6:36 error 58: \"40000d\" is more than a hundred years\n");
	expect(ENTRY "nodes:\n  - sequence: { before: { 1d: a } }\n" SENDS,
	       "journeys/j.journey.yaml:5:5 error 58: this journey has no date to count from; add `anchor: { date: "
	       "event.FIELD }` to the journey\n");
	expect(DATED "nodes:\n  - sequence: { late_join: first, before: { 1d: a } }\n",
	       "journeys/j.journey.yaml:6:5 error 6: the key \"send\" is missing; send: The message of each name of "
	       "the sequence.\n"
	       "journeys/j.journey.yaml:6:28 error 9: \"first\" is none of the words possible here; known words: exit, "
	       "latest, next\n");
}

static void a_sequence_holds_sixty_four_names(void **state)
{
	(void)state;
	char text[4096];
	int at = snprintf(text, sizeof text, DATED "nodes:\n  - sequence: { before: { ");
	for (int i = 1; i <= 65; i++)
		at += snprintf(text + at, sizeof text - (size_t)at, "%s%dd: t%d", i > 1 ? ", " : "", i, i);
	snprintf(text + at, sizeof text - (size_t)at, " } }\n" SENDS);
	expect(text, "journeys/j.journey.yaml:6:5 error 58: a sequence may have 64 names at most, this one has 65; go "
	             "on in a second sequence\n");
}

static void names_are_unique_among_nodes_and_touches(void **state)
{
	(void)state;
	expect(DATED "nodes:\n"
	             "  - sequence: { before: { 1d: a, 2d: b, 3d: b } }\n" SENDS "  - name: a\n"
	             "    wait: 1d\n"
	             "  - name: node-4\n"
	             "    wait: 1d\n"
	             "  - wait: 1d\n",
	       "journeys/j.journey.yaml:6:45 error 50: there is already a node \"b\"; the first one is here: "
	       "journeys/j.journey.yaml:6:38\n"
	       "journeys/j.journey.yaml:8:11 error 50: there is already a node \"a\"; the first one is here: "
	       "journeys/j.journey.yaml:6:31\n"
	       "journeys/j.journey.yaml:12:5 error 50: there is already a node \"node-4\"; the first one is here: "
	       "journeys/j.journey.yaml:10:11\n");
}

static void a_templates_holes_are_checked(void **state)
{
	(void)state;
	expect(ENTRY "nodes:\n  - send: { channel: email, template: 'a/{nod}' }\n",
	       "journeys/j.journey.yaml:5:42 error 54: there is no placeholder {nod}; did you mean \"node\"?; known "
	       "placeholders: node, segment, variant\n");
	expect(ENTRY "nodes:\n  - send: { channel: email, template: 'a/{node' }\n",
	       "journeys/j.journey.yaml:5:42 error 8: a } is missing\n");
	expect(ENTRY "nodes:\n  - send: { channel: email, template: 'a b' }\n",
	       "journeys/j.journey.yaml:5:41 error 8: a template's name cannot hold this; letters, digits, _ - . and "
	       "/, and {segment}, {node} or {variant}\n");
	const struct fixture_file files[] = {{"journeys/j.journey.yaml",
	                                      "journey: j\n" ENTRY
	                                      "nodes:\n  - send: { channel: email, template: 'a/{segment}' }\n"},
	                                     RULES,
	                                     {0}};
	fixture_expect(files, "journeys/j.journey.yaml:4:42 error 54: {segment} has no meaning in a journey without a "
	                      "segment; add `segment: NAME` to the journey\n");
}

static void every_template_that_can_come_out_must_be_listed(void **state)
{
	(void)state;
	const struct fixture_file files[] = {
	        {"journeys/j.journey.yaml", "journey: j\nsegment: value\n" DATED "nodes:\n"
	                                    "  - sequence: { before: { 7d: week, 1d: day } }\n"
	                                    "    send: { channel: email, template: 'end/{segment}/{node}' }\n"
	                                    "  - name: thanks\n"
	                                    "    send: { channel: email, template: '{node}' }\n"},
	        RULES,
	        {"rules/templates.yaml",
	         "templates: [end/rich/week, end/rich/day, end/dear/week, end/dear/dya, end/poor/week, thanks]\n"},
	        {0}};
	fixture_expect(files, "journeys/j.journey.yaml:7:39 error 53: no template \"end/dear/day\" is listed in the "
	                      "rules; did you mean \"end/dear/dya\"?\n"
	                      "journeys/j.journey.yaml:7:39 error 53: no template \"end/poor/day\" is listed in the "
	                      "rules; did you mean \"end/dear/dya\"?\n");
}

static void without_any_list_template_names_are_not_checked_and_that_is_said_once(void **state)
{
	(void)state;
	const struct fixture_file files[] = {{"journeys/j.journey.yaml",
	                                      "journey: j\nsegment: value\n" ENTRY "nodes:\n"
	                                      "  - send: { channel: email, template: 'a' }\n"
	                                      "  - send: { channel: email, template: 'b' }\n"},
	                                     RULES,
	                                     {0}};
	fixture_expect(files, "journeys/j.journey.yaml:5:39 warning 53: no rules list the templates, so no template's "
	                      "name is checked; list them under `templates:` in a file of rules\n");
}

static void a_node_is_of_one_known_kind(void **state)
{
	(void)state;
	expect(ENTRY "nodes:\n"
	             "  - wiat: 3d\n"
	             "  - wait: 3d\n    exit: done\n"
	             "  - exit\n"
	             "  - {}\n",
	       "journeys/j.journey.yaml:5:5 error 66: no key says what kind of node this is; did you mean \"wait\"?; "
	       "known kinds: emit, exit, experiment, goto, send, sequence, set, split, start_journey, task, wait, "
	       "wait_for\n"
	       "journeys/j.journey.yaml:7:5 error 5: unknown key \"exit\"; known keys: about, name, wait\n"
	       "journeys/j.journey.yaml:8:5 error 7: a node needs a map, this is a text\n"
	       "journeys/j.journey.yaml:9:5 error 66: no key says what kind of node this is; known kinds: emit, exit, "
	       "experiment, goto, send, sequence, set, split, start_journey, task, wait, wait_for\n");
	expect(ENTRY "nodes: []\n", "journeys/j.journey.yaml:4:8 error 13: a journey needs a node at least\n");
	expect(ENTRY "nodes: { wait: 3d }\n", "journeys/j.journey.yaml:4:8 error 7: nodes needs a list, this is a map; "
	                                      "begin each entry with \"- \"\n");
}

static void nodes_behind_an_exit_are_never_reached(void **state)
{
	(void)state;
	expect(ENTRY "nodes:\n  - send: { channel: email, template: t }\n  - exit: done\n  - wait: 3d\n  - wait: 2d\n",
	       "journeys/j.journey.yaml:7:5 warning 61: no customer comes to this node; everybody leaves here: "
	       "journeys/j.journey.yaml:6:5\n");
}

static void words_that_are_no_choice_are_said(void **state)
{
	(void)state;
	expect(DATED "reentry: sometimes\nnodes:\n  - sequence: { before: { 1d: a } }\n"
	             "    send: { channel: email, template: t, on_cap: later }\n",
	       "journeys/j.journey.yaml:5:10 error 9: \"sometimes\" is none of the words possible here; known words: "
	       "after_exit, always, never\n"
	       "journeys/j.journey.yaml:8:50 error 9: \"later\" is none of the words possible here; known words: "
	       "defer, exit, skip\n");
	expect(ENTRY "reentry: never\nreentry_after: 3d\n" DONE,
	       "journeys/j.journey.yaml:5:16 error 14: `reentry_after` says when to let in again, but `reentry` is "
	       "never; take one of the two away\n");
	expect("entry: { event: policy, wen: 'true' }\nprority: 3\n" DONE,
	       "journeys/j.journey.yaml:3:25 error 5: unknown key \"wen\"; did you mean \"when\"?; known keys: about, "
	       "at_most, event, when, where\n"
	       "journeys/j.journey.yaml:4:1 error 5: unknown key \"prority\"; did you mean \"priority\"?; known keys: "
	       "about, anchor, ends, entry, exempt, exit, exit_when, goal, holdout, journey, key, migrate, "
	       "... and 9 more\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_head_of_a_journey_is_compiled),
	        cmocka_unit_test(the_goal_comes_first_among_the_endings),
	        cmocka_unit_test(a_sequence_is_one_list_by_moment),
	        cmocka_unit_test(offsets_without_a_time_of_day_may_have_hours),
	        cmocka_unit_test(a_send_has_its_pattern_and_its_data),
	        cmocka_unit_test(nodes_have_their_own_names_or_numbers),
	        cmocka_unit_test(only_fields_that_something_reads_later_are_kept),
	        cmocka_unit_test(the_least_journey_has_the_stated_defaults),
	        cmocka_unit_test(the_version_follows_the_meaning_and_not_the_writing),
	        cmocka_unit_test(unknown_references_are_said_with_what_is_near),
	        cmocka_unit_test(expressions_see_what_their_place_has),
	        cmocka_unit_test(an_expression_that_a_comma_cut_in_two_is_explained),
	        cmocka_unit_test(keys_and_anchors_have_their_types),
	        cmocka_unit_test(a_segments_mistake_is_said_once_for_all_journeys_of_an_event),
	        cmocka_unit_test(a_sequence_is_checked),
	        cmocka_unit_test(a_sequence_holds_sixty_four_names),
	        cmocka_unit_test(names_are_unique_among_nodes_and_touches),
	        cmocka_unit_test(a_templates_holes_are_checked),
	        cmocka_unit_test(every_template_that_can_come_out_must_be_listed),
	        cmocka_unit_test(without_any_list_template_names_are_not_checked_and_that_is_said_once),
	        cmocka_unit_test(a_node_is_of_one_known_kind),
	        cmocka_unit_test(nodes_behind_an_exit_are_never_reached),
	        cmocka_unit_test(words_that_are_no_choice_are_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
