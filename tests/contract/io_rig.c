/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "io_contract.h"

/* --- turning --- */

int64_t io_deadline(struct io_rig *rig)
{
	return rig->now_ms(rig) + IO_SECONDS * 1000;
}

void io_turn(struct io_rig *rig, int64_t deadline, const char *waiting_for)
{
	if (rig->now_ms(rig) > deadline)
		fail_msg("waited in vain for: %s", waiting_for);
	rig->turn(rig);
}

static void answered(struct request *request)
{
	assert_null(request->owner);
	request->owner = request;
}

void io_request_begin(struct request *request)
{
	*request = (struct request){.done = answered};
}

enum outcome io_request_end(struct io_rig *rig, struct request *request)
{
	assert_null(request->owner); /* never answered from inside the call */
	IO_UNTIL(rig, request->owner != NULL);
	if (request->outcome != OUTCOME_DONE)
		assert_true(request->why[0] != '\0');
	return request->outcome;
}

/* --- nodes --- */

static void assigned(void *owner, const uint32_t *shards, size_t count)
{
	struct io_node *node = owner;
	node->assignments++;
	for (size_t i = 0; i < count; i++) {
		assert_in_range(shards[i], 0, IO_SHARDS - 1);
		assert_false(node->ours[shards[i]]);
		node->ours[shards[i]] = true;
		node->ours_count++;
	}
}

static void revoked(void *owner, const uint32_t *shards, size_t count, bool lost)
{
	struct io_node *node = owner;
	node->revocations++;
	node->lost = lost;
	for (size_t i = 0; i < count; i++) {
		assert_true(node->ours[shards[i]]);
		node->ours[shards[i]] = false;
		node->ours_count--;
		node->revoked[node->revoked_count++] = shards[i];
	}
	if (!node->hold)
		io_node_release(node);
}

static void failed(void *owner, enum outcome outcome, const char *why)
{
	struct io_node *node = owner;
	if (node->failure == OUTCOME_NEVER)
		return;
	node->failure = outcome;
	snprintf(node->why, sizeof(node->why), "%s", why);
}

void io_node_release(struct io_node *node)
{
	size_t count = node->revoked_count;
	node->revoked_count = 0;
	if (count > 0)
		node->source->ops->release(node->source, node->revoked, count);
}

void io_node_make(struct io_rig *rig, struct io_node *node, const char *name)
{
	*node = (struct io_node){.rig = rig, .name = name};
	node->listener =
	        (struct source_listener){.owner = node, .assigned = assigned, .revoked = revoked, .failed = failed};
	rig->make(rig, node);
}

void io_node_start(struct io_node *node)
{
	node->source->ops->start(node->source, &node->listener);
	assert_int_equal(node->assignments, 0);
}

void io_node_start_all(struct io_node *node)
{
	assert_int_equal(io_open(node), OUTCOME_DONE);
	io_node_start(node);
	IO_UNTIL(node->rig, node->ours_count == IO_SHARDS);
	io_fetch_all(node, 0);
}

void io_node_drop(struct io_node *node)
{
	node->rig->drop(node->rig, node);
}

void io_fetch_all(struct io_node *node, int64_t offset)
{
	int64_t offsets[IO_TOPICS] = {offset, offset};
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++)
		if (node->ours[shard])
			node->source->ops->fetch(node->source, shard, offsets);
}

/* --- requests --- */

enum outcome io_open(struct io_node *node)
{
	struct sink_open open;
	io_request_begin(&open.request);
	node->sink->ops->open(node->sink, &open);
	enum outcome outcome = io_request_end(node->rig, &open.request);
	if (outcome != OUTCOME_DONE)
		print_message("open: %s\n", open.request.why);
	return outcome;
}

enum outcome io_emit_request(struct io_node *node, struct sink_emit *emit)
{
	io_request_begin(&emit->request);
	node->sink->ops->emit(node->sink, emit);
	enum outcome outcome = io_request_end(node->rig, &emit->request);
	if (outcome != OUTCOME_DONE)
		print_message("emit: %s\n", emit->request.why);
	return outcome;
}

enum outcome io_emit(struct io_node *node, const struct io_emission *emission)
{
	int64_t offsets[IO_TOPICS] = {emission->offset, emission->offset};
	struct sink_message message = {.topic = SINK_ACTIONS,
	                               .shard = emission->shard < 0 ? 0 : (uint32_t)emission->shard,
	                               .key = str_from(emission->key),
	                               .value = str_from(emission->value),
	                               .timestamp = INSTANT_NONE};
	struct sink_commit commit = {
	        .shard = message.shard, .offsets = offsets, .metadata = str_from(emission->metadata)};
	struct sink_emit emit = {
	        .messages = &message,
	        .message_count = emission->value ? 1 : 0,
	        .commits = &commit,
	        .commit_count = emission->shard >= 0 ? 1 : 0,
	};
	return io_emit_request(node, &emit);
}

enum outcome io_committed(struct io_node *node, uint32_t shard, struct source_committed *request)
{
	*request = (struct source_committed){.shard = shard};
	io_request_begin(&request->request);
	node->source->ops->committed(node->source, request);
	return io_request_end(node->rig, &request->request);
}

/* The answer's text is gone when done returned: it is compared there. */
struct expected {
	struct source_committed ask;
	struct str metadata;
};

static void compare_committed(struct request *request)
{
	struct expected *expected = (struct expected *)request;
	if (request->outcome == OUTCOME_DONE)
		for (size_t i = 0; i < IO_TOPICS; i++) {
			assert_int_equal(expected->ask.metadata[i].len, expected->metadata.len);
			assert_true(str_eq(expected->ask.metadata[i], expected->metadata));
		}
	answered(request);
}

void io_assert_committed(struct io_node *node, uint32_t shard, int64_t offset, const char *metadata)
{
	struct expected expected = {.ask.shard = shard, .metadata = str_from(metadata)};
	io_request_begin(&expected.ask.request);
	expected.ask.request.done = compare_committed;
	node->source->ops->committed(node->source, &expected.ask);
	assert_int_equal(io_request_end(node->rig, &expected.ask.request), OUTCOME_DONE);
	for (size_t i = 0; i < IO_TOPICS; i++)
		assert_int_equal(expected.ask.offsets[i], offset);
}

/* --- records --- */

void io_put(struct io_rig *rig, uint32_t topic, uint32_t shard, const char *key, const char *value)
{
	struct record record = {
	        .origin = {(uint16_t)topic, (int32_t)shard, -1},
	        .timestamp = {1767225600000},
	        .key = str_from(key),
	        .value = str_from(value),
	};
	rig->put(rig, &record);
}

const struct record *io_next(struct io_node *node, uint32_t shard, uint32_t topic)
{
	const struct record *record;
	IO_UNTIL(node->rig, (record = node->source->ops->peek(node->source, shard, topic)) != NULL);
	assert_int_equal(record->origin.shard, shard);
	assert_int_equal(record->origin.topic, topic);
	return record;
}

void io_assert_next(struct io_node *node, uint32_t shard, uint32_t topic, const char *value)
{
	const struct record *record = io_next(node, shard, topic);
	assert_int_equal(record->value.len, strlen(value));
	assert_memory_equal(record->value.ptr, value, strlen(value));
	node->source->ops->pop(node->source, shard, topic);
}
