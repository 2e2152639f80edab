/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to Redis: made at the first call, made anew with back-off when lost, with commands pipelined.
 *
 * A call is a run of commands that are answered together. It is given once, and `answered` comes once, from a later
 * turn of the loop: with all replies (outcome DONE, whatever they say), or with AGAIN or NEVER and a sentence when the
 * connection was lost, could not be made, or said nothing for the timeout. Calls given while there is no connection
 * wait for it, at most until the next attempt but one fails.
 */
#ifndef JD_REDIS_LINK_H
#define JD_REDIS_LINK_H

#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_script.h"
#include "adapters/redis/redis_store.h"

struct redisReply;
struct redisContext;

struct redis_call {
	void (*answered)(struct redis_call *call); /* may give the call again, or free it */
	struct buf out;                            /* whole commands; must stay until answered */
	size_t expected;                           /* replies to them, at least one */
	struct redisReply **replies;               /* answer: `count` of them, the call's until redis_call_clear */
	size_t count;
	enum outcome outcome;
	char why[REDIS_WHY];
	struct redis_call *next; /* the link's */
};

struct redis_calls { /* first in, first out */
	struct redis_call *first, *last;
};

void redis_calls_add(struct redis_calls *calls, struct redis_call *call);
struct redis_call *redis_calls_take(struct redis_calls *calls); /* NULL when there is none */

enum redis_link_state { LINK_DOWN, LINK_CONNECTING, LINK_GREETING, LINK_READY };

struct redis_link {
	struct loop *loop;
	const struct redis_settings *settings;
	const char *name; /* for the log and CLIENT LIST */
	struct redisContext *context;
	enum redis_link_state state;
	bool progressed; /* something came since the deadline was set */
	bool failed;     /* the last attempt did, and waiting calls have not been told */
	struct loop_watch watch;
	struct loop_timer deadline, retry;
	struct duration backoff;
	struct redis_calls sent, waiting;
	struct redis_call greeting;
	enum outcome outcome; /* of the last failure */
	char why[REDIS_WHY];
	char sha[SCRIPT_COUNT][48];
};

/* settings must outlive the link, and the link must not move. */
void redis_link_init(struct redis_link *link, struct loop *loop, const struct redis_settings *settings,
                     const char *name);
void redis_link_send(struct redis_link *link, struct redis_call *call);
/* Lets the connection go and makes a new one. */
void redis_link_renew(struct redis_link *link, const char *why);
/* Everything under way is answered AGAIN. Not from inside `answered`. */
void redis_link_release(struct redis_link *link);
/* The SHA-1 by which Redis knows a script; "" before the first connection. */
static inline const char *redis_link_sha(const struct redis_link *link, enum redis_script script)
{
	return link->sha[script];
}

/* Frees the replies and empties `out`, for the next commands. */
void redis_call_clear(struct redis_call *call);
void redis_call_release(struct redis_call *call);

#endif
