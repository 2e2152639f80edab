/* SPDX-License-Identifier: Apache-2.0 */
/* The system's zones, read once per process; the Chinese calendar once a journey wants it. */
#ifndef JD_ZONES_H
#define JD_ZONES_H

#include "adapters/lunar/lunar.h"
#include "core/calendar.h"
#include "core/diag.h"

struct zones {
	struct arena arena;
	struct zone_set set;
	struct lunar lunar;
	struct zone fixed; /* for zones_find */
};

void zones_init(struct zones *zones);
/* The zone of that name; NULL when there is none, which is said on standard error with the nearest name. An empty or
 * NULL name means UTC. Valid until zones_release or the next call. */
const struct zone *zones_find(struct zones *zones, struct str name);
void zones_release(struct zones *zones);

#endif
