/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_client.h"

#include "adapters/kafka/kafka_shared.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

const uint64_t kafka_client_wake = 1;

/* The user's properties are given to producer and consumers alike; each says which are not for it. A failed connection
 * comes as an error of the client too. */
static bool is_idle_talk(int level, const char *facility, const char *text)
{
	return (strcmp(facility, "CONFWARN") == 0 && strstr(text, "will be ignored by this")) ||
	       (strcmp(facility, "FAIL") == 0 && level <= 3);
}

void kafka_client_log_line(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
	struct kafka_client *client = rd_kafka_opaque(kafka);
	if (!is_idle_talk(level, facility, text))
		kafka_client_log(client, level, "%s: %s", facility, text);
}

void kafka_client_log(struct kafka_client *client, int level, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	kafka_log_add(&client->log, level, line);
}

/* Without how long it took and whether it was said before: the next one is to be told from this one. */
void kafka_client_trouble(struct kafka_client *client, rd_kafka_resp_err_t code, const char *text)
{
	const char *aside = strstr(text, " (after ");
	int length = aside ? (int)(aside - text) : (int)strlen(text);
	char said[400];
	snprintf(said, sizeof(said), "%.*s", length, text);
	kafka_trouble_note(&client->trouble, code, said);
	kafka_client_log(client, 4, "%s (%s)", said, rd_kafka_err2name(code));
}

/* Errors of the whole client. All but the fatal ones mend themselves; librdkafka goes on trying. */
static void error_came(rd_kafka_t *kafka, int code, const char *text, void *opaque)
{
	struct kafka_client *client = opaque;
	char fatal[400];
	if (code != RD_KAFKA_RESP_ERR__FATAL) {
		kafka_client_trouble(client, code, text);
		return;
	}
	rd_kafka_resp_err_t cause = rd_kafka_fatal_error(kafka, fatal, sizeof(fatal));
	if (client->hooks.fatal)
		client->hooks.fatal(client->hooks.owner, cause, fatal);
}

static void rebalance_came(rd_kafka_t *kafka, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions,
                           void *opaque)
{
	struct kafka_client *client = opaque;
	if (client->hooks.rebalance)
		client->hooks.rebalance(client->hooks.owner, code, partitions);
	else
		rd_kafka_assign(kafka, NULL);
}

static void drain_wakes(struct kafka_client *client)
{
	uint64_t count;
	if (read(client->wake_fd, &count, sizeof(count)) < 0)
		return; /* nobody woke us: a turn of the second */
}

static void turn(struct kafka_client *client)
{
	/* Emptied first: what comes from here on wakes the loop once more. */
	drain_wakes(client);
	kafka_thread_serve(&client->thread);
	if (client->hooks.turn)
		client->hooks.turn(client->hooks.owner);
	kafka_log_serve(&client->log, client->settings->log, client->settings->log_owner);
}

static void woken(struct loop_watch *watch, int events)
{
	(void)events;
	turn(watch->owner);
}

/* On a quiet topic nothing wakes us, yet librdkafka must see that we live (max.poll.interval.ms). */
static void second_passed(struct loop_timer *timer)
{
	struct kafka_client *client = timer->owner;
	loop_timer_start(client->loop, timer, (struct duration){1000});
	turn(client);
}

static rd_kafka_t *make_consumer(struct kafka_client *client, rd_kafka_conf_t *conf, char *why, size_t why_size)
{
	if (!conf)
		return NULL;
	rd_kafka_conf_set_opaque(conf, client);
	rd_kafka_conf_set_log_cb(conf, kafka_client_log_line);
	rd_kafka_conf_set_error_cb(conf, error_came);
	rd_kafka_conf_set_rebalance_cb(conf, rebalance_came);
	rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, why_size);
	if (!consumer)
		rd_kafka_conf_destroy(conf);
	return consumer;
}

static bool make_consumers(struct kafka_client *client, char *why, size_t why_size)
{
	client->member = make_consumer(client, kafka_settings_member(client->settings, why, why_size), why, why_size);
	if (client->member)
		client->reader =
		        make_consumer(client, kafka_settings_reader(client->settings, why, why_size), why, why_size);
	return client->reader != NULL;
}

/* Errors of the producer's configuration are found at start, not at the first send. */
static bool producer_is_possible(const struct kafka_settings *settings, char *why, size_t why_size)
{
	rd_kafka_conf_t *conf = kafka_settings_producer(settings, why, why_size);
	if (!conf)
		return false;
	rd_kafka_conf_destroy(conf);
	return true;
}

/* All events of a consumer come through one queue, which wakes the loop. */
static void wake_by_queue(struct kafka_client *client, rd_kafka_t *consumer)
{
	rd_kafka_poll_set_consumer(consumer);
	rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
	rd_kafka_queue_io_event_enable(queue, client->wake_fd, &kafka_client_wake, sizeof(kafka_client_wake));
	rd_kafka_queue_destroy(queue);
}

struct kafka_client *kafka_client_new(struct loop *loop, const struct kafka_settings *settings, char *why,
                                      size_t why_size)
{
	if (!producer_is_possible(settings, why, why_size))
		return NULL;
	struct kafka_client *client = mem_alloc(sizeof(*client));
	*client = (struct kafka_client){.loop = loop, .settings = settings};
	client->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (client->wake_fd < 0)
		abort(); /* no descriptors left: nothing here could go on */
	kafka_log_init(&client->log, client->wake_fd);
	kafka_trouble_init(&client->trouble);
	if (!make_consumers(client, why, why_size)) {
		if (client->member)
			rd_kafka_destroy(client->member);
		kafka_log_release(&client->log);
		kafka_trouble_release(&client->trouble);
		close(client->wake_fd);
		free(client);
		return NULL;
	}
	kafka_thread_init(&client->thread, client->wake_fd);
	wake_by_queue(client, client->member);
	wake_by_queue(client, client->reader);
	client->watch = (struct loop_watch){.ready = woken, .owner = client, .fd = client->wake_fd};
	loop_watch_start(loop, &client->watch, LOOP_READ);
	client->second = (struct loop_timer){.fired = second_passed, .owner = client};
	loop_timer_start(loop, &client->second, (struct duration){1000});
	return client;
}

void kafka_client_set_shards(struct kafka_client *client, uint32_t shards)
{
	size_t size = shards * sizeof(client->held[0]);
	client->held = mem_alloc(size);
	memset((void *)client->held, 0, size);
	client->shards = shards;
}

void kafka_client_halt(struct kafka_client *client)
{
	if (client->halted)
		return;
	client->halted = true;
	kafka_thread_release(&client->thread);
}

/* The source has left the group or wants to be missed: a close would wait for the brokers. */
void kafka_client_free(struct kafka_client *client)
{
	if (!client)
		return;
	kafka_client_halt(client);
	loop_watch_stop(client->loop, &client->watch);
	loop_timer_stop(client->loop, &client->second);
	rd_kafka_destroy_flags(client->reader, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	rd_kafka_destroy_flags(client->member, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	kafka_log_serve(&client->log, client->settings->log, client->settings->log_owner);
	kafka_log_release(&client->log);
	kafka_trouble_release(&client->trouble);
	close(client->wake_fd);
	free((void *)client->held);
	free(client);
}
