/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the fake Kafka share: fake_kafka.c is the broker, fake_member.c a process's consumer and producer.
 */
#ifndef JD_FAKE_KAFKA_BROKER_H
#define JD_FAKE_KAFKA_BROKER_H

#include "fake_kafka.h"

struct topic_partition {
	struct record *records; /* RECORDS_MAX: a peeked one is borrowed, so they do not move */
	size_t count;
	int64_t committed; /* -1: none */
	struct str metadata;
};

struct partition { /* a shard: one partition of each topic */
	struct topic_partition topics[FAKE_TOPICS_MAX];
	int owner;     /* by the group's word; -1: nobody */
	int pending;   /* transactions that may yet move its committed positions */
	size_t writer; /* 1 + the transaction that wrote the committed positions: older ones change nothing any more */
};

enum fate { FATE_UNDECIDED, FATE_COMMITTED, FATE_ABORTED };

struct transaction {
	int process;
	enum fate fate;
	struct instant began;
	struct fake_sent *sent;
	size_t sent_count;
	struct sink_commit *commits;
	size_t commit_count;
};

struct member {
	struct source source;
	struct sink sink;
	struct fake_kafka *kafka;
	int process;
	const struct source_listener *listener;
	bool alive;
	bool kicked; /* silent for too long: the group went on without it, and it does not know yet */
	bool leaving;
	uint64_t joined;        /* the rebalance that it has joined */
	uint64_t generation;    /* the one whose assignment it knows */
	bool holds[SHARDS_MAX]; /* what it was told it holds */
	bool revoking[SHARDS_MAX];
	bool letting_go[SHARDS_MAX];                   /* revoking, and not lost: still held until released */
	int64_t position[SHARDS_MAX][FAKE_TOPICS_MAX]; /* next to peek; -1: not fetching */
	uint64_t producer;                             /* the epoch its handle has; 0: none */
	struct instant heard;                          /* when it was last seen not to stand still */
};

struct fake_kafka {
	struct world *world;
	struct arena arena;
	uint32_t shards, topics;
	struct partition partitions[SHARDS_MAX];
	struct member members[PROCESSES];
	uint64_t rebalance; /* the latest that began ... */
	uint64_t complete;  /* ... and that ended, with this generation: */
	uint64_t generation;
	uint64_t producers[PROCESSES]; /* newest epoch by name */
	struct transaction *transactions;
	size_t transaction_count, transaction_cap;
	struct fake_sent *sent;
	size_t sent_count, sent_cap;
};

/* fake_member.c: the tables of the two ports. */
void fake_member_init(struct member *member, struct fake_kafka *kafka, int process);

/* fake_kafka.c, for the calls */
/* A new producer of that name: what older ones left open is over. Answers its epoch. */
uint64_t fake_broker_init_producer(struct fake_kafka *kafka, int process);
/* A transaction with everything in it, still open. The emit lives in the broker's arena. Answers its number. */
size_t fake_broker_begin(struct fake_kafka *kafka, int process, const struct sink_emit *emit);
void fake_broker_decide(struct fake_kafka *kafka, size_t at, enum fate fate);

#endif
