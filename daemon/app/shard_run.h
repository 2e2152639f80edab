/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a shard that runs: fill a batch, load its customers, step, append, and settle an unknown append. */
#ifndef JD_SHARD_RUN_H
#define JD_SHARD_RUN_H

#include <stdbool.h>

struct shard;

/* Named in the table of states (shard.c). A turn that answers true has more to do at once; false: it has asked a port,
 * or waits. The others take the answer in shard->ask and go on to the next state. */
bool shard_fill(struct shard *shard);
bool shard_read_slot(struct shard *shard);
void shard_slot_read(struct shard *shard);
bool shard_load(struct shard *shard);
void shard_loaded(struct shard *shard);
bool shard_save(struct shard *shard);
void shard_saved(struct shard *shard);
void shard_save_unknown(struct shard *shard);
bool shard_settle(struct shard *shard); /* asks for the header; for PROVING too */
void shard_settled(struct shard *shard);
void shard_proved(struct shard *shard);

#endif
