/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that stands still until somebody turns it. */
#ifndef JD_HAND_CLOCK_H
#define JD_HAND_CLOCK_H

#include "ports/clock.h"

struct hand_clock {
	struct clock clock; /* give its address to the worker */
	struct instant now; /* may be set to any later time between turns */
};

void hand_clock_init(struct hand_clock *clock, struct instant now);

#endif
