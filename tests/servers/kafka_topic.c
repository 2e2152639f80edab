/* SPDX-License-Identifier: Apache-2.0 */
/* kafka_topic BROKERS NAME PARTITIONS [config=value...]: makes a topic in milliseconds, without a JVM. */
#include "kafka_admin.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: kafka_topic BROKERS NAME PARTITIONS [config=value...]\n");
		return 2;
	}
	struct kafka_admin_topic topic = {
	        .name = argv[2],
	        .partitions = atoi(argv[3]),
	        .configs = (const char *const *)&argv[4],
	        .config_count = (size_t)(argc - 4),
	};
	char why[512];
	if (kafka_admin_create(argv[1], &topic, why, sizeof(why)))
		return 0;
	fprintf(stderr, "kafka_topic: %s: %s\n", argv[2], why);
	return 1;
}
