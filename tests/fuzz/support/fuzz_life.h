/* SPDX-License-Identifier: Apache-2.0 */
/* A customer's random life under a set: events of the declared types with random fields, early and late and twice, and
 * time that passes. Between any two steps the customer goes through its stored form. */
#ifndef JD_FUZZ_LIFE_H
#define JD_FUZZ_LIFE_H

#include "core/journey/journey_set.h"

struct fuzz_life {
	const struct journey_set *set;
	const struct zone_set *zones;
	struct str words; /* of which texts in fields are made; the dice come from it, too */
	unsigned events;
	/* Sets with the same rules under which the first part of it is lived. */
	struct journey_set *const *before;
	size_t before_count;
};

/* Aborts when a property does not hold: what is stored is read again as it was, nothing is due before it was decided,
 * messages come in the order of their time, and nothing stays due for ever. */
void fuzz_live(const struct fuzz_life *life);
/* The same from a stored record on; false when it is none. */
bool fuzz_live_on(const struct fuzz_life *life, struct str record);

#endif
