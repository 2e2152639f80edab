/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_thread.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int64_t kafka_thread_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void append(struct kafka_job **list, struct kafka_job *job)
{
	while (*list)
		list = &(*list)->next;
	job->next = NULL;
	*list = job;
}

static struct kafka_job *take_due(struct kafka_job **list, int64_t now)
{
	for (; *list; list = &(*list)->next)
		if ((*list)->not_before <= now) {
			struct kafka_job *job = *list;
			*list = job->next;
			return job;
		}
	return NULL;
}

static int64_t first_due(const struct kafka_job *job)
{
	int64_t first = INT64_MAX;
	for (; job; job = job->next)
		if (job->not_before < first)
			first = job->not_before;
	return first;
}

static void wait_for_work(struct kafka_thread *thread)
{
	int64_t until = first_due(thread->waiting);
	if (until == INT64_MAX) {
		pthread_cond_wait(&thread->wakened, &thread->lock);
		return;
	}
	struct timespec at = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
	pthread_cond_timedwait(&thread->wakened, &thread->lock, &at);
}

static void wake_loop(struct kafka_thread *thread)
{
	uint64_t one = 1;
	if (write(thread->wake_fd, &one, sizeof(one)) < 0)
		return; /* full: the loop is about to wake anyway */
}

/* Called and left with the lock held; the work itself runs without it. */
static void work_one(struct kafka_thread *thread, struct kafka_job *job)
{
	job->again_ms = 0;
	pthread_mutex_unlock(&thread->lock);
	job->work(job);
	pthread_mutex_lock(&thread->lock);
	if (job->again_ms > 0) {
		job->not_before = kafka_thread_now_ms() + job->again_ms;
		append(&thread->waiting, job);
		return;
	}
	append(&thread->finished, job);
	wake_loop(thread);
}

static void *run(void *argument)
{
	struct kafka_thread *thread = argument;
	pthread_mutex_lock(&thread->lock);
	while (!thread->stopping) {
		struct kafka_job *job = take_due(&thread->waiting, kafka_thread_now_ms());
		if (job)
			work_one(thread, job);
		else
			wait_for_work(thread);
	}
	pthread_mutex_unlock(&thread->lock);
	return NULL;
}

void kafka_thread_init(struct kafka_thread *thread, int wake_fd)
{
	*thread = (struct kafka_thread){.wake_fd = wake_fd};
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&thread->lock, NULL);
	pthread_cond_init(&thread->wakened, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&thread->id, NULL, run, thread) != 0)
		abort(); /* no memory for a thread: nothing here could go on */
}

void kafka_thread_add(struct kafka_thread *thread, struct kafka_job *job, int delay_ms)
{
	job->cancelled = false;
	job->not_before = kafka_thread_now_ms() + delay_ms;
	pthread_mutex_lock(&thread->lock);
	append(&thread->waiting, job);
	pthread_cond_signal(&thread->wakened);
	pthread_mutex_unlock(&thread->lock);
}

static struct kafka_job *take_finished(struct kafka_thread *thread)
{
	pthread_mutex_lock(&thread->lock);
	struct kafka_job *jobs = thread->finished;
	thread->finished = NULL;
	pthread_mutex_unlock(&thread->lock);
	return jobs;
}

static void finish_all(struct kafka_job *job)
{
	while (job) {
		struct kafka_job *next = job->next; /* finish may free the job or add it again */
		job->finish(job);
		job = next;
	}
}

void kafka_thread_serve(struct kafka_thread *thread)
{
	finish_all(take_finished(thread));
}

bool kafka_thread_stopping(struct kafka_thread *thread)
{
	pthread_mutex_lock(&thread->lock);
	bool stopping = thread->stopping;
	pthread_mutex_unlock(&thread->lock);
	return stopping;
}

void kafka_thread_release(struct kafka_thread *thread)
{
	pthread_mutex_lock(&thread->lock);
	thread->stopping = true;
	pthread_cond_signal(&thread->wakened);
	pthread_mutex_unlock(&thread->lock);
	pthread_join(thread->id, NULL);

	finish_all(take_finished(thread));
	struct kafka_job *job;
	while ((job = take_due(&thread->waiting, INT64_MAX)) != NULL) {
		job->cancelled = true;
		job->finish(job);
	}
	pthread_cond_destroy(&thread->wakened);
	pthread_mutex_destroy(&thread->lock);
}
