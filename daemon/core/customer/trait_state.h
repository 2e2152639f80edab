/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The moments that a trait over a window, or of a field, is computed from.
 *
 * Exact for up to TRAIT_MOMENTS of them. Only those that can still matter are kept: of a maximum those that no later
 * one exceeds, of distinct values one each. Beyond that, counts, sums and averages over a window let moments of the
 * same 64th of the window leave it together (up to a 64th too late); first drops the second newest, the others the
 * oldest. Without a window most_frequent is exact for TRAIT_MOMENTS values and an estimate beyond.
 */
#ifndef JD_TRAIT_STATE_H
#define JD_TRAIT_STATE_H

#include "core/calendar.h"
#include "core/rules/rules.h"

enum { TRAIT_MOMENTS = 128, TRAIT_TEXT_MAX = 256 };

struct trait_moment {
	struct instant at;
	struct value value; /* absent where the kind needs none */
	int64_t count;      /* events in it */
};

struct trait_state {
	struct trait_moment *moments; /* by time, rising */
	size_t count, cap;
};

/* One more event, at its own time; value is what `of` gave, and lives as long as the state. What has left the window
 * at `latest`, the customer's latest time, is forgotten. */
void trait_state_add(struct trait_state *state, const struct trait *trait, struct trait_moment moment,
                     struct instant latest, struct arena *arena);
/* The trait's value at `now`, over (now - within, now]; absent when there is none. The zone is for days_since. */
struct value trait_state_value(const struct trait_state *state, const struct trait *trait, struct instant now,
                               const struct zone *zone);
/* The first moment that is inside the window at `now`; state->count when none is. */
size_t trait_state_from(const struct trait_state *state, const struct trait *trait, struct instant now);

struct trait_need {
	bool time, value, count; /* what is stored of each moment */
};
struct trait_need trait_state_need(const struct trait *trait);

#endif
