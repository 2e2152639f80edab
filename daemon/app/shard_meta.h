/* SPDX-License-Identifier: Apache-2.0 */
/* App's own part of a shard's header, as of one batch: where to read on, how far the outbox and time have come. */
#ifndef JD_SHARD_META_H
#define JD_SHARD_META_H

#include "core/base/pack.h"
#include "ports/port.h"

struct shard_meta {
	uint32_t topics;
	uint32_t tags[TOPICS_MAX];   /* the topics' names, so that their order may change */
	int64_t offsets[TOPICS_MAX]; /* the next to read, by topic; -1: not known yet */
	uint64_t outbox;             /* S: the last outbox entry */
	bool committed;              /* a transaction with this shard's offsets is known to have committed */
	struct instant stream;       /* the latest event time read; INSTANT_NONE before the first */
	struct instant fired;        /* every timer due before this has fired; INSTANT_NONE before the first */
	struct str versions;         /* version_counts.h's bytes; once read, in those it was read from */
	bool uncounted;              /* read from a form without them */
};

/* All offsets unknown, nothing fired. */
void shard_meta_init(struct shard_meta *meta, uint32_t topics);
void shard_meta_write(const struct shard_meta *meta, struct buf *out);
/* False when the bytes are not of a known format. */
bool shard_meta_read(struct shard_meta *meta, struct str bytes);
/* Puts the offsets into the order of these topics; one that was not there before has no offset yet. Answers how many
 * had an offset and are no longer among them. */
uint32_t shard_meta_arrange(struct shard_meta *meta, const uint32_t *tags, uint32_t topics);

#endif
