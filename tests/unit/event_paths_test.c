/* SPDX-License-Identifier: Apache-2.0 */
#include "core/event_paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct event_path find(const struct event_paths *paths, uint32_t level, const char *name)
{
	struct event_path path = {-2, 0};
	if (!event_paths_find(paths, level, str_from(name), &path))
		return (struct event_path){-2, 0};
	return path;
}

static void paths_are_found_level_by_level(void **state)
{
	(void)state;
	const struct str names[] = {STR("id"), STR("address.city"), STR("address"), STR("address.geo.lat"), STR(""),
	                            STR("id")};
	const struct event_paths *paths = event_paths_new(names, 6, &arena);
	assert_int_equal(find(paths, 0, "id").index, 0);
	assert_int_equal(find(paths, 0, "id").level, 0);
	struct event_path address = find(paths, 0, "address");
	assert_int_equal(address.index, 2);
	assert_int_equal(find(paths, address.level, "city").index, 1);
	struct event_path geo = find(paths, address.level, "geo");
	assert_int_equal(geo.index, -1);
	assert_int_equal(find(paths, geo.level, "lat").index, 3);
	static const char *const strangers[] = {"city", "ID", "address.city", "", "i", "idd"};
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
		assert_int_equal(find(paths, 0, strangers[i]).index, -2);
}

static void many_names_alike_at_both_ends_are_told_apart(void **state)
{
	(void)state;
	enum { MANY = 500 };
	static struct str names[MANY];
	for (int i = 0; i < MANY; i++)
		names[i] = arena_printf(&arena, "customer_%03d_attribute", i);
	const struct event_paths *paths = event_paths_new(names, MANY, &arena);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(find(paths, 0, names[i].ptr).index, i);
	assert_int_equal(find(paths, 0, "customer_500_attribute").index, -2);
}

static void no_paths_hold_nothing(void **state)
{
	(void)state;
	assert_int_equal(find(event_paths_new(NULL, 0, &arena), 0, "id").index, -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(paths_are_found_level_by_level),
	        cmocka_unit_test(many_names_alike_at_both_ends_are_told_apart),
	        cmocka_unit_test(no_paths_hold_nothing),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
