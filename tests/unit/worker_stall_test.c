/* SPDX-License-Identifier: Apache-2.0 */
/* A process that stands still for a minute, as SIGSTOP and SIGCONT make it, in the middle of what must happen once. */
#include "support/worker_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define POLICY "\"type\":\"policy\",\"policy_id\":\"p1\",\"expires_on\":\"2026-03-02\""

/* Ports below which everything is as ever; an emit's answer is lost, and the topics' ends are answered late. */
struct slow {
	struct sink_ops sink;
	struct source_ops source;
	const struct sink_ops *sink_below;
	const struct source_ops *source_below;
	void (*done)(struct request *request);
	bool on;
	struct source_ends *ends; /* asked for, not yet answered */
	unsigned emits;
};
static struct slow slow;

static void lose(struct request *request)
{
	request->done = slow.done;
	memory_answer(request, OUTCOME_AGAIN);
}

static void slow_emit(struct sink *sink, struct sink_emit *request)
{
	if (slow.on && slow.emits++ == 0) {
		slow.done = request->request.done;
		request->request.done = lose;
	}
	slow.sink_below->emit(sink, request);
}

static void slow_ends(struct source *source, struct source_ends *request)
{
	if (slow.on)
		slow.ends = request;
	else
		slow.source_below->ends(source, request);
}

static void make_slow(struct daemon *daemon)
{
	slow = (struct slow){.sink = *daemon->sink->ops,
	                     .source = *daemon->source->ops,
	                     .sink_below = daemon->sink->ops,
	                     .source_below = daemon->source->ops};
	slow.sink.emit = slow_emit;
	slow.source.ends = slow_ends;
	daemon->sink->ops = &slow.sink;
	daemon->source->ops = &slow.source;
}

static void a_minute_of_standstill_while_a_commit_is_in_doubt_sends_nothing_twice(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	make_slow(&daemon);
	daemon.settings.clock = CLOCK_WALL;
	daemon_clock(&daemon, "2026-02-23T09:59:00Z");
	daemon_event(&daemon, "2026-02-23T09:58:00Z", "c1", POLICY);
	daemon_start(&daemon);
	daemon_run(&daemon);
	daemon_clock(&daemon, "2026-02-23T09:59:58Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "");
	slow.on = true;
	daemon_clock(&daemon, "2026-02-23T10:00:01Z");
	daemon_run(&daemon); /* sent and committed, and nobody is told */
	assert_int_equal(slow.emits, 1);
	daemon_clock(&daemon, "2026-02-23T10:01:01Z");
	daemon_run(&daemon); /* a new producer is there; where the topics end is not known yet */
	assert_non_null(slow.ends);
	slow.on = false;
	slow.source_below->ends(daemon.source, slow.ends);
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c1 reminder\n");
	assert_int_equal(daemon.doubles, 0);
	assert_true(daemon_status(&daemon).idle);
	daemon_release(&daemon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_minute_of_standstill_while_a_commit_is_in_doubt_sends_nothing_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
