/* SPDX-License-Identifier: Apache-2.0 */
/* A rig of io_contract.h on a real broker, which it starts. */
#ifndef JD_KAFKA_RIG_H
#define JD_KAFKA_RIG_H

#include "adapters/kafka/kafka_client.h"
#include "io_contract.h"

enum { KAFKA_RIG_PROPERTIES = 6 };

struct kafka_rig {
	struct io_rig rig;
	struct loop *loop;
	char folder[128], script[512], brokers[96];
	char group[64], inputs[IO_TOPICS][64], outputs[SINK_TOPIC_COUNT][64];
	/* What the next node is made with; fresh sets it to the defaults. */
	struct kafka_settings settings;
	struct kafka_property properties[KAFKA_RIG_PROPERTIES];
	unsigned generation; /* of topics */
	int live;            /* nodes made and not dropped */
	rd_kafka_t *producer;
	struct io_output *outputs_read;
	rd_kafka_message_t **messages;
	size_t message_count;
	rd_kafka_t *reader;
	bool verbose;
};

/* false: a broker could not be started (it says why). */
bool kafka_rig_init(struct kafka_rig *rig);
void kafka_rig_release(struct kafka_rig *rig);
void kafka_rig_property(struct kafka_rig *rig, const char *name, const char *value);
void kafka_rig_topic(struct kafka_rig *rig, const char *name, int partitions);
/* start, stop, kill or restart; blocks. */
void kafka_rig_server(struct kafka_rig *rig, const char *verb);
/* A node's settings as it was made, to be made anew. */
struct kafka_settings *kafka_rig_settings(struct io_node *node);

#endif
