/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why no broker can be talked to. A request that fails says only that none answered; the cause (refused, not trusted,
 * another password) comes beside it, as an error of the whole client. This is the last of those.
 */
#ifndef JD_KAFKA_TROUBLE_H
#define JD_KAFKA_TROUBLE_H

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stddef.h>

struct kafka_trouble {
	pthread_mutex_t lock; /* noted on the loop's thread, asked for on the blocking one */
	rd_kafka_resp_err_t code;
	char text[160]; /* longer ones are cut */
};

void kafka_trouble_init(struct kafka_trouble *trouble);
/* A client's error. That all brokers are down is no cause and is not taken. */
void kafka_trouble_note(struct kafka_trouble *trouble, rd_kafka_resp_err_t code, const char *text);
/* A broker has answered. */
void kafka_trouble_clear(struct kafka_trouble *trouble);
/* The cause of a request's failure `code`: its own code where it says more than that nobody answered, or where no
 * trouble is known; then text is empty. size: of text. */
rd_kafka_resp_err_t kafka_trouble_cause(struct kafka_trouble *trouble, rd_kafka_resp_err_t code, char *text,
                                        size_t size);
void kafka_trouble_release(struct kafka_trouble *trouble);

#endif
