/* SPDX-License-Identifier: Apache-2.0 */
/* The source's questions to the brokers, asked on the blocking thread. */
#ifndef JD_KAFKA_READS_H
#define JD_KAFKA_READS_H

#include "adapters/kafka/kafka_shared.h"

/* Tries for 15 s, since a transaction that is pending on the shard ends within its time-out; then AGAIN. */
void kafka_reads_committed(struct kafka_client *client, struct source_committed *request);
void kafka_reads_ends(struct kafka_client *client, struct source_ends *request);
#endif
