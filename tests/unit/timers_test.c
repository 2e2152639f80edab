/* SPDX-License-Identifier: Apache-2.0 */
#include "app/timers.h"

#include "ports/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define HOUR STORE_SLOT_MS

struct world {
	struct cache cache;
	struct timers timers;
};

static void world_init(struct world *world, int64_t taken_to)
{
	int64_t slot;
	bool stored;
	cache_init(&world->cache);
	timers_init(&world->timers);
	assert_false(timers_slot_next(&world->timers, (struct instant){taken_to}, &slot, &stored));
}

static void world_release(struct world *world)
{
	timers_release(&world->timers);
	cache_release(&world->cache);
}

static struct cache_record *set(struct world *world, const char *id, int64_t due)
{
	struct cache_record *record = cache_take(&world->cache, str_from(id));
	record->loaded = true;
	record->due.ms = due;
	timers_set(&world->timers, record);
	return record;
}

static void expect_next(struct world *world, int64_t at, const char *id)
{
	assert_int_equal(timers_next(&world->timers).ms, at);
	assert_true(str_eq(timers_pop(&world->timers)->id, str_from(id)));
}

static void slots_are_hours_rounded_down(void **state)
{
	(void)state;
	assert_int_equal(slot_of((struct instant){0}), 0);
	assert_int_equal(slot_of((struct instant){HOUR - 1}), 0);
	assert_int_equal(slot_of((struct instant){HOUR}), 1);
	assert_int_equal(slot_of((struct instant){-1}), -1);
	assert_int_equal(slot_of((struct instant){-HOUR}), -1);
	assert_int_equal(slot_start(-2).ms, -2 * HOUR);
	assert_int_equal(slot_start(INT64_MAX).ms, INSTANT_NEVER.ms);
}

static void the_earliest_comes_first_and_equals_come_in_the_order_in_which_they_were_set(void **state)
{
	struct world world;
	char id[16];
	(void)state;
	world_init(&world, 10 * HOUR);
	for (int i = 0; i < 100; i++) {
		snprintf(id, sizeof id, "c%d", i);
		set(&world, id, 1000 - 10 * (i / 2));
	}
	for (int pair = 49; pair >= 0; pair--)
		for (int i = 0; i < 2; i++) {
			snprintf(id, sizeof id, "c%d", 2 * pair + i);
			expect_next(&world, 1000 - 10 * pair, id);
		}
	assert_int_equal(timers_next(&world.timers).ms, INSTANT_NEVER.ms);
	world_release(&world);
}

static void an_earlier_time_overtakes_and_the_later_hint_is_forgotten(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, 10 * HOUR);
	set(&world, "c1", 500);
	struct cache_record *record = set(&world, "c1", 100);
	expect_next(&world, 100, "c1");
	assert_int_equal(timers_next(&world.timers).ms, INSTANT_NEVER.ms);
	assert_int_equal(record->holds, 0);
	world_release(&world);
}

static void a_later_time_costs_nothing_and_is_seen_when_the_hint_comes_up(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, 10 * HOUR);
	struct cache_record *record = set(&world, "c1", 100);
	set(&world, "c1", 900);
	assert_int_equal(world.timers.count, 1);
	expect_next(&world, 100, "c1");
	timers_set(&world.timers, record);
	expect_next(&world, 900, "c1");
	world_release(&world);
}

static void far_times_wait_for_their_hour(void **state)
{
	struct world world;
	int64_t slot;
	bool stored;
	(void)state;
	world_init(&world, 2 * HOUR);
	set(&world, "c1", 5 * HOUR + 7);
	set(&world, "c1", 5 * HOUR + 7);
	assert_int_equal(timers_next(&world.timers).ms, INSTANT_NEVER.ms);
	assert_false(timers_slot_next(&world.timers, (struct instant){5 * HOUR}, &slot, &stored));
	assert_true(timers_slot_next(&world.timers, (struct instant){9 * HOUR}, &slot, &stored));
	assert_int_equal(slot, 5);
	assert_false(stored);
	assert_int_equal(timers_ready(&world.timers).ms, 5 * HOUR);
	timers_slot_take(&world.timers, slot);
	assert_int_equal(timers_ready(&world.timers).ms, 6 * HOUR);
	expect_next(&world, 5 * HOUR + 7, "c1");
	assert_int_equal(timers_next(&world.timers).ms, INSTANT_NEVER.ms);
	world_release(&world);
}

static void hours_in_the_store_are_taken_too_and_their_strangers_must_be_looked_up(void **state)
{
	struct world world;
	int64_t slot;
	bool stored;
	(void)state;
	world_init(&world, 2 * HOUR);
	timers_slots_add(&world.timers.at_store, 7);
	timers_slots_add(&world.timers.at_store, 4);
	timers_slots_add(&world.timers.at_store, 4);
	timers_slots_add(&world.timers.at_store, 1);
	assert_true(timers_slot_next(&world.timers, (struct instant){9 * HOUR}, &slot, &stored));
	assert_int_equal(slot, 4);
	assert_true(stored);
	timers_slot_take(&world.timers, slot);
	struct cache_record *stranger = cache_take(&world.cache, STR("c9"));
	struct cache_record *known = cache_take(&world.cache, STR("c8"));
	known->loaded = true;
	known->due.ms = 4 * HOUR + 2;
	known->hint_slot = 4;
	timers_slot_hint(&world.timers, stranger);
	timers_slot_hint(&world.timers, known);
	assert_int_equal(timers_ready(&world.timers).ms, 4 * HOUR);
	assert_ptr_equal(timers_open_next(&world.timers), stranger);
	assert_null(timers_open_next(&world.timers));
	assert_int_equal(timers_ready(&world.timers).ms, 5 * HOUR);
	expect_next(&world, 4 * HOUR + 2, "c8");
	assert_int_equal(stranger->holds + known->holds, 0);
	timers_slots_over(&world.timers, 5);
	assert_int_equal(world.timers.at_store.count, 1);
	world_release(&world);
}

static void what_is_being_flushed_is_still_found_in_its_hour(void **state)
{
	struct world world;
	int64_t slot;
	bool stored;
	(void)state;
	world_init(&world, 0);
	set(&world, "c1", 5 * HOUR);
	timers_flush_begin(&world.timers);
	set(&world, "c2", 5 * HOUR);
	assert_true(timers_slot_next(&world.timers, (struct instant){6 * HOUR}, &slot, &stored));
	timers_slot_take(&world.timers, slot);
	expect_next(&world, 5 * HOUR, "c1");
	expect_next(&world, 5 * HOUR, "c2");
	timers_flush_done(&world.timers, SLOT_NONE);
	world_release(&world);
}

static void after_a_flush_the_store_alone_names_the_far_ones(void **state)
{
	struct world world;
	int64_t slot;
	bool stored;
	(void)state;
	world_init(&world, 0);
	struct cache_record *record = set(&world, "c1", 5 * HOUR);
	timers_flush_begin(&world.timers);
	record->hint_slot = 5;
	timers_slots_add(&world.timers.at_store, 5);
	timers_flush_done(&world.timers, SLOT_NONE);
	assert_int_equal(record->holds, 0);
	timers_set(&world.timers, record); /* changed again, due as before: the store has it */
	assert_int_equal(world.timers.far.count, 0);
	assert_true(timers_slot_next(&world.timers, (struct instant){6 * HOUR}, &slot, &stored));
	assert_true(stored);
	world_release(&world);
}

static void what_was_flushed_into_an_hour_that_is_being_read_stays_listed(void **state)
{
	struct world world;
	int64_t slot;
	bool stored;
	(void)state;
	world_init(&world, 0);
	struct cache_record *record = set(&world, "c1", 5 * HOUR);
	timers_slots_add(&world.timers.at_store, 5);
	timers_flush_begin(&world.timers);
	assert_true(timers_slot_next(&world.timers, (struct instant){6 * HOUR}, &slot, &stored));
	assert_true(stored); /* the store is asked now; its answer knows nothing of the flush */
	record->hint_slot = 5;
	timers_flush_done(&world.timers, slot);
	timers_slot_take(&world.timers, slot);
	expect_next(&world, 5 * HOUR, "c1");
	assert_int_equal(record->holds, 0);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(slots_are_hours_rounded_down),
	        cmocka_unit_test(the_earliest_comes_first_and_equals_come_in_the_order_in_which_they_were_set),
	        cmocka_unit_test(an_earlier_time_overtakes_and_the_later_hint_is_forgotten),
	        cmocka_unit_test(a_later_time_costs_nothing_and_is_seen_when_the_hint_comes_up),
	        cmocka_unit_test(far_times_wait_for_their_hour),
	        cmocka_unit_test(hours_in_the_store_are_taken_too_and_their_strangers_must_be_looked_up),
	        cmocka_unit_test(what_is_being_flushed_is_still_found_in_its_hour),
	        cmocka_unit_test(after_a_flush_the_store_alone_names_the_far_ones),
	        cmocka_unit_test(what_was_flushed_into_an_hour_that_is_being_read_stays_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
