/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The crash tests' input and, worked out on its own without any of the daemon's code, what must come out of it: each
 * send as "customer|key|node|time|clicks", exactly once.
 */
#ifndef JD_CRASH_MODEL_H
#define JD_CRASH_MODEL_H

#include "fake_kafka.h"

struct model_input {
	uint32_t topic, shard;
	struct str key, value;
	bool bad;
};

struct model {
	struct arena arena;
	struct model_input *inputs; /* in the order they are produced */
	size_t input_count;
	struct str *expected; /* sorted */
	size_t expected_count;
	size_t bad; /* records that no one can read */
};

struct model_size {
	uint32_t shards;
	uint32_t topics; /* 2: orders and payments have their own, clicks the other */
	size_t events;   /* about so many */
};

/* From the world's dice. */
void model_init(struct model *model, struct world *world, const struct model_size *size);
void model_release(struct model *model);

/* What a read-committed reader got against what was expected. Reports breaches to the world. A shard whose bit is set
 * in `held` was stopped for a reason: it may lack sends, but nothing may be there twice. */
void model_judge(const struct model *model, struct world *world, const struct fake_kafka *kafka, unsigned held);

#endif
