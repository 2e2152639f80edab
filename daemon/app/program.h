/* SPDX-License-Identifier: Apache-2.0 */
/* A journey set in use: a reload makes another one current, and the old one goes when no batch uses it any more. */
#ifndef JD_PROGRAM_H
#define JD_PROGRAM_H

#include "core/journey/journey_set.h"

struct program {
	struct journey_set *set;
	uint32_t uses; /* one for being current, one for each batch */
};

/* Owns the set; one use, the caller's. */
struct program *program_new(struct journey_set *set);
struct program *program_take(struct program *program);
void program_drop(struct program *program); /* may be NULL */

#endif
