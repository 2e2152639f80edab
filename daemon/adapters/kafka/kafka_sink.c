/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_sink.h"

#include "adapters/kafka/kafka_producer.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct kafka_sink {
	struct sink sink;
	struct kafka_producer producer;
	struct kafka_job job; /* of the one request under way */
	struct sink_open *open;
	struct sink_emit *emit;
};

static struct kafka_sink *of_job(struct kafka_job *job)
{
	return (struct kafka_sink *)((char *)job - offsetof(struct kafka_sink, job));
}

static struct request *under_way(struct kafka_sink *sink)
{
	return sink->open ? &sink->open->request : &sink->emit->request;
}

static void work(struct kafka_job *job)
{
	struct kafka_sink *sink = of_job(job);
	struct request *request = under_way(sink);
	struct kafka_verdict verdict = {.why = request->why, .why_size = sizeof(request->why)};
	if (sink->open)
		kafka_producer_open(&sink->producer, &verdict);
	else
		kafka_producer_emit(&sink->producer, sink->emit, &verdict);
	request->outcome = verdict.outcome;
}

/* The sink is free again before app hears of it: it will want to emit at once. */
static void finish(struct kafka_job *job)
{
	struct kafka_sink *sink = of_job(job);
	struct request *request = under_way(sink);
	if (job->cancelled) {
		request->outcome = OUTCOME_AGAIN;
		snprintf(request->why, sizeof(request->why), "the Kafka client was stopped");
	}
	sink->open = NULL;
	sink->emit = NULL;
	request->done(request);
}

static void begin(struct kafka_sink *sink)
{
	sink->job = (struct kafka_job){.work = work, .finish = finish};
	kafka_thread_add(&sink->producer.client->thread, &sink->job, 0);
}

static void sink_open(struct sink *port, struct sink_open *request)
{
	struct kafka_sink *sink = (struct kafka_sink *)port;
	assert(!sink->open && !sink->emit);
	sink->open = request;
	begin(sink);
}

static void sink_emit(struct sink *port, struct sink_emit *request)
{
	struct kafka_sink *sink = (struct kafka_sink *)port;
	assert(!sink->open && !sink->emit);
	sink->emit = request;
	begin(sink);
}

static void sink_free(struct sink *port)
{
	struct kafka_sink *sink = (struct kafka_sink *)port;
	kafka_client_halt(sink->producer.client);
	kafka_producer_close(&sink->producer);
	free(sink);
}

static const struct sink_ops ops = {.open = sink_open, .emit = sink_emit, .free = sink_free};

struct sink *kafka_sink_new(struct kafka_client *client)
{
	struct kafka_sink *sink = mem_alloc(sizeof(*sink));
	*sink = (struct kafka_sink){.sink = {.ops = &ops}, .producer = {.client = client}};
	for (size_t topic = 0; topic < SINK_TOPIC_COUNT; topic++)
		sink->sink.has_topic[topic] = client->settings->outputs[topic] != NULL;
	return &sink->sink;
}
