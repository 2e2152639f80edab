/* SPDX-License-Identifier: Apache-2.0 */
/* The states in which a shard is taken, in this order: claim, read Kafka's word, compare, read the log, learn which
 * hours have due times and where the topics end. */
#ifndef JD_SHARD_TAKE_H
#define JD_SHARD_TAKE_H

#include <stdbool.h>

struct shard;

/* Named in the table of states (shard.c). A turn that answers true has more to do at once; false: it has asked a port,
 * or waits. The others take the answer in shard->ask and go on to the next state. */
bool shard_claim(struct shard *shard);
void shard_claimed(struct shard *shard);
bool shard_read_committed(struct shard *shard);
void shard_committed_read(struct shard *shard);
bool shard_check(struct shard *shard);
bool shard_read_log(struct shard *shard);
void shard_log_read(struct shard *shard);
bool shard_read_slots(struct shard *shard);
void shard_slots_read(struct shard *shard);
bool shard_read_ends(struct shard *shard);
void shard_ends_read(struct shard *shard);
/* The ends are known, for the first time or once more. */
void shard_looked(struct shard *shard);

#endif
