/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka_admin.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MS = 30000 };

static bool complain(char *why, size_t why_size, const char *text)
{
	snprintf(why, why_size, "%s", text);
	return false;
}

static rd_kafka_t *connect_to(const char *brokers, char *why, size_t why_size)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	if (rd_kafka_conf_set(conf, "bootstrap.servers", brokers, why, why_size) != RD_KAFKA_CONF_OK) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, why_size);
	if (!kafka)
		rd_kafka_conf_destroy(conf);
	return kafka;
}

static bool add_configs(rd_kafka_NewTopic_t *wanted, const struct kafka_admin_topic *topic)
{
	for (size_t i = 0; i < topic->config_count; i++) {
		char name[128];
		const char *equals = strchr(topic->configs[i], '=');
		if (!equals || (size_t)(equals - topic->configs[i]) >= sizeof(name))
			return false;
		snprintf(name, sizeof(name), "%.*s", (int)(equals - topic->configs[i]), topic->configs[i]);
		rd_kafka_NewTopic_set_config(wanted, name, equals + 1);
	}
	return true;
}

/* The answer holds one topic: the call itself or that topic may have failed. */
static bool read_answer(rd_kafka_event_t *event, char *why, size_t why_size)
{
	if (!event)
		return complain(why, why_size, "no answer from the broker");
	if (rd_kafka_event_error(event))
		return complain(why, why_size, rd_kafka_event_error_string(event));
	size_t count;
	const rd_kafka_topic_result_t **topics =
	        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
	if (rd_kafka_topic_result_error(topics[0]))
		return complain(why, why_size, rd_kafka_topic_result_error_string(topics[0]));
	return true;
}

static bool create(rd_kafka_t *kafka, rd_kafka_NewTopic_t *wanted, char *why, size_t why_size)
{
	rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(kafka, RD_KAFKA_ADMIN_OP_CREATETOPICS);
	rd_kafka_AdminOptions_set_operation_timeout(options, ANSWER_MS, NULL, 0);
	rd_kafka_queue_t *answers = rd_kafka_queue_new(kafka);
	rd_kafka_CreateTopics(kafka, &wanted, 1, options, answers);
	rd_kafka_event_t *event = rd_kafka_queue_poll(answers, ANSWER_MS);
	bool ok = read_answer(event, why, why_size);
	if (event)
		rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(answers);
	rd_kafka_AdminOptions_destroy(options);
	return ok;
}

bool kafka_admin_create(const char *brokers, const struct kafka_admin_topic *topic, char *why, size_t why_size)
{
	rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(topic->name, topic->partitions, 1, why, why_size);
	if (!wanted)
		return false;
	rd_kafka_t *kafka = connect_to(brokers, why, why_size);
	bool ok = kafka != NULL;
	if (ok && !add_configs(wanted, topic))
		ok = complain(why, why_size, "a topic's configuration must be name=value");
	ok = ok && create(kafka, wanted, why, why_size);
	if (kafka)
		rd_kafka_destroy(kafka);
	rd_kafka_NewTopic_destroy(wanted);
	return ok;
}
