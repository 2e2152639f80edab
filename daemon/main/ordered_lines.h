/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that come out in order of time: written as they come where the input was in order, kept to the end otherwise.
 */
#ifndef JD_ORDERED_LINES_H
#define JD_ORDERED_LINES_H

#include "core/base/instant.h"

#include <stdio.h>

struct ordered_line;

struct ordered_lines {
	FILE *out; /* NULL: lines vanish */
	bool sort; /* keep them until ordered_lines_finish */
	struct buf text;
	struct ordered_line *lines;
	size_t count, cap;
};

void ordered_lines_init(struct ordered_lines *lines, FILE *out, bool sort);
void ordered_lines_add(struct ordered_lines *lines, struct instant at, struct str line);
/* Writes what was kept; lines of one instant in the order they came. False when not everything could be written. */
bool ordered_lines_finish(struct ordered_lines *lines);
void ordered_lines_release(struct ordered_lines *lines);

#endif
