/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever fails at run time is false, is counted, is told with its place, and the customer goes on. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: go\nfields: { x: int, y: any, order: string }\n---\n" \
	"event: say\nfields: { x: int, y: any }\n---\n" \
	"event: told\nfields: { x: int }\n---\n" \
	"profile: { n: int, text: string, day: date }\n---\ntemplates: [a]\n---\n"
#define NODES "nodes:\n  - send: { channel: email, template: a }\n"
#define SEND "  - send: { channel: email, template: a }\n"
#define ENTRY "journey: j\nentry: { event: go }\n"

/* One event without x would be absence; x is 0, so 1 / event.x is a division by zero, y is a text. */
static const struct {
	const char *what, *rules, *journey, *told;
	bool sends;
} ROWS[] = {
        {"entry when", RULES, "journey: j\nentry: { event: go, when: 1 / event.x > 0 }\n" NODES,
         "not_entered error (entry when: division by zero (journeys/j.journey.yaml:2:29))", false},
        {"missing field", RULES, "journey: j\nentry: { event: go, when: event.order == \"1\" }\n" NODES,
         "not_entered error (entry when: a field or key is not there (journeys/j.journey.yaml:2:27))", false},
        {"overflow", RULES, "journey: j\nentry: { event: go, when: event.x - 9223372036854775807 - 2 > 0 }\n" NODES,
         "not_entered error (entry when: the number is out of range (journeys/j.journey.yaml:2:57))", false},
        {"wrong type", RULES, "journey: j\nentry: { event: go, when: event.y > 3 }\n" NODES,
         "not_entered error (entry when: no operator or function for values of these types "
         "(journeys/j.journey.yaml:2:35))",
         false},
        {"key", RULES, ENTRY "key: 1 / event.x\n" NODES,
         "not_entered error (key: division by zero (journeys/j.journey.yaml:3:8))", false},
        {"anchor", RULES,
         ENTRY "anchor: { date: \"date(now) + days(1 / event.x)\", if_missing: exit }\nnodes:\n"
               "  - sequence: { before: { 0d: a } }\n    send: { channel: email, template: a }\n",
         "advanced error (anchor: division by zero (journeys/j.journey.yaml:3:37))", false},
        {"segment case", RULES "segment: s\ncases: { c: 1 / event.x > 0 }\nelse: d\n", ENTRY "segment: s\n" NODES,
         "advanced error (segment c: division by zero (rules/5.yaml:2:15))", true},
        {"split", RULES,
         ENTRY
         "nodes:\n  - split:\n      cases: [ { name: c, when: 1 / event.x > 0, then: [ exit: c ] } ]\n      else: []\n"
         "  - send: { channel: email, template: a }\n",
         "advanced error (split c: division by zero", true},
        {"goal", RULES, ENTRY "goal: { event: say, when: 1 / event.x > 0 }\nnodes:\n  - wait: 2d\n" SEND,
         "advanced error (goal goal: division by zero", true},
        {"exit", RULES,
         ENTRY "exit_when: [ { event: say, when: 1 / event.x > 0, as: out } ]\nnodes:\n  - wait: 2d\n" SEND,
         "advanced error (exit_when out: division by zero", true},
        {"until", RULES,
         ENTRY "nodes:\n  - wait: { until: \"date(now) + days(1 / event.x)\", if_missing: skip }\n" SEND,
         "advanced error (until: division by zero", true},
        {"wait_for when", RULES,
         ENTRY "nodes:\n  - wait_for: { events: [ { event: say, when: 1 / event.x > 0 } ], timeout: 2d }\n" SEND,
         "advanced error (wait_for say: division by zero", true},
        {"wait_for key", RULES,
         ENTRY
         "key: event.x\nnodes:\n  - wait_for: { events: [ { event: say, key: 1 / event.x } ], timeout: 2d }\n" SEND,
         "advanced error (key say: division by zero", true},
        {"set", RULES, ENTRY "nodes:\n  - set: { profile: { n: 1 / event.x } }\n" SEND,
         "advanced error (set n: division by zero", true},
        {"set of a wrong type", RULES, ENTRY "nodes:\n  - set: { profile: { n: event.y } }\n" SEND,
         "advanced error (set n: no operator", true},
        {"emit", RULES, ENTRY "nodes:\n  - emit: { event: told, fields: { x: 1 / event.x } }\n" SEND,
         "advanced error (emit x: division by zero", true},
        {"data", RULES, ENTRY "nodes:\n  - send: { channel: email, template: a, data: { d: 1 / event.x } }\n",
         "advanced error (data d: division by zero", true},
        {"promotes", RULES, ENTRY "nodes:\n  - send: { channel: email, template: a, promotes: string(1 / event.x) }\n",
         "advanced error (promotes: division by zero", true},
        {"consent", RULES "contact_policy: { consent: { email: \"1 / default(profile.n, 0) > 0\" } }\n", ENTRY NODES,
         "advanced error (consent email: division by zero", false},
        {"channels", RULES "contact_policy: { channels: { email: \"1 / default(profile.n, 0) > 0\" } }\n", ENTRY NODES,
         "advanced error (channels email: division by zero", false},
        {"suppressed", RULES "contact_policy: { suppressed: \"1 / default(profile.n, 0) > 0\" }\n", ENTRY NODES,
         "advanced error (suppressed: division by zero", false},
        {"suppress_when",
         RULES "contact_policy: { suppress_when: [ { name: s, when: \"1 / default(profile.n, 0) > 0\" } ] }\n",
         ENTRY NODES, "advanced error (suppress_when s: division by zero", false},
        {"sets",
         "event: go\nfields: { x: int, y: any }\nsets: { n: 1 / event.x }\n---\nprofile: { n: int }\n---\ntemplates: "
         "[a]\n",
         ENTRY NODES, "not_entered error (sets n: division by zero (rules/0.yaml:3:14))", true},
        {"trait when", RULES "traits: { t: { count: go, when: 1 / event.x > 0 } }\n", ENTRY NODES,
         "not_entered error (trait t: division by zero", true},
        {"trait of", RULES "traits: { t: { sum: go, of: 1 / event.x } }\n", ENTRY NODES,
         "not_entered error (trait t: division by zero", true},
        {"computed trait", RULES "traits: { c: { count: say }, t: { value: 1 / trait.c } }\n",
         ENTRY "nodes:\n  - send: { channel: email, template: a, data: { d: trait.t } }\n",
         "not_entered error (trait t: division by zero", true},
        {"segment entered", RULES "segment: s\ncases: { c: \"1 / default(profile.n, 0) > 0\" }\n",
         "journey: k\nentry: { segment: s }\n" NODES "---\n" ENTRY NODES,
         "not_entered error (segment c: division by zero", true},
        {"table", RULES "tables: { t: { \"1\": 5 } }\n",
         "journey: j\nentry: { event: go, when: \"table.t[string(event.x)] > 1\" }\n" NODES,
         "not_entered error (entry when: a field or key is not there", false},
};

static void whatever_fails_is_told_with_its_place_and_the_customer_goes_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct world world;
		print_message("%s\n", ROWS[i].what);
		world_init(&world, ROWS[i].rules, ROWS[i].journey);
		world_event(&world, "{at: 2026-01-05T10:00:00Z, event: go, x: 0, y: text}");
		if (world.set->rules.event_count > 1)
			world_event(&world, "{at: 2026-01-06T10:00:00Z, event: say, x: 0, y: text}");
		world_advance(&world, "2026-02-01T00:00:00Z");
		buf_char(&world.log, '\0');
		if (!strstr(world.log.ptr, ROWS[i].told))
			assert_string_equal(world.log.ptr, ROWS[i].told);
		assert_true(world.out.faults >= 1);
		assert_int_equal(strstr(world.log.ptr, " sent a") != NULL, ROWS[i].sends);
		world_release(&world);
	}
}

/* A text of that many bytes in an event's field. */
static const char *go(struct world *world, const char *at, const char *field, size_t size)
{
	char *text = arena_alloc(&world->arena, size + 1);
	memset(text, 'x', size);
	text[size] = '\0';
	return arena_printf(&world->arena, "{at: %s, event: go, %s: %s}", at, field, text).ptr;
}

static void what_is_too_large_is_neither_kept_nor_sent(void **state)
{
	struct world world;
	(void)state;
	world_init(&world,
	           "event: go\nfields: { x: string, order: string, big: string }\nsets: { text: event.x }\n---\n"
	           "profile: { text: string }\n---\ntemplates: [a]\n---\n"
	           "limits: { value_size: 1KB, action_size: 2KB, record_size: 4KB }\n",
	           "journey: j\nentry: { event: go, when: has(event.order) }\nkey: event.order\nnodes:\n"
	           "  - send: { channel: email, template: a, data: { t: event.order + event.order + event.order } }\n"
	           "  - wait: 9d\n");
	world_event(&world, go(&world, "2026-01-05T10:00:00Z", "x", 2000));
	world_expect(&world, "2026-01-05T10:00:00Z not_entered error (sets text: the value is larger than "
	                     "limits.value_size allows (rules/0.yaml:3:15))\n");
	world_event(&world, go(&world, "2026-01-05T11:00:00Z", "order", 2000));
	world_expect(&world, "2026-01-05T11:00:00Z not_entered error (key: the value is larger than limits.value_size "
	                     "allows (journeys/j.journey.yaml:3:6))\n");
	for (int i = 0; i < 6; i++)
		world_event(&world, go(&world, "2026-01-05T12:00:00Z", "order", (size_t)(900 + i)));
	buf_char(&world.log, '\0');
	assert_non_null(strstr(world.log.ptr, "skipped error node-1 (data t: 2708 bytes in all are more than "
	                                      "limits.action_size)"));
	assert_non_null(strstr(world.log.ptr, "not_entered error (the customer has more kept than limits.record_size "
	                                      "allows)"));
	assert_null(strstr(world.log.ptr, " sent "));
	assert_int_equal(world_customer(&world)->instance_count, 4);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(whatever_fails_is_told_with_its_place_and_the_customer_goes_on),
	        cmocka_unit_test(what_is_too_large_is_neither_kept_nor_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
