/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every store must do, as one list of tests. Whoever has a store fills in a rig and runs them with the rig as the
 * state; each test uses shards of its own, so that one server serves all.
 */
#ifndef JD_STORE_CONTRACT_H
#define JD_STORE_CONTRACT_H

#include "ports/store.h"

enum { RIG_SHARDS = 128 }; /* so many are opened */

struct store_rig {
	struct store *store;
	/* Lets the store work for at most a few milliseconds. */
	void (*turn)(struct store_rig *rig);
	/* Frees the store and makes another one on the same data, not yet opened. NULL: the data go with the store. */
	void (*reopen)(struct store_rig *rig);
	uint32_t shard; /* of the test that runs */
	void *owner;
};

/* Runs all of it; setup makes *state a struct store_rig * whose store is open. Answers how many failed. */
int store_contract_run(const char *name, int (*setup)(void **state), int (*teardown)(void **state));

/* For the tests beside it, too. Each asserts that done is not called at once, and that it comes within 20 seconds. */
void rig_open(struct store_rig *rig);
uint32_t rig_shard(struct store_rig *rig); /* a fresh one */
/* Gives the request by `give` and waits for its answer. */
#define RIG_ASK(rig, op, ask) \
	(rig_begin(&(ask)->request), (rig)->store->ops->op((rig)->store, (ask)), rig_given(&(ask)->request), \
	 rig_end((rig), &(ask)->request))
void rig_begin(struct request *request);
void rig_given(struct request *request); /* done was not called yet: never from inside the call that started it */
enum outcome rig_end(struct store_rig *rig, struct request *request);
struct store_header rig_claim(struct store_rig *rig, uint32_t shard, uint64_t lineage);
struct store_header rig_peek(struct store_rig *rig, uint32_t shard); /* its meta is copied into a static buffer */
enum outcome rig_append(struct store_rig *rig, uint32_t shard, uint64_t epoch, uint64_t batch);
/* The bytes of a record at rest; static; ptr NULL for none. */
struct str rig_load(struct store_rig *rig, uint32_t shard, struct str id);
enum outcome rig_flush(struct store_rig *rig, const struct store_flush *flush);

#endif
