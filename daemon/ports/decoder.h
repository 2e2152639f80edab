/* SPDX-License-Identifier: Apache-2.0 */
/* From a record to an event: which JSON it is and where its fields stand is the configuration's matter. */
#ifndef JD_PORT_DECODER_H
#define JD_PORT_DECODER_H

#include "core/rules/rules.h"
#include "ports/source.h"

enum decode_result {
	DECODE_EVENT,
	DECODE_TICK,    /* type `tick`: time passes */
	DECODE_UNKNOWN, /* readable, but of a type that rules/ does not declare: counted, not a dead letter */
	DECODE_BAD,     /* for the dead-letter topic */
};

/* Why a record is bad, for the dead letter's headers. */
struct decode_error {
	const char *stage; /* "DECODE" (not JSON, wrong framing) or "MAP" (id, customer, time or a field is wrong) */
	char message[240];
};

struct decoder;

struct decoder_ops {
	/* *event borrows from the record, the rules and the arena. The same record may be decoded more than once: one
	 * that was looked at and left for the next batch is, since the rules may have changed between. */
	enum decode_result (*decode)(struct decoder *decoder, const struct record *record, const struct rules *rules,
	                             struct arena *arena, struct event *event, struct decode_error *error);
	void (*free)(struct decoder *decoder);
};

struct decoder {
	const struct decoder_ops *ops;
};

#endif
