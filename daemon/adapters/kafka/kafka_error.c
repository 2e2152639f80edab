/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_error.h"

#include <stdio.h>
#include <string.h>

struct row {
	rd_kafka_resp_err_t code;
	enum outcome outcome;
	const char *advice; /* NULL: nothing to add */
};

static const struct row rows[] = {
        {RD_KAFKA_RESP_ERR_NO_ERROR, OUTCOME_DONE, NULL},

        {RD_KAFKA_RESP_ERR__FENCED, OUTCOME_FENCED, "another process runs under this group and instance name"},
        {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, OUTCOME_FENCED, "another process runs under this group and instance name"},
        {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, OUTCOME_FENCED,
         "another process runs under this group and instance name"},
        {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, OUTCOME_FENCED,
         "another process runs under this group and instance name"},

        {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, OUTCOME_NEVER,
         "allow READ and DESCRIBE on input topics, WRITE and DESCRIBE on output topics"},
        {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, OUTCOME_NEVER, "allow READ on the consumer group"},
        {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, OUTCOME_NEVER,
         "allow WRITE and DESCRIBE on the transactional id GROUP/INSTANCE"},
        {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, OUTCOME_NEVER, "allow IDEMPOTENT_WRITE on the cluster"},
        {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, OUTCOME_NEVER,
         "raise message.max.bytes here and max.message.bytes of the topic"},
        {RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE, OUTCOME_NEVER, "raise offset.metadata.max.bytes of the broker"},
        {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, OUTCOME_NEVER,
         "lower transaction_timeout to the broker's transaction.max.timeout.ms"},
        {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, OUTCOME_NEVER, "a broker of version 2.5 or newer is needed"},
        {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, OUTCOME_NEVER, "a broker of version 2.5 or newer is needed"},
        {RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, OUTCOME_NEVER,
         "the records asked for are no longer in the topic: its retention is shorter than the time we were away"},
        {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, OUTCOME_NEVER,
         "the records asked for are no longer in the topic: its retention is shorter than the time we were away"},
        {RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, OUTCOME_NEVER,
         "other members of this group are no journeyd: choose another group"},

        {RD_KAFKA_RESP_ERR__AUTHENTICATION, OUTCOME_AGAIN, "check kafka.sasl"},
        {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, OUTCOME_AGAIN, "check kafka.sasl"},
        {RD_KAFKA_RESP_ERR__SSL, OUTCOME_AGAIN, "check kafka.tls"},
        {RD_KAFKA_RESP_ERR__RESOLVE, OUTCOME_AGAIN, "check kafka.brokers"},
        {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, OUTCOME_AGAIN, "check kafka.brokers and the network"},
        {RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, OUTCOME_AGAIN, "the process was stopped or too busy; it joins again"},
};

static const struct row *find(rd_kafka_resp_err_t code)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code)
			return &rows[i];
	return NULL;
}

enum outcome kafka_error_outcome(rd_kafka_resp_err_t code)
{
	const struct row *row = find(code);
	return row ? row->outcome : OUTCOME_AGAIN;
}

void kafka_error_print(char *why, size_t why_size, const char *doing, rd_kafka_resp_err_t code, const char *detail)
{
	const struct row *row = find(code);
	const char *advice = row && row->advice ? row->advice : "";
	const char *said = detail && *detail ? detail : rd_kafka_err2str(code), *name = rd_kafka_err2name(code);
	size_t around = strlen(doing) + strlen(name) + strlen(advice) + strlen(":  (); ") + 1;
	int room = around < why_size ? (int)(why_size - around) : 0;
	snprintf(why, why_size, "%s: %.*s (%s)%s%s", doing, room, said, name, *advice ? "; " : "", advice);
}
