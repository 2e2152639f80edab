/* SPDX-License-Identifier: Apache-2.0 */
/* What only the whole set can tell: rules that nothing uses, channels that records could not tell apart. */
#ifndef JD_JOURNEY_SET_CHECK_H
#define JD_JOURNEY_SET_CHECK_H

#include "core/journey/journey_compile.h"
#include "core/journey/journey_set.h"

struct journey_sources {
	const struct source_doc *docs;
	size_t count;
};

void journey_set_check(const struct journey_set *set, struct compiler *compiler, const struct journey_shared *shared,
                       const struct journey_sources *journeys);

/* Cases of segments and splits to which an earlier one leaves nobody. */
void journey_case_check(const struct journey_set *set, struct compiler *compiler);

/* Caps that count nothing, and caps that never let a message of a sequence through. */
void journey_contact_check(const struct journey_set *set, struct compiler *compiler);

#endif
