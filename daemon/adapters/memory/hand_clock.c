/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/memory/hand_clock.h"

static struct instant now(struct clock *clock)
{
	return ((struct hand_clock *)clock)->now;
}

void hand_clock_init(struct hand_clock *clock, struct instant at)
{
	*clock = (struct hand_clock){.clock = {now}, .now = at};
}
