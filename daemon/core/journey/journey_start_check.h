/* SPDX-License-Identifier: Apache-2.0 */
/* What only the whole set tells about journeys that start others. */
#ifndef JD_JOURNEY_START_CHECK_H
#define JD_JOURNEY_START_CHECK_H

#include "core/journey/journey_compile.h"
#include "core/journey/journey_set.h"

/* Journeys that start each other for ever in one instant: errors. */
void journey_start_check_rounds(const struct journey_set *set, struct compiler *compiler);
/* Journeys that only others start, and none does: warnings. */
void journey_start_check_starters(const struct journey_set *set, struct compiler *compiler);

#endif
