/* SPDX-License-Identifier: Apache-2.0 */
/* The loop: watches on pipes, timers, a signal to ourselves, turns. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters/loop/loop.h"

static const struct duration NOW = {0}, LONG = {5000};

struct seen {
	struct loop *loop;
	int count, events;
};

static void watch_seen(struct loop_watch *watch, int events)
{
	struct seen *seen = watch->owner;
	char byte;
	seen->count++;
	seen->events = events;
	if (events & LOOP_READ)
		assert_int_equal(read(watch->fd, &byte, 1), 1);
}

static void timer_seen(struct loop_timer *timer)
{
	struct seen *seen = timer->owner;
	seen->count++;
	assert_null(timer->handle);
}

static void a_watch_tells_of_what_it_waits_for(void **state)
{
	(void)state;
	int ends[2];
	struct seen seen = {.loop = loop_new()};
	assert_int_equal(pipe(ends), 0);
	struct loop_watch watch = {.ready = watch_seen, .owner = &seen, .fd = ends[0]};
	loop_watch_start(seen.loop, &watch, LOOP_READ);
	loop_turn(seen.loop, NOW);
	assert_int_equal(seen.count, 0);
	assert_int_equal(write(ends[1], "xy", 2), 2);
	loop_turn(seen.loop, LONG);
	loop_watch_start(seen.loop, &watch, 0);
	loop_turn(seen.loop, NOW);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.events, LOOP_READ);
	loop_watch_start(seen.loop, &watch, LOOP_READ);
	loop_turn(seen.loop, LONG);
	assert_int_equal(seen.count, 2);
	loop_watch_stop(seen.loop, &watch);
	loop_watch_stop(seen.loop, &watch);
	struct loop_watch writing = {.ready = watch_seen, .owner = &seen, .fd = ends[1]};
	loop_watch_start(seen.loop, &writing, LOOP_WRITE);
	loop_turn(seen.loop, LONG);
	assert_int_equal(seen.events, LOOP_WRITE);
	loop_watch_stop(seen.loop, &writing);
	close(ends[0]);
	close(ends[1]);
	loop_free(seen.loop);
}

static void a_timer_fires_once_and_may_be_set_anew(void **state)
{
	(void)state;
	struct seen seen = {.loop = loop_new()};
	struct loop_timer timer = {.fired = timer_seen, .owner = &seen};
	loop_timer_start(seen.loop, &timer, LONG);
	loop_timer_start(seen.loop, &timer, NOW);
	loop_turn(seen.loop, LONG);
	assert_int_equal(seen.count, 1);
	loop_turn(seen.loop, NOW);
	assert_int_equal(seen.count, 1);
	loop_timer_start(seen.loop, &timer, NOW);
	loop_timer_stop(seen.loop, &timer);
	loop_timer_stop(seen.loop, &timer);
	loop_turn(seen.loop, NOW);
	assert_int_equal(seen.count, 1);
	loop_free(seen.loop);
}

struct chain {
	struct loop *loop;
	struct loop_timer timer;
	int left, turns;
};

static void chain_fired(struct loop_timer *timer)
{
	struct chain *chain = timer->owner;
	if (--chain->left > 0)
		loop_timer_start(chain->loop, timer, NOW);
}

static void chain_turn(void *owner)
{
	struct chain *chain = owner;
	chain->turns++;
	if (chain->left == 0)
		loop_stop(chain->loop);
}

static void running_takes_a_turn_after_whatever_happened_until_stopped(void **state)
{
	(void)state;
	struct chain chain = {.loop = loop_new(), .left = 3};
	struct loop_timer forever = {.fired = timer_seen};
	chain.timer = (struct loop_timer){.fired = chain_fired, .owner = &chain};
	loop_timer_start(chain.loop, &chain.timer, NOW);
	loop_timer_start(chain.loop, &forever, (struct duration){3600000});
	loop_after_turn(chain.loop, chain_turn, &chain);
	loop_run(chain.loop);
	assert_int_equal(chain.left, 0);
	assert_int_equal(chain.turns, 3);
	loop_timer_stop(chain.loop, &forever);
	loop_free(chain.loop);
}

static void running_ends_when_nothing_is_left_to_wait_for(void **state)
{
	(void)state;
	struct chain chain = {.loop = loop_new(), .left = 2};
	chain.timer = (struct loop_timer){.fired = chain_fired, .owner = &chain};
	loop_timer_start(chain.loop, &chain.timer, NOW);
	loop_run(chain.loop);
	assert_int_equal(chain.left, 0);
	loop_free(chain.loop);
}

static void owned_fired(struct loop_timer *timer)
{
	*(bool *)timer->owner = true;
	free(timer);
}

static void a_timer_may_be_freed_when_it_fires(void **state)
{
	(void)state;
	struct loop *loop = loop_new();
	bool fired = false;
	struct loop_timer *timer = mem_alloc(sizeof *timer);
	*timer = (struct loop_timer){.fired = owned_fired, .owner = &fired};
	loop_timer_start(loop, timer, NOW);
	loop_turn(loop, LONG);
	assert_true(fired);
	loop_free(loop);
}

static void signal_seen(struct loop_signal *caught)
{
	struct seen *seen = caught->owner;
	seen->count++;
}

static void a_signal_is_caught_in_the_loop(void **state)
{
	(void)state;
	struct seen seen = {.loop = loop_new()};
	struct loop_signal hup = {.caught = signal_seen, .owner = &seen, .number = SIGHUP};
	loop_signal_start(seen.loop, &hup);
	raise(SIGHUP);
	assert_int_equal(seen.count, 0);
	loop_turn(seen.loop, LONG);
	assert_int_equal(seen.count, 1);
	loop_signal_stop(seen.loop, &hup);
	loop_free(seen.loop);
}

static void writing_to_nobody_is_an_error_and_not_the_end(void **state)
{
	(void)state;
	int ends[2];
	struct loop *loop = loop_new();
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write(ends[1], "x", 1), -1);
	close(ends[1]);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_watch_tells_of_what_it_waits_for),
	        cmocka_unit_test(a_timer_fires_once_and_may_be_set_anew),
	        cmocka_unit_test(running_takes_a_turn_after_whatever_happened_until_stopped),
	        cmocka_unit_test(running_ends_when_nothing_is_left_to_wait_for),
	        cmocka_unit_test(a_timer_may_be_freed_when_it_fires),
	        cmocka_unit_test(a_signal_is_caught_in_the_loop),
	        cmocka_unit_test(writing_to_nobody_is_an_error_and_not_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
