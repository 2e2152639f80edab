/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pulse.h"

#include <stdio.h>

enum { BEAT_MS = 2000 };

static void answered(struct request *request)
{
	struct pulse *pulse = request->owner;
	pulse->asked = false;
	pulse->lost = request->outcome != OUTCOME_DONE;
	snprintf(pulse->why, sizeof pulse->why, "%s", pulse->lost ? request->why : "");
}

void pulse_init(struct pulse *pulse)
{
	*pulse = (struct pulse){.next = INSTANT_MIN};
}

void pulse_beat(struct pulse *pulse, const struct shard_env *env, uint32_t shard)
{
	struct store *store = env->ports->store;
	if (pulse->asked || env->stopping || env->now.ms < pulse->next.ms)
		return;
	pulse->next.ms = env->now.ms + BEAT_MS;
	pulse->ask = (struct store_peek){.shard = shard, .request = {.done = answered, .owner = pulse}};
	pulse->asked = true;
	store->ops->peek(store, &pulse->ask);
}
