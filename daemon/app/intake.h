/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch is made of: records of the shard's topics, merged by event time while the shard is behind, and the
 * timers that are due between them. Also the shard's notion of time: how far timers may fire.
 */
#ifndef JD_INTAKE_H
#define JD_INTAKE_H

#include "ports/decoder.h"

struct intake_head { /* a topic's oldest record, read but not taken; lives in the batch's arena */
	const struct record *record;
	enum decode_result result;
	struct event *event;
	struct decode_error *error;
};

struct intake {
	struct intake_head heads[TOPICS_MAX];
	int64_t ends[TOPICS_MAX]; /* seen when the shard was taken, or last asked */
	struct instant until;     /* the next step needs the timers up to here */
	bool catching;            /* not all of them are reached */
	bool nothing;             /* there was no record at hand when last asked */
};

struct shard;

/* Takes what there is, up to the settings' limits. True when the batch is to be run now: it is full, or it is time. */
bool intake_fill(struct shard *shard);
/* False while too much waits to be flushed or emitted, and when the worker stops. */
bool intake_may_take(const struct shard *shard);
/* How far ahead hours are taken from the store. */
struct instant intake_horizon(const struct shard *shard);
/* When the hour that begins there is to be taken. */
struct instant intake_ahead(struct instant hour);
/* Forgets the heads: their arena is cleared. */
void intake_clear(struct intake *intake);

#endif
