/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sink in memory: each committed message goes to a function, in order; the offsets go back to the memory source that
 * they came from.
 */
#ifndef JD_MEMORY_SINK_H
#define JD_MEMORY_SINK_H

#include "adapters/memory/memory_queue.h"
#include "ports/sink.h"

struct memory_sink_target {
	/* Everything is borrowed until it returns. NULL: messages vanish. */
	void (*message)(void *owner, const struct sink_message *message);
	void *owner;
	bool has_topic[SINK_TOPIC_COUNT];
};

/* Freed by its `free`. source may be NULL: then nothing is committed. */
struct sink *memory_sink_new(struct memory_queue *queue, struct source *source,
                             const struct memory_sink_target *target);

#endif
