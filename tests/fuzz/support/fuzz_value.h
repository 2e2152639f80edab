/* SPDX-License-Identifier: Apache-2.0 */
/* Random values of a declared type, with those at the edges among them. */
#ifndef JD_FUZZ_VALUE_H
#define JD_FUZZ_VALUE_H

#include "core/value.h"
#include "support/fuzz.h"

/* Texts are now and then words of `words`, which may be empty. It must outlive the value, as must the arena. */
struct fuzz_values {
	struct fuzz_dice *dice;
	struct arena *arena;
	struct str words;
	struct instant near; /* most dates and times are within a month of it */
};

struct value fuzz_value(const struct fuzz_values *values, struct type type);

#endif
