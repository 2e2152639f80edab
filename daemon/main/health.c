/* SPDX-License-Identifier: Apache-2.0 */
#include "main/health.h"

static void answer_alive(const struct health *health, struct http_reply *reply)
{
	(void)health;
	reply->status = 200;
	buf_str(reply->body, STR("alive\n"));
}

static void answer_ready(const struct health *health, struct http_reply *reply)
{
	struct worker_status status;
	worker_status(health->worker, &status);
	reply->status = status.ready ? 200 : 503;
	buf_printf(reply->body, "%s\nshards: %u running, %u being taken, %u held back\noutbox: %llu\n",
	           status.ready ? "ready" : "not ready", status.shards_running, status.shards_taking,
	           status.shards_held, (unsigned long long)status.outbox);
	if (status.why[0])
		buf_printf(reply->body, "why: %s\n", status.why);
}

static void answer_metrics(const struct health *health, struct http_reply *reply)
{
	reply->status = 200;
	reply->type = "text/plain; version=0.0.4; charset=utf-8";
	report_print(health->report, reply->body);
	worker_print_metrics(health->worker, reply->body);
	buf_printf(reply->body,
	           "# HELP journeyd_config_info The running rules, by hash.\n# TYPE journeyd_config_info gauge\n"
	           "journeyd_config_info{hash=\"%.*s\"} 1\n",
	           STR_ARG(health->hash));
}

static const struct {
	const char *path;
	void (*answer)(const struct health *health, struct http_reply *reply);
} PATHS[] = {{"/healthz", answer_alive}, {"/readyz", answer_ready}, {"/metrics", answer_metrics}};

void health_answer(void *owner, const char *path, struct http_reply *reply)
{
	for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++)
		if (strcmp(path, PATHS[i].path) == 0) {
			PATHS[i].answer(owner, reply);
			return;
		}
	buf_str(reply->body, STR("there are /healthz, /readyz and /metrics\n"));
}
