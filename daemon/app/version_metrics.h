/* SPDX-License-Identifier: Apache-2.0 */
/* journeyd_instances: how many people are in which version of which journey. */
#ifndef JD_VERSION_METRICS_H
#define JD_VERSION_METRICS_H

#include "core/base/buf.h"
#include "core/journey/journey_set.h"

struct shard;

/* Of those shards that run. */
void version_metrics_print(const struct journey_set *set, struct shard *const *shards, size_t count, struct buf *out);

#endif
