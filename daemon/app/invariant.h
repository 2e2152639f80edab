/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold, checked in every build: a shard that goes on with a broken promise would send twice or never. */
#ifndef JD_INVARIANT_H
#define JD_INVARIANT_H

#include <stdio.h>
#include <stdlib.h>

/* The sentence says what was promised; the process ends, and what is durable is taken up again by the next one. */
#define invariant(holds, sentence) \
	do { \
		if (!(holds)) { \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, sentence); \
			abort(); \
		} \
	} while (0)

#endif
