/* SPDX-License-Identifier: Apache-2.0 */
/* Older versions of a set's journeys, compiled against the rules of now. */
#ifndef JD_JOURNEY_OLDER_H
#define JD_JOURNEY_OLDER_H

#include "core/journey/journey_compile.h"
#include "core/journey/journey_set.h"

/* Fills set->older and links every version to its current one; the current ones are there, sorted by tag. */
void journey_older_compile(struct journey_set *set, struct compiler *compiler, struct journey_shared *shared,
                           const struct journey_files *files);
/* Adds the indexes of those whom the event may end. */
void journey_older_uses(const struct journey_set *set, uint32_t event, uint32_t *endings, size_t *count);

#endif
