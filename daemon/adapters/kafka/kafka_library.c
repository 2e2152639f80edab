/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_library.h"

#include <librdkafka/rdkafka.h>
#include <stddef.h>

/* The worst first; the version is 0xMMmmrrxx. */
static const struct {
	int below;
	const char *sentence;
} HAZARDS[] = {
        {0x020a0000, "librdkafka before 2.10 can stay with a group or transaction coordinator that is gone until its "
                     "time-outs pass: after a broker is lost, intake may pause for minutes, nothing is lost; 2.14.2 or "
                     "newer is better"},
        {0x020e0200, "librdkafka before 2.14.2 can crash while it closes when the coordinator is gone: the next start "
                     "takes up where it was; 2.14.2 or newer is better"},
};

const char *kafka_library_version(void)
{
	return rd_kafka_version_str();
}

const char *kafka_library_hazard(void)
{
	for (size_t i = 0; i < sizeof HAZARDS / sizeof HAZARDS[0]; i++)
		if (rd_kafka_version() < HAZARDS[i].below)
			return HAZARDS[i].sentence;
	return NULL;
}
