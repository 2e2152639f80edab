/* SPDX-License-Identifier: Apache-2.0 */
#include "app/commit_note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void a_note_is_short_ascii_and_reads_back(void **state)
{
	struct commit_note note = {0x9f3a0c5d11223344, 7, 991, 12345}, back;
	char out[COMMIT_NOTE_MAX];
	(void)state;
	struct str text = commit_note_print(&note, out);
	assert_true(str_eq(text, STR("j1;L=9f3a0c5d11223344;E=7;B=991;m=12345")));
	assert_true(commit_note_parse(text, &back));
	assert_memory_equal(&note, &back, sizeof note);
}

static void the_largest_numbers_fit(void **state)
{
	struct commit_note note = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, back;
	char out[COMMIT_NOTE_MAX];
	(void)state;
	struct str text = commit_note_print(&note, out);
	assert_true(text.len < COMMIT_NOTE_MAX);
	assert_true(commit_note_parse(text, &back));
	assert_memory_equal(&note, &back, sizeof note);
}

static void anything_else_is_refused(void **state)
{
	static const char *const texts[] = {
	        "",
	        "j1",
	        "j2;L=1;E=1;B=1;m=1",
	        "j1;L=;E=1;B=1;m=1",
	        "j1;L=g;E=1;B=1;m=1",
	        "j1;L=1;E=1;B=1;m=",
	        "j1;L=1;E=1;B=1;m=1 ",
	        "j1;L=1;E=1;B=1;m=1;x=2",
	        "j1;L=1;B=1;E=1;m=1",
	        "j1;L=11111111111111111;E=1;B=1;m=1",
	        "j1;L=1;E=1;B=1;m=18446744073709551616",
	        "j1;L=1;E=-1;B=1;m=1",
	};
	struct commit_note note = {1, 2, 3, 4}, before = note;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_false(commit_note_parse(str_from(texts[i]), &note));
	assert_memory_equal(&note, &before, sizeof note);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_note_is_short_ascii_and_reads_back),
	        cmocka_unit_test(the_largest_numbers_fit),
	        cmocka_unit_test(anything_else_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
