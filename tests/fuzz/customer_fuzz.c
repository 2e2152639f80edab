/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Customer records out of bad bytes: whatever is read without complaint must be written, read again to the same bytes,
 * and survive a step of the engine.
 *
 *   customer_fuzz FILE...          each file is one record
 *   customer_fuzz --random N SEED  N mutated records
 */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void insist(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "customer_fuzz: %s\n", what);
	abort();
}

static int fuzz_customer(struct world *world, const uint8_t *bytes, size_t size)
{
	struct str record = {(const char *)bytes, size};
	struct customer customer, again;
	struct buf first = {0}, second = {0};
	arena_clear(&world->step);
	engine_output_clear(&world->out);
	if (!customer_read(&customer, STR("c"), record, world->set, &world->step))
		return 0;
	customer_write(&customer, world->set, &first);
	insist(customer_read(&again, STR("c"), buf_view(&first), world->set, &world->step), "written but not read");
	customer_write(&again, world->set, &second);
	insist(str_eq(buf_view(&first), buf_view(&second)), "read and written differently");
	engine_advance(&world->engine, &customer, INSTANT_NEVER, &world->out);
	insist(customer_due(&customer).ms == INSTANT_NEVER.ms, "something is due for ever");
	buf_release(&first);
	buf_release(&second);
	return 1;
}

static uint64_t roll(uint64_t *state, uint64_t sides)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*state >> 33) % sides;
}

/* A record as it comes about: two policies, clicks, a send. */
static void grow_seed(struct world *world)
{
	world_event(world, "{at: 2026-04-18T07:13:21.417Z, event: policy_updated, line: motor, policy_id: P-1, "
	                   "expires_on: 2026-05-10, car_price: 312500, income: 154200.5}");
	world_event(world, "{at: 2026-04-18T08:00:00Z, event: policy_updated, line: motor, policy_id: P-2, "
	                   "expires_on: 2026-06-10, car_price: 1}");
	world_event(world, "{at: 2026-04-19T08:00:00Z, event: click}");
	world_advance(world, "2026-04-27T00:00:00Z");
}

static void run_random(struct world *world, uint64_t runs, uint64_t seed)
{
	struct buf bytes = {0};
	uint64_t read = 0;
	grow_seed(world);
	for (uint64_t i = 0; i < runs; i++) {
		buf_clear(&bytes);
		buf_str(&bytes, buf_view(&world->record));
		for (uint64_t bad = roll(&seed, 6); bad > 0; bad--)
			bytes.ptr[roll(&seed, bytes.len)] = (char)roll(&seed, 256);
		if (roll(&seed, 4) == 0)
			bytes.len = roll(&seed, bytes.len + 1);
		read += (uint64_t)fuzz_customer(world, (const uint8_t *)bytes.ptr, bytes.len);
	}
	printf("customer_fuzz: %llu records, %llu of them readable\n", (unsigned long long)runs,
	       (unsigned long long)read);
	buf_release(&bytes);
}

static int run_file(struct world *world, const char *path)
{
	uint8_t bytes[65536];
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 1;
	}
	size_t size = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	fuzz_customer(world, bytes, size);
	return 0;
}

int main(int argc, char **argv)
{
	struct world world;
	int failed = 0;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	if (argc == 4 && strcmp(argv[1], "--random") == 0)
		run_random(&world, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	else
		for (int i = 1; i < argc; i++)
			failed |= run_file(&world, argv[i]);
	world_release(&world);
	return failed;
}
