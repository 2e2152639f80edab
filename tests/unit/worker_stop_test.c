/* SPDX-License-Identifier: Apache-2.0 */
/* A sink that opens and cannot send, as where a right is missing: it is not asked in haste, and nobody waits for it. */
#include "support/worker_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ORDER "\"type\":\"policy\",\"policy_id\":\"p1\",\"expires_on\":\"2026-03-02\""

static struct {
	struct sink_ops ops;
	unsigned emits;
	bool mended;
	const struct sink_ops *below;
} deaf;

static void deaf_emit(struct sink *sink, struct sink_emit *request)
{
	deaf.emits++;
	if (deaf.mended) {
		deaf.below->emit(sink, request);
		return;
	}
	snprintf(request->request.why, sizeof request->request.why, "nobody listens");
	memory_answer(&request->request, OUTCOME_AGAIN);
}

/* One message is to be sent, and cannot be. */
static void start_deaf(struct daemon *daemon)
{
	daemon_init(daemon, 1, 1);
	deaf.ops = *daemon->sink->ops;
	deaf.below = daemon->sink->ops;
	deaf.ops.emit = deaf_emit;
	deaf.mended = true;
	daemon->sink->ops = &deaf.ops;
	daemon->settings.clock = CLOCK_WALL;
	daemon_clock(daemon, "2026-02-23T09:59:00Z");
	daemon_event(daemon, "2026-02-23T09:58:00Z", "c1", ORDER);
	daemon_start(daemon);
	daemon_run(daemon);
	deaf.mended = false;
	deaf.emits = 0;
	daemon_clock(daemon, "2026-02-23T10:00:01Z");
	daemon_run(daemon);
	assert_int_equal(deaf.emits, 1);
}

static void pass(struct daemon *daemon, int64_t ms)
{
	for (int64_t end = daemon->clock.now.ms + ms; daemon->clock.now.ms < end; daemon->clock.now.ms += 50)
		daemon_run(daemon);
}

static void a_sink_that_opens_and_cannot_send_is_asked_less_and_less(void **state)
{
	struct daemon daemon;
	(void)state;
	start_deaf(&daemon);
	pass(&daemon, 60000);
	assert_in_range(deaf.emits, 10, 25);
	assert_non_null(strstr(daemon.log.ptr, "nobody listens"));
	deaf.mended = true;
	pass(&daemon, 6000);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c1 reminder\n");
	assert_int_equal(daemon.doubles, 0);
	daemon_release(&daemon);
}

static void a_stop_waits_for_it_for_20_seconds_and_leaves_it_to_the_next_start(void **state)
{
	struct daemon daemon;
	(void)state;
	start_deaf(&daemon);
	worker_stop(daemon.worker);
	pass(&daemon, 19000);
	assert_int_equal(daemon_status(&daemon).state, WORKER_STOPPING);
	pass(&daemon, 2000);
	assert_int_equal(daemon_status(&daemon).state, WORKER_STOPPED);
	assert_non_null(strstr(daemon.log.ptr,
	                       "stopped before everything was handed over; the next start goes on from the "
	                       "store: nobody listens"));
	daemon_kill(&daemon);
	daemon_expect(&daemon, "");
	deaf.mended = true;
	daemon_start(&daemon);
	pass(&daemon, 6000);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c1 reminder\n");
	daemon_release(&daemon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_sink_that_opens_and_cannot_send_is_asked_less_and_less),
	        cmocka_unit_test(a_stop_waits_for_it_for_20_seconds_and_leaves_it_to_the_next_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
