/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shard_meta.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct shard_meta example(void)
{
	struct shard_meta meta;
	shard_meta_init(&meta, 2);
	meta.tags[0] = 11;
	meta.tags[1] = 0xfffffff0;
	meta.offsets[0] = 0;
	meta.offsets[1] = INT64_MAX;
	meta.outbox = 77;
	meta.committed = true;
	meta.stream.ms = 1767225600000;
	meta.fired.ms = 1767225540000;
	return meta;
}

static void meta_reads_back_as_it_was_written(void **state)
{
	struct shard_meta meta = example(), back;
	struct buf bytes = {0};
	(void)state;
	shard_meta_write(&meta, &bytes);
	assert_true(shard_meta_read(&back, buf_view(&bytes)));
	assert_memory_equal(&meta, &back, sizeof meta);
	buf_release(&bytes);
}

static void a_new_one_knows_no_offset_and_no_time(void **state)
{
	struct shard_meta meta, back;
	struct buf bytes = {0};
	(void)state;
	shard_meta_init(&meta, 1);
	shard_meta_write(&meta, &bytes);
	assert_true(shard_meta_read(&back, buf_view(&bytes)));
	assert_int_equal(back.offsets[0], -1);
	assert_int_equal(back.fired.ms, INSTANT_NONE.ms);
	assert_int_equal(back.stream.ms, INSTANT_NONE.ms);
	buf_release(&bytes);
}

static void bytes_that_end_early_or_go_on_are_refused(void **state)
{
	struct shard_meta meta = example(), back;
	struct buf bytes = {0};
	(void)state;
	shard_meta_write(&meta, &bytes);
	for (size_t len = 0; len < bytes.len; len++)
		assert_false(shard_meta_read(&back, (struct str){bytes.ptr, len}));
	buf_char(&bytes, 'x');
	assert_false(shard_meta_read(&back, buf_view(&bytes)));
	bytes.len--;
	bytes.ptr[0] = 3;
	assert_false(shard_meta_read(&back, buf_view(&bytes)));
	buf_release(&bytes);
}

static void the_form_without_counts_is_read_and_said_to_be_one(void **state)
{
	struct shard_meta meta = example(), back;
	struct buf bytes = {0};
	(void)state;
	shard_meta_write(&meta, &bytes);
	bytes.ptr[0] = 1;
	assert_true(shard_meta_read(&back, (struct str){bytes.ptr, bytes.len - 1}));
	assert_true(back.uncounted);
	assert_int_equal(back.outbox, 77);
	buf_release(&bytes);
}

static void offsets_follow_their_topics_when_the_order_changes(void **state)
{
	struct shard_meta meta = example();
	const uint32_t tags[] = {0xfffffff0, 5, 11};
	(void)state;
	assert_int_equal(shard_meta_arrange(&meta, tags, 3), 0);
	assert_int_equal(meta.topics, 3);
	assert_int_equal(meta.offsets[0], INT64_MAX);
	assert_int_equal(meta.offsets[1], -1);
	assert_int_equal(meta.offsets[2], 0);
	assert_int_equal(shard_meta_arrange(&meta, tags + 1, 1), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(meta_reads_back_as_it_was_written),
	        cmocka_unit_test(a_new_one_knows_no_offset_and_no_time),
	        cmocka_unit_test(bytes_that_end_early_or_go_on_are_refused),
	        cmocka_unit_test(the_form_without_counts_is_read_and_said_to_be_one),
	        cmocka_unit_test(offsets_follow_their_topics_when_the_order_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
