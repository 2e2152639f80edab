/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_library.h"

#include <string.h>

/* The worst first; the version is 0xMMmmrrxx. */
static const struct {
	int below;
	bool scram; /* only of those who log in so */
	const char *sentence;
} HAZARDS[] = {
        /* Its pull request 4895: the client's nonce is sent twice, which Kafka 4 refuses as a wrong password. */
        {0x020601ff, true,
         "librdkafka before 2.6.1 cannot log in by SCRAM at Kafka 4 and newer: take PLAIN over TLS or a client "
         "certificate, or a newer librdkafka"},
        {0x020a0000, false,
         "librdkafka before 2.10 can stay with a group or transaction coordinator that is gone until its "
         "time-outs pass: after a broker is lost, intake may pause for minutes, nothing is lost; 2.14.2 or "
         "newer is better"},
        {0x020e0200, false,
         "librdkafka before 2.14.2 can crash while it closes when the coordinator is gone: the next start "
         "takes up where it was; 2.14.2 or newer is better"},
};

const char *kafka_library_version(void)
{
	return rd_kafka_version_str();
}

static bool logs_in_by_scram(const struct kafka_settings *settings)
{
	for (size_t i = 0; i < settings->property_count; i++)
		if (strncmp(settings->properties[i].name, "sasl.mechanism", strlen("sasl.mechanism")) == 0 &&
		    strncmp(settings->properties[i].value, "SCRAM", strlen("SCRAM")) == 0)
			return true;
	return false;
}

const char *kafka_library_hazard(const struct kafka_settings *settings)
{
	for (size_t i = 0; i < sizeof HAZARDS / sizeof HAZARDS[0]; i++)
		if (rd_kafka_version() < HAZARDS[i].below && (!HAZARDS[i].scram || logs_in_by_scram(settings)))
			return HAZARDS[i].sentence;
	return NULL;
}
