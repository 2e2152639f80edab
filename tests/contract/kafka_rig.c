/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/kafka/kafka_sink.h"
#include "adapters/kafka/kafka_source.h"
#include "kafka_admin.h"
#include "kafka_rig.h"

enum { WAIT_MS = 20000 };

struct handle {
	struct kafka_settings settings;
	struct kafka_property properties[KAFKA_RIG_PROPERTIES];
	struct kafka_client *client;
};

static struct kafka_rig *of(struct io_rig *rig)
{
	return rig->owner;
}

static void write_log(void *owner, int level, const char *line)
{
	struct kafka_rig *rig = owner;
	if (rig->verbose)
		fprintf(stderr, "log %d: %s\n", level, line);
}

/* --- the server --- */

static bool server(struct kafka_rig *rig, const char *verb, char *answer, size_t size)
{
	char command[1024];
	snprintf(command, sizeof(command), "'%s' %s '%s'", rig->script, verb, rig->folder);
	FILE *pipe = popen(command, "r");
	if (!pipe)
		return false;
	size_t length = fread(answer, 1, size - 1, pipe);
	answer[length] = '\0';
	return pclose(pipe) == 0;
}

void kafka_rig_server(struct kafka_rig *rig, const char *verb)
{
	char answer[64];
	if (!server(rig, verb, answer, sizeof(answer)))
		fail_msg("the broker could not be made to %s: see %s/log", verb, rig->folder);
}

static rd_kafka_t *make_client(struct kafka_rig *rig, rd_kafka_type_t type, const struct kafka_property *properties)
{
	char why[200];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_conf_set(conf, "bootstrap.servers", rig->brokers, why, sizeof(why));
	rd_kafka_conf_set(conf, "log_level", rig->verbose ? "6" : "0", why, sizeof(why));
	for (; properties->name; properties++)
		if (rd_kafka_conf_set(conf, properties->name, properties->value, why, sizeof(why)) != RD_KAFKA_CONF_OK)
			fail_msg("%s", why);
	rd_kafka_t *kafka = rd_kafka_new(type, conf, why, sizeof(why));
	if (!kafka)
		fail_msg("%s", why);
	return kafka;
}

void kafka_rig_topic(struct kafka_rig *rig, const char *name, int partitions)
{
	char why[300];
	struct kafka_admin_topic topic = {.name = name, .partitions = partitions};
	if (!kafka_admin_create(rig->brokers, &topic, why, sizeof(why)))
		fail_msg("creating %s: %s", name, why);
}

/* --- the rig --- */

void kafka_rig_property(struct kafka_rig *rig, const char *name, const char *value)
{
	assert_true(rig->settings.property_count < KAFKA_RIG_PROPERTIES);
	rig->properties[rig->settings.property_count++] = (struct kafka_property){name, value};
}

/* A client that meets a topic for the first time otherwise asks for it when its second is over. */
static void introduce(rd_kafka_t *kafka, const char *name)
{
	const struct rd_kafka_metadata *metadata;
	rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, name, NULL);
	if (!rd_kafka_metadata(kafka, 0, topic, &metadata, WAIT_MS))
		rd_kafka_metadata_destroy(metadata);
	rd_kafka_topic_destroy(topic);
}

static void fresh(struct io_rig *port)
{
	static const char *const kinds[] = {"actions", "decisions", "dead", "records"};
	struct kafka_rig *rig = of(port);
	if (rig->live > 0) /* a test that failed left them on its stack: never to be turned again */
		rig->loop = loop_new();
	rig->live = 0;
	unsigned generation = ++rig->generation;
	snprintf(rig->group, sizeof(rig->group), "group%u", generation);
	rig->settings = (struct kafka_settings){
	        .brokers = rig->brokers,
	        .group = rig->group,
	        .input_count = IO_TOPICS,
	        .log = write_log,
	        .log_owner = rig,
	};
	for (size_t i = 0; i < IO_TOPICS; i++) {
		snprintf(rig->inputs[i], sizeof(rig->inputs[i]), "in%zu-%u", i, generation);
		kafka_rig_topic(rig, rig->inputs[i], IO_SHARDS);
		introduce(rig->producer, rig->inputs[i]);
		rig->settings.inputs[i] = rig->inputs[i];
	}
	for (size_t i = 0; i < SINK_TOPIC_COUNT; i++) {
		snprintf(rig->outputs[i], sizeof(rig->outputs[i]), "%s-%u", kinds[i], generation);
		kafka_rig_topic(rig, rig->outputs[i], IO_SHARDS);
		introduce(rig->reader, rig->outputs[i]);
		rig->settings.outputs[i] = rig->outputs[i];
	}
}

struct kafka_settings *kafka_rig_settings(struct io_node *node)
{
	return &((struct handle *)node->handle)->settings;
}

static void make(struct io_rig *port, struct io_node *node)
{
	struct kafka_rig *rig = of(port);
	char why[240] = "";
	struct handle *handle = mem_alloc(sizeof(*handle));
	handle->settings = rig->settings;
	memcpy(handle->properties, rig->properties, sizeof(handle->properties));
	handle->settings.properties = handle->properties;
	handle->settings.instance = node->name;
	handle->client = kafka_client_new(rig->loop, &handle->settings, why, sizeof(why));
	if (!handle->client)
		fail_msg("%s", why);
	node->handle = handle;
	rig->live++;
	node->source = kafka_source_new(handle->client);
	node->sink = kafka_sink_new(handle->client);
}

static void drop(struct io_rig *port, struct io_node *node)
{
	of(port)->live--;
	struct handle *handle = node->handle;
	node->sink->ops->free(node->sink);
	node->source->ops->free(node->source);
	kafka_client_free(handle->client);
	free(handle);
}

static void turn(struct io_rig *port)
{
	loop_turn(of(port)->loop, (struct duration){10});
}

static int64_t now_ms(struct io_rig *port)
{
	(void)port;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- input --- */

static void put(struct io_rig *port, const struct record *record)
{
	struct kafka_rig *rig = of(port);
	rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
	for (size_t i = 0; i < record->header_count; i++)
		rd_kafka_header_add(headers, record->headers[i].name.ptr, (ssize_t)record->headers[i].name.len,
		                    record->headers[i].value.ptr, (ssize_t)record->headers[i].value.len);
	rd_kafka_resp_err_t code = rd_kafka_producev(
	        rig->producer, RD_KAFKA_V_TOPIC(rig->inputs[record->origin.topic]),
	        RD_KAFKA_V_PARTITION(record->origin.shard), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
	        RD_KAFKA_V_KEY(record->key.ptr, record->key.len),
	        RD_KAFKA_V_VALUE((void *)record->value.ptr, record->value.len),
	        RD_KAFKA_V_TIMESTAMP(record->timestamp.ms), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
	assert_int_equal(code, RD_KAFKA_RESP_ERR_NO_ERROR);
	assert_int_equal(rd_kafka_flush(rig->producer, WAIT_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* --- output --- */

static void drop_outputs(struct kafka_rig *rig)
{
	for (size_t i = 0; i < rig->message_count; i++) {
		free((void *)rig->outputs_read[i].headers);
		rd_kafka_message_destroy(rig->messages[i]);
	}
	free(rig->messages);
	free(rig->outputs_read);
	rig->messages = NULL;
	rig->outputs_read = NULL;
	rig->message_count = 0;
}

/* To the end of every partition, and a moment more: the markers of a committed transaction are written behind it. */
static void read_messages(struct kafka_rig *rig)
{
	enum { MOMENT_MS = 300 };
	int64_t deadline = now_ms(&rig->rig) + WAIT_MS, quiet = deadline;
	for (int ends = 0; ends < IO_SHARDS || now_ms(&rig->rig) < quiet;) {
		rd_kafka_message_t *message = rd_kafka_consumer_poll(rig->reader, 20);
		if (now_ms(&rig->rig) > deadline)
			fail_msg("an output topic could not be read to its end");
		if (!message)
			continue;
		quiet = now_ms(&rig->rig) + MOMENT_MS;
		if (!message->err) {
			rig->messages = mem_realloc(rig->messages, (rig->message_count + 1) * sizeof(message));
			rig->messages[rig->message_count++] = message;
			continue;
		}
		ends += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
		rd_kafka_message_destroy(message);
	}
}

static void fill_output(struct io_output *output, const rd_kafka_message_t *message)
{
	rd_kafka_headers_t *headers;
	*output = (struct io_output){
	        .key = {message->key, message->key ? message->key_len : 0},
	        .value = {message->payload, message->payload ? message->len : 0},
	        .timestamp_ms = rd_kafka_message_timestamp(message, NULL),
	        .partition = message->partition,
	};
	if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	output->header_count = rd_kafka_header_cnt(headers);
	struct record_header *list = mem_alloc(output->header_count * sizeof(*list));
	for (size_t i = 0; i < output->header_count; i++) {
		const char *name;
		const void *value;
		rd_kafka_header_get_all(headers, i, &name, &value, &list[i].value.len);
		list[i].name = str_from(name);
		list[i].value.ptr = value;
	}
	output->headers = list;
}

static size_t read_outputs(struct io_rig *port, enum sink_topic topic, const struct io_output **outputs)
{
	struct kafka_rig *rig = of(port);
	drop_outputs(rig);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(IO_SHARDS);
	for (int32_t partition = 0; partition < IO_SHARDS; partition++)
		rd_kafka_topic_partition_list_add(list, rig->outputs[topic], partition)->offset = 0;
	assert_int_equal(rd_kafka_assign(rig->reader, list), RD_KAFKA_RESP_ERR_NO_ERROR);
	rd_kafka_topic_partition_list_destroy(list);
	read_messages(rig);
	rd_kafka_assign(rig->reader, NULL);
	rig->outputs_read = mem_alloc((rig->message_count + 1) * sizeof(rig->outputs_read[0]));
	for (size_t i = 0; i < rig->message_count; i++)
		fill_output(&rig->outputs_read[i], rig->messages[i]);
	*outputs = rig->outputs_read;
	return rig->message_count;
}

/* --- the rig's own life --- */

bool kafka_rig_init(struct kafka_rig *rig)
{
	static const struct kafka_property producer[] = {{"linger.ms", "0"}, {"message.max.bytes", "2000000"}, {0}};
	static const struct kafka_property reader[] = {{"group.id", "reader"},
	                                               {"enable.auto.commit", "false"},
	                                               {"enable.partition.eof", "true"},
	                                               {"fetch.wait.max.ms", "10"},
	                                               {0}};
	char port[64] = "";
	*rig = (struct kafka_rig){.verbose = getenv("VERBOSE") != NULL};
	rig->rig = (struct io_rig){.fresh = fresh,
	                           .make = make,
	                           .drop = drop,
	                           .put = put,
	                           .read = read_outputs,
	                           .turn = turn,
	                           .now_ms = now_ms,
	                           .owner = rig};
	const char *scratch = getenv("TMPDIR");
	snprintf(rig->script, sizeof(rig->script), "%s/tests/servers/kafka", SOURCE_DIR);
	snprintf(rig->folder, sizeof(rig->folder), "%s/journeyd-kafka-XXXXXX", scratch ? scratch : "/tmp");
	if (!mkdtemp(rig->folder) || !server(rig, "start", port, sizeof(port)))
		return false;
	port[strcspn(port, "\n")] = '\0';
	snprintf(rig->brokers, sizeof(rig->brokers), "127.0.0.1:%s", port);
	rig->loop = loop_new();
	rig->producer = make_client(rig, RD_KAFKA_PRODUCER, producer);
	rig->reader = make_client(rig, RD_KAFKA_CONSUMER, reader);
	return true;
}

void kafka_rig_release(struct kafka_rig *rig)
{
	char command[256], answer[64];
	drop_outputs(rig);
	rd_kafka_destroy(rig->producer);
	rd_kafka_destroy(rig->reader);
	loop_free(rig->loop);
	server(rig, "kill", answer, sizeof(answer));
	snprintf(command, sizeof(command), "rm -rf '%s'", rig->folder);
	if (system(command) != 0)
		fprintf(stderr, "%s could not be removed\n", rig->folder);
}
