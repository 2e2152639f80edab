/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one thread for calls of librdkafka that block: transactions, reading committed offsets, metadata. Jobs are worked
 * on one after the other; a finished one is handed back on the loop's thread.
 */
#ifndef JD_KAFKA_THREAD_H
#define JD_KAFKA_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Lies within its owner's struct, which belongs to the thread until `finish`. */
struct kafka_job {
	void (*work)(struct kafka_job *job);   /* on the thread */
	void (*finish)(struct kafka_job *job); /* on the loop; the job is its owner's again and may be added again */
	int again_ms;   /* set by work: not done, work once more after so long; others go first */
	bool cancelled; /* the thread was stopped before the work was done */
	int64_t not_before;
	struct kafka_job *next;
};

struct kafka_thread {
	pthread_t id;
	pthread_mutex_t lock;
	pthread_cond_t wakened;
	struct kafka_job *waiting, *finished; /* oldest first */
	int wake_fd;
	bool stopping;
};

/* wake_fd: an eventfd that is written to whenever kafka_thread_serve has something to do. */
void kafka_thread_init(struct kafka_thread *thread, int wake_fd);
/* work is called after `delay_ms` at the earliest. */
void kafka_thread_add(struct kafka_thread *thread, struct kafka_job *job, int delay_ms);
/* On the loop: finishes what is worked off. */
void kafka_thread_serve(struct kafka_thread *thread);
/* For long work between its steps: true when it should give up. */
bool kafka_thread_stopping(struct kafka_thread *thread);
/* Waits for the job under way, then finishes everything, cancelled where it was not done. */
void kafka_thread_release(struct kafka_thread *thread);
int64_t kafka_thread_now_ms(void); /* monotonic; goes on while the process is stopped */

#endif
