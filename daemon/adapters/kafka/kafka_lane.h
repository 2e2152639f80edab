/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One partition of one input topic while it is ours: its own queue, polled one record at a time. A queue that is not
 * polled fills up to its limit and librdkafka stops fetching: that is all the back-pressure there is, since pausing
 * throws away what was fetched. The batch calls of librdkafka 2.0.2 mis-deliver and are not used.
 */
#ifndef JD_KAFKA_LANE_H
#define JD_KAFKA_LANE_H

#include "ports/source.h"

#include <librdkafka/rdkafka.h>

struct kafka_lane {
	rd_kafka_queue_t *queue;     /* NULL until it was fetched from once */
	rd_kafka_message_t *message; /* the one that is peeked at; record borrows from it */
	struct record record;
	struct record_header *headers; /* of record; grows */
	size_t header_capacity;
	int64_t position; /* everything below was popped or was no data */
	struct origin origin;
	bool running;
};

/* Before the partition is assigned, so that nothing goes to the common queue. wake_fd is written to when a record
 * comes into an empty queue. */
void kafka_lane_start(struct kafka_lane *lane, rd_kafka_t *consumer, const char *topic, int wake_fd);
/* After it is no longer assigned: forgets what was fetched. */
void kafka_lane_stop(struct kafka_lane *lane);
/* NULL: nothing at hand, or *error is set (and reported once). */
const struct record *kafka_lane_peek(struct kafka_lane *lane, rd_kafka_resp_err_t *error);
void kafka_lane_pop(struct kafka_lane *lane);
void kafka_lane_release(struct kafka_lane *lane);

#endif
