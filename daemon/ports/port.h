/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every port has in common. A port is a table of functions that app calls and an adapter fills. Work that may
 * wait is a request: app fills in its fields, hands it over, and owns it again when `done` is called, exactly once, on
 * a later turn of the loop and never from inside the call that started it (so nothing re-enters). The memory a request
 * points to stays app's and must live until `done`; what an adapter answers lives until `done` returns.
 */
#ifndef JD_PORT_H
#define JD_PORT_H

#include "core/base/instant.h"

enum outcome {
	OUTCOME_DONE,   /* it happened */
	OUTCOME_AGAIN,  /* nothing is known about whether it happened: settle by reading, then try again */
	OUTCOME_FENCED, /* a newer owner exists: let go of the shard (store) or of the process's part (sink) */
	OUTCOME_NEVER,  /* it did not happen and will not without a person: `why` says what to do */
};

struct request {
	void (*done)(struct request *request);
	void *owner;
	enum outcome outcome;
	char why[240]; /* a sentence for the log unless DONE */
};

enum { TOPICS_MAX = 16 }; /* input topics of one daemon */

#endif
