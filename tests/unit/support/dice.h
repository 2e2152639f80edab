/* SPDX-License-Identifier: Apache-2.0 */
/* Chance for tests: the same seed gives the same rolls everywhere. */
#ifndef TEST_DICE_H
#define TEST_DICE_H

#include <stdint.h>

/* Below `sides`, of which there are at most 2^31; moves the dice on. */
static inline unsigned dice_roll(uint64_t *dice, uint64_t sides)
{
	*dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((*dice >> 33) % sides);
}

#endif
