/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_trouble.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void kafka_trouble_init(struct kafka_trouble *trouble)
{
	*trouble = (struct kafka_trouble){.code = RD_KAFKA_RESP_ERR_NO_ERROR};
	pthread_mutex_init(&trouble->lock, NULL);
}

void kafka_trouble_note(struct kafka_trouble *trouble, rd_kafka_resp_err_t code, const char *text)
{
	if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
		return;
	pthread_mutex_lock(&trouble->lock);
	trouble->code = code;
	snprintf(trouble->text, sizeof(trouble->text), "%s", text);
	pthread_mutex_unlock(&trouble->lock);
}

void kafka_trouble_clear(struct kafka_trouble *trouble)
{
	pthread_mutex_lock(&trouble->lock);
	trouble->code = RD_KAFKA_RESP_ERR_NO_ERROR;
	trouble->text[0] = '\0';
	pthread_mutex_unlock(&trouble->lock);
}

static bool nobody_answered(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
	       code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

rd_kafka_resp_err_t kafka_trouble_cause(struct kafka_trouble *trouble, rd_kafka_resp_err_t code, char *text,
                                        size_t size)
{
	text[0] = '\0';
	pthread_mutex_lock(&trouble->lock);
	if (trouble->code && nobody_answered(code)) {
		code = trouble->code;
		snprintf(text, size, "%s", trouble->text);
	}
	pthread_mutex_unlock(&trouble->lock);
	return code;
}

void kafka_trouble_release(struct kafka_trouble *trouble)
{
	pthread_mutex_destroy(&trouble->lock);
}
