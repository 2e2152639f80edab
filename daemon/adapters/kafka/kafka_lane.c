/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_lane.h"

#include "adapters/kafka/kafka_shared.h"

#include <stdlib.h>

/* The forward to nowhere is said anew each time: an assignment must never redirect the queue to the common one. */
void kafka_lane_start(struct kafka_lane *lane, rd_kafka_t *consumer, const char *topic, int wake_fd)
{
	if (!lane->queue)
		lane->queue = rd_kafka_queue_get_partition(consumer, topic, lane->origin.shard);
	rd_kafka_queue_forward(lane->queue, NULL);
	rd_kafka_queue_io_event_enable(lane->queue, wake_fd, &kafka_client_wake, sizeof(kafka_client_wake));
	lane->running = true;
}

static void drop_message(struct kafka_lane *lane)
{
	if (lane->message)
		rd_kafka_message_destroy(lane->message);
	lane->message = NULL;
}

void kafka_lane_stop(struct kafka_lane *lane)
{
	drop_message(lane);
	rd_kafka_message_t *message;
	while (lane->running && (message = rd_kafka_consume_queue(lane->queue, 0)) != NULL)
		rd_kafka_message_destroy(message);
	lane->running = false;
}

static void fill_headers(struct kafka_lane *lane)
{
	rd_kafka_headers_t *headers;
	lane->record.header_count = 0;
	if (rd_kafka_message_headers(lane->message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return; /* none */
	size_t count = rd_kafka_header_cnt(headers);
	if (count > lane->header_capacity) {
		lane->headers = mem_realloc(lane->headers, count * sizeof(lane->headers[0]));
		lane->header_capacity = count;
	}
	for (size_t i = 0; i < count; i++) {
		const char *name;
		const void *value;
		size_t size;
		if (rd_kafka_header_get_all(headers, i, &name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
			break;
		lane->headers[i] = (struct record_header){str_from(name), {value, value ? size : 0}};
		lane->record.header_count = i + 1;
	}
	lane->record.headers = lane->headers;
}

/* Records come in order, so what lies between the last one and this one is no data. */
static void fill_record(struct kafka_lane *lane, rd_kafka_message_t *message)
{
	rd_kafka_timestamp_type_t type;
	int64_t timestamp = rd_kafka_message_timestamp(message, &type);
	lane->message = message;
	lane->position = message->offset;
	lane->origin.offset = message->offset;
	lane->record = (struct record){
	        .origin = lane->origin,
	        .timestamp = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? INSTANT_NONE : (struct instant){timestamp},
	        .key = {message->key, message->key ? message->key_len : 0},
	        .value = {message->payload, message->payload ? message->len : 0},
	};
	fill_headers(lane);
}

/* The offset of an end is the next one that would be read. */
static rd_kafka_resp_err_t take_error(struct kafka_lane *lane, rd_kafka_message_t *message)
{
	rd_kafka_resp_err_t code = message->err;
	if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		if (message->offset > lane->position)
			lane->position = message->offset;
		code = RD_KAFKA_RESP_ERR_NO_ERROR;
	}
	rd_kafka_message_destroy(message);
	return code;
}

const struct record *kafka_lane_peek(struct kafka_lane *lane, rd_kafka_resp_err_t *error)
{
	rd_kafka_message_t *message;
	if (lane->message)
		return &lane->record;
	if (!lane->running)
		return NULL;
	while ((message = rd_kafka_consume_queue(lane->queue, 0)) != NULL) {
		if (!message->err) {
			fill_record(lane, message);
			return &lane->record;
		}
		*error = take_error(lane, message);
		if (*error)
			return NULL;
	}
	return NULL;
}

void kafka_lane_pop(struct kafka_lane *lane)
{
	if (!lane->message)
		return;
	lane->position = lane->message->offset + 1;
	drop_message(lane);
}

void kafka_lane_release(struct kafka_lane *lane)
{
	drop_message(lane);
	if (lane->queue)
		rd_kafka_queue_destroy(lane->queue);
	free(lane->headers);
}
