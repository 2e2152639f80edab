/* SPDX-License-Identifier: Apache-2.0 */
/* {variant} in a template's name: the variant of the last experiment on the way. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: begin\n---\nprofile: { n: int }\n---\n" \
	"templates: [ x/long/n, y/blue/a, y/red/a, y/blue/b, y/red/b, z/blue, z/red, z/green ]\n"
#define ONE(name, weight, then) "{ name: " name ", weight: " weight ", then: " then " }"

static void a_template_is_named_by_the_last_experiment_on_the_way(void **state)
{
	struct world world;
	(void)state;
	world_init(
	        &world, RULES,
	        "journey: j\nentry: { event: begin }\nanchor: { date: now }\nnodes:\n"
	        "  - experiment: { variants: [ " ONE(
	                "long", "1",
	                "[ { name: n, send: { channel: email, template: "
	                "'x/{variant}/{node}' } } ]") ",\n"
	                                              "      " ONE(
	                                                      "short", "0",
	                                                      "[]") " ] }\n"
	                                                            "  - experiment: { variants: [ " ONE(
	                                                                    "red", "0",
	                                                                    "[]") ", " ONE("blue", "1",
	                                                                                   "[]") " ] }\n"
	                                                                                         "  - sequence: { "
	                                                                                         "after: { 1h: a, 2h: "
	                                                                                         "b } }\n"
	                                                                                         "    send: { channel: "
	                                                                                         "email, template: "
	                                                                                         "'y/{variant}/{node}' "
	                                                                                         "}\n");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_advance(&world, "2026-03-02T10:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n"
	                     "2026-03-01T10:00:00Z advanced (long)\n"
	                     "2026-03-01T10:00:00Z sent x/long/n\n"
	                     "2026-03-01T10:00:00Z advanced (blue)\n"
	                     "2026-03-01T11:00:00Z sent y/blue/a\n"
	                     "2026-03-01T12:00:00Z sent y/blue/b\n"
	                     "2026-03-01T12:00:00Z exited finished\n");
	world_release(&world);
}

/* All three are listed: a way back may bring the later one's variant to the send. */
static void variants_come_by_every_way_also_back(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           "journey: j\nentry: { event: begin }\nnodes:\n"
	           "  - experiment: { variants: [ " ONE("red", "1", "[]") ", " ONE(
	                   "blue", "0", "[]") " ] }\n"
	                                      "  - name: again\n    wait: 1h\n"
	                                      "  - send: { channel: email, template: 'z/{variant}' }\n"
	                                      "  - experiment: { variants: [ " ONE("green", "1", "again") ", " ONE(
	                                              "red", "0", "[]") " ] }\n");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_advance(&world, "2026-03-01T13:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n"
	                     "2026-03-01T10:00:00Z advanced (red)\n"
	                     "2026-03-01T11:00:00Z sent z/red\n"
	                     "2026-03-01T11:00:00Z advanced (green)\n"
	                     "2026-03-01T12:00:00Z sent z/green\n"
	                     "2026-03-01T12:00:00Z advanced (green)\n");
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_template_is_named_by_the_last_experiment_on_the_way),
	        cmocka_unit_test(variants_come_by_every_way_also_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
