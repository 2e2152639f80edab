/* SPDX-License-Identifier: Apache-2.0 */
/* The source and sink in memory: what every such pair must do, as far as a pair without a broker can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "adapters/memory/memory_sink.h"
#include "adapters/memory/memory_source.h"
#include "core/base/arena.h"
#include "io_contract.h"

struct kept {
	enum sink_topic topic;
	struct io_output output;
};

/* Topics outlive the nodes, as a broker's do. */
struct world {
	struct io_rig rig;
	struct memory_queue queue;
	struct source *source;
	struct arena arena;
	struct kept *kept;
	size_t count, cap;
	struct io_output *read;
};

static struct world *of(struct io_rig *rig)
{
	return rig->owner;
}

static struct str copy(struct world *world, struct str text)
{
	return text.ptr ? arena_str(&world->arena, text) : text;
}

static void message(void *owner, const struct sink_message *message)
{
	struct world *world = owner;
	if (world->count == world->cap) {
		world->cap = world->cap ? 2 * world->cap : 64;
		world->kept = mem_realloc(world->kept, world->cap * sizeof(*world->kept));
	}
	struct record_header *headers = arena_alloc(&world->arena, (message->header_count + 1) * sizeof(*headers));
	for (size_t i = 0; i < message->header_count; i++)
		headers[i] = (struct record_header){copy(world, message->headers[i].name),
		                                    copy(world, message->headers[i].value)};
	struct kept *kept = &world->kept[world->count++];
	kept->topic = message->topic;
	kept->output = (struct io_output){.key = copy(world, message->key),
	                                  .value = copy(world, message->value),
	                                  .headers = headers,
	                                  .header_count = message->header_count,
	                                  .timestamp_ms = message->timestamp.ms};
}

static void close_topics(struct world *world)
{
	memory_queue_drop(&world->queue);
	if (!world->source)
		return;
	world->source->ops->free(world->source);
	arena_release(&world->arena);
	world->source = NULL;
}

static void fresh(struct io_rig *rig)
{
	struct world *world = of(rig);
	close_topics(world);
	arena_init(&world->arena, 64 * 1024);
	world->count = 0;
	world->source = memory_source_new(&world->queue, IO_TOPICS, IO_SHARDS);
}

static void make(struct io_rig *rig, struct io_node *node)
{
	struct world *world = of(rig);
	struct memory_sink_target target = {message, world, {true, true, true}};
	node->source = world->source;
	node->sink = memory_sink_new(&world->queue, world->source, &target);
}

/* What the process had asked for is forgotten with it, and its shards are free. */
static void drop(struct io_rig *rig, struct io_node *node)
{
	struct world *world = of(rig);
	memory_queue_drop(&world->queue);
	for (uint32_t shard = 0; shard < IO_SHARDS; shard++)
		if (memory_source_held(world->source, shard))
			world->source->ops->release(world->source, &shard, 1);
	node->sink->ops->free(node->sink);
}

static void put(struct io_rig *rig, const struct record *record)
{
	memory_source_add(of(rig)->source, &(struct memory_record_new){.shard = (uint32_t)record->origin.shard,
	                                                               .topic = record->origin.topic,
	                                                               .key = record->key,
	                                                               .value = record->value,
	                                                               .timestamp = record->timestamp});
}

static size_t read_outputs(struct io_rig *rig, enum sink_topic topic, const struct io_output **outputs)
{
	struct world *world = of(rig);
	size_t count = 0;
	world->read = mem_realloc(world->read, (world->count + 1) * sizeof(*world->read));
	for (size_t i = 0; i < world->count; i++)
		if (world->kept[i].topic == topic)
			world->read[count++] = world->kept[i].output;
	*outputs = world->read;
	return count;
}

static void turn(struct io_rig *rig)
{
	memory_queue_run(&of(rig)->queue);
}

static int64_t now_ms(struct io_rig *rig)
{
	struct timespec now;
	(void)rig;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What the pair in memory leaves out. */
static const char *left_out(const char *test)
{
	static const char *const ROWS[][2] = {
	        {"a_record_keeps_key_value_headers_and_timestamp", "records that are added by hand have no headers"},
	        {"a_shard_held_back_holds_up_nobody", "all records are at hand, fetched or not"},
	        {"messages_go_where_java_would_put_them", "messages go to a function, not to partitions"},
	        {"a_sink_that_was_not_opened_emits_nothing", "there is no transaction to open"},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		if (strcmp(test, ROWS[i][0]) == 0)
			return ROWS[i][1];
	return NULL;
}

int main(void)
{
	struct world world = {.rig = {.fresh = fresh,
	                              .make = make,
	                              .drop = drop,
	                              .put = put,
	                              .read = read_outputs,
	                              .turn = turn,
	                              .now_ms = now_ms,
	                              .alone = true}};
	struct CMUnitTest *tests = mem_alloc(io_contract_count * sizeof(*tests));
	size_t count = 0;
	world.rig.owner = &world;
	for (size_t i = 0; i < io_contract_count; i++) {
		const char *why = left_out(io_contract_tests[i].name);
		if (why) {
			printf("left out: %s: %s\n", io_contract_tests[i].name, why);
			continue;
		}
		tests[count] = io_contract_tests[i];
		tests[count++].initial_state = &world.rig;
	}
	int failures = _cmocka_run_group_tests("source and sink in memory", tests, count, NULL, NULL);
	close_topics(&world);
	memory_queue_release(&world.queue);
	free(world.kept);
	free(world.read);
	free(tests);
	return failures;
}
