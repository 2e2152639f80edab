/* SPDX-License-Identifier: Apache-2.0 */
/* Test waves: nobody is in two of them, and a winner that is written into a table goes to those who wait already. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RULES(winner) \
	"event: planned\nfields: { line: string }\n---\ntemplates: [ percent, delivery ]\n---\n" \
	"tables: { winner: " winner " }\n"

#define SALTED(salt) \
	"journey: j\n" \
	"entry: { event: planned }\n" \
	"nodes:\n" \
	"  - experiment:\n" \
	"      salt: " salt "\n" \
	"      variants:\n" \
	"        - { name: first, weight: 10, then: [ { wait: 1d }, { goto: test } ] }\n" \
	"        - { name: second, weight: 10, then: [ { wait: 2d }, { goto: test } ] }\n" \
	"        - { name: rest, weight: 80, then: [ wait: 3d ] }\n" \
	"  - split:\n" \
	"      cases:\n" \
	"        - { when: 'table.winner[event.line] == \"percent\"', then: percent }\n" \
	"        - { when: 'table.winner[event.line] == \"delivery\"', then: delivery }\n" \
	"      else: [ exit: no_winner ]\n" \
	"  - name: test\n" \
	"    experiment: { variants: [ { name: a, then: percent }, { name: b, then: delivery } ] }\n" \
	"  - name: percent\n" \
	"    send: { channel: email, template: percent }\n" \
	"  - exit: done\n" \
	"  - name: delivery\n" \
	"    send: { channel: email, template: delivery }\n"
#define JOURNEY SALTED("spring")

#define NOBODY "{ coffee: none }"
#define DELIVERY "{ coffee: delivery }"

/* The world's customer is one of the rest. */
static void a_winner_written_while_people_wait_is_what_they_get(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES(NOBODY), JOURNEY);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: planned, line: coffee}");
	world_edit(&world, RULES(DELIVERY), JOURNEY);
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-01T00:00:00Z entered \n"
	                     "2026-01-01T00:00:00Z advanced (rest)\n"
	                     "2026-01-04T00:00:00Z advanced (case-2)\n"
	                     "2026-01-04T00:00:00Z sent delivery\n"
	                     "2026-01-04T00:00:00Z exited finished\n");
	world_release(&world);
}

static void without_a_winner_the_rest_are_sent_nothing(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES(NOBODY), JOURNEY);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: planned, line: coffee}");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-01T00:00:00Z entered \n"
	                     "2026-01-01T00:00:00Z advanced (rest)\n"
	                     "2026-01-04T00:00:00Z advanced (else)\n"
	                     "2026-01-04T00:00:00Z exited exit_node (no_winner)\n");
	world_release(&world);
}

struct tally {
	unsigned of_wave[4];
	char waves[1001]; /* by customer */
};

/* Everybody is sent one message: a day or two after the start by the test, three days after by the table. */
static void count(const char *journey, struct tally *tally)
{
	struct world world;
	char id[8];
	*tally = (struct tally){0};
	world_init(&world, RULES(DELIVERY), journey);
	world.customer = (struct str){id, 0};
	for (int i = 0; i < 1000; i++) {
		world.customer.len = (uint32_t)snprintf(id, sizeof id, "p%d", i);
		buf_clear(&world.record);
		buf_clear(&world.log);
		world_event(&world, "{at: 2026-01-01T00:00:00Z, event: planned, line: coffee}");
		world_advance(&world, "2026-02-01T00:00:00Z");
		buf_char(&world.log, '\0');
		const char *sent = strstr(world.log.ptr, " sent ");
		assert_non_null(sent);
		assert_null(strstr(sent + 1, " sent "));
		char wave = (char)(sent[-11] - 1); /* of 2026-01-02T00:00:00Z */
		assert_in_range(wave, '1', '3');
		tally->waves[i] = wave;
		tally->of_wave[wave - '0']++;
	}
	world_release(&world);
}

static void each_is_in_one_wave_and_the_waves_have_their_share(void **state)
{
	static struct tally tally, again, other;
	(void)state;
	count(JOURNEY, &tally);
	assert_in_range(tally.of_wave[1], 60, 140);
	assert_in_range(tally.of_wave[2], 60, 140);
	assert_int_equal(tally.of_wave[1] + tally.of_wave[2] + tally.of_wave[3], 1000);
	count(JOURNEY, &again);
	assert_string_equal(tally.waves, again.waves);
	count(SALTED("autumn"), &other);
	assert_string_not_equal(tally.waves, other.waves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_winner_written_while_people_wait_is_what_they_get),
	        cmocka_unit_test(without_a_winner_the_rest_are_sent_nothing),
	        cmocka_unit_test(each_is_in_one_wave_and_the_waves_have_their_share),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
