/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Kafka of the source and sink ports' words in memory, shared by all processes: input topics, an outbound log with
 * transactions, committed positions with metadata, producers that fence each other by name, and a group that rebalances
 * eagerly: all let go, all join, then a new generation begins. As the real broker it does not check who owns a
 * partition, only who is a member, and it goes on accepting the old generation until the new one begins.
 */
#ifndef JD_FAKE_KAFKA_H
#define JD_FAKE_KAFKA_H

#include "ports/sink.h"
#include "world.h"

enum { FAKE_TOPICS_MAX = 2 };

struct fake_kafka;

struct fake_kafka *fake_kafka_new(struct world *world, uint32_t shards, uint32_t topics);
void fake_kafka_free(struct fake_kafka *kafka);

/* One process's consumer and producer. Freed with the broker. */
struct source *fake_kafka_source(struct fake_kafka *kafka, int process);
struct sink *fake_kafka_sink(struct fake_kafka *kafka, int process);

/* A record behind the others of that topic and shard; copied. */
void fake_kafka_produce(struct fake_kafka *kafka, uint32_t topic, uint32_t shard, struct str key, struct str value);

/* The process is dead: its membership ends with the next rebalance; its open transaction stays until it times out or a
 * producer of that name opens. */
void fake_kafka_crash(struct fake_kafka *kafka, int process);
/* The group rebalances: each shard goes to a random member. */
void fake_kafka_rebalance(struct fake_kafka *kafka);
/* The group goes on without a member that lives but was silent; it learns at its next poll that its shards are lost. */
void fake_kafka_kick(struct fake_kafka *kafka, int process);
/* Tells a member what the group decided, as its next poll would. True when there was something to tell. */
bool fake_kafka_poll(struct fake_kafka *kafka, int process);
/* No rebalance is under way, and every member knows what it holds. */
bool fake_kafka_stable(const struct fake_kafka *kafka);
/* Decides a transaction that is still open or in doubt, as time-outs would. True when there was one. */
bool fake_kafka_expire(struct fake_kafka *kafka);
/* What the broker does by the clock: a transaction that is open for longer than its time-out is over, one way or the
 * other, and a member that has been silent for a session is put out. */
void fake_kafka_time_passed(struct fake_kafka *kafka);
/* Wipes the metadata of a committed position, as a foreign tool would. */
void fake_kafka_wipe_metadata(struct fake_kafka *kafka, uint32_t shard);

/* What a read-committed reader sees, in order of commit. */
struct fake_sent {
	enum sink_topic topic;
	uint32_t shard;
	struct str key, value;
};
const struct fake_sent *fake_kafka_sent(const struct fake_kafka *kafka, size_t *count);

/* -1: nothing is committed. */
int64_t fake_kafka_committed(const struct fake_kafka *kafka, uint32_t topic, uint32_t shard, struct str *metadata);
int64_t fake_kafka_end(const struct fake_kafka *kafka, uint32_t topic, uint32_t shard);
uint32_t fake_kafka_shards(const struct fake_kafka *kafka);

#endif
