/* SPDX-License-Identifier: Apache-2.0 */
/* Between playing a story and judging it. */
#ifndef JD_STORY_RUN_H
#define JD_STORY_RUN_H

#include "core/story/story_parts.h"

/* Something that happened: an event of the story, or a decision with its action. */
struct happening {
	struct instant at;
	const struct story_event *event; /* NULL for a decision */
	struct decision decision;
	const struct action *action;     /* of a decision `sent` */
	const struct emission *emission; /* of a node `emit` */
	bool matched;
};

struct play {
	const struct story_stage *stage;
	const struct story_file *file;
	const struct story *story;
	struct engine engine;
	struct arena scratch;
	struct buf record;
	struct happening *happenings;
	size_t count, cap;
};

/* Matches what happened with what was expected, and tells both as one timeline. */
void story_compare(struct play *play, struct story_result *out);

#endif
