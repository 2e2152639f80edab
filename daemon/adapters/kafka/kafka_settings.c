/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_settings.h"

#include <inttypes.h>
#include <stdio.h>

/* This librdkafka looks at a full queue again only after a second (its issue 2879): the queue must last that long. */
enum { TRANSACTION_TIMEOUT_MS = 10000, QUEUE_KBYTES = 16384, QUEUE_RECORDS = 20000 };

/* Not the user's to set, and why. */
static const struct kafka_property owned[] = {
        {"bootstrap.servers", "it is the setting `brokers`"},
        {"metadata.broker.list", "it is the setting `brokers`"},
        {"group.id", "it is the setting `group`"},
        {"group.instance.id", "it is the setting `instance`"},
        {"group.protocol", "shards are assigned by the classic protocol"},
        {"transactional.id", "it is made of the settings `group` and `instance`"},
        {"transaction.timeout.ms", "it is the setting `transaction_timeout`"},
        {"message.timeout.ms", "it follows from the setting `transaction_timeout`"},
        {"delivery.timeout.ms", "it follows from the setting `transaction_timeout`"},
        {"queued.max.messages.kbytes", "it is the setting `read_ahead`"},
        {"queued.min.messages", "it follows from the setting `read_ahead`"},
        {"enable.auto.commit", "offsets are committed in transactions only"},
        {"enable.auto.offset.store", "offsets are committed in transactions only"},
        {"auto.offset.reset", "a gap in the input must be seen, not skipped"},
        {"enable.partition.eof", "the end of a topic must be known to keep the order of time"},
        {"partition.assignment.strategy", "only `range` keeps equal partitions of all topics together"},
        {"isolation.level", "pending transactions must neither be read nor overlooked"},
        {"enable.idempotence", "without it a message could be doubled or overtaken"},
        {"enable.gapless.guarantee", "a lost message is settled by the transaction"},
        {"acks", "a send must be on all replicas in sync"},
        {"request.required.acks", "a send must be on all replicas in sync"},
        {"partitioner", "keys go to partitions as Java's murmur2 puts them"},
        {"log.queue", "the daemon writes librdkafka's log itself"},
};

static const struct kafka_property common[] = {
        {"log.queue", "false"},         {"socket.nagle.disable", "true"},    {"socket.keepalive.enable", "true"},
        {"reconnect.backoff.ms", "50"}, {"reconnect.backoff.max.ms", "500"},
};

/* A fetch that waits at the broker holds up every later request of its connection, that for a shard just taken among
 * them: so it waits for 50 ms, not for the usual 500. */
static const struct kafka_property consumer[] = {
        {"enable.auto.commit", "false"},       {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"},        {"partition.assignment.strategy", "range"},
        {"enable.partition.eof", "true"},      {"isolation.level", "read_committed"},
        {"fetch.wait.max.ms", "50"},           {"fetch.error.backoff.ms", "50"},
        {"allow.auto.create.topics", "false"},
};

static const struct kafka_property producer[] = {
        {"retry.backoff.ms", "10"},
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"partitioner", "murmur2_random"},
        {"linger.ms", "5"},
        {"batch.size", "1000000"},
        {"message.max.bytes", "1048576"},
        {"queue.buffering.max.messages", "200000"},
        {"queue.buffering.max.kbytes", "131072"},
};

struct complaint { /* where the sentence goes */
	char *text;
	size_t size;
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, struct complaint *why)
{
	char text[200];
	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK)
		return true;
	snprintf(why->text, why->size, "the Kafka property %s cannot be set: %s", name, text);
	return false;
}

static bool set_number(rd_kafka_conf_t *conf, const char *name, int64_t value, struct complaint *why)
{
	char text[32];
	snprintf(text, sizeof(text), "%" PRId64, value);
	return set(conf, name, text, why);
}

static bool set_table(rd_kafka_conf_t *conf, const struct kafka_property *table, size_t count, struct complaint *why)
{
	for (size_t i = 0; i < count; i++)
		if (!set(conf, table[i].name, table[i].value, why))
			return false;
	return true;
}

static bool refuse_owned(const struct kafka_settings *settings, struct complaint *why)
{
	for (size_t i = 0; i < settings->property_count; i++)
		for (size_t k = 0; k < COUNT(owned); k++)
			if (strcmp(settings->properties[i].name, owned[k].name) == 0) {
				snprintf(why->text, why->size, "the Kafka property %s cannot be set: %s", owned[k].name,
				         owned[k].value);
				return false;
			}
	return true;
}

static bool check_names(const struct kafka_settings *settings, struct complaint *why)
{
	const char *missing = !settings->brokers || !*settings->brokers     ? "brokers"
	                      : !settings->group || !*settings->group       ? "group"
	                      : !settings->instance || !*settings->instance ? "instance"
	                      : settings->input_count == 0                  ? "inputs"
	                      : !settings->outputs[SINK_ACTIONS]            ? "outputs.actions"
	                                                                    : NULL;
	if (missing)
		snprintf(why->text, why->size, "the Kafka setting `%s` is missing", missing);
	return !missing;
}

struct duration kafka_settings_transaction_timeout(const struct kafka_settings *settings)
{
	if (settings->transaction_timeout.ms > 0)
		return settings->transaction_timeout;
	return (struct duration){TRANSACTION_TIMEOUT_MS};
}

/* The user's properties come behind ours, so that those which are not owned can be changed. */
static bool fill_reader(rd_kafka_conf_t *conf, const struct kafka_settings *settings, struct complaint *why)
{
	uint32_t kbytes = settings->queue_kbytes ? settings->queue_kbytes : QUEUE_KBYTES;
	uint32_t records = settings->queue_records ? settings->queue_records : QUEUE_RECORDS;
	return check_names(settings, why) && refuse_owned(settings, why) &&
	       set(conf, "bootstrap.servers", settings->brokers, why) && set(conf, "client.id", "journeyd", why) &&
	       set(conf, "group.id", settings->group, why) && set_table(conf, common, COUNT(common), why) &&
	       set_table(conf, consumer, COUNT(consumer), why) &&
	       set_number(conf, "queued.max.messages.kbytes", kbytes, why) &&
	       set_number(conf, "queued.min.messages", records, why) &&
	       set_table(conf, settings->properties, settings->property_count, why);
}

/* A message must time out before its transaction does, so that the library, not the broker, ends it. */
static bool set_transaction(rd_kafka_conf_t *conf, const struct kafka_settings *settings, struct complaint *why)
{
	int64_t timeout = kafka_settings_transaction_timeout(settings).ms;
	char name[512];
	if (!set_number(conf, "message.timeout.ms", timeout * 8 / 10, why))
		return false;
	if (settings->at_least_once)
		return true;
	snprintf(name, sizeof(name), "%s/%s", settings->group, settings->instance);
	return set(conf, "transactional.id", name, why) && set_number(conf, "transaction.timeout.ms", timeout, why) &&
	       set_number(conf, "socket.timeout.ms", timeout * 8 / 10, why);
}

static bool fill_producer(rd_kafka_conf_t *conf, const struct kafka_settings *settings, struct complaint *why)
{
	return check_names(settings, why) && refuse_owned(settings, why) &&
	       set(conf, "bootstrap.servers", settings->brokers, why) && set(conf, "client.id", "journeyd", why) &&
	       set_table(conf, common, COUNT(common), why) && set_table(conf, producer, COUNT(producer), why) &&
	       set_transaction(conf, settings, why) &&
	       set_table(conf, settings->properties, settings->property_count, why);
}

static rd_kafka_conf_t *conf_or_null(rd_kafka_conf_t *conf, bool ok)
{
	if (ok)
		return conf;
	rd_kafka_conf_destroy(conf);
	return NULL;
}

rd_kafka_conf_t *kafka_settings_member(const struct kafka_settings *settings, char *why, size_t why_size)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	struct complaint complaint = {why, why_size};
	return conf_or_null(conf, fill_reader(conf, settings, &complaint) &&
	                                  set(conf, "group.instance.id", settings->instance, &complaint));
}

rd_kafka_conf_t *kafka_settings_reader(const struct kafka_settings *settings, char *why, size_t why_size)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	return conf_or_null(conf, fill_reader(conf, settings, &(struct complaint){why, why_size}));
}

rd_kafka_conf_t *kafka_settings_producer(const struct kafka_settings *settings, char *why, size_t why_size)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	return conf_or_null(conf, fill_producer(conf, settings, &(struct complaint){why, why_size}));
}
