/* SPDX-License-Identifier: Apache-2.0 */
/* The contract on the memory store. */
#include "adapters/memory/memory_store.h"
#include "store_contract.h"

#include <stdbool.h>

struct world {
	struct store_rig rig; /* first: the tests' state is a struct store_rig * */
	struct memory_queue queue;
};

static void turn(struct store_rig *rig)
{
	memory_queue_run(&((struct world *)rig->owner)->queue);
}

/* It outlives who uses it: the next one finds the same store. */
static void reopen(struct store_rig *rig)
{
	memory_queue_drop(&((struct world *)rig->owner)->queue);
}

static int world_open(void **state)
{
	static struct world world;
	world.rig = (struct store_rig){.turn = turn, .reopen = reopen, .owner = &world};
	world.rig.store = memory_store_new(&world.queue);
	rig_open(&world.rig);
	*state = &world;
	return 0;
}

static int world_close(void **state)
{
	struct world *world = *state;
	world->rig.store->ops->free(world->rig.store);
	memory_queue_release(&world->queue);
	return 0;
}

int main(void)
{
	return store_contract_run("store contract in memory", world_open, world_close);
}
