/* SPDX-License-Identifier: Apache-2.0 */
/* The journeys' texts that a store in memory keeps. */
#ifndef JD_MEMORY_TEXTS_H
#define JD_MEMORY_TEXTS_H

#include "core/base/buf.h"
#include "ports/store.h"

struct memory_texts {
	struct store_source *items; /* owned, their texts too */
	size_t count, cap;
};

void memory_texts_release(struct memory_texts *texts);
void memory_texts_put(struct memory_texts *texts, const struct store_source *source);
void memory_texts_forget(struct memory_texts *texts, const struct store_source_forget *forget);

#endif
