/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_producer.h"

#include "adapters/kafka/kafka_check.h"
#include "adapters/kafka/kafka_error.h"

#include <assert.h>
#include <stdio.h>

enum { OPEN_MS = 5000, OPEN_TRIES = 3, ABORT_MS = 3000, FULL_WAIT_MS = 20 };

/* --- verdicts --- */

static bool say(struct kafka_verdict *verdict, enum outcome outcome, const char *why)
{
	verdict->outcome = outcome;
	snprintf(verdict->why, verdict->why_size, "%s", why);
	return false;
}

static bool say_code(struct kafka_verdict *verdict, const char *doing, rd_kafka_resp_err_t code, const char *detail)
{
	verdict->outcome = kafka_error_outcome(code);
	if (verdict->outcome == OUTCOME_DONE)
		verdict->outcome = OUTCOME_AGAIN;
	kafka_error_print(verdict->why, verdict->why_size, doing, code, detail);
	return false;
}

/* The cause of a fatal error tells more than the call that met it. Takes the error. */
static bool say_error(struct kafka_producer *producer, struct kafka_verdict *verdict, const char *doing,
                      rd_kafka_error_t *error)
{
	char text[200];
	rd_kafka_resp_err_t code = rd_kafka_error_code(error);
	snprintf(text, sizeof(text), "%s", rd_kafka_error_string(error));
	if (rd_kafka_error_is_fatal(error)) {
		rd_kafka_resp_err_t cause = rd_kafka_fatal_error(producer->kafka, text, sizeof(text));
		code = cause ? cause : code;
	}
	if (rd_kafka_error_txn_requires_abort(error))
		rd_kafka_error_destroy(rd_kafka_abort_transaction(producer->kafka, ABORT_MS));
	rd_kafka_error_destroy(error);
	return say_code(verdict, doing, code, text);
}

/* --- opening --- */

static void delivered(rd_kafka_t *kafka, const rd_kafka_message_t *message, void *opaque)
{
	struct kafka_producer *producer = message->_private;
	(void)kafka;
	(void)opaque;
	if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	if (producer->failed++ == 0)
		producer->failed_code = message->err;
}

static void error_came(rd_kafka_t *kafka, int code, const char *text, void *opaque)
{
	(void)kafka;
	kafka_client_trouble(opaque, code, text);
}

static bool make(struct kafka_producer *producer, struct kafka_verdict *verdict)
{
	rd_kafka_conf_t *conf = kafka_settings_producer(producer->client->settings, verdict->why, verdict->why_size);
	if (conf) {
		rd_kafka_conf_set_opaque(conf, producer->client);
		rd_kafka_conf_set_log_cb(conf, kafka_client_log_line);
		rd_kafka_conf_set_error_cb(conf, error_came);
		rd_kafka_conf_set_dr_msg_cb(conf, delivered);
		producer->kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, verdict->why, verdict->why_size);
		if (!producer->kafka)
			rd_kafka_conf_destroy(conf);
	}
	if (!producer->kafka)
		verdict->outcome = OUTCOME_NEVER;
	return producer->kafka != NULL;
}

/* Fences older producers of our name and ends what they left open. */
static bool init_transactions(struct kafka_producer *producer, struct kafka_verdict *verdict)
{
	rd_kafka_error_t *error = NULL;
	for (int try = 0; try < OPEN_TRIES && !kafka_thread_stopping(&producer->client->thread); try++) {
		rd_kafka_error_destroy(error);
		error = rd_kafka_init_transactions(producer->kafka, OPEN_MS);
		if (!error)
			return true;
		if (!rd_kafka_error_is_retriable(error))
			break;
	}
	if (!error)
		return say(verdict, OUTCOME_AGAIN, "the Kafka client was stopped");
	return say_error(producer, verdict, "opening the producer", error);
}

/* A producer that asks for a topic which is not there makes the broker create it, as long as the broker is set to: so
 * the reader asks first, which may not create any. */
static bool check(struct kafka_producer *producer, struct kafka_verdict *verdict)
{
	struct kafka_check answer;
	if (producer->checked)
		return true;
	kafka_check_topics(producer->client, &answer);
	producer->checked = answer.outcome == OUTCOME_DONE;
	return producer->checked || say(verdict, answer.outcome, answer.why);
}

/* The first message to a topic waits for the topic's metadata: asked for here, not within a transaction. */
static bool warm_topic(struct kafka_producer *producer, size_t topic, struct kafka_verdict *verdict)
{
	const char *name = producer->client->settings->outputs[topic];
	const struct rd_kafka_metadata *metadata;
	char doing[160];
	if (!name)
		return true;
	producer->topics[topic] = rd_kafka_topic_new(producer->kafka, name, NULL);
	rd_kafka_resp_err_t code = rd_kafka_last_error();
	if (producer->topics[topic])
		code = rd_kafka_metadata(producer->kafka, 0, producer->topics[topic], &metadata, OPEN_MS);
	if (!code) {
		code = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN;
		rd_kafka_metadata_destroy(metadata);
	}
	if (!code)
		return true;
	snprintf(doing, sizeof(doing), "opening the output topic %.100s", name);
	return say_code(verdict, doing, code, NULL);
}

static bool warm(struct kafka_producer *producer, struct kafka_verdict *verdict)
{
	for (size_t topic = 0; topic < SINK_TOPIC_COUNT; topic++)
		if (!warm_topic(producer, topic, verdict))
			return false;
	return true;
}

bool kafka_producer_open(struct kafka_producer *producer, struct kafka_verdict *verdict)
{
	kafka_producer_close(producer);
	if (check(producer, verdict) && make(producer, verdict) &&
	    (producer->client->settings->at_least_once || init_transactions(producer, verdict)) &&
	    warm(producer, verdict)) {
		verdict->outcome = OUTCOME_DONE;
		return true;
	}
	kafka_producer_close(producer);
	return false;
}

void kafka_producer_close(struct kafka_producer *producer)
{
	if (!producer->kafka)
		return;
	for (size_t topic = 0; topic < SINK_TOPIC_COUNT; topic++) {
		if (producer->topics[topic])
			rd_kafka_topic_destroy(producer->topics[topic]);
		producer->topics[topic] = NULL;
	}
	rd_kafka_purge(producer->kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	rd_kafka_poll(producer->kafka, 0); /* the purged messages' reports hold them */
	rd_kafka_destroy(producer->kafka);
	producer->kafka = NULL;
}

/* --- messages --- */

static rd_kafka_headers_t *copy_headers(const struct sink_message *message)
{
	if (message->header_count == 0)
		return NULL;
	rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);
	for (size_t i = 0; i < message->header_count; i++) {
		const struct record_header *header = &message->headers[i];
		rd_kafka_header_add(headers, header->name.ptr, (ssize_t)header->name.len, header->value.ptr,
		                    (ssize_t)header->value.len);
	}
	return headers;
}

/* Values are not copied: the request lives until everything was delivered or the producer is destroyed. */
static rd_kafka_resp_err_t produce_once(struct kafka_producer *producer, const struct sink_message *message)
{
	rd_kafka_headers_t *headers = copy_headers(message);
	rd_kafka_vu_t parts[] = {
	        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = producer->topics[message->topic]},
	        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = RD_KAFKA_PARTITION_UA},
	        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)message->value.ptr, message->value.len}},
	        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)message->key.ptr, message->key.len}},
	        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = producer},
	        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP,
	         .u.i64 = message->timestamp.ms == INSTANT_NONE.ms ? 0 : message->timestamp.ms},
	        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
	};
	rd_kafka_error_t *error =
	        rd_kafka_produceva(producer->kafka, parts, sizeof(parts) / sizeof(parts[0]) - !headers);
	if (!error)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_resp_err_t code = rd_kafka_error_code(error);
	rd_kafka_error_destroy(error);
	if (headers)
		rd_kafka_headers_destroy(headers);
	return code;
}

static bool produce(struct kafka_producer *producer, const struct sink_message *message, int64_t deadline,
                    struct kafka_verdict *verdict)
{
	char doing[200];
	rd_kafka_resp_err_t code;
	if (!producer->topics[message->topic])
		return say(verdict, OUTCOME_NEVER, "a message was sent to an output topic that is switched off");
	while ((code = produce_once(producer, message)) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
	       kafka_thread_now_ms() < deadline)
		rd_kafka_poll(producer->kafka, FULL_WAIT_MS);
	if (!code)
		return true;
	snprintf(doing, sizeof(doing), "sending %zu bytes to %.100s for shard %u",
	         message->key.len + message->value.len, rd_kafka_topic_name(producer->topics[message->topic]),
	         message->shard);
	return say_code(verdict, doing, code, NULL);
}

/* The flush serves the delivery reports; without that a commit would wait in steps of 10 ms. */
static bool send_all(struct kafka_producer *producer, const struct sink_emit *emit, struct kafka_verdict *verdict)
{
	int64_t timeout = kafka_settings_transaction_timeout(producer->client->settings).ms;
	int64_t deadline = kafka_thread_now_ms() + timeout;
	producer->failed = 0;
	for (size_t i = 0; i < emit->message_count; i++)
		if (!produce(producer, &emit->messages[i], deadline, verdict))
			return false;
	rd_kafka_resp_err_t code = rd_kafka_flush(producer->kafka, (int)timeout);
	if (producer->failed > 0)
		code = producer->failed_code;
	return !code || say_code(verdict, "sending", code, NULL);
}

/* --- positions --- */

static bool is_ours(const struct kafka_client *client, uint32_t shard)
{
	return shard < client->shards && client->held[shard];
}

static bool all_ours(const struct kafka_client *client, const struct sink_emit *emit, struct kafka_verdict *verdict)
{
	for (size_t i = 0; i < emit->commit_count; i++)
		if (!is_ours(client, emit->commits[i].shard)) {
			char why[80];
			snprintf(why, sizeof(why), "shard %u is not ours (any more)", emit->commits[i].shard);
			return say(verdict, OUTCOME_AGAIN, why);
		}
	return true;
}

/* librdkafka drops an offset below 0 without a word, fence and metadata with it. The list frees its metadata. */
static void add_commit(rd_kafka_topic_partition_list_t *list, const struct kafka_settings *settings,
                       const struct sink_commit *commit)
{
	for (size_t topic = 0; topic < settings->input_count; topic++) {
		assert(commit->offsets[topic] >= 0);
		assert(!memchr(commit->metadata.ptr, 0, commit->metadata.len));
		rd_kafka_topic_partition_t *partition =
		        rd_kafka_topic_partition_list_add(list, settings->inputs[topic], (int32_t)commit->shard);
		partition->offset = commit->offsets[topic];
		partition->metadata = mem_alloc(commit->metadata.len + 1);
		memcpy(partition->metadata, commit->metadata.ptr, commit->metadata.len);
		partition->metadata_size = commit->metadata.len;
	}
}

static rd_kafka_topic_partition_list_t *list_commits(const struct kafka_settings *settings,
                                                     const struct sink_emit *emit)
{
	rd_kafka_topic_partition_list_t *list =
	        rd_kafka_topic_partition_list_new((int)(emit->commit_count * settings->input_count));
	for (size_t i = 0; i < emit->commit_count; i++)
		add_commit(list, settings, &emit->commits[i]);
	return list;
}

/* The group's metadata is asked for anew each time: an old generation would be refused for nothing. And it is asked for
 * before we look whether the shards are still ours: were it the other way round, the generation could move on in
 * between, and a position of somebody else's shard would be accepted. */
static bool send_offsets(struct kafka_producer *producer, const struct sink_emit *emit, struct kafka_verdict *verdict)
{
	if (emit->commit_count == 0)
		return true;
	rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(producer->client->member);
	if (!group)
		return say(verdict, OUTCOME_AGAIN, "the consumer is in no group");
	if (!all_ours(producer->client, emit, verdict)) {
		rd_kafka_consumer_group_metadata_destroy(group);
		rd_kafka_error_destroy(rd_kafka_abort_transaction(producer->kafka, ABORT_MS));
		return false;
	}
	rd_kafka_topic_partition_list_t *list = list_commits(producer->client->settings, emit);
	rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(producer->kafka, list, group, -1);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_group_metadata_destroy(group);
	return !error || say_error(producer, verdict, "committing the positions", error);
}

/* --- the two ways of an emit --- */

/* Messages of a transaction that failed are purged and say no more than that. The transaction itself names its cause to
 * the next call on it: here the positions, which end with it. (Without any the library would not look.) */
static void ask_for_cause(struct kafka_producer *producer, const struct sink_emit *emit, struct kafka_verdict *verdict)
{
	rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(producer->client->member);
	if (!group)
		return;
	rd_kafka_topic_partition_list_t *list = list_commits(producer->client->settings, emit);
	rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(producer->kafka, list, group, ABORT_MS);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_group_metadata_destroy(group);
	if (error && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__STATE)
		say_code(verdict, "sending", rd_kafka_error_code(error), rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
}

static bool emit_transaction(struct kafka_producer *producer, const struct sink_emit *emit,
                             struct kafka_verdict *verdict)
{
	rd_kafka_error_t *error = rd_kafka_begin_transaction(producer->kafka);
	if (error)
		return say_error(producer, verdict, "beginning a transaction", error);
	if (!send_all(producer, emit, verdict)) {
		if (producer->failed > 0)
			ask_for_cause(producer, emit, verdict);
		rd_kafka_error_destroy(rd_kafka_abort_transaction(producer->kafka, ABORT_MS));
		return false;
	}
	if (!send_offsets(producer, emit, verdict))
		return false;
	error = rd_kafka_commit_transaction(producer->kafka, -1);
	return !error || say_error(producer, verdict, "committing a transaction", error);
}

static bool commit_plainly(struct kafka_producer *producer, const struct sink_emit *emit, struct kafka_verdict *verdict)
{
	int timeout = (int)kafka_settings_transaction_timeout(producer->client->settings).ms;
	rd_kafka_t *consumer = producer->client->member;
	rd_kafka_topic_partition_list_t *list = list_commits(producer->client->settings, emit);
	rd_kafka_queue_t *answers = rd_kafka_queue_new(consumer);
	rd_kafka_resp_err_t code = rd_kafka_commit_queue(consumer, list, answers, NULL, NULL);
	rd_kafka_event_t *event = code ? NULL : rd_kafka_queue_poll(answers, timeout);
	if (!code)
		code = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
	if (event)
		rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(answers);
	rd_kafka_topic_partition_list_destroy(list);
	return !code || say_code(verdict, "committing the positions", code, NULL);
}

static bool emit_plainly(struct kafka_producer *producer, const struct sink_emit *emit, struct kafka_verdict *verdict)
{
	return send_all(producer, emit, verdict) && all_ours(producer->client, emit, verdict) &&
	       (emit->commit_count == 0 || commit_plainly(producer, emit, verdict));
}

/* A fatal error purges what was under way, which then fails for that reason: the first cause counts. But what nobody
 * can mend here is the cause also where the broker then refuses to end the transaction. */
static void judge_fatal(struct kafka_producer *producer, struct kafka_verdict *verdict)
{
	char text[200];
	rd_kafka_resp_err_t cause = rd_kafka_fatal_error(producer->kafka, text, sizeof(text));
	if (cause && verdict->outcome != OUTCOME_NEVER)
		say_code(verdict, "the producer cannot go on", cause, text);
}

/* A broker that gave a transaction up for its age refuses us in the words it has for a rival. */
static void judge_age(struct kafka_producer *producer, int64_t begun, struct kafka_verdict *verdict)
{
	int64_t timeout = kafka_settings_transaction_timeout(producer->client->settings).ms;
	if (verdict->outcome == OUTCOME_FENCED && kafka_thread_now_ms() - begun >= timeout)
		say(verdict, OUTCOME_AGAIN, "the transaction took longer than transaction_timeout");
}

bool kafka_producer_emit(struct kafka_producer *producer, const struct sink_emit *emit, struct kafka_verdict *verdict)
{
	if (!producer->kafka)
		return say(verdict, OUTCOME_AGAIN, "the producer must be opened first");
	int64_t begun = kafka_thread_now_ms();
	bool plain = producer->client->settings->at_least_once;
	verdict->outcome = OUTCOME_DONE;
	if (all_ours(producer->client, emit, verdict) &&
	    (plain ? emit_plainly(producer, emit, verdict) : emit_transaction(producer, emit, verdict)))
		return true;
	judge_fatal(producer, verdict);
	judge_age(producer, begun, verdict);
	kafka_producer_close(producer);
	return false;
}
