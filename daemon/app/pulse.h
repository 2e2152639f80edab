/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the store is there while nobody needs it: a question now and then, so that readiness tells before the next
 * event finds out. */
#ifndef JD_PULSE_H
#define JD_PULSE_H

#include "app/shard.h"

struct pulse {
	struct store_peek ask;
	bool asked;
	bool lost; /* the last question was not answered */
	struct instant next;
	char why[240]; /* while lost */
};

void pulse_init(struct pulse *pulse);
/* Asks the store for this shard's header, when the last question is answered and some seconds old. */
void pulse_beat(struct pulse *pulse, const struct shard_env *env, uint32_t shard);

#endif
