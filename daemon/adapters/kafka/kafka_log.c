/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_log.h"

#include "core/base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINES_MAX = 256 };

struct kafka_log_line {
	struct kafka_log_line *next;
	int level;
	char text[];
};

void kafka_log_init(struct kafka_log *log, int wake_fd)
{
	*log = (struct kafka_log){.wake_fd = wake_fd};
	log->end = &log->first;
	pthread_mutex_init(&log->lock, NULL);
}

void kafka_log_add(struct kafka_log *log, int level, const char *text)
{
	size_t size = strlen(text) + 1;
	struct kafka_log_line *line = mem_alloc(sizeof(*line) + size);
	*line = (struct kafka_log_line){.level = level};
	memcpy(line->text, text, size);

	pthread_mutex_lock(&log->lock);
	if (log->count < LINES_MAX) {
		*log->end = line;
		log->end = &line->next;
		log->count++;
		line = NULL;
	} else {
		log->dropped++;
	}
	pthread_mutex_unlock(&log->lock);
	free(line);

	uint64_t one = 1;
	if (write(log->wake_fd, &one, sizeof(one)) < 0)
		return; /* full: the loop is about to wake anyway */
}

static void write_dropped(unsigned dropped, void (*write)(void *owner, int level, const char *line), void *owner)
{
	char text[80];
	if (dropped == 0 || !write)
		return;
	snprintf(text, sizeof(text), "%u further lines of the Kafka library were dropped", dropped);
	write(owner, 4, text);
}

void kafka_log_serve(struct kafka_log *log, void (*write)(void *owner, int level, const char *line), void *owner)
{
	pthread_mutex_lock(&log->lock);
	struct kafka_log_line *line = log->first;
	unsigned dropped = log->dropped;
	log->first = NULL;
	log->end = &log->first;
	log->count = log->dropped = 0;
	pthread_mutex_unlock(&log->lock);

	while (line) {
		struct kafka_log_line *next = line->next;
		if (write)
			write(owner, line->level, line->text);
		free(line);
		line = next;
	}
	write_dropped(dropped, write, owner);
}

void kafka_log_release(struct kafka_log *log)
{
	kafka_log_serve(log, NULL, NULL);
	pthread_mutex_destroy(&log->lock);
}
