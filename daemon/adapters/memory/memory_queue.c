/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/memory/memory_queue.h"

#include "core/base/arena.h"

#include <stdlib.h>
#include <string.h>

void memory_queue_release(struct memory_queue *queue)
{
	free(queue->jobs);
	*queue = (struct memory_queue){0};
}

void memory_queue_add(struct memory_queue *queue, memory_run *run, void *adapter, struct request *request)
{
	if (queue->head + queue->count == queue->cap) {
		if (queue->head < queue->count || queue->cap == 0) {
			queue->cap = queue->cap ? 2 * queue->cap : 64;
			queue->jobs = mem_realloc(queue->jobs, queue->cap * sizeof *queue->jobs);
		}
		if (queue->head)
			memmove(queue->jobs, queue->jobs + queue->head, queue->count * sizeof *queue->jobs);
		queue->head = 0;
	}
	queue->jobs[queue->head + queue->count++] = (struct memory_job){run, adapter, request};
}

bool memory_queue_run(struct memory_queue *queue)
{
	size_t waiting = queue->count;
	for (size_t i = 0; i < waiting && queue->count; i++) {
		struct memory_job job = queue->jobs[queue->head++];
		queue->count--;
		job.run(job.adapter, job.request);
	}
	return waiting > 0;
}

void memory_queue_drop(struct memory_queue *queue)
{
	queue->head = queue->count = 0;
}
