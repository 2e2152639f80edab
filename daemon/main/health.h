/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon answers over HTTP: /healthz (alive), /readyz (works), /metrics (Prometheus). */
#ifndef JD_HEALTH_H
#define JD_HEALTH_H

#include "adapters/http/http.h"
#include "app/worker.h"

struct health {
	const struct worker *worker;
	const struct report *report;
	struct str hash; /* of the running rules */
};

/* An http_handler; owner is a struct health. */
void health_answer(void *owner, const char *path, struct http_reply *reply);

#endif
