/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the user says about Kafka, and how it becomes librdkafka's configuration. The properties on which exactly-once
 * rests are ours: naming one of them among the user's is refused with the reason.
 */
#ifndef JD_KAFKA_SETTINGS_H
#define JD_KAFKA_SETTINGS_H

#include "ports/sink.h"

#include <librdkafka/rdkafka.h>

struct kafka_property { /* one of librdkafka's own: security.protocol, sasl.username, ... */
	const char *name, *value;
};

/* Everything is borrowed and must outlive the client. */
struct kafka_settings {
	const char *brokers;  /* host:port,host:port */
	const char *group;    /* consumer group */
	const char *instance; /* this process's lasting name within the group: a restart has its shards back at once */
	const char *inputs[TOPICS_MAX];
	size_t input_count;
	const char *outputs[SINK_TOPIC_COUNT]; /* by enum sink_topic; NULL: switched off */
	const struct kafka_property *properties;
	size_t property_count;
	struct duration transaction_timeout;  /* 0: 10 s */
	uint32_t queue_kbytes, queue_records; /* read ahead, per partition of each topic; 0: 16384 KiB, 20000 */
	bool at_least_once;                   /* idempotent producer, no transactions */
	/* Called on the loop's thread only. level as syslog's: 3 error, 4 warning, 6 info, 7 debug. NULL: silence. */
	void (*log)(void *owner, int level, const char *line);
	void *log_owner;
};

struct duration kafka_settings_transaction_timeout(const struct kafka_settings *settings);
/* NULL with a sentence in why when something is wrong. The answer is for rd_kafka_new or rd_kafka_conf_destroy. Of the
 * two consumers `member` joins the group; the reader fetches what app asks for and joins nothing. */
rd_kafka_conf_t *kafka_settings_member(const struct kafka_settings *settings, char *why, size_t why_size);
rd_kafka_conf_t *kafka_settings_reader(const struct kafka_settings *settings, char *why, size_t why_size);
rd_kafka_conf_t *kafka_settings_producer(const struct kafka_settings *settings, char *why, size_t why_size);

#endif
