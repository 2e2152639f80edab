/* SPDX-License-Identifier: Apache-2.0 */
#include "app/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MANY = 3000 };

static struct str name(char out[16], int i)
{
	return (struct str){out, (size_t)snprintf(out, 16, "c%d", i)};
}

static void fill(struct cache *cache, int count)
{
	char id[16];
	for (int i = 0; i < count; i++)
		cache_set(cache, cache_take(cache, name(id, i)), name(id, i));
}

static void every_customer_is_found_with_its_own_bytes(void **state)
{
	struct cache cache;
	char id[16];
	(void)state;
	cache_init(&cache);
	fill(&cache, MANY);
	assert_int_equal(cache.count, MANY);
	for (int i = 0; i < MANY; i++) {
		struct cache_record *record = cache_find(&cache, name(id, i));
		assert_non_null(record);
		assert_true(record->loaded);
		assert_true(str_eq(cache_bytes(record), name(id, i)));
	}
	assert_null(cache_find(&cache, STR("d1")));
	cache_release(&cache);
}

static void a_customer_never_stored_is_loaded_and_has_no_bytes(void **state)
{
	struct cache cache;
	(void)state;
	cache_init(&cache);
	struct cache_record *record = cache_take(&cache, STR("c1"));
	assert_false(record->loaded);
	cache_set(&cache, record, (struct str){0});
	assert_true(record->loaded);
	assert_null(record->bytes);
	cache_set(&cache, record, STR("now"));
	cache_set(&cache, record, STR("a longer one than before, so that it needs more room"));
	assert_int_equal(record->len, 52);
	cache_release(&cache);
}

static void trimming_keeps_what_changed_what_is_being_flushed_and_what_a_batch_holds(void **state)
{
	struct cache cache;
	char id[16];
	(void)state;
	cache_init(&cache);
	fill(&cache, MANY);
	cache_find(&cache, STR("c1"))->dirty = true;
	cache_find(&cache, STR("c2"))->flushing = true;
	cache_find(&cache, STR("c3"))->wanted = true;
	cache_find(&cache, STR("c4"))->holds = 1;
	cache_trim(&cache, 0, (size_t)3 * MANY);
	assert_int_equal(cache.count, 4);
	for (int i = 1; i <= 4; i++)
		assert_non_null(cache_find(&cache, name(id, i)));
	assert_true(cache_find(&cache, STR("c1"))->loaded);
	assert_false(cache_find(&cache, STR("c4"))->loaded);
	assert_null(cache_find(&cache, STR("c4"))->bytes);
	cache_release(&cache);
}

static void trimming_lets_the_ones_used_lately_stay(void **state)
{
	struct cache cache;
	char id[16];
	(void)state;
	cache_init(&cache);
	fill(&cache, MANY);
	cache_trim(&cache, cache.bytes - 1, MANY); /* the hand passes once */
	for (int i = 0; i < MANY / 2; i++)
		cache_take(&cache, name(id, i));
	cache_trim(&cache, 0, MANY / 2 + 10);
	for (int i = 0; i < MANY / 2 - 10; i++)
		assert_non_null(cache_find(&cache, name(id, i)));
	cache_release(&cache);
}

static void what_goes_leaves_no_hole_in_which_others_are_lost(void **state)
{
	struct cache cache;
	char id[16];
	(void)state;
	cache_init(&cache);
	fill(&cache, MANY);
	for (int i = 0; i < MANY; i += 3)
		cache_find(&cache, name(id, i))->dirty = true;
	cache_trim(&cache, 0, (size_t)3 * MANY);
	for (int i = 0; i < MANY; i++)
		assert_true((cache_find(&cache, name(id, i)) != NULL) == (i % 3 == 0));
	fill(&cache, MANY);
	assert_int_equal(cache.count, MANY);
	cache_release(&cache);
}

static void the_bytes_counted_return_to_nothing(void **state)
{
	struct cache cache;
	(void)state;
	cache_init(&cache);
	fill(&cache, MANY);
	assert_true(cache.bytes > MANY * sizeof(struct cache_record));
	cache_trim(&cache, 0, (size_t)3 * MANY);
	assert_int_equal(cache.count, 0);
	assert_int_equal(cache.bytes, 0);
	cache_release(&cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_customer_is_found_with_its_own_bytes),
	        cmocka_unit_test(a_customer_never_stored_is_loaded_and_has_no_bytes),
	        cmocka_unit_test(trimming_keeps_what_changed_what_is_being_flushed_and_what_a_batch_holds),
	        cmocka_unit_test(trimming_lets_the_ones_used_lately_stay),
	        cmocka_unit_test(what_goes_leaves_no_hole_in_which_others_are_lost),
	        cmocka_unit_test(the_bytes_counted_return_to_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
