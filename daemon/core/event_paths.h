/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dotted paths as a table by level, so that a nested object is walked once and each of its names is found at once, in
 * the same time for three declared fields as for three hundred.
 */
#ifndef JD_EVENT_PATHS_H
#define JD_EVENT_PATHS_H

#include "core/event.h"

struct event_paths;

/* A name found at some level: which path ends here, and which level begins below. */
struct event_path {
	int32_t index;  /* into the paths given; -1: no path ends here */
	uint32_t level; /* 0: nothing is declared below */
};

/* In the arena, the names borrowed. Empty names are no path; of equal ones the first counts. */
const struct event_paths *event_paths_new(const struct str *names, size_t count, struct arena *arena);
/* The same over the fields' names. */
const struct event_paths *event_paths_of(const struct event_field *fields, size_t count, struct arena *arena);
/* Looks up one name at a level; the top is level 0. False when no path goes there. */
bool event_paths_find(const struct event_paths *paths, uint32_t level, struct str name, struct event_path *out);

#endif
