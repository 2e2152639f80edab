/* SPDX-License-Identifier: Apache-2.0 */
/* What the source and the sink of one client share; for the files of this folder alone. */
#ifndef JD_KAFKA_SHARED_H
#define JD_KAFKA_SHARED_H

#include "adapters/kafka/kafka_client.h"
#include "adapters/kafka/kafka_log.h"
#include "adapters/kafka/kafka_thread.h"
#include "adapters/kafka/kafka_trouble.h"

/* What the consumer tells its source, on the loop's thread and from its turn. */
struct kafka_hooks {
	void *owner;
	void (*turn)(void *owner); /* something may have come, or a second has passed */
	void (*rebalance)(void *owner, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions);
	void (*fatal)(void *owner, rd_kafka_resp_err_t code, const char *text);
};

struct kafka_client {
	struct loop *loop;
	const struct kafka_settings *settings;
	rd_kafka_t *member; /* of the group: rebalances, committed offsets, the generation; fetches nothing */
	rd_kafka_t *reader; /* of the partitions that app asked for, added and taken away one shard at a time; joins no
	                       group */
	struct kafka_hooks hooks; /* all zero while there is no source */
	struct kafka_thread thread;
	struct kafka_log log;
	struct kafka_trouble trouble;
	struct loop_watch watch;
	struct loop_timer second;
	int wake_fd; /* eventfd: written to by queues, by the thread and by the log */
	bool halted;

	/* Shards that are ours, asked by the producer's thread in the middle of a transaction. Made once, before the
	 * group is joined; `shards` is 0 until then. */
	uint32_t shards;
	_Atomic unsigned char *held;
};

extern const uint64_t kafka_client_wake; /* what is written to wake_fd */

void kafka_client_set_shards(struct kafka_client *client, uint32_t shards);
/* Stops the blocking thread; requests under way are answered. Harmless to repeat. */
void kafka_client_halt(struct kafka_client *client);
__attribute__((format(printf, 3, 4))) void kafka_client_log(struct kafka_client *client, int level, const char *format,
                                                            ...);
/* An error of a whole handle that librdkafka goes on trying to mend: to the log, and kept as the trouble. */
void kafka_client_trouble(struct kafka_client *client, rd_kafka_resp_err_t code, const char *text);
/* librdkafka's log callback, for every handle whose opaque is the client. */
void kafka_client_log_line(const rd_kafka_t *kafka, int level, const char *facility, const char *text);

#endif
