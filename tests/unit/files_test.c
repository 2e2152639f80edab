/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders on a real file system, in a scratch folder. */
#include "adapters/text/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	struct arena arena;
	struct diag_list diags;
	char scratch[64];
};

static int enter(void **state)
{
	struct world *world = mem_alloc(sizeof *world);
	arena_init(&world->arena, 1024);
	diag_init(&world->diags, &world->arena);
	strcpy(world->scratch, "/tmp/journeyd-files-XXXXXX");
	*state = world;
	return mkdtemp(world->scratch) && chdir(world->scratch) == 0 ? 0 : -1;
}

static int leave(void **state)
{
	struct world *world = *state;
	static const char *const made[] = {"r/b.yaml",     "r/a.yaml", "r/.hidden.yaml", "r/note.txt",
	                                   "r/sub/c.yaml", "r/sub/up", "r/sub/a.yaml",   "r/pipe.yaml",
	                                   "r/bad.yaml",   "r/sub",    "r/link",         "r",
	                                   "empty",        "big"};
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
		if (unlink(made[i]) != 0)
			rmdir(made[i]);
	int left = chdir("/") || rmdir(world->scratch);
	arena_release(&world->arena);
	free(world);
	return left;
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void assert_found(struct world *world, const char *path, const char *expected)
{
	struct file_list list;
	struct buf text = {0};
	assert_true(files_find(str_from(path), ".yaml", &world->arena, &world->diags, &list));
	for (size_t i = 0; i < list.count; i++)
		buf_printf(&text, "%.*s ", STR_ARG(list.paths[i]));
	buf_char(&text, '\0');
	assert_string_equal(text.ptr, expected);
	buf_release(&text);
}

static void files_are_found_below_folders_in_bytewise_order(void **state)
{
	struct world *world = *state;
	mkdir("r", 0700);
	mkdir("r/sub", 0700);
	put("r/b.yaml", "");
	put("r/a.yaml", "");
	put("r/.hidden.yaml", "");
	put("r/note.txt", "");
	put("r/sub/c.yaml", "");
	assert_found(world, "r", "r/a.yaml r/b.yaml r/sub/c.yaml ");
	assert_found(world, "r/", "r/a.yaml r/b.yaml r/sub/c.yaml ");
	assert_found(world, "r/a.yaml", "r/a.yaml ");
	assert_found(world, "r/note.txt", "");
	mkdir("empty", 0700);
	assert_found(world, "empty", "");
}

static void links_to_folders_are_followed_once(void **state)
{
	struct world *world = *state;
	mkdir("r", 0700);
	mkdir("r/sub", 0700);
	put("r/sub/a.yaml", "");
	assert_int_equal(symlink("../../r", "r/sub/up"), 0);
	assert_int_equal(symlink("sub", "r/link"), 0);
	assert_found(world, "r", "r/link/a.yaml ");
}

static void assert_reported(struct world *world, const char *expected)
{
	struct buf text = {0};
	diag_print(&world->diags, false, &text);
	buf_char(&text, '\0');
	assert_string_equal(text.ptr, expected);
	buf_release(&text);
}

static void what_cannot_be_read_is_reported(void **state)
{
	struct world *world = *state;
	struct file_list list;
	mkdir("r", 0700);
	assert_null(files_read(STR("none.yaml"), 10, &world->arena, &world->diags));
	assert_null(files_read(STR("r"), 10, &world->arena, &world->diags));
	assert_int_equal(mkfifo("r/pipe.yaml", 0600), 0);
	assert_null(files_read(STR("r/pipe.yaml"), 10, &world->arena, &world->diags));
	assert_false(files_find(STR("none"), ".yaml", &world->arena, &world->diags, &list));
	assert_int_equal(list.count, 0);
	assert_reported(world, "none.yaml: error: cannot be read: No such file or directory [JRN001]\n"
	                       "r: error: cannot be read: it is a folder [JRN001]\n"
	                       "r/pipe.yaml: error: cannot be read: it is not a file [JRN001]\n"
	                       "none: error: cannot be read: No such file or directory [JRN001]\n");
}

static void a_link_to_nowhere_is_reported_and_the_rest_is_found(void **state)
{
	struct world *world = *state;
	struct file_list list;
	mkdir("r", 0700);
	put("r/a.yaml", "");
	assert_int_equal(symlink("nowhere", "r/bad.yaml"), 0);
	assert_false(files_find(STR("r"), ".yaml", &world->arena, &world->diags, &list));
	assert_int_equal(list.count, 1);
	assert_int_equal(world->diags.errors, 1);
}

static void a_file_is_read_whole_up_to_its_limit(void **state)
{
	struct world *world = *state;
	put("big", "0123456789");
	const struct diag_file *file = files_read(STR("big"), 10, &world->arena, &world->diags);
	assert_non_null(file);
	assert_true(str_eq(file->text, STR("0123456789")) && str_eq(file->path, STR("big")));
	assert_null(files_read(STR("big"), 9, &world->arena, &world->diags));
	assert_reported(world, "big: error: the file is larger than 9 bytes [JRN011]\n");
	put("big", "");
	file = files_read(STR("big"), 9, &world->arena, &world->diags);
	assert_true(file->text.len == 0 && file->text.ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(files_are_found_below_folders_in_bytewise_order, enter, leave),
	        cmocka_unit_test_setup_teardown(links_to_folders_are_followed_once, enter, leave),
	        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_reported, enter, leave),
	        cmocka_unit_test_setup_teardown(a_link_to_nowhere_is_reported_and_the_rest_is_found, enter, leave),
	        cmocka_unit_test_setup_teardown(a_file_is_read_whole_up_to_its_limit, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
