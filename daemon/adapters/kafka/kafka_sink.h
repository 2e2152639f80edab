/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sink over a producer of librdkafka 2.0.2. With transactions, each emit is one; after any failure the producer is
 * destroyed, since a late answer to an old request could end the next transaction: `open` makes a new one, which
 * fences and aborts what the old one left. With at_least_once, an emit is a flush and then a plain commit.
 *
 * An emit for a shard that is not ours (any more) is AGAIN: brokers would accept it from any member of the group.
 */
#ifndef JD_KAFKA_SINK_H
#define JD_KAFKA_SINK_H

#include "adapters/kafka/kafka_client.h"
#include "ports/sink.h"

/* One per client; freed before the source. Requests under way are answered AGAIN by free. */
struct sink *kafka_sink_new(struct kafka_client *client);

#endif
