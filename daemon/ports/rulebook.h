/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What journeys/ and rules/ said when they were read, found good, and ready to be compiled together with older texts of
 * the journeys: which ones there are only the store can tell, and only an adapter can read them.
 */
#ifndef JD_PORT_RULEBOOK_H
#define JD_PORT_RULEBOOK_H

#include "core/journey/journey_set.h"
#include "ports/store.h"

struct rulebook;

struct rulebook_ops {
	/* All of it, with older versions for who began with them; the caller's. An older text that compiles no more is
	 * a warning in diags (DIAG_OLD_VERSION). NULL when the whole could not be compiled: go by what there is. The
	 * texts given are copied. */
	struct journey_set *(*compile)(struct rulebook *book, const struct store_source *older, size_t count,
	                               struct diag_list *diags);
	/* Sets that it compiled stay good. */
	void (*free)(struct rulebook *book);
};

/* An adapter's own struct begins with it. */
struct rulebook {
	const struct rulebook_ops *ops;
	const struct store_source *texts; /* of the versions that people enter by; `used` is not set */
	size_t count;
};

#endif
