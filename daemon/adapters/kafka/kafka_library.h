/* SPDX-License-Identifier: Apache-2.0 */
/* Which librdkafka runs (not: was built against), and what is known to go wrong with it. */
#ifndef JD_KAFKA_LIBRARY_H
#define JD_KAFKA_LIBRARY_H

/* Such as "2.0.2". */
const char *kafka_library_version(void);
/* A sentence for the operator; NULL when nothing is known. */
const char *kafka_library_hazard(void);

#endif
