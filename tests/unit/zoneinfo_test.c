/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/zoneinfo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct diag_list diags;
	struct zone_set set;
	char folder[64];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	arena_init(&f->arena, 1 << 16);
	diag_init(&f->diags, &f->arena);
	strcpy(f->folder, "/tmp/zoneinfo-test-XXXXXX");
	*state = f;
	return mkdtemp(f->folder) ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];
	snprintf(command, sizeof command, "rm -r '%s'", f->folder);
	diag_release(&f->diags);
	arena_release(&f->arena);
	int status = system(command);
	free(f);
	return status;
}

/* Smallest legal file: version 1, one type of +01:00. */
static void put_zone(const struct fixture *f, const char *name, size_t len)
{
	char path[256], bytes[44 + 7] = "TZif";
	bytes[39] = 1;
	bytes[43] = 1;
	bytes[44 + 2] = 0x0e;
	bytes[44 + 3] = 0x10;
	snprintf(path, sizeof path, "%s/%s", f->folder, name);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void put_folder(const struct fixture *f, const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", f->folder, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void put_link(const struct fixture *f, const char *name, const char *to, bool hard)
{
	char from[256], target[256];
	snprintf(from, sizeof from, "%s/%s", f->folder, name);
	snprintf(target, sizeof target, "%s/%s", f->folder, to);
	assert_int_equal(hard ? link(target, from) : symlink(target, from), 0);
}

static void every_zone_is_there_under_each_of_its_names(void **state)
{
	struct fixture *f = *state;
	put_folder(f, "Europe");
	put_zone(f, "Europe/Berlin", 51);
	put_link(f, "Soft", "Europe/Berlin", false);
	put_link(f, "Hard", "Europe/Berlin", true);
	put_link(f, "Loop", ".", false);
	zoneinfo_load(f->folder, &f->arena, &f->diags, &f->set);
	struct zone fixed;
	static const char *const names[] = {"Europe/Berlin", "Soft", "Hard"};
	for (size_t i = 0; i < 3; i++) {
		const struct zone *zone = zone_find(&f->set, str_from(names[i]), &fixed);
		assert_non_null(zone);
		assert_int_equal(zone_offset(zone, (struct instant){0}), 3600);
	}
	for (size_t i = 1; i < f->set.count; i++)
		assert_true(str_cmp(f->set.zones[i - 1].name, f->set.zones[i].name) < 0);
	assert_int_equal(f->diags.count, 0);
}

static void what_is_no_zone_is_passed_over(void **state)
{
	struct fixture *f = *state;
	put_folder(f, "posix");
	put_folder(f, "right");
	put_folder(f, "Etc");
	put_folder(f, "Etc/right");
	put_zone(f, "posix/A", 51);
	put_zone(f, "right/A", 51);
	put_zone(f, "posixrules", 51);
	put_zone(f, "localtime", 51);
	put_zone(f, "zone.tab", 51);
	put_zone(f, "leapseconds", 0);
	put_zone(f, "Etc/right/B", 51);
	zoneinfo_load(f->folder, &f->arena, &f->diags, &f->set);
	assert_int_equal(f->set.count, 1);
	assert_true(str_eq(f->set.zones[0].name, STR("Etc/right/B")));
	assert_int_equal(f->diags.count, 0);
}

static void a_broken_zone_file_is_a_warning(void **state)
{
	struct fixture *f = *state;
	put_zone(f, "Good", 51);
	put_zone(f, "Short", 50);
	zoneinfo_load(f->folder, &f->arena, &f->diags, &f->set);
	assert_int_equal(f->set.count, 1);
	assert_int_equal(f->diags.warnings, 1);
	assert_int_equal(f->diags.errors, 0);
}

static void no_zone_at_all_is_an_error_and_leaves_utc(void **state)
{
	struct fixture *f = *state;
	zoneinfo_load(f->folder, &f->arena, &f->diags, &f->set);
	assert_int_equal(f->diags.errors, 1);
	assert_int_equal(f->set.count, 1);
	assert_true(str_eq(f->set.zones[0].name, STR("UTC")));
	zoneinfo_load("/nonexistent", &f->arena, &f->diags, &f->set);
	assert_int_equal(f->diags.errors, 2);
}

static void the_systems_own_zones_are_read(void **state)
{
	struct fixture *f = *state;
	struct zone fixed;
	struct instant summer;
	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0) {
		print_message("skipped: this system has no zoneinfo\n");
		return;
	}
	zoneinfo_load("/usr/share/zoneinfo", &f->arena, &f->diags, &f->set);
	assert_int_equal(f->diags.count, 0);
	const struct zone *berlin = zone_find(&f->set, STR("Europe/Berlin"), &fixed);
	assert_non_null(berlin);
	assert_true(instant_parse(STR("2026-07-01T00:00:00Z"), &summer));
	assert_int_equal(zone_offset(berlin, summer), 7200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(every_zone_is_there_under_each_of_its_names, setup, teardown),
	        cmocka_unit_test_setup_teardown(what_is_no_zone_is_passed_over, setup, teardown),
	        cmocka_unit_test_setup_teardown(a_broken_zone_file_is_a_warning, setup, teardown),
	        cmocka_unit_test_setup_teardown(no_zone_at_all_is_an_error_and_leaves_utc, setup, teardown),
	        cmocka_unit_test_setup_teardown(the_systems_own_zones_are_read, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
