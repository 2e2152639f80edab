/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory adapters' loop: requests wait here in the order in which they were made, and are carried out and answered
 * when the queue is run, between the worker's turns. Nothing waits and no clock is asked, so a run is the same each
 * time.
 */
#ifndef JD_MEMORY_QUEUE_H
#define JD_MEMORY_QUEUE_H

#include "ports/port.h"

#include <stdbool.h>
#include <stddef.h>

/* Carries a request out and answers it. */
typedef void memory_run(void *adapter, struct request *request);

struct memory_job {
	memory_run *run;
	void *adapter;
	struct request *request; /* NULL where the adapter needs none */
};

struct memory_queue { /* all zero is a valid empty one */
	struct memory_job *jobs;
	size_t head, count, cap;
};

void memory_queue_release(struct memory_queue *queue);
void memory_queue_add(struct memory_queue *queue, memory_run *run, void *adapter, struct request *request);
/* Carries out what waits now, not what comes of it. False when there was nothing. */
bool memory_queue_run(struct memory_queue *queue);
/* Forgets what waits: the worker that asked is gone. */
void memory_queue_drop(struct memory_queue *queue);

static inline void memory_answer(struct request *request, enum outcome outcome)
{
	request->outcome = outcome;
	request->done(request);
}

#endif
