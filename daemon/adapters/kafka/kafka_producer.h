/* SPDX-License-Identifier: Apache-2.0 */
/* A producer's life on the blocking thread: made, used for one emit after the other, destroyed at the first doubt. */
#ifndef JD_KAFKA_PRODUCER_H
#define JD_KAFKA_PRODUCER_H

#include "adapters/kafka/kafka_shared.h"

struct kafka_producer {
	struct kafka_client *client;
	rd_kafka_t *kafka; /* NULL: must be opened */
	rd_kafka_topic_t *topics[SINK_TOPIC_COUNT];
	bool checked; /* the topics were there when it was opened first */
	/* of the emit under way: */
	size_t failed; /* messages that were not delivered */
	rd_kafka_resp_err_t failed_code;
};

/* How a step ended, for its request. */
struct kafka_verdict {
	enum outcome outcome;
	char *why; /* the request's */
	size_t why_size;
};

/* All block and are called on the blocking thread. On false the verdict says why and there is no producer any more. */
bool kafka_producer_open(struct kafka_producer *producer, struct kafka_verdict *verdict);
bool kafka_producer_emit(struct kafka_producer *producer, const struct sink_emit *emit, struct kafka_verdict *verdict);
/* What was not delivered is thrown away; borrowed memory is not touched afterwards. */
void kafka_producer_close(struct kafka_producer *producer);

#endif
