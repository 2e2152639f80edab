/* SPDX-License-Identifier: Apache-2.0 */
/* The source and sink of Kafka on a real broker: what every such pair must do, then what only Kafka can do to us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_rig.h"

static struct kafka_rig *fresh(void **state)
{
	struct io_rig *rig = *state;
	rig->fresh(rig);
	return rig->owner;
}

/* --- what is looked at before the group is joined --- */

static void assert_refused(struct kafka_rig *rig, const char *sentence)
{
	struct io_node node;
	io_node_make(&rig->rig, &node, "n");
	io_node_start(&node);
	IO_UNTIL(&rig->rig, node.failure != OUTCOME_DONE);
	assert_int_equal(node.failure, OUTCOME_NEVER);
	if (strcmp(node.why, sentence) != 0)
		fail_msg("expected: %s\nbut it said: %s", sentence, node.why);
	assert_int_equal(node.source->shards, 0);
	io_node_drop(&node);
}

static void a_missing_input_topic_is_named_and_not_made(void **state)
{
	struct kafka_rig *rig = fresh(state);
	rig->settings.inputs[1] = "clicks-nobody-made";
	for (int i = 0; i < 2; i++) /* asking makes no topic */
		assert_refused(rig, "the topic clicks-nobody-made for events does not exist: create it first");
}

static void a_missing_output_topic_is_named(void **state)
{
	struct kafka_rig *rig = fresh(state);
	rig->settings.outputs[SINK_DECISIONS] = "decisions-nobody-made";
	assert_refused(rig, "the topic decisions-nobody-made for the decisions does not exist: create it first");
}

static void unequal_partition_counts_are_refused_with_both(void **state)
{
	struct kafka_rig *rig = fresh(state);
	char sentence[240];
	kafka_rig_topic(rig, "narrow", 3);
	rig->settings.inputs[1] = "narrow";
	snprintf(sentence, sizeof(sentence), "input topics must have equally many partitions: %s has 4, narrow has 3",
	         rig->inputs[0]);
	assert_refused(rig, sentence);
}

static void no_broker_is_said_and_tried_again(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	rig->settings.brokers = "127.0.0.1:1";
	io_node_make(&rig->rig, &node, "n");
	io_node_start(&node);
	IO_UNTIL(&rig->rig, node.failure != OUTCOME_DONE);
	assert_int_equal(node.failure, OUTCOME_AGAIN);
	assert_non_null(strstr(node.why, "asking the brokers for the topic"));
	io_node_drop(&node);
}

static void properties_that_are_ours_are_refused(void **state)
{
	struct kafka_rig *rig = fresh(state);
	char why[240];
	rig->settings.instance = "n";
	rig->settings.properties = rig->properties;
	kafka_rig_property(rig, "isolation.level", "read_uncommitted");
	assert_null(kafka_client_new(rig->loop, &rig->settings, why, sizeof(why)));
	assert_string_equal(why, "the Kafka property isolation.level cannot be set: pending transactions must neither "
	                         "be read nor overlooked");
	rig->properties[0] = (struct kafka_property){"sesion.timeout.ms", "1"};
	assert_null(kafka_client_new(rig->loop, &rig->settings, why, sizeof(why)));
	assert_string_equal(why, "the Kafka property sesion.timeout.ms cannot be set: No such configuration property: "
	                         "\"sesion.timeout.ms\"");
	rig->settings.property_count = 0;
	rig->settings.group = "";
	assert_null(kafka_client_new(rig->loop, &rig->settings, why, sizeof(why)));
	assert_string_equal(why, "the Kafka setting `group` is missing");
}

/* --- emits --- */

static void what_an_aborted_transaction_sent_is_never_seen(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	const struct io_output *outputs;
	char note[5000];
	memset(note, 'x', sizeof(note) - 1);
	note[sizeof(note) - 1] = '\0';
	io_node_make(&rig->rig, &node, "n");
	io_node_start_all(&node);
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "one", 0, 0, "m=1"}), OUTCOME_DONE);
	/* The broker takes the message and then refuses the position. */
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "two", 0, 0, note}), OUTCOME_NEVER);
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "three", 0, 0, "m=3"}), OUTCOME_AGAIN);
	assert_int_equal(io_open(&node), OUTCOME_DONE);
	io_assert_committed(&node, 0, 0, "m=1");
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "four", 0, 0, "m=4"}), OUTCOME_DONE);
	assert_int_equal(rig->rig.read(&rig->rig, SINK_ACTIONS, &outputs), 2);
	assert_true(str_eq(outputs[0].value, STR("one")) && str_eq(outputs[1].value, STR("four")));
	io_node_drop(&node);
}

static void the_older_of_two_processes_with_one_name_is_fenced(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node older, newer;
	io_node_make(&rig->rig, &older, "n");
	io_node_start_all(&older);
	io_node_make(&rig->rig, &newer, "n");
	assert_int_equal(io_open(&newer), OUTCOME_DONE);
	assert_int_equal(io_emit(&older, &(struct io_emission){"k", "v", 0, 0, "m=1"}), OUTCOME_FENCED);
	io_node_start(&newer);
	IO_UNTIL(&rig->rig, older.failure == OUTCOME_NEVER);
	assert_non_null(strstr(older.why, "another process runs under this group and instance name"));
	IO_UNTIL(&rig->rig, newer.ours_count == IO_SHARDS);
	IO_UNTIL(&rig->rig, older.revocations > 0);
	assert_true(older.lost);
	io_node_drop(&older);
	io_node_drop(&newer);
}

static void a_megabyte_comes_in_and_goes_out(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	const struct io_output *outputs;
	enum { SIZE = 1000000 };
	char *bytes = mem_alloc(3 * SIZE);
	memset(bytes, 'x', 3 * SIZE);
	struct record record = {.origin = {0, 0, -1}, .timestamp = {1767225600000}, .value = {bytes, SIZE}};
	struct sink_message message = {.key = STR("k"), .value = {bytes, SIZE}, .timestamp = INSTANT_NONE};
	struct sink_emit emit = {.messages = &message, .message_count = 1};
	io_node_make(&rig->rig, &node, "n");
	io_node_start_all(&node);
	rig->rig.put(&rig->rig, &record);
	assert_int_equal(io_next(&node, 0, 0)->value.len, SIZE);
	assert_int_equal(io_emit_request(&node, &emit), OUTCOME_DONE);
	assert_int_equal(rig->rig.read(&rig->rig, SINK_ACTIONS, &outputs), 1);
	assert_int_equal(outputs[0].value.len, SIZE);
	message.value.len = 3 * SIZE;
	assert_int_equal(io_emit_request(&node, &emit), OUTCOME_NEVER);
	assert_non_null(strstr(emit.request.why, "sending 3000001 bytes to"));
	free(bytes);
	io_node_drop(&node);
}

static void at_least_once_sends_and_commits_without_a_transaction(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	const struct io_output *outputs;
	rig->settings.at_least_once = true;
	io_put(&rig->rig, 0, 2, "k", "v");
	io_node_make(&rig->rig, &node, "n");
	io_node_start_all(&node);
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "one", 2, 0, "m=1"}), OUTCOME_DONE);
	io_assert_committed(&node, 2, 0, "m=1");
	assert_int_equal(rig->rig.read(&rig->rig, SINK_ACTIONS, &outputs), 1);
	io_node_drop(&node);
}

/* --- the group --- */

/* A group may turn more than once until everything is with one member; what is assigned anew is read anew. */
static bool all_show(struct io_node *node, unsigned *seen, const int64_t *next)
{
	bool all = node->ours_count == IO_SHARDS;
	for (uint32_t shard = 0; all && *seen != node->assignments && shard < IO_SHARDS; shard++)
		node->source->ops->fetch(node->source, shard, next);
	if (all)
		*seen = node->assignments;
	for (uint32_t shard = 0; all && shard < IO_SHARDS; shard++)
		all = node->source->ops->peek(node->source, shard, 0) != NULL;
	return all;
}

static void shards_move_and_nothing_is_lost(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node first, second;
	int64_t next[IO_TOPICS] = {1, 0};
	unsigned seen = 0;
	kafka_rig_property(rig, "session.timeout.ms", "3000");
	kafka_rig_property(rig, "heartbeat.interval.ms", "200");
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++)
		io_put(&rig->rig, 0, shard, "k", "before");
	io_node_make(&rig->rig, &first, "a");
	io_node_start_all(&first);
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++) {
		io_assert_next(&first, shard, 0, "before");
		assert_int_equal(io_emit(&first, &(struct io_emission){NULL, NULL, (int)shard, 0, "m=1"}),
		                 OUTCOME_DONE);
	}
	io_node_make(&rig->rig, &second, "b");
	assert_int_equal(io_open(&second), OUTCOME_DONE);
	io_node_start(&second);
	IO_UNTIL(&rig->rig, first.ours_count == 2 && second.ours_count == 2);
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++) {
		struct io_node *owner = first.ours[shard] ? &first : &second;
		struct io_node *other = first.ours[shard] ? &second : &first;
		assert_true(owner->ours[shard]);
		io_put(&rig->rig, 0, shard, "k", "after");
		io_assert_committed(owner, shard, 0, "m=1");
		owner->source->ops->fetch(owner->source, shard, next);
		io_assert_next(owner, shard, 0, "after");
		assert_null(other->source->ops->peek(other->source, shard, 0));
		assert_int_equal(io_emit(other, &(struct io_emission){"k", "no", (int)shard, 1, "m=2"}), OUTCOME_AGAIN);
		assert_int_equal(io_open(other), OUTCOME_DONE);
	}
	/* One that vanishes without a word is replaced when its session has timed out. */
	io_node_drop(&second);
	IO_UNTIL(&rig->rig, first.ours_count == IO_SHARDS);
	assert_false(first.lost);
	IO_UNTIL(&rig->rig, all_show(&first, &seen, next));
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++)
		io_assert_next(&first, shard, 0, "after");
	io_node_drop(&first);
}

static void a_rebalance_waits_until_shards_are_released(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node first, second;
	kafka_rig_property(rig, "session.timeout.ms", "3000");
	kafka_rig_property(rig, "heartbeat.interval.ms", "200");
	io_node_make(&rig->rig, &first, "a");
	io_node_start_all(&first);
	first.hold = true;
	io_node_make(&rig->rig, &second, "b");
	io_node_start(&second);
	IO_UNTIL(&rig->rig, first.revoked_count == IO_SHARDS);
	/* The transaction that was on its way is brought to its end while the group waits. */
	for (int i = 0; i < 20; i++) {
		assert_int_equal(io_emit(&first, &(struct io_emission){"k", "v", 1, i, "m=1"}), OUTCOME_DONE);
		assert_int_equal(second.ours_count, 0);
	}
	first.hold = false;
	io_node_release(&first);
	IO_UNTIL(&rig->rig, first.ours_count == 2 && second.ours_count == 2);
	assert_int_equal(io_emit(&first, &(struct io_emission){"k", "v", second.ours[1] ? 1 : 3, 0, "m=1"}),
	                 OUTCOME_AGAIN);
	io_node_drop(&first);
	io_node_drop(&second);
}

static void a_process_that_comes_back_has_its_shards_at_once(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	io_node_make(&rig->rig, &node, "n");
	io_node_start_all(&node);
	assert_int_equal(io_emit(&node, &(struct io_emission){"k", "v", 0, 0, "m=1"}), OUTCOME_DONE);
	io_node_drop(&node); /* without stop: as if it had been killed */
	int64_t begun = rig->rig.now_ms(&rig->rig);
	io_node_make(&rig->rig, &node, "n");
	io_node_start_all(&node);
	io_assert_committed(&node, 0, 0, "m=1");
	int64_t took = rig->rig.now_ms(&rig->rig) - begun;
	if (took > 5000) /* the session times out after 45 s */
		fail_msg("it took %d ms", (int)took);
	io_node_drop(&node);
}

static void a_quiet_topic_does_not_cost_membership(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	kafka_rig_property(rig, "session.timeout.ms", "1500");
	kafka_rig_property(rig, "heartbeat.interval.ms", "200");
	kafka_rig_property(rig, "max.poll.interval.ms", "1500");
	io_node_make(&rig->rig, &node, "n");
	io_node_start_all(&node);
	int64_t until = rig->rig.now_ms(&rig->rig) + 4000;
	while (rig->rig.now_ms(&rig->rig) < until)
		loop_turn(rig->loop, (struct duration){4000});
	assert_int_equal(node.revocations, 0);
	io_put(&rig->rig, 0, 0, "k", "v");
	io_assert_next(&node, 0, 0, "v");
	io_node_drop(&node);
}

/* Each has its own loop: the one that does not turn is the zombie. */
static void a_process_that_stood_still_finds_its_shards_lost(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node zombie, heir;
	struct loop *common = rig->loop, *frozen = loop_new();
	kafka_rig_property(rig, "session.timeout.ms", "1500");
	kafka_rig_property(rig, "heartbeat.interval.ms", "200");
	kafka_rig_property(rig, "max.poll.interval.ms", "1500");
	rig->loop = frozen;
	io_node_make(&rig->rig, &zombie, "a");
	io_node_start_all(&zombie);
	rig->loop = common;
	io_node_make(&rig->rig, &heir, "b");
	io_node_start_all(&heir);
	assert_int_equal(io_emit(&heir, &(struct io_emission){"k", "heir", 0, 0, "m=2"}), OUTCOME_DONE);

	rig->loop = frozen;
	assert_int_equal(zombie.ours_count, IO_SHARDS); /* it does not know yet */
	assert_int_not_equal(io_emit(&zombie, &(struct io_emission){"k", "zombie", 0, 0, "m=1"}), OUTCOME_DONE);
	IO_UNTIL(&rig->rig, zombie.revocations > 0);
	assert_true(zombie.lost);
	io_node_drop(&zombie);
	rig->loop = common;
	io_assert_committed(&heir, 0, 0, "m=2");
	const struct io_output *outputs;
	assert_int_equal(rig->rig.read(&rig->rig, SINK_ACTIONS, &outputs), 1);
	assert_true(str_eq(outputs[0].value, STR("heir")));
	io_node_drop(&heir);
	loop_free(frozen);
}

/* --- what the broker does to us --- */

static void records_that_are_gone_are_not_skipped(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	io_put(&rig->rig, 0, 0, "k", "v");
	io_node_make(&rig->rig, &node, "n");
	io_node_start(&node);
	IO_UNTIL(&rig->rig, node.ours_count == IO_SHARDS);
	node.source->ops->fetch(node.source, 0, (int64_t[]){7, 0});
	IO_UNTIL(&rig->rig, node.source->ops->peek(node.source, 0, 0) || node.failure != OUTCOME_DONE);
	assert_null(node.source->ops->peek(node.source, 0, 0));
	assert_int_equal(node.failure, OUTCOME_NEVER);
	assert_non_null(strstr(node.why, "shard 0, from offset 7"));
	io_node_drop(&node);
}

/* What was committed says where to go on, as the daemon does it. */
static int64_t settle(struct io_node *node)
{
	struct source_committed committed;
	while (io_open(node) != OUTCOME_DONE)
		;
	while (io_committed(node, 1, &committed) != OUTCOME_DONE)
		;
	return committed.offsets[0] < 0 ? 0 : committed.offsets[0] + 1;
}

enum { EMITS = 30, KILLS = 1 };

/* Begins an emit and kills the broker under it, at another moment of it each time. */
static enum outcome emit_under_fire(struct kafka_rig *rig, struct io_node *node, int64_t number)
{
	char value[32];
	int64_t offsets[IO_TOPICS] = {number, number};
	snprintf(value, sizeof(value), "%d", (int)number);
	struct sink_message message = {.key = STR("k"), .value = str_from(value), .timestamp = INSTANT_NONE};
	struct sink_commit commit = {.shard = 1, .offsets = offsets, .metadata = str_from(value)};
	struct sink_emit emit = {.messages = &message, .message_count = 1, .commits = &commit, .commit_count = 1};
	io_request_begin(&emit.request);
	node->sink->ops->emit(node->sink, &emit);
	kafka_rig_server(rig, "kill");
	kafka_rig_server(rig, "restart");
	return io_request_end(&rig->rig, &emit.request);
}

static void a_broker_killed_in_a_transaction_loses_and_doubles_nothing(void **state)
{
	struct kafka_rig *rig = fresh(state);
	struct io_node node;
	char value[32];
	int kills = 0;
	rig->settings.transaction_timeout = (struct duration){3000};
	io_node_make(&rig->rig, &node, "n");
	io_node_start_all(&node);
	for (int64_t number = 0; number < EMITS;) {
		enum outcome outcome;
		if (kills < KILLS && number >= (kills + 1) * EMITS / (KILLS + 1)) {
			kills++;
			outcome = emit_under_fire(rig, &node, number);
		} else {
			snprintf(value, sizeof(value), "%d", (int)number);
			outcome = io_emit(&node, &(struct io_emission){"k", value, 1, number, value});
		}
		assert_true(outcome == OUTCOME_DONE || outcome == OUTCOME_AGAIN);
		number = outcome == OUTCOME_DONE ? number + 1 : settle(&node);
	}
	assert_int_equal(kills, KILLS);
	const struct io_output *outputs;
	assert_int_equal(rig->rig.read(&rig->rig, SINK_ACTIONS, &outputs), EMITS);
	for (int i = 0; i < EMITS; i++)
		assert_int_equal(atoi(outputs[i].value.ptr), i);
	io_put(&rig->rig, 0, 1, "k", "still reading");
	io_assert_next(&node, 1, 0, "still reading");
	io_node_drop(&node);
}

/* --- --- */

static const struct CMUnitTest own[] = {
        cmocka_unit_test(a_missing_input_topic_is_named_and_not_made),
        cmocka_unit_test(a_missing_output_topic_is_named),
        cmocka_unit_test(unequal_partition_counts_are_refused_with_both),
        cmocka_unit_test(no_broker_is_said_and_tried_again),
        cmocka_unit_test(properties_that_are_ours_are_refused),
        cmocka_unit_test(what_an_aborted_transaction_sent_is_never_seen),
        cmocka_unit_test(the_older_of_two_processes_with_one_name_is_fenced),
        cmocka_unit_test(a_megabyte_comes_in_and_goes_out),
        cmocka_unit_test(at_least_once_sends_and_commits_without_a_transaction),
        cmocka_unit_test(shards_move_and_nothing_is_lost),
        cmocka_unit_test(a_rebalance_waits_until_shards_are_released),
        cmocka_unit_test(a_process_that_comes_back_has_its_shards_at_once),
        cmocka_unit_test(a_quiet_topic_does_not_cost_membership),
        cmocka_unit_test(a_process_that_stood_still_finds_its_shards_lost),
        cmocka_unit_test(records_that_are_gone_are_not_skipped),
        cmocka_unit_test(a_broker_killed_in_a_transaction_loses_and_doubles_nothing),
};

enum { OWN = sizeof(own) / sizeof(own[0]) };

int main(int argc, char **argv)
{
	static struct kafka_rig rig;
	struct CMUnitTest *tests = mem_alloc((io_contract_count + OWN) * sizeof(tests[0]));
	memcpy(tests, io_contract_tests, io_contract_count * sizeof(tests[0]));
	memcpy(tests + io_contract_count, own, sizeof(own));
	for (size_t i = 0; i < io_contract_count + OWN; i++)
		tests[i].initial_state = &rig.rig;
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	if (!kafka_rig_init(&rig)) {
		fprintf(stderr, "no Kafka broker could be started\n");
		return 1;
	}
	int failures = _cmocka_run_group_tests("kafka", tests, io_contract_count + OWN, NULL, NULL);
	kafka_rig_release(&rig);
	free(tests);
	return failures;
}
