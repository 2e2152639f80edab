/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every source and sink must do, as one list of tests. Whoever has a pair of them fills in a rig and runs the
 * list with the rig as the state. A rig has two input topics of IO_SHARDS partitions each and three output topics, new
 * ones for each test.
 */
#ifndef JD_IO_CONTRACT_H
#define JD_IO_CONTRACT_H

#include "ports/sink.h"

enum { IO_TOPICS = 2, IO_SHARDS = 4, IO_SECONDS = 20 };

struct io_rig;

/* One process's source and sink, and what its listener heard. */
struct io_node {
	struct io_rig *rig;
	const char *name;
	void *handle; /* the rig's own */
	struct source *source;
	struct sink *sink;
	struct source_listener listener;
	bool ours[IO_SHARDS];
	size_t ours_count;
	unsigned assignments, revocations;
	bool hold; /* revoked shards are not released at once: */
	uint32_t revoked[IO_SHARDS];
	size_t revoked_count;
	bool lost;
	enum outcome failure; /* DONE: none; the gravest */
	char why[240];
};

/* What a reader of committed data finds in an output topic. Lives until the rig's next `read`. */
struct io_output {
	struct str key, value;
	const struct record_header *headers;
	size_t header_count;
	int64_t timestamp_ms;
	int32_t partition;
};

struct io_rig {
	/* Empty topics of new names. */
	void (*fresh)(struct io_rig *rig);
	/* Fills in source and sink; nothing is started. node->name is set. */
	void (*make)(struct io_rig *rig, struct io_node *node);
	/* Frees both; the name may be used anew. */
	void (*drop)(struct io_rig *rig, struct io_node *node);
	/* Appends to an input topic: origin.topic and .shard say where. It can be read when this returns. */
	void (*put)(struct io_rig *rig, const struct record *record);
	size_t (*read)(struct io_rig *rig, enum sink_topic topic, const struct io_output **outputs);
	/* Lets everything work for at most a few milliseconds. */
	void (*turn)(struct io_rig *rig);
	int64_t (*now_ms)(struct io_rig *rig);
	bool alone; /* a group has one member only, nothing is lost or fenced */
	void *owner;
};

struct CMUnitTest;
extern const struct CMUnitTest io_contract_tests[];
extern const size_t io_contract_count;

/* For the tests beside it, too. */
void io_node_make(struct io_rig *rig, struct io_node *node, const char *name);
void io_node_start(struct io_node *node);
void io_node_start_all(struct io_node *node); /* and opens the sink, waits for all shards, fetches from 0 */
void io_node_drop(struct io_node *node);
void io_node_release(struct io_node *node); /* what was held */
void io_fetch_all(struct io_node *node, int64_t offset);
/* Turns until it is true; fails the test after IO_SECONDS. */
#define IO_UNTIL(rig, condition) \
	for (int64_t io_deadline_ = io_deadline(rig); !(condition); io_turn((rig), io_deadline_, #condition))
int64_t io_deadline(struct io_rig *rig);
void io_turn(struct io_rig *rig, int64_t deadline, const char *waiting_for);
void io_request_begin(struct request *request);
enum outcome io_request_end(struct io_rig *rig, struct request *request);
enum outcome io_open(struct io_node *node);
/* One message (NULL: none) and one commit (shard < 0: none) with all offsets the same. */
struct io_emission {
	const char *key, *value;
	int shard;
	int64_t offset;
	const char *metadata;
};
enum outcome io_emit(struct io_node *node, const struct io_emission *emission);
enum outcome io_emit_request(struct io_node *node, struct sink_emit *emit);
enum outcome io_committed(struct io_node *node, uint32_t shard, struct source_committed *request);
void io_assert_committed(struct io_node *node, uint32_t shard, int64_t offset, const char *metadata);
void io_put(struct io_rig *rig, uint32_t topic, uint32_t shard, const char *key, const char *value);
/* Waits for the next record of that shard and topic. */
const struct record *io_next(struct io_node *node, uint32_t shard, uint32_t topic);
void io_assert_next(struct io_node *node, uint32_t shard, uint32_t topic, const char *value);

#endif
