/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a shard's log that is still needed: one span per batch that is not yet both flushed and emitted, with
 * the outbox entries that are not in Kafka and the offsets that may be committed once they are.
 */
#ifndef JD_SPANS_H
#define JD_SPANS_H

#include "app/shard_meta.h"

struct span {
	uint64_t batch;
	size_t bytes;         /* of the log entry */
	uint64_t first, last; /* outbox numbers; first > last when there are none */
	struct buf outbox;    /* owned */
	struct str source;    /* lives in text */
	struct buf text;
	int64_t offsets[TOPICS_MAX]; /* as of this batch */
};

struct spans {
	struct span *items;
	size_t head, count, cap; /* items[head .. head + count) are in use, oldest first */
	size_t done;             /* the first so many are wholly emitted */
	size_t bytes;            /* of their log entries */
	uint64_t waiting;        /* outbox entries of theirs behind `emitted` */
	uint64_t emitted;        /* M: the last outbox entry in Kafka */
};

void spans_release(struct spans *spans);
/* Takes over the span's buffers. Batches come in order. */
void spans_add(struct spans *spans, const struct span *span);
struct span *spans_at(const struct spans *spans, size_t index);
/* Everything up to this outbox entry is in Kafka: forgets the texts of whole spans up to there. Entry numbers do not go
 * back. */
void spans_emitted(struct spans *spans, uint64_t last);
/* The last batch, from the oldest on, of which everything is emitted; `none` when the oldest is not. */
uint64_t spans_done(const struct spans *spans, uint64_t none);
struct erasure;
/* Marks what of an erased customer is not emitted: see outbox.h. */
void spans_withdraw(struct spans *spans, const struct erasure *erasure);
/* Forgets the spans up to this batch. */
void spans_trim(struct spans *spans, uint64_t batch);

#endif
