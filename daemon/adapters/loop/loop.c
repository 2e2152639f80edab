/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop over libev: the one file that includes ev.h. */
#include "adapters/loop/loop.h"

#include "core/base/arena.h"

#include <ev.h>
#include <signal.h>
#include <stdlib.h>

struct loop {
	struct ev_loop *ev;
	void (*turn)(void *owner);
	void *owner;
	bool stopping;
};

struct loop *loop_new(void)
{
	struct loop *loop = mem_alloc(sizeof *loop);
	*loop = (struct loop){.ev = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL)};
	if (!loop->ev)
		loop->ev = ev_loop_new(EVFLAG_NOENV);
	if (!loop->ev)
		abort();
	/* A peer that went away is an error of write(), not the end of the process. */
	signal(SIGPIPE, SIG_IGN);
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	ev_loop_destroy(loop->ev);
	free(loop);
}

static void watch_ready(struct ev_loop *ev, ev_io *io, int revents)
{
	(void)ev;
	struct loop_watch *watch = io->data;
	int events = 0;
	if (revents & (EV_READ | EV_ERROR))
		events |= LOOP_READ;
	if (revents & (EV_WRITE | EV_ERROR))
		events |= LOOP_WRITE;
	watch->ready(watch, events);
}

static int watch_events(int events)
{
	return ((events & LOOP_READ) ? EV_READ : 0) | ((events & LOOP_WRITE) ? EV_WRITE : 0);
}

void loop_watch_start(struct loop *loop, struct loop_watch *watch, int events)
{
	ev_io *io = watch->handle;
	if (!io) {
		io = mem_alloc(sizeof *io);
		ev_io_init(io, watch_ready, watch->fd, watch_events(events));
		io->data = watch;
		watch->handle = io;
	} else if (io->fd == watch->fd && (io->events & (EV_READ | EV_WRITE)) == watch_events(events)) {
		return;
	} else {
		ev_io_stop(loop->ev, io);
		ev_io_set(io, watch->fd, watch_events(events));
	}
	if (events)
		ev_io_start(loop->ev, io);
}

void loop_watch_stop(struct loop *loop, struct loop_watch *watch)
{
	if (!watch->handle)
		return;
	ev_io_stop(loop->ev, watch->handle);
	free(watch->handle);
	watch->handle = NULL;
}

/* The timer is stopped before its owner hears of it, so that the owner may start it again or free it. */
static void timer_fired(struct ev_loop *ev, ev_timer *handle, int revents)
{
	(void)revents;
	struct loop_timer *timer = handle->data;
	ev_timer_stop(ev, handle);
	free(handle);
	timer->handle = NULL;
	timer->fired(timer);
}

void loop_timer_start(struct loop *loop, struct loop_timer *timer, struct duration after)
{
	ev_timer *handle = timer->handle;
	if (handle) {
		ev_timer_stop(loop->ev, handle);
	} else {
		handle = mem_alloc(sizeof *handle);
		timer->handle = handle;
	}
	/* libev counts from the turn's begin, which may be long ago. */
	ev_now_update(loop->ev);
	ev_timer_init(handle, timer_fired, after.ms > 0 ? (double)after.ms / 1000 : 0, 0);
	handle->data = timer;
	ev_timer_start(loop->ev, handle);
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	if (!timer->handle)
		return;
	ev_timer_stop(loop->ev, timer->handle);
	free(timer->handle);
	timer->handle = NULL;
}

static void signal_caught(struct ev_loop *ev, ev_signal *handle, int revents)
{
	(void)ev;
	(void)revents;
	struct loop_signal *watched = handle->data;
	watched->caught(watched);
}

void loop_signal_start(struct loop *loop, struct loop_signal *watched)
{
	if (watched->handle)
		return;
	ev_signal *handle = mem_alloc(sizeof *handle);
	ev_signal_init(handle, signal_caught, watched->number);
	handle->data = watched;
	watched->handle = handle;
	ev_signal_start(loop->ev, handle);
}

void loop_signal_stop(struct loop *loop, struct loop_signal *watched)
{
	if (!watched->handle)
		return;
	ev_signal_stop(loop->ev, watched->handle);
	free(watched->handle);
	watched->handle = NULL;
}

void loop_after_turn(struct loop *loop, void (*turn)(void *owner), void *owner)
{
	loop->turn = turn;
	loop->owner = owner;
}

static bool turn_once(struct loop *loop)
{
	bool more = ev_run(loop->ev, EVRUN_ONCE);
	if (loop->turn)
		loop->turn(loop->owner);
	return more;
}

void loop_run(struct loop *loop)
{
	bool more = true;
	loop->stopping = false;
	while (!loop->stopping && more)
		more = turn_once(loop);
}

void loop_stop(struct loop *loop)
{
	loop->stopping = true;
}

static void wait_over(struct ev_loop *ev, ev_timer *timer, int revents)
{
	(void)ev;
	(void)timer;
	(void)revents;
}

void loop_turn(struct loop *loop, struct duration wait)
{
	ev_timer limit;
	ev_now_update(loop->ev);
	ev_timer_init(&limit, wait_over, wait.ms > 0 ? (double)wait.ms / 1000 : 0, 0);
	ev_timer_start(loop->ev, &limit);
	turn_once(loop);
	ev_timer_stop(loop->ev, &limit);
}
