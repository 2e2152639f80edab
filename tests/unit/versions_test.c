/* SPDX-License-Identifier: Apache-2.0 */
/* People finish under the version they began with: through reloads, restarts, and processes that know less. */
#include "adapters/memory/memory_store.h"
#include "app/shard_meta.h"
#include "app/version_counts.h"
#include "support/worker_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define PATH "journeys/steps.journey.yaml"
#define ORDER(id) "\"type\":\"order\",\"order_id\":\"" id "\""
#define CLICK "\"type\":\"click\""
#define HEAD "journey: steps\nentry: { event: order }\nkey: event.order_id\n"
#define SEND(name) "  - { name: " name ", send: { channel: email, template: hello } }\n"

static const char RULES[] = "event: order\nfields: { order_id: { type: string, required: true } }\n---\n"
                            "event: click\nfields: { url: string }\n---\n"
                            "templates: [hello]\n";
static const char OLD[] = HEAD "nodes:\n" SEND("hello_old") "  - { name: pause_old, wait: 3d }\n" SEND("bye_old");
static const char NEW_NODES[] = "nodes:\n" SEND("hello_new") "  - { name: pause_new, wait: 1d }\n" SEND("bye_new");

static const char *newer(const char *life)
{
	static char text[1024];
	snprintf(text, sizeof text, HEAD "%s%s", life, NEW_NODES);
	return text;
}

static void reload(struct daemon *daemon, const char *journey)
{
	worker_go_by(daemon->worker, daemon_book(RULES, PATH, journey, NULL));
	daemon_run(daemon);
}

static void start(struct daemon *daemon)
{
	daemon_init(daemon, 1, 1);
	daemon_start_by(daemon, RULES, PATH, OLD);
	daemon_event(daemon, "2026-01-01T00:00:00Z", "c1", ORDER("o1"));
	daemon_run(daemon);
	daemon_expect(daemon, "2026-01-01T00:00:00Z c1 hello_old\n");
}

static void after_a_reload_people_finish_under_the_version_they_began_with(void **state)
{
	struct daemon daemon;
	(void)state;
	start(&daemon);
	reload(&daemon, newer(""));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c2", ORDER("o2"));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-02T00:00:00Z c2 hello_new\n"
	                       "2026-01-03T00:00:00Z c2 bye_new\n"
	                       "2026-01-04T00:00:00Z c1 bye_old\n");
	daemon_release(&daemon);
}

static void a_process_started_with_newer_files_takes_the_older_text_from_the_store(void **state)
{
	struct daemon daemon;
	(void)state;
	start(&daemon);
	daemon_kill(&daemon);
	daemon_start_by(&daemon, RULES, PATH, newer(""));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c2", ORDER("o2"));
	daemon_run(&daemon);
	daemon_stop(&daemon);
	daemon_start_by(&daemon, RULES, PATH, newer(""));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-02T00:00:00Z c2 hello_new\n"
	                       "2026-01-03T00:00:00Z c2 bye_new\n"
	                       "2026-01-04T00:00:00Z c1 bye_old\n");
	assert_int_equal(memory_store_source_count(daemon.store), 2);
	daemon_release(&daemon);
}

static void going_back_to_the_older_files_leaves_those_of_the_newer_version_in_it(void **state)
{
	struct daemon daemon;
	(void)state;
	start(&daemon);
	reload(&daemon, newer(""));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c2", ORDER("o2"));
	daemon_run(&daemon);
	reload(&daemon, OLD);
	daemon_event(&daemon, "2026-01-02T01:00:00Z", "c3", ORDER("o3"));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-02T00:00:00Z c2 hello_new\n"
	                       "2026-01-02T01:00:00Z c3 hello_old\n"
	                       "2026-01-03T00:00:00Z c2 bye_new\n"
	                       "2026-01-04T00:00:00Z c1 bye_old\n"
	                       "2026-01-05T01:00:00Z c3 bye_old\n");
	daemon_release(&daemon);
}

static void migrate_moves_people_and_exit_lets_them_go(void **state)
{
	struct daemon daemon;
	(void)state;
	start(&daemon);
	reload(&daemon, newer("migrate: { pause_old: pause_new }\n"));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c1", CLICK);
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-04T00:00:00Z c1 bye_new\n");
	daemon_release(&daemon);
	start(&daemon);
	reload(&daemon, newer("exit: [pause_old]\n"));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "");
	daemon_release(&daemon);
}

static void what_an_older_version_waits_for_is_still_waited_for(void **state)
{
	static const char WAITS[] =
	        HEAD "nodes:\n"
	             "  - wait_for: { events: [{ event: click }], timeout: 9d, on_timeout: [ exit: silent ] }\n" SEND(
	                     "clicked");
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start_by(&daemon, RULES, PATH, WAITS);
	daemon_event(&daemon, "2026-01-01T00:00:00Z", "c1", ORDER("o1"));
	daemon_run(&daemon);
	reload(&daemon, newer(""));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c1", CLICK);
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-02T00:00:00Z c1 clicked\n");
	daemon_release(&daemon);
}

static void a_version_that_compiles_no_more_is_said_and_its_people_go_on_at_the_node_of_the_same_name(void **state)
{
	static const char ENDS[] =
	        HEAD "goal: { event: click }\nnodes:\n" SEND("hello") "  - { name: pause, wait: 3d }\n" SEND("bye_old");
	static const char NEWER[] =
	        HEAD "nodes:\n" SEND("first") SEND("hello") "  - { name: pause, wait: 1d }\n" SEND("bye_new");
	static const char LESS[] = "event: order\nfields: { order_id: { type: string, required: true } }\n---\n"
	                           "templates: [hello]\n";
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start_by(&daemon, RULES, PATH, ENDS);
	daemon_event(&daemon, "2026-01-01T00:00:00Z", "c1", ORDER("o1"));
	daemon_run(&daemon);
	worker_go_by(daemon.worker, daemon_book(LESS, PATH, NEWER, NULL));
	daemon_run(&daemon);
	buf_char(&daemon.log, '\0');
	assert_non_null(strstr(daemon.log.ptr, "does not compile any more"));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-01T00:00:00Z c1 hello\n2026-01-04T00:00:00Z c1 bye_new\n");
	daemon_release(&daemon);
}

/* ---- a process that was given older files than the one before it ---- */

static void run_other(struct daemon *daemon)
{
	struct daemon other;
	daemon_init(&other, 1, 1);
	other.store->ops->free(other.store);
	struct store *own = daemon->store;
	other.store = own;
	other.settings.adopt_missing_metadata = true;
	/* The memory store answers by the first one's queue. */
	daemon_event(&other, "2026-01-01T00:00:00Z", "c1", ORDER("o1"));
	daemon_event(&other, "2026-01-02T00:00:00Z", "c2", ORDER("o2"));
	daemon_start_by(&other, RULES, PATH, newer(""));
	for (int i = 0; i < 200; i++) {
		daemon_half_turn(&other, false);
		daemon_half_turn(&other, true);
		memory_queue_run(&daemon->queue);
	}
	/* What the first one has sent is still in the log: nothing was flushed. */
	daemon_expect(&other, "2026-01-01T00:00:00Z c1 hello_old\n2026-01-02T00:00:00Z c2 hello_new\n");
	daemon_kill(&other);
	other.store = memory_store_new(&other.queue);
	daemon_release(&other);
}

static void a_shard_that_holds_an_unknown_version_is_not_run_before_its_text_is_read(void **state)
{
	struct daemon daemon;
	(void)state;
	start(&daemon);
	run_other(&daemon);
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c2", ORDER("o2"));
	daemon_event(&daemon, "2026-01-02T12:00:00Z", "c9", CLICK);
	daemon_event(&daemon, "2026-01-02T12:00:00Z", "c8", ORDER("o8"));
	for (int i = 0; i < 5; i++) {
		daemon_run(&daemon);
		daemon.clock.now.ms += 2000; /* it takes the shard again a second after it was fenced */
	}
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	assert_int_equal(daemon_status(&daemon).shards_held, 0);
	buf_char(&daemon.actions, '\0');
	assert_non_null(strstr(daemon.actions.ptr, "2026-01-03T00:00:00Z c2 bye_new\n"));
	assert_non_null(strstr(daemon.actions.ptr, "2026-01-04T00:00:00Z c1 bye_old\n"));
	assert_non_null(strstr(daemon.actions.ptr, "2026-01-05T12:00:00Z c8 bye_old\n"));
	daemon_release(&daemon);
}

/* ---- forgetting ---- */

static void later(struct daemon *daemon, int64_t hours)
{
	daemon->clock.now.ms += hours * 3600000;
	daemon_run(daemon);
}

static void a_version_is_forgotten_some_time_after_the_last_one_in_it_has_ended(void **state)
{
	struct daemon daemon;
	(void)state;
	start(&daemon);
	reload(&daemon, newer(""));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c2", ORDER("o2"));
	for (int day = 0; day < 20; day++)
		later(&daemon, 24);
	assert_int_equal(memory_store_source_count(daemon.store), 2); /* c1 is in it */
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	later(&daemon, 24);
	later(&daemon, 24);
	assert_int_equal(memory_store_source_count(daemon.store), 1);
	daemon_release(&daemon);
}

static void a_version_that_was_entered_by_lately_is_kept_though_nobody_is_in_it(void **state)
{
	struct daemon daemon;
	(void)state;
	start(&daemon);
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	reload(&daemon, newer(""));
	for (int day = 0; day < 6; day++)
		later(&daemon, 24);
	assert_int_equal(memory_store_source_count(daemon.store), 2);
	later(&daemon, 25);
	later(&daemon, 1);
	assert_int_equal(memory_store_source_count(daemon.store), 1);
	daemon_release(&daemon);
}

static void a_version_counted_by_a_shard_of_another_process_is_kept(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 2);
	daemon_start_by(&daemon, RULES, PATH, OLD);
	for (int i = 0; i < 8; i++) {
		const char customer[] = {(char)('a' + i), '\0'};
		daemon_event(&daemon, "2026-01-01T00:00:00Z", customer, ORDER("o1"));
	}
	daemon_run(&daemon);
	reload(&daemon, newer(""));
	for (int day = 0; day < 20; day++)
		later(&daemon, 24);
	assert_int_equal(memory_store_source_count(daemon.store), 2);
	daemon_record(&daemon, 0, 0, "{\"id\":\"t\",\"type\":\"tick\",\"time\":\"2026-02-01T00:00:00Z\"}");
	daemon_run(&daemon);
	later(&daemon, 24);
	later(&daemon, 24);
	assert_int_equal(memory_store_source_count(daemon.store), 2);
	daemon_record(&daemon, 1, 0, "{\"id\":\"t\",\"type\":\"tick\",\"time\":\"2026-02-01T00:00:00Z\"}");
	daemon_run(&daemon);
	later(&daemon, 24);
	later(&daemon, 24);
	assert_int_equal(memory_store_source_count(daemon.store), 1);
	daemon_release(&daemon);
}

/* ---- a book that cannot be compiled ---- */

static struct journey_set *compile_nothing(struct rulebook *book, const struct store_source *older, size_t count,
                                           struct diag_list *diags)
{
	(void)book, (void)older, (void)count, (void)diags;
	return NULL;
}

static void free_nothing(struct rulebook *book)
{
	(void)book;
}

static void rules_that_do_not_compile_with_the_older_versions_change_nothing(void **state)
{
	static const struct rulebook_ops OPS = {compile_nothing, free_nothing};
	struct rulebook bad = {.ops = &OPS};
	struct daemon daemon;
	(void)state;
	start(&daemon);
	worker_go_by(daemon.worker, &bad);
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c2", ORDER("o2"));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-02T00:00:00Z c2 hello_old\n"
	                       "2026-01-04T00:00:00Z c1 bye_old\n"
	                       "2026-01-05T00:00:00Z c2 bye_old\n");
	daemon_release(&daemon);
}

/* ---- killed at any half-turn ---- */

static bool said(const struct daemon *daemon, const char *customer, const char *node)
{
	char words[64];
	snprintf(words, sizeof words, " %s %s\n", customer, node);
	return strstr(daemon->actions.ptr, words) != NULL;
}

/* Every start has the other files; who was greeted by one version is bidden farewell by it. */
static bool killed_every(int every)
{
	struct daemon daemon;
	bool killed = false, busy = true;
	int half_turns = 0, kills = 0;
	daemon_init(&daemon, 1, 2);
	daemon.settings.batch_events = daemon.settings.due_per_batch = 1;
	for (int i = 0; i < 8; i++) {
		char customer[16], time[32];
		snprintf(customer, sizeof customer, "c%d", i);
		snprintf(time, sizeof time, "2026-01-0%dT00:00:00Z", 1 + i / 2);
		daemon_event(&daemon, time, customer, ORDER("o"));
	}
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_start_by(&daemon, RULES, PATH, OLD);
	for (bool ports = false; busy; ports = !ports) {
		busy = daemon_half_turn(&daemon, ports) || !ports;
		if (++half_turns % every || kills == 40)
			continue;
		daemon_kill(&daemon);
		daemon_start_by(&daemon, RULES, PATH, ++kills % 2 ? newer("") : OLD);
		ports = busy = killed = true;
	}
	buf_char(&daemon.actions, '\0');
	for (int i = 0; i < 8; i++) {
		char customer[16];
		snprintf(customer, sizeof customer, "c%d", i);
		assert_int_not_equal(said(&daemon, customer, "hello_old"), said(&daemon, customer, "hello_new"));
		assert_int_equal(said(&daemon, customer, "hello_old"), said(&daemon, customer, "bye_old"));
		assert_int_equal(said(&daemon, customer, "hello_new"), said(&daemon, customer, "bye_new"));
	}
	assert_int_equal(daemon.doubles, 0);
	daemon_release(&daemon);
	return killed;
}

static void killed_at_any_half_turn_everybody_ends_under_the_version_begun_with(void **state)
{
	(void)state;
	for (int every = 17; killed_every(every); every++)
		;
}

/* ---- counts ---- */

static void counts_are_those_of_the_records(void **state)
{
	struct daemon daemon;
	struct shard_meta meta;
	struct version_counts counts = {0};
	struct buf page = {0};
	(void)state;
	start(&daemon);
	reload(&daemon, newer(""));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c1", ORDER("o2"));
	daemon_event(&daemon, "2026-01-02T00:00:00Z", "c2", ORDER("o3"));
	daemon_run(&daemon);
	assert_true(shard_meta_read(&meta, memory_store_header(daemon.store, 0).meta));
	assert_true(version_counts_read(&counts, meta.versions));
	assert_int_equal(counts.count, 2);
	assert_int_equal(counts.items[0].count + counts.items[1].count, 3);
	assert_int_equal(counts.items[0].count * counts.items[1].count, 2);
	worker_print_metrics(daemon.worker, &page);
	buf_char(&page, '\0');
	assert_non_null(strstr(page.ptr, "\njourneyd_instances{journey=\"steps\",version=\""));
	assert_non_null(strstr(page.ptr, "\"} 2\n"));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	assert_true(shard_meta_read(&meta, memory_store_header(daemon.store, 0).meta));
	assert_true(version_counts_read(&counts, meta.versions));
	assert_int_equal(counts.count, 0);
	assert_false(counts.unsure);
	version_counts_release(&counts);
	buf_release(&page);
	daemon_release(&daemon);
}

static void counts_read_back_as_they_were_written_and_damage_is_refused(void **state)
{
	struct version_counts counts = {0}, back = {0};
	struct buf bytes = {0};
	(void)state;
	version_counts_move(&counts, 7, 2, 1);
	version_counts_move(&counts, 7, 1, 300);
	version_counts_move(&counts, 5, 9, 1);
	version_counts_move(&counts, 5, 9, -1);
	assert_int_equal(version_counts_of(&counts, 7, 1), 300);
	assert_int_equal(version_counts_of(&counts, 5, 9), 0);
	assert_false(counts.unsure);
	version_counts_write(&counts, &bytes);
	assert_true(version_counts_read(&back, buf_view(&bytes)));
	assert_int_equal(back.count, 2);
	assert_int_equal(version_counts_of(&back, 7, 2), 1);
	assert_false(version_counts_read(&back, (struct str){bytes.ptr, bytes.len - 1}));
	version_counts_move(&counts, 7, 2, -2);
	assert_true(counts.unsure);
	assert_int_equal(version_counts_of(&counts, 7, 2), 0);
	version_counts_release(&counts);
	version_counts_release(&back);
	buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(after_a_reload_people_finish_under_the_version_they_began_with),
	        cmocka_unit_test(a_process_started_with_newer_files_takes_the_older_text_from_the_store),
	        cmocka_unit_test(going_back_to_the_older_files_leaves_those_of_the_newer_version_in_it),
	        cmocka_unit_test(what_an_older_version_waits_for_is_still_waited_for),
	        cmocka_unit_test(
	                a_version_that_compiles_no_more_is_said_and_its_people_go_on_at_the_node_of_the_same_name),
	        cmocka_unit_test(migrate_moves_people_and_exit_lets_them_go),
	        cmocka_unit_test(a_shard_that_holds_an_unknown_version_is_not_run_before_its_text_is_read),
	        cmocka_unit_test(a_version_is_forgotten_some_time_after_the_last_one_in_it_has_ended),
	        cmocka_unit_test(a_version_that_was_entered_by_lately_is_kept_though_nobody_is_in_it),
	        cmocka_unit_test(a_version_counted_by_a_shard_of_another_process_is_kept),
	        cmocka_unit_test(rules_that_do_not_compile_with_the_older_versions_change_nothing),
	        cmocka_unit_test(killed_at_any_half_turn_everybody_ends_under_the_version_begun_with),
	        cmocka_unit_test(counts_are_those_of_the_records),
	        cmocka_unit_test(counts_read_back_as_they_were_written_and_damage_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
