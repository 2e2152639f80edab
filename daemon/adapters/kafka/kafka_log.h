/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that librdkafka's threads want logged, kept until the loop's thread takes them. */
#ifndef JD_KAFKA_LOG_H
#define JD_KAFKA_LOG_H

#include <pthread.h>

struct kafka_log_line;

struct kafka_log {
	pthread_mutex_t lock;
	struct kafka_log_line *first, **end;
	unsigned count, dropped; /* a broker that flaps must not fill the memory */
	int wake_fd;
};

void kafka_log_init(struct kafka_log *log, int wake_fd);
/* From any thread. The text is copied. */
void kafka_log_add(struct kafka_log *log, int level, const char *text);
/* On the loop: hands each line to `write` (NULL: drops them), oldest first. */
void kafka_log_serve(struct kafka_log *log, void (*write)(void *owner, int level, const char *line), void *owner);
void kafka_log_release(struct kafka_log *log);

#endif
