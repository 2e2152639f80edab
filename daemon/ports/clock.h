/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JD_PORT_CLOCK_H
#define JD_PORT_CLOCK_H

#include "core/base/instant.h"

/* Wall time for what customers see. Asked once a turn; the answer never runs backwards within a process. */
struct clock {
	struct instant (*now)(struct clock *clock);
};

#endif
