/* SPDX-License-Identifier: Apache-2.0 */
/* Erasing a customer: from the engine, from the store, from what was not sent yet, and from what is read again. */
#include "adapters/memory/memory_source.h"
#include "adapters/memory/memory_store.h"
#include "support/engine_fixture.h"
#include "support/worker_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char ERASES[] = "---\nevent: erase_me\nerases: customer\n";
enum { TOMBSTONE = 9 };

#define POLICY(id, expires) "\"type\":\"policy\",\"policy_id\":\"" id "\",\"expires_on\":\"" expires "\""
#define ERASE "\"type\":\"erase_me\""

/* ---- the engine ---- */

static void world_start(struct world *world)
{
	char rules[8192];
	snprintf(rules, sizeof rules, "%s%s", RENEWAL_RULES, ERASES);
	world_init(world, rules, RENEWAL_JOURNEY);
	world_event(world, "{at: 2026-03-01T00:00:00Z, event: policy_updated, id: old, line: motor, policy_id: p1,"
	                   " expires_on: 2026-05-10, car_price: 80000, income: 90000}");
	world_advance(world, "2026-03-12T00:00:00Z");
	world_expect(world, "2026-03-01T00:00:00Z entered p1\n"
	                    "2026-03-11T02:00:00Z sent renewal/low_low/notice\n");
}

static void an_erased_customer_leaves_everything_and_gets_nothing(void **state)
{
	struct world world;
	(void)state;
	world_start(&world);
	assert_int_equal(world_event(&world, "{at: 2026-03-13T00:00:00Z, event: erase_me}"), ENGINE_ERASED);
	world_expect(&world, "2026-03-13T00:00:00Z exited erased\n"
	                     "2026-03-13T00:00:00Z erased erased\n");
	assert_int_equal(world.record.len, TOMBSTONE);
	assert_int_equal(world_customer(&world)->contact_count, 0);
	world_advance(&world, "2026-04-11T00:00:00Z");
	world_expect(&world, "");
	assert_false(customer_void(&world.after));
	world_release(&world);
}

static void what_is_decided_about_an_erasure_names_neither_customer_nor_key(void **state)
{
	struct world world;
	(void)state;
	world_start(&world);
	world_event(&world, "{at: 2026-03-13T00:00:00Z, event: erase_me}");
	assert_int_equal(world.out.decision_count, 2);
	for (size_t i = 0; i < world.out.decision_count; i++) {
		const struct decision *decision = &world.out.decisions[i];
		assert_int_equal(decision->customer.len, 32);
		assert_true(str_eq(decision->customer, world.out.decisions[0].customer));
		assert_int_equal(decision->key.len, 0);
		assert_true(decision->instance.high == 0 && decision->instance.low == 0);
	}
	assert_true(str_eq(world.out.decisions[0].journey, STR("motor-renewal")));
	assert_int_equal(world.out.decisions[1].journey.len, 0);
	world_release(&world);
}

static void older_events_that_come_again_bring_nothing_back(void **state)
{
	struct world world;
	(void)state;
	world_start(&world);
	world_event(&world, "{at: 2026-03-13T00:00:00Z, event: erase_me}");
	buf_clear(&world.log);
	assert_int_equal(world_event(&world, "{at: 2026-03-01T00:00:00Z, event: policy_updated, id: old, line: motor,"
	                                     " policy_id: p1, expires_on: 2026-05-10}"),
	                 ENGINE_FORGOTTEN);
	assert_int_equal(world_event(&world, "{at: 2026-03-13T00:00:00Z, event: erase_me}"), ENGINE_FORGOTTEN);
	assert_int_equal(world.out.forgotten, 2);
	assert_int_equal(world.record.len, TOMBSTONE);
	world_expect(&world, "");
	world_release(&world);
}

static void newer_events_start_afresh_and_older_ones_still_count_for_nothing(void **state)
{
	struct world world;
	(void)state;
	world_start(&world);
	world_event(&world, "{at: 2026-03-13T00:00:00Z, event: erase_me}");
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-03-14T00:00:00Z, event: policy_updated, line: motor, policy_id: p2,"
	                    " expires_on: 2026-05-10, car_price: 80000, income: 90000}");
	assert_int_equal(world_event(&world, "{at: 2026-03-12T00:00:00Z, event: click}"), ENGINE_FORGOTTEN);
	assert_int_equal(world_customer(&world)->traits[0].i, 0);
	world_advance(&world, "2026-03-27T00:00:00Z");
	world_expect(&world, "2026-03-14T00:00:00Z entered p2\n"
	                     "2026-03-14T00:00:00Z skipped late_join notice\n"
	                     "2026-03-26T02:00:00Z sent renewal/low_low/benefits\n");
	world_advance(&world, "2026-05-01T00:00:00Z"); /* the erasure itself is forgotten, the new life goes on */
	assert_int_equal(world_customer(&world)->erased.ms, INSTANT_NONE.ms);
	assert_int_equal(world_customer(&world)->instance_count, 1);
	world_release(&world);
}

static void after_a_while_nothing_at_all_is_left(void **state)
{
	struct world world;
	struct instant erased;
	(void)state;
	world_start(&world);
	world_event(&world, "{at: 2026-03-13T00:00:00Z, event: erase_me}");
	assert_true(customer_peek_erased(buf_view(&world.record), &erased));
	assert_int_equal(customer_peek_due(buf_view(&world.record)).ms, erased.ms + ERASED_KEPT_MS);
	world_advance(&world, "2026-04-12T00:00:00.001Z");
	assert_true(customer_void(&world.after));
	world_release(&world);
}

/* ---- the worker ---- */

static void start(struct daemon *daemon)
{
	struct ports ports = {daemon->source, daemon->sink, daemon->store, &daemon->clock.clock, daemon->decoder};
	static const struct zone_set zones;
	char rules[4096];
	snprintf(rules, sizeof rules, "%s%s", WORKER_RULES, ERASES);
	struct journey_set *set = daemon_compile(rules, "journeys/renewal.journey.yaml", WORKER_JOURNEY);
	daemon->worker = worker_new(&daemon->settings, &ports, set, &zones, &ZONE_UTC, &daemon->report);
	worker_start(daemon->worker);
}

static void run_at(struct daemon *daemon, const char *time)
{
	daemon_clock(daemon, time);
	daemon_run(daemon);
}

/* Two customers whose offers are durable, and wait for a transaction that comes no earlier than the next day. */
static void offers_wait(struct daemon *daemon)
{
	daemon_init(daemon, 1, 1);
	daemon->settings.clock = CLOCK_WALL;
	daemon->settings.emit_every.ms = DAY_MS;
	daemon_clock(daemon, "2026-01-31T09:00:00Z");
	start(daemon);
	daemon_event(daemon, "2026-01-31T08:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_event(daemon, "2026-01-31T08:00:00Z", "c2", POLICY("p2", "2026-03-02"));
	run_at(daemon, "2026-01-31T09:00:01Z");
	run_at(daemon, "2026-01-31T10:00:01Z");
	daemon_expect(daemon, "");
	assert_true(daemon_status(daemon).outbox >= 2);
}

static void the_messages_of_the_erased_do_not_go_out(bool killed)
{
	struct daemon daemon;
	offers_wait(&daemon);
	daemon_event(&daemon, "2026-01-31T10:05:00Z", "c1", ERASE);
	run_at(&daemon, "2026-01-31T10:05:01Z");
	if (killed) {
		daemon_kill(&daemon);
		daemon.settings.emit_every.ms = 0;
		start(&daemon);
	}
	run_at(&daemon, "2026-02-01T11:00:00Z");
	daemon_expect(&daemon, "2026-01-31T10:00:00Z c2 offer\n");
	assert_int_equal(daemon_status(&daemon).outbox, 0);
	run_at(&daemon, "2026-02-01T11:01:00Z");
	assert_int_equal(memory_store_record(daemon.store, 0, STR("c1")).len, TOMBSTONE);
	daemon_release(&daemon);
}

static void messages_that_are_durable_but_not_sent_are_withdrawn(void **state)
{
	(void)state;
	the_messages_of_the_erased_do_not_go_out(false);
}

static void they_stay_withdrawn_when_another_process_takes_over(void **state)
{
	(void)state;
	the_messages_of_the_erased_do_not_go_out(true);
}

static void an_outbox_of_nothing_but_withdrawn_messages_is_passed_over(void **state)
{
	struct daemon daemon;
	struct str metadata;
	(void)state;
	offers_wait(&daemon);
	daemon_event(&daemon, "2026-01-31T10:05:00Z", "c1", ERASE);
	daemon_event(&daemon, "2026-01-31T10:05:00Z", "c2", ERASE);
	run_at(&daemon, "2026-01-31T10:05:01Z");
	run_at(&daemon, "2026-02-01T11:00:00Z");
	run_at(&daemon, "2026-02-02T12:00:00Z");
	daemon_expect(&daemon, "");
	assert_int_equal(daemon_status(&daemon).outbox, 0);
	assert_int_equal(memory_source_committed(daemon.source, 0, 0, &metadata), 4);
	daemon_release(&daemon);
}

static void the_new_life_of_an_erased_customer_is_written_to(void **state)
{
	struct daemon daemon;
	(void)state;
	offers_wait(&daemon);
	daemon_event(&daemon, "2026-01-31T10:05:00Z", "c1", ERASE);
	daemon_event(&daemon, "2026-01-31T10:06:00Z", "c1", POLICY("p9", "2026-02-08"));
	run_at(&daemon, "2026-01-31T10:07:00Z");
	daemon_event(&daemon, "2026-01-31T08:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	run_at(&daemon, "2026-02-01T10:08:00Z");
	daemon_kill(&daemon);
	daemon.settings.emit_every.ms = 0;
	start(&daemon);
	run_at(&daemon, "2026-02-08T11:00:00Z");
	daemon_expect(&daemon, "2026-01-31T10:00:00Z c2 offer\n"
	                       "2026-02-01T10:00:00Z c1 reminder\n"
	                       "2026-02-07T10:00:00Z c1 last_day\n");
	assert_int_equal(daemon.doubles, 0);
	daemon_release(&daemon);
}

static void the_record_goes_when_the_erasure_is_no_longer_remembered(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	start(&daemon);
	daemon_event(&daemon, "2026-01-31T08:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_event(&daemon, "2026-02-01T00:00:00Z", "c1", ERASE);
	daemon_tick(&daemon, "2026-03-02T00:00:00Z");
	daemon_run(&daemon);
	daemon_stop(&daemon);
	assert_int_equal(memory_store_record(daemon.store, 0, STR("c1")).len, TOMBSTONE);
	start(&daemon);
	daemon_tick(&daemon, "2026-03-04T00:00:00Z");
	daemon_run(&daemon);
	daemon_kill(&daemon); /* the removal is in the log alone, and is read from there */
	start(&daemon);
	daemon_run(&daemon);
	daemon_stop(&daemon);
	assert_null(memory_store_record(daemon.store, 0, STR("c1")).ptr);
	daemon_expect(&daemon, "2026-01-31T10:00:00Z c1 offer\n");
	daemon_release(&daemon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_erased_customer_leaves_everything_and_gets_nothing),
	        cmocka_unit_test(what_is_decided_about_an_erasure_names_neither_customer_nor_key),
	        cmocka_unit_test(older_events_that_come_again_bring_nothing_back),
	        cmocka_unit_test(newer_events_start_afresh_and_older_ones_still_count_for_nothing),
	        cmocka_unit_test(after_a_while_nothing_at_all_is_left),
	        cmocka_unit_test(messages_that_are_durable_but_not_sent_are_withdrawn),
	        cmocka_unit_test(they_stay_withdrawn_when_another_process_takes_over),
	        cmocka_unit_test(an_outbox_of_nothing_but_withdrawn_messages_is_passed_over),
	        cmocka_unit_test(the_new_life_of_an_erased_customer_is_written_to),
	        cmocka_unit_test(the_record_goes_when_the_erasure_is_no_longer_remembered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
