/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys as they were, for stories with an edit in the middle: the loaded files with one journey's older text. */
#ifndef JD_EDITION_H
#define JD_EDITION_H

#include "core/story/story.h"
#include "main/load.h"

struct edition_known { /* what came of one file */
	struct str path;
	const struct journey *journey;
	struct story_edition edition;
	bool good;
};

struct editions {
	struct load *load;          /* of the files as they are */
	struct edition_known *read; /* each is read, and what is wrong with it said, once */
	size_t read_count, read_cap;
	struct journey_set **sets;
	size_t count, cap;
};

/* Before the load is freed. */
void editions_release(struct editions *editions);
/* story_context's `edition`; owner is a struct editions. */
bool edition_read(void *owner, const struct doc *from, const struct journey *journey, struct story_edition *out);

#endif
