/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source over a consumer of librdkafka 2.0.2.
 *
 * Joining and fetching are apart, each with a handle of its own. The member accepts a rebalance at once with nothing to
 * fetch, so that the group is stable while app claims each shard; the reader, which is in no group, is given the
 * partitions of a shard when app says from where. A shard that app holds back is never added and holds up nobody, and
 * adding one does not disturb the others. (One handle cannot: under the eager protocol, which `range` is, it refuses to
 * change an assignment by steps, and setting a longer list anew would restart every fetcher and throw away what it has
 * read.)
 */
#ifndef JD_KAFKA_SOURCE_H
#define JD_KAFKA_SOURCE_H

#include "adapters/kafka/kafka_client.h"
#include "ports/source.h"

/* One per client. It must be freed before the client; free leaves the group within three seconds if stop was called,
 * else it vanishes without a word, as after a crash. With a static name (`instance`) the group waits for our return in
 * both cases, up to the session time-out. */
struct source *kafka_source_new(struct kafka_client *client);

#endif
