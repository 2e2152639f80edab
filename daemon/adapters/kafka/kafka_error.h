/* SPDX-License-Identifier: Apache-2.0 */
/* What an error of Kafka's means for us: one table from its codes to an outcome and to what a person can do. */
#ifndef JD_KAFKA_ERROR_H
#define JD_KAFKA_ERROR_H

#include "ports/port.h"

#include <librdkafka/rdkafka.h>

/* Codes that are not in the table are AGAIN: nothing is known. */
enum outcome kafka_error_outcome(rd_kafka_resp_err_t code);
/* "<doing>: <what Kafka says> (<code name>); <advice>"; where that is too long, less of what Kafka says. detail may be
 * NULL or empty: the code's own text. */
void kafka_error_print(char *why, size_t why_size, const char *doing, rd_kafka_resp_err_t code, const char *detail);

#endif
