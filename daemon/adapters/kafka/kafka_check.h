/* SPDX-License-Identifier: Apache-2.0 */
/* Before the group is joined: are the topics there, may we use them, do they fit together? */
#ifndef JD_KAFKA_CHECK_H
#define JD_KAFKA_CHECK_H

#include "adapters/kafka/kafka_shared.h"

struct kafka_check {
	enum outcome outcome;
	char why[240];   /* a sentence unless DONE */
	uint32_t shards; /* partitions of each input topic, when DONE */
};

/* Blocks, a few seconds at most. AGAIN: no broker answers; why says what is known of the cause. No topic is created by
 * asking. */
void kafka_check_topics(struct kafka_client *client, struct kafka_check *check);

#endif
