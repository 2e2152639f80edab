/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_check.h"

#include "adapters/kafka/kafka_error.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

enum { ANSWER_MS = 5000, ABSENT_TRIES = 6, ABSENT_MS = 300 };

static const char *const roles[SINK_TOPIC_COUNT] = {"the actions", "the decisions", "dead letters",
                                                    "records of journeys"};

__attribute__((format(printf, 3, 4))) static bool fail(struct kafka_check *check, enum outcome outcome,
                                                       const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(check->why, sizeof(check->why), format, arguments);
	va_end(arguments);
	check->outcome = outcome;
	return false;
}

/* A topic's own error, for `role` of it. */
static bool judge_topic(struct kafka_check *check, const char *name, const char *role,
                        const rd_kafka_metadata_topic_t *topic)
{
	char doing[160];
	switch (topic->err) {
	case RD_KAFKA_RESP_ERR_NO_ERROR:
		return true;
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
		return fail(check, OUTCOME_NEVER, "the topic %s for %s does not exist: create it first", name, role);
	case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
		return fail(check, OUTCOME_NEVER, "%s cannot be the name of a topic", name);
	default:
		snprintf(doing, sizeof(doing), "asking for the topic %s for %s", name, role);
		kafka_error_print(check->why, sizeof(check->why), doing, topic->err, NULL);
		check->outcome = kafka_error_outcome(topic->err);
		return false;
	}
}

/* Nobody waits at the start for a password to become right; later, a login that is refused is waited for. */
static bool fail_asking(struct kafka_client *client, const char *name, rd_kafka_resp_err_t code,
                        struct kafka_check *check)
{
	char doing[160], cause[160];
	snprintf(doing, sizeof(doing), "asking the brokers for the topic %s", name);
	code = kafka_trouble_cause(&client->trouble, code, cause, sizeof(cause));
	kafka_error_print(check->why, sizeof(check->why), doing, code, cause);
	check->outcome = code == RD_KAFKA_RESP_ERR__AUTHENTICATION ? OUTCOME_NEVER : kafka_error_outcome(code);
	return false;
}

static bool ask(struct kafka_client *client, const char *name, struct kafka_check *check,
                const struct rd_kafka_metadata **metadata)
{
	rd_kafka_topic_t *topic = rd_kafka_topic_new(client->reader, name, NULL);
	rd_kafka_resp_err_t code =
	        topic ? rd_kafka_metadata(client->reader, 0, topic, metadata, ANSWER_MS) : rd_kafka_last_error();
	if (topic)
		rd_kafka_topic_destroy(topic);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		return fail_asking(client, name, code, check);
	kafka_trouble_clear(&client->trouble);
	return true;
}

static bool absent(const struct rd_kafka_metadata *metadata)
{
	return metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

/* A topic made just now is not known to every broker at once. */
static bool ask_patiently(struct kafka_client *client, const char *name, struct kafka_check *check,
                          const struct rd_kafka_metadata **metadata)
{
	for (int try = 1;; try++) {
		if (!ask(client, name, check, metadata))
			return false;
		if (!absent(*metadata) || try == ABSENT_TRIES)
			return true;
		rd_kafka_metadata_destroy(*metadata);
		poll(NULL, 0, ABSENT_MS);
	}
}

/* check->shards is answered when the topic is there. */
static bool check_topic(struct kafka_client *client, const char *name, const char *role, struct kafka_check *check)
{
	const struct rd_kafka_metadata *metadata;
	if (!ask_patiently(client, name, check, &metadata))
		return false;
	bool ok = metadata->topic_cnt == 1 && judge_topic(check, name, role, &metadata->topics[0]);
	if (ok)
		check->shards = (uint32_t)metadata->topics[0].partition_cnt;
	else if (metadata->topic_cnt != 1)
		fail(check, OUTCOME_AGAIN, "the brokers said nothing about the topic %s", name);
	rd_kafka_metadata_destroy(metadata);
	return ok;
}

/* A shard is one partition number across all inputs: with other counts a customer would live in two shards. */
static bool check_inputs(struct kafka_client *client, struct kafka_check *check)
{
	const struct kafka_settings *settings = client->settings;
	uint32_t first = 0;
	for (size_t i = 0; i < settings->input_count; i++) {
		if (!check_topic(client, settings->inputs[i], "events", check))
			return false;
		if (i == 0)
			first = check->shards;
		else if (check->shards != first)
			return fail(check, OUTCOME_NEVER,
			            "input topics must have equally many partitions: %s has %" PRIu32
			            ", %s has %" PRIu32,
			            settings->inputs[0], first, settings->inputs[i], check->shards);
	}
	check->shards = first;
	return true;
}

static bool check_outputs(struct kafka_client *client, struct kafka_check *check)
{
	const struct kafka_settings *settings = client->settings;
	uint32_t shards = check->shards;
	for (size_t i = 0; i < SINK_TOPIC_COUNT; i++)
		if (settings->outputs[i] && !check_topic(client, settings->outputs[i], roles[i], check))
			return false;
	check->shards = shards;
	return true;
}

void kafka_check_topics(struct kafka_client *client, struct kafka_check *check)
{
	*check = (struct kafka_check){.outcome = OUTCOME_DONE};
	if (check_inputs(client, check))
		check_outputs(client, check);
}
