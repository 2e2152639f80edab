/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/memory/memory_sink.h"

#include "adapters/memory/memory_source.h"
#include "core/base/arena.h"

#include <stdlib.h>
#include <string.h>

struct memory_sink {
	struct sink sink;
	struct memory_queue *queue;
	struct source *source;
	struct memory_sink_target target;
};

static void run_open(void *adapter, struct request *request)
{
	(void)adapter;
	memory_answer(request, OUTCOME_DONE);
}

static void run_emit(void *adapter, struct request *request)
{
	struct memory_sink *sink = adapter;
	struct sink_emit *emit = (struct sink_emit *)request;
	for (size_t i = 0; i < emit->message_count && sink->target.message; i++)
		sink->target.message(sink->target.owner, &emit->messages[i]);
	for (size_t i = 0; i < emit->commit_count && sink->source; i++)
		memory_source_commit(sink->source, emit->commits[i].shard, emit->commits[i].offsets,
		                     emit->commits[i].metadata);
	memory_answer(request, OUTCOME_DONE);
}

static void ask_open(struct sink *sink, struct sink_open *request)
{
	memory_queue_add(((struct memory_sink *)sink)->queue, run_open, sink, &request->request);
}

static void ask_emit(struct sink *sink, struct sink_emit *request)
{
	memory_queue_add(((struct memory_sink *)sink)->queue, run_emit, sink, &request->request);
}

static void sink_free(struct sink *sink)
{
	free(sink);
}

static const struct sink_ops OPS = {.open = ask_open, .emit = ask_emit, .free = sink_free};

struct sink *memory_sink_new(struct memory_queue *queue, struct source *source, const struct memory_sink_target *target)
{
	struct memory_sink *sink = mem_alloc(sizeof *sink);
	*sink = (struct memory_sink){.sink = {.ops = &OPS}, .queue = queue, .source = source, .target = *target};
	memcpy(sink->sink.has_topic, target->has_topic, sizeof sink->sink.has_topic);
	return &sink->sink;
}
