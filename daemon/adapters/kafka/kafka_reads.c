/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_reads.h"

#include "adapters/kafka/kafka_error.h"

#include <stdio.h>
#include <stdlib.h>

enum { ATTEMPT_MS = 1000, PATIENCE_MS = 15000, PAUSE_MS = 50 };

/* One question under way; freed when it was answered. */
struct read {
	struct kafka_job job;
	struct kafka_client *client;
	struct request *request; /* of one of the two: */
	struct source_committed *committed;
	struct source_ends *ends;
	int64_t deadline;
	rd_kafka_topic_partition_list_t *answer; /* holds the metadata until done returned */
};

static const char *topic_of(const struct read *read, size_t topic)
{
	return read->client->settings->inputs[topic];
}

/* Doubt is asked away within our patience; only then, or when a person is needed, it becomes the answer. */
static void fail(struct read *read, const char *doing, rd_kafka_resp_err_t code)
{
	enum outcome outcome = kafka_error_outcome(code);
	if (outcome == OUTCOME_AGAIN && kafka_thread_now_ms() < read->deadline) {
		read->job.again_ms = PAUSE_MS;
		return;
	}
	read->request->outcome = outcome;
	kafka_error_print(read->request->why, sizeof(read->request->why), doing, code, NULL);
}

static void take_answer(struct read *read, rd_kafka_topic_partition_list_t *list)
{
	struct source_committed *request = read->committed;
	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *partition = &list->elems[i];
		request->offsets[i] = partition->offset >= 0 ? partition->offset : -1;
		request->metadata[i] = (struct str){partition->metadata, partition->metadata_size};
	}
	read->answer = list;
	request->request.outcome = OUTCOME_DONE;
}

static rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t *list)
{
	for (int i = 0; i < list->cnt; i++)
		if (list->elems[i].err)
			return list->elems[i].err;
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* The call as a whole may succeed while one partition failed. A pending transaction is a time-out here: the consumer
 * reads committed data only, and so asks for stable offsets. */
static void read_committed(struct kafka_job *job)
{
	struct read *read = (struct read *)job;
	char doing[120];
	rd_kafka_topic_partition_list_t *list =
	        rd_kafka_topic_partition_list_new((int)read->client->settings->input_count);
	for (size_t i = 0; i < read->client->settings->input_count; i++)
		rd_kafka_topic_partition_list_add(list, topic_of(read, i), (int32_t)read->committed->shard);

	rd_kafka_resp_err_t code = rd_kafka_committed(read->client->member, list, ATTEMPT_MS);
	if (!code)
		code = first_error(list);
	if (!code) {
		take_answer(read, list);
		return;
	}
	rd_kafka_topic_partition_list_destroy(list);
	snprintf(doing, sizeof(doing), "reading the committed offsets of shard %u", read->committed->shard);
	fail(read, doing, code);
}

static void read_ends(struct kafka_job *job)
{
	struct read *read = (struct read *)job;
	struct source_ends *request = read->ends;
	char doing[120];
	for (size_t i = 0; i < read->client->settings->input_count; i++) {
		rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(read->client->member, topic_of(read, i),
		                                                            (int32_t)request->shard, &request->first[i],
		                                                            &request->next[i], ATTEMPT_MS);
		if (code) {
			snprintf(doing, sizeof(doing), "asking for the ends of shard %u in topic %.60s", request->shard,
			         topic_of(read, i));
			fail(read, doing, code);
			return;
		}
	}
	request->request.outcome = OUTCOME_DONE;
}

static void finish(struct kafka_job *job)
{
	struct read *read = (struct read *)job;
	if (job->cancelled) {
		read->request->outcome = OUTCOME_AGAIN;
		snprintf(read->request->why, sizeof(read->request->why), "the Kafka client was stopped");
	}
	read->request->done(read->request);
	if (read->answer)
		rd_kafka_topic_partition_list_destroy(read->answer);
	free(read);
}

static struct read *read_new(struct kafka_client *client, struct request *request, void (*work)(struct kafka_job *))
{
	struct read *read = mem_alloc(sizeof(*read));
	*read = (struct read){
	        .job = {.work = work, .finish = finish},
	        .client = client,
	        .request = request,
	        .deadline = kafka_thread_now_ms() + PATIENCE_MS,
	};
	return read;
}

void kafka_reads_committed(struct kafka_client *client, struct source_committed *request)
{
	struct read *read = read_new(client, &request->request, read_committed);
	read->committed = request;
	kafka_thread_add(&client->thread, &read->job, 0);
}

void kafka_reads_ends(struct kafka_client *client, struct source_ends *request)
{
	struct read *read = read_new(client, &request->request, read_ends);
	read->ends = request;
	kafka_thread_add(&client->thread, &read->job, 0);
}
