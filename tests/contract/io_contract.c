/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io_contract.h"

static struct io_rig *fresh(void **state)
{
	struct io_rig *rig = *state;
	rig->fresh(rig);
	return rig;
}

static void records_of_a_partition_come_in_order(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	char value[32];
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	for (int i = 0; i < 50; i++)
		for (uint32_t shard = 0; shard < 2; shard++) {
			snprintf(value, sizeof(value), "%d of %u", i, shard);
			io_put(rig, 0, shard, "k", value);
		}
	for (uint32_t shard = 0; shard < 2; shard++)
		for (int i = 0; i < 50; i++) {
			snprintf(value, sizeof(value), "%d of %u", i, shard);
			assert_int_equal(io_next(&node, shard, 0)->origin.offset, i);
			io_assert_next(&node, shard, 0, value);
		}
	io_node_drop(&node);
}

static void equal_partitions_of_two_topics_are_one_shard(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	io_node_make(rig, &node, "n");
	assert_int_equal(node.source->topics, IO_TOPICS);
	io_node_start_all(&node);
	assert_int_equal(node.source->shards, IO_SHARDS);
	io_put(rig, 1, 3, "k", "second topic");
	io_put(rig, 0, 3, "k", "first topic");
	io_put(rig, 1, 2, "k", "another shard");
	io_assert_next(&node, 3, 0, "first topic");
	io_assert_next(&node, 3, 1, "second topic");
	io_assert_next(&node, 2, 1, "another shard");
	assert_null(node.source->ops->peek(node.source, 3, 0));
	io_node_drop(&node);
}

static void a_record_keeps_key_value_headers_and_timestamp(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	struct record_header headers[] = {
	        {STR("name"), STR("va\0lue")}, {STR("null"), {NULL, 0}}, {STR("empty"), STR("")}};
	struct record record = {.origin = {0, 1, -1},
	                        .timestamp = {1767225600123},
	                        .key = STR("k\0\xff"),
	                        .value = STR("\x80\0\n{"),
	                        .headers = headers,
	                        .header_count = 3};
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	rig->put(rig, &record);
	const struct record *got = io_next(&node, 1, 0);
	assert_true(str_eq(got->key, record.key));
	assert_true(str_eq(got->value, record.value));
	assert_int_equal(got->timestamp.ms, 1767225600123);
	assert_int_equal(got->header_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(str_eq(got->headers[i].name, headers[i].name));
		assert_true(str_eq(got->headers[i].value, headers[i].value));
		assert_int_equal(got->headers[i].value.ptr == NULL, headers[i].value.ptr == NULL);
	}
	io_node_drop(&node);
}

static void null_and_empty_are_told_apart(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	struct record record = {.origin = {1, 0, -1}, .timestamp = {1767225600000}};
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	rig->put(rig, &record);
	record.key = record.value = STR("");
	rig->put(rig, &record);
	const struct record *got = io_next(&node, 0, 1);
	assert_null(got->key.ptr);
	assert_null(got->value.ptr);
	assert_int_equal(got->header_count, 0);
	node.source->ops->pop(node.source, 0, 1);
	got = io_next(&node, 0, 1);
	assert_non_null(got->key.ptr);
	assert_non_null(got->value.ptr);
	assert_int_equal(got->key.len + got->value.len, 0);
	io_node_drop(&node);
}

static void a_peeked_record_stays_until_it_is_popped(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	io_put(rig, 0, 0, "k", "first");
	io_put(rig, 0, 0, "k", "second");
	const struct record *record = io_next(&node, 0, 0);
	for (int i = 0; i < 5; i++) {
		rig->turn(rig);
		assert_ptr_equal(node.source->ops->peek(node.source, 0, 0), record);
	}
	io_assert_next(&node, 0, 0, "first");
	io_assert_next(&node, 0, 0, "second");
	io_node_drop(&node);
}

static void reading_begins_where_it_is_told_to(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	int64_t middle[] = {2, 0}, back[] = {1, 0};
	for (int i = 0; i < 4; i++)
		io_put(rig, 0, 1, "k", (const char *[]){"0", "1", "2", "3"}[i]);
	io_node_make(rig, &node, "n");
	io_node_start(&node);
	IO_UNTIL(rig, node.ours_count == IO_SHARDS);
	node.source->ops->fetch(node.source, 1, middle);
	io_assert_next(&node, 1, 0, "2");
	io_next(&node, 1, 0);
	node.source->ops->fetch(node.source, 1, back);
	io_assert_next(&node, 1, 0, "1");
	io_assert_next(&node, 1, 0, "2");
	io_assert_next(&node, 1, 0, "3");
	io_node_drop(&node);
}

static void a_shard_held_back_holds_up_nobody(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	int64_t offsets[IO_TOPICS] = {0, 0};
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++)
		io_put(rig, 0, shard, "k", "v");
	io_node_make(rig, &node, "n");
	io_node_start(&node);
	IO_UNTIL(rig, node.ours_count == IO_SHARDS);
	for (uint32_t shard = 1; shard < IO_SHARDS; shard++) {
		node.source->ops->fetch(node.source, shard, offsets);
		io_assert_next(&node, shard, 0, "v");
	}
	assert_null(node.source->ops->peek(node.source, 0, 0));
	assert_false(node.source->ops->reached(node.source, 0, 0, 1));
	io_node_drop(&node);
}

static void ends_are_told_and_reached(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	io_put(rig, 0, 2, "k", "a");
	io_put(rig, 0, 2, "k", "b");
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	struct source_ends ends = {.shard = 2};
	io_request_begin(&ends.request);
	node.source->ops->ends(node.source, &ends);
	assert_int_equal(io_request_end(rig, &ends.request), OUTCOME_DONE);
	assert_int_equal(ends.first[0], 0);
	assert_int_equal(ends.next[0], 2);
	assert_int_equal(ends.next[1], 0);
	assert_true(node.source->ops->reached(node.source, 2, 1, ends.next[1]));
	io_assert_next(&node, 2, 0, "a");
	io_next(&node, 2, 0);
	assert_true(node.source->ops->reached(node.source, 2, 0, 1));
	assert_false(node.source->ops->reached(node.source, 2, 0, 2));
	io_assert_next(&node, 2, 0, "b");
	assert_true(node.source->ops->reached(node.source, 2, 0, 2));
	io_node_drop(&node);
}

static void nothing_is_committed_at_first(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++)
		io_assert_committed(&node, shard, -1, "");
	io_node_drop(&node);
}

static void positions_and_metadata_come_back_as_committed(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	for (int i = 0; i < 3; i++)
		for (uint32_t topic = 0; topic < IO_TOPICS; topic++)
			io_put(rig, topic, 1, "k", "v");
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	struct io_emission emission = {"c1", "one", 1, 2, "j1;L=9f;E=1;B=7;m=12"};
	assert_int_equal(io_emit(&node, &emission), OUTCOME_DONE);
	io_assert_committed(&node, 1, 2, "j1;L=9f;E=1;B=7;m=12");
	io_assert_committed(&node, 0, -1, "");
	/* A batch of timers alone moves the note, not the position; an idle commit has no message. */
	emission = (struct io_emission){NULL, NULL, 1, 2, "j1;L=9f;E=1;B=8;m=13"};
	assert_int_equal(io_emit(&node, &emission), OUTCOME_DONE);
	io_assert_committed(&node, 1, 2, "j1;L=9f;E=1;B=8;m=13");
	io_node_drop(&node);

	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	io_assert_committed(&node, 1, 2, "j1;L=9f;E=1;B=8;m=13");
	io_node_drop(&node);
}

static void one_emit_goes_to_many_topics_and_commits_many_shards(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	struct record_header headers[] = {{STR("ce_id"), STR("7")}, {STR("ce_type"), STR("journeyd.action")}};
	struct sink_message messages[] = {
	        {SINK_ACTIONS, 0, STR("c1"), STR("{}"), headers, 2, {1767225600123}},
	        {SINK_DECISIONS, 1, STR("c2"), STR("why"), NULL, 0, INSTANT_NONE},
	        {SINK_DEAD_LETTERS, 1, {NULL, 0}, STR("\0bad"), NULL, 0, INSTANT_NONE},
	        {SINK_DEAD_LETTERS, 1, STR("c1"), {NULL, 0}, NULL, 0, INSTANT_NONE},
	        {SINK_RECORDS, 0, STR("c3"), STR("told"), NULL, 0, INSTANT_NONE},
	};
	struct sink_commit commits[] = {{0, (int64_t[]){0, 0}, STR("m=1")}, {1, (int64_t[]){0, 0}, STR("m=3")}};
	struct sink_emit emit = {.messages = messages, .message_count = 5, .commits = commits, .commit_count = 2};
	assert_int_equal(io_emit_request(&node, &emit), OUTCOME_DONE);
	io_assert_committed(&node, 0, 0, "m=1");
	io_assert_committed(&node, 1, 0, "m=3");

	const struct io_output *outputs;
	assert_int_equal(rig->read(rig, SINK_ACTIONS, &outputs), 1);
	assert_true(str_eq(outputs[0].key, STR("c1")) && str_eq(outputs[0].value, STR("{}")));
	assert_int_equal(outputs[0].timestamp_ms, 1767225600123);
	assert_int_equal(outputs[0].header_count, 2);
	assert_true(str_eq(outputs[0].headers[1].name, STR("ce_type")));
	assert_true(str_eq(outputs[0].headers[1].value, STR("journeyd.action")));
	assert_int_equal(rig->read(rig, SINK_DECISIONS, &outputs), 1);
	assert_true(str_eq(outputs[0].value, STR("why")));
	assert_int_equal(rig->read(rig, SINK_RECORDS, &outputs), 1);
	assert_true(str_eq(outputs[0].key, STR("c3")) && str_eq(outputs[0].value, STR("told")));
	assert_int_equal(rig->read(rig, SINK_DEAD_LETTERS, &outputs), 2);
	bool first_is_bad = outputs[0].value.ptr != NULL;
	assert_true(str_eq(outputs[!first_is_bad].value, STR("\0bad")));
	assert_null(outputs[!first_is_bad].key.ptr);
	assert_null(outputs[first_is_bad].value.ptr);
	io_node_drop(&node);
}

/* Reference values of Java's murmur2, toPositive(hash) mod 4. */
static void messages_go_where_java_would_put_them(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	static const struct {
		const char *key;
		int32_t partition;
	} known[] = {{"21", (-973932308 & 0x7fffffff) % IO_SHARDS},
	             {"foobar", (-790332482 & 0x7fffffff) % IO_SHARDS},
	             {"a-little-bit-long-string", (-985981536 & 0x7fffffff) % IO_SHARDS}};
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(io_emit(&node, &(struct io_emission){known[i].key, "v", -1, 0, NULL}), OUTCOME_DONE);
	const struct io_output *outputs;
	size_t count = rig->read(rig, SINK_ACTIONS, &outputs);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < count; k++)
			if (str_eq(outputs[k].key, str_from(known[i].key)))
				assert_int_equal(outputs[k].partition, known[i].partition);
	io_node_drop(&node);
}

enum { MANY = 3000 };

static void an_emit_of_thousands_keeps_the_order_of_each_key(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	static char values[MANY][16];
	static struct sink_message messages[MANY];
	static const struct str keys[] = {{"a", 1}, {"b", 1}, {"c", 1}};
	int last[3] = {-1, -1, -1};
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	for (int i = 0; i < MANY; i++) {
		snprintf(values[i], sizeof(values[i]), "%d", i);
		messages[i] = (struct sink_message){
		        .key = keys[i % 3], .value = str_from(values[i]), .timestamp = INSTANT_NONE};
	}
	struct sink_emit emit = {.messages = messages, .message_count = MANY};
	assert_int_equal(io_emit_request(&node, &emit), OUTCOME_DONE);
	const struct io_output *outputs;
	assert_int_equal(rig->read(rig, SINK_ACTIONS, &outputs), MANY);
	for (int i = 0; i < MANY; i++) {
		int number = atoi(outputs[i].value.ptr), key = number % 3;
		assert_true(number > last[key]);
		last[key] = number;
	}
	io_node_drop(&node);
}

static void a_sink_that_was_not_opened_emits_nothing(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	const struct io_output *outputs;
	io_node_make(rig, &node, "n");
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "v", -1, 0, NULL}), OUTCOME_AGAIN);
	assert_int_equal(rig->read(rig, SINK_ACTIONS, &outputs), 0);
	io_node_drop(&node);
}

static void stopping_hands_back_every_shard(void **state)
{
	struct io_rig *rig = fresh(state);
	struct io_node node;
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	node.hold = true;
	node.source->ops->stop(node.source);
	IO_UNTIL(rig, node.revoked_count == IO_SHARDS);
	assert_int_equal(node.ours_count, 0);
	assert_false(node.lost);
	/* Until it is released it can be brought to an end: the last batch's messages and positions. */
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "last", 0, 0, "m=9"}), OUTCOME_DONE);
	io_node_release(&node);
	rig->turn(rig);
	io_node_drop(&node);
	io_node_make(rig, &node, "n");
	io_node_start_all(&node);
	io_assert_committed(&node, 0, 0, "m=9");
	io_node_drop(&node);
}

const struct CMUnitTest io_contract_tests[] = {
        cmocka_unit_test(records_of_a_partition_come_in_order),
        cmocka_unit_test(equal_partitions_of_two_topics_are_one_shard),
        cmocka_unit_test(a_record_keeps_key_value_headers_and_timestamp),
        cmocka_unit_test(null_and_empty_are_told_apart),
        cmocka_unit_test(a_peeked_record_stays_until_it_is_popped),
        cmocka_unit_test(reading_begins_where_it_is_told_to),
        cmocka_unit_test(a_shard_held_back_holds_up_nobody),
        cmocka_unit_test(ends_are_told_and_reached),
        cmocka_unit_test(nothing_is_committed_at_first),
        cmocka_unit_test(positions_and_metadata_come_back_as_committed),
        cmocka_unit_test(one_emit_goes_to_many_topics_and_commits_many_shards),
        cmocka_unit_test(messages_go_where_java_would_put_them),
        cmocka_unit_test(an_emit_of_thousands_keeps_the_order_of_each_key),
        cmocka_unit_test(a_sink_that_was_not_opened_emits_nothing),
        cmocka_unit_test(stopping_hands_back_every_shard),
};
const size_t io_contract_count = sizeof(io_contract_tests) / sizeof(io_contract_tests[0]);
