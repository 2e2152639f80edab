/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One process's part in Kafka: settings, the consumer handle, the thread for blocking calls and what wakes the loop.
 * A source (kafka_source.h) and a sink (kafka_sink.h) stand on one client.
 */
#ifndef JD_KAFKA_CLIENT_H
#define JD_KAFKA_CLIENT_H

#include "adapters/kafka/kafka_settings.h"
#include "adapters/loop/loop.h"

struct kafka_client;

/* NULL with a sentence in why when the settings are wrong; no broker is asked yet. */
struct kafka_client *kafka_client_new(struct loop *loop, const struct kafka_settings *settings, char *why,
                                      size_t why_size);
/* After its sink and its source, in this order, were freed. Waits for librdkafka's threads. */
void kafka_client_free(struct kafka_client *client);

#endif
