/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fuzz.h"

#include "core/base/hash.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_insist(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

struct fuzz_dice fuzz_dice(struct str seed)
{
	return (struct fuzz_dice){hash64(1, seed)};
}

uint64_t fuzz_roll(struct fuzz_dice *dice, uint64_t sides)
{
	dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (dice->state >> 33) % sides;
}
