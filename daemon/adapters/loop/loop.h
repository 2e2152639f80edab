/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop. The only header and the only .c beside it that know libev: watches, timers and signals by function
 * pointers, so that adapters never see it. Watches live inside their owner's struct and must not move while started. */
#ifndef JD_LOOP_H
#define JD_LOOP_H

#include "core/base/instant.h"

struct loop;

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop_watch {
	void (*ready)(struct loop_watch *watch, int events);
	void *owner;
	int fd;
	void *handle; /* libev's, made by start; NULL while stopped */
};

struct loop_timer {
	void (*fired)(struct loop_timer *timer);
	void *owner;
	void *handle;
};

struct loop_signal {
	void (*caught)(struct loop_signal *signal);
	void *owner;
	int number;
	void *handle;
};

/* Never NULL. SIGPIPE is ignored in the whole process from here on: a peer that went away is an error of write(). */
struct loop *loop_new(void);
/* Every watch, timer and signal must be stopped before. NULL is fine. */
void loop_free(struct loop *loop);
/* events: LOOP_READ | LOOP_WRITE; calling it again changes what is waited for; 0 waits for nothing. An fd that went
 * bad is told as readable and writable. Stop it before its fd is closed. Stopping what is stopped is fine, also from
 * inside its own `ready`; the same holds for timers and signals. */
void loop_watch_start(struct loop *loop, struct loop_watch *watch, int events);
void loop_watch_stop(struct loop *loop, struct loop_watch *watch);
/* Once, so long from now (0: next turn). Starting a running timer sets it anew. When it fires it is stopped, so that
 * `fired` may start it again or free its owner. */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, struct duration after);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);
void loop_signal_start(struct loop *loop, struct loop_signal *signal);
void loop_signal_stop(struct loop *loop, struct loop_signal *signal);
/* Called once after every turn's watches and timers: where the worker takes its turn. NULL: nobody. */
void loop_after_turn(struct loop *loop, void (*turn)(void *owner), void *owner);
/* Until loop_stop, or until there is nothing left to wait for. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop); /* loop_run returns after this turn */
/* One turn without waiting longer than this; for tests. */
void loop_turn(struct loop *loop, struct duration wait);

#endif
