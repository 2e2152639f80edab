/* SPDX-License-Identifier: Apache-2.0 */
#include "app/entry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void write_example(struct buf *out)
{
	struct entry entry = {
	        .batch = 12,
	        .now = {1767225600000},
	        .config = STR("0123456789ab"),
	        .meta = STR("meta"),
	        .record_count = 2,
	        .outbox_count = 3,
	        .source = STR("journeyd"),
	        .outbox = STR("outbox bytes"),
	};
	entry_begin(&entry, out);
	entry_add(out, STR("c1"), STR("record one"));
	entry_add(out, STR("c2"), STR(""));
	entry_finish(&entry, out);
}

static void an_entry_reads_back_with_its_records_and_its_outbox(void **state)
{
	struct buf bytes = {0};
	struct entry entry;
	struct str id, record;
	(void)state;
	write_example(&bytes);
	assert_true(entry_read(&entry, buf_view(&bytes)));
	assert_int_equal(entry.batch, 12);
	assert_int_equal(entry.now.ms, 1767225600000);
	assert_true(str_eq(entry.config, STR("0123456789ab")));
	assert_true(str_eq(entry.meta, STR("meta")));
	assert_true(str_eq(entry.source, STR("journeyd")));
	assert_true(str_eq(entry.outbox, STR("outbox bytes")));
	assert_int_equal(entry.outbox_count, 3);
	assert_true(entry_record(&entry, &id, &record));
	assert_true(str_eq(id, STR("c1")) && str_eq(record, STR("record one")));
	assert_true(entry_record(&entry, &id, &record));
	assert_true(str_eq(id, STR("c2")) && record.len == 0);
	assert_false(entry_record(&entry, &id, &record));
	buf_release(&bytes);
}

static void an_entry_cut_anywhere_is_refused(void **state)
{
	struct buf bytes = {0};
	struct entry entry;
	(void)state;
	write_example(&bytes);
	for (size_t len = 0; len < bytes.len; len++)
		assert_false(entry_read(&entry, (struct str){bytes.ptr, len}));
	buf_release(&bytes);
}

static void a_count_of_records_that_cannot_be_is_refused(void **state)
{
	struct buf bytes = {0};
	struct entry entry = {.batch = 1, .record_count = 1u << 30};
	(void)state;
	entry_begin(&entry, &bytes);
	entry_finish(&entry, &bytes);
	assert_false(entry_read(&entry, buf_view(&bytes)));
	buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_entry_reads_back_with_its_records_and_its_outbox),
	        cmocka_unit_test(an_entry_cut_anywhere_is_refused),
	        cmocka_unit_test(a_count_of_records_that_cannot_be_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
