/* SPDX-License-Identifier: Apache-2.0 */
/* Which librdkafka runs (not: was built against), and what is known to go wrong with it. */
#ifndef JD_KAFKA_LIBRARY_H
#define JD_KAFKA_LIBRARY_H

#include "adapters/kafka/kafka_settings.h"

/* Such as "2.0.2". */
const char *kafka_library_version(void);
/* A sentence for the operator on what matters most with these settings; NULL when nothing is known. */
const char *kafka_library_hazard(const struct kafka_settings *settings);

#endif
