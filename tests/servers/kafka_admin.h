/* SPDX-License-Identifier: Apache-2.0 */
/* What tests ask of a broker without starting a JVM: topics. */
#ifndef JD_TEST_KAFKA_ADMIN_H
#define JD_TEST_KAFKA_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

struct kafka_admin_topic {
	const char *name;
	int partitions;
	const char *const *configs; /* name=value */
	size_t config_count;
};

/* Returns when the topic can be used; a topic that is there already is an error. On false *why says what failed. */
bool kafka_admin_create(const char *brokers, const struct kafka_admin_topic *topic, char *why, size_t why_size);

#endif
