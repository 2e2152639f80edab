/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hiredis' plain context without blocking: it connects, buffers and parses; the queue of calls, time-outs and
 * reconnecting are here. (Its async layer of 0.14 has neither of the last two and frees contexts under its callers.)
 *
 * Replies come in the order of the commands, so one queue is all the bookkeeping there is.
 */
#include "adapters/redis/redis_link.h"

#include "adapters/redis/resp.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	BACKOFF_FIRST_MS = 50,
	BACKOFF_RENEW_MS = 500,
	BACKOFF_LAST_MS = 5000,
	READS_PER_TURN = 64,
	READ_BYTES = 16 * 1024 /* hiredis reads so much at once */
};

void redis_calls_add(struct redis_calls *calls, struct redis_call *call)
{
	call->next = NULL;
	if (calls->last)
		calls->last->next = call;
	else
		calls->first = call;
	calls->last = call;
}

struct redis_call *redis_calls_take(struct redis_calls *calls)
{
	struct redis_call *call = calls->first;
	if (!call)
		return NULL;
	calls->first = call->next;
	if (!calls->first)
		calls->last = NULL;
	call->next = NULL;
	return call;
}

void redis_call_clear(struct redis_call *call)
{
	for (size_t i = 0; i < call->count; i++)
		freeReplyObject(call->replies[i]);
	free(call->replies);
	call->replies = NULL;
	call->count = 0;
	buf_clear(&call->out);
}

void redis_call_release(struct redis_call *call)
{
	redis_call_clear(call);
	buf_release(&call->out);
}

__attribute__((format(printf, 3, 4))) static void link_log(struct redis_link *link, enum redis_log_level level,
                                                           const char *format, ...)
{
	char text[400];
	va_list args;
	if (!link->settings->log)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	link->settings->log(link->settings->log_owner, level, text);
}

static void link_where(const struct redis_link *link, char *text, size_t size)
{
	if (link->settings->path)
		snprintf(text, size, "%s", link->settings->path);
	else
		snprintf(text, size, "%s:%d", link->settings->host, link->settings->port);
}

/* The queue is detached first: those who are answered may give new calls. */
static void calls_fail(struct redis_calls *calls, enum outcome outcome, const char *why)
{
	struct redis_calls failed = *calls;
	struct redis_call *call;
	*calls = (struct redis_calls){0};
	while ((call = redis_calls_take(&failed)) != NULL) {
		call->outcome = outcome;
		snprintf(call->why, sizeof call->why, "%s", why);
		call->answered(call);
	}
}

static void link_close(struct redis_link *link)
{
	loop_watch_stop(link->loop, &link->watch);
	loop_timer_stop(link->loop, &link->deadline);
	if (link->context)
		redisFree(link->context);
	link->context = NULL;
	link->state = LINK_DOWN;
}

/* What was sent has an unknown outcome; what waits is told when the back-off is over, so that nobody asks faster. */
static void link_lost(struct redis_link *link, enum outcome outcome, const char *why)
{
	enum redis_link_state was = link->state;
	char where[128], sentence[REDIS_WHY];
	link_where(link, where, sizeof where);
	if (outcome == OUTCOME_NEVER)
		snprintf(sentence, sizeof sentence, "%s", why);
	else
		snprintf(sentence, sizeof sentence, "Redis at %.100s: %s", where, why);
	link_close(link);
	if (was == LINK_READY || strcmp(sentence, link->why) != 0)
		link_log(link, REDIS_LOG_WARNING, "%s (connection %s); connecting anew", sentence, link->name);
	memcpy(link->why, sentence, sizeof sentence);
	link->outcome = outcome;
	link->failed = was != LINK_READY;
	loop_timer_start(link->loop, &link->retry, link->backoff);
	link->backoff.ms *= 2;
	if (link->backoff.ms > BACKOFF_LAST_MS)
		link->backoff.ms = BACKOFF_LAST_MS;
	calls_fail(&link->sent, OUTCOME_AGAIN, sentence);
}

void redis_link_renew(struct redis_link *link, const char *why)
{
	if (!link->context)
		return;
	if (link->backoff.ms < BACKOFF_RENEW_MS)
		link->backoff.ms = BACKOFF_RENEW_MS; /* the server is there, only not as it should be */
	link_lost(link, OUTCOME_AGAIN, why);
}

static void link_watch(struct redis_link *link, bool writing)
{
	loop_watch_start(link->loop, &link->watch, LOOP_READ | (writing ? LOOP_WRITE : 0));
}

/* The deadline runs while something is due to come; every reply gives a whole new one. */
static void link_expect(struct redis_link *link)
{
	if (link->deadline.handle)
		return;
	link->progressed = false;
	loop_timer_start(link->loop, &link->deadline, link->settings->timeout);
}

static void link_deadline(struct loop_timer *timer)
{
	struct redis_link *link = timer->owner;
	if (!link->progressed) {
		link_lost(link, OUTCOME_AGAIN, "no answer in time");
		return;
	}
	if (link->sent.first)
		link_expect(link);
}

static void link_write_later(struct redis_link *link, struct redis_call *call)
{
	redisAppendFormattedCommand(link->context, call->out.ptr, call->out.len);
	redis_calls_add(&link->sent, call);
	link_watch(link, true);
	link_expect(link);
}

/* AUTH, SELECT, CLIENT SETNAME, then the scripts. */
static void greeting_write(struct redis_link *link)
{
	const struct redis_settings *settings = link->settings;
	struct redis_call *call = &link->greeting;
	char number[16];
	redis_call_clear(call);
	call->expected = 1 + SCRIPT_COUNT;
	if (settings->password && settings->user)
		resp_command(&call->out, 3, "AUTH", settings->user, settings->password);
	else if (settings->password)
		resp_command(&call->out, 2, "AUTH", settings->password);
	if (settings->db)
		snprintf(number, sizeof number, "%d", settings->db);
	if (settings->db)
		resp_command(&call->out, 2, "SELECT", number);
	call->expected += (settings->password != NULL) + (settings->db != 0);
	resp_command(&call->out, 3, "CLIENT", "SETNAME", link->name);
	for (int i = 0; i < SCRIPT_COUNT; i++)
		resp_command(&call->out, 3, "SCRIPT", "LOAD", redis_script_text((enum redis_script)i));
}

static void link_ready(struct redis_link *link)
{
	struct redis_call *call;
	char where[128];
	link_where(link, where, sizeof where);
	link_log(link, REDIS_LOG_INFO, "connected to Redis at %s (connection %s)", where, link->name);
	link->state = LINK_READY;
	link->failed = false;
	link->why[0] = '\0';
	link->backoff.ms = BACKOFF_FIRST_MS;
	while ((call = redis_calls_take(&link->waiting)) != NULL)
		link_write_later(link, call);
}

static void link_greeted(struct redis_call *call)
{
	struct redis_link *link = (struct redis_link *)((char *)call - offsetof(struct redis_link, greeting));
	if (call->outcome != OUTCOME_DONE)
		return;
	for (size_t i = 0; i < call->count; i++) {
		const char *error = reply_error(call->replies[i]);
		char why[REDIS_WHY];
		if (error) {
			enum outcome outcome = redis_error_read(error, why);
			link_lost(link, outcome, why);
			return;
		}
	}
	for (size_t i = 0; i < SCRIPT_COUNT; i++) {
		struct str sha = reply_str(call->replies[call->count - SCRIPT_COUNT + i]);
		snprintf(link->sha[i], sizeof link->sha[i], "%.*s", STR_ARG(sha));
	}
	link_ready(link);
}

static void link_connected(struct redis_link *link)
{
	int error = 0;
	socklen_t size = sizeof error;
	if (getsockopt(link->watch.fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	if (error) {
		link_lost(link, OUTCOME_AGAIN, strerror(error));
		return;
	}
	if (!link->settings->path)
		redisEnableKeepAlive(link->context);
	link->state = LINK_GREETING;
	greeting_write(link);
	link_write_later(link, &link->greeting);
}

static void call_reply(struct redis_link *link, redisReply *reply)
{
	struct redis_call *call = link->sent.first;
	if (!call->replies)
		call->replies = mem_alloc(call->expected * sizeof(redisReply *));
	call->replies[call->count++] = reply;
	link->progressed = true;
	/* The first refusal ends the greeting: Redis may close without saying more. */
	if (call == &link->greeting && reply_error(reply))
		call->expected = call->count;
	if (call->count < call->expected)
		return;
	redis_calls_take(&link->sent);
	call->outcome = OUTCOME_DONE;
	call->answered(call);
}

/* Whoever is answered may have renewed the connection: then there is nothing more to parse. */
static void link_parse(struct redis_link *link)
{
	redisContext *context = link->context;
	while (link->context == context) {
		void *reply = NULL;
		if (redisGetReplyFromReader(context, &reply) != REDIS_OK) {
			link_lost(link, OUTCOME_AGAIN, context->errstr);
			return;
		}
		if (!reply)
			return;
		if (!link->sent.first) {
			/* Redis says so, unasked, before it closes: maxclients, protected mode. */
			char why[REDIS_WHY] = "Redis sent something nobody asked for";
			if (reply_error(reply))
				redis_error_read(reply_error(reply), why);
			freeReplyObject(reply);
			link_lost(link, OUTCOME_AGAIN, why);
			return;
		}
		call_reply(link, reply);
	}
}

static void link_read(struct redis_link *link)
{
	for (int i = 0; i < READS_PER_TURN && link->context; i++) {
		redisContext *context = link->context;
		size_t had = context->reader->len;
		if (redisBufferRead(context) != REDIS_OK) {
			char why[128];
			snprintf(why, sizeof why, "%s", context->errstr);
			link_lost(link, OUTCOME_AGAIN, why);
			return;
		}
		size_t came = context->reader->len - had;
		link->progressed |= came > 0;
		link_parse(link);
		if (came < READ_BYTES)
			return;
	}
}

static void link_write(struct redis_link *link)
{
	int done = 0;
	if (redisBufferWrite(link->context, &done) != REDIS_OK) {
		char why[128];
		snprintf(why, sizeof why, "%s", link->context->errstr);
		link_lost(link, OUTCOME_AGAIN, why);
		return;
	}
	link_watch(link, !done);
}

static void link_event(struct loop_watch *watch, int events)
{
	struct redis_link *link = watch->owner;
	if (link->state == LINK_CONNECTING) {
		link_connected(link);
		return;
	}
	if (events & LOOP_READ)
		link_read(link);
	if ((events & LOOP_WRITE) && link->context)
		link_write(link);
}

/* What no server could mend; NULL for nothing. */
static const char *settings_wrong(const struct redis_settings *settings)
{
	if (settings->tls)
		return "this journeyd was built without TLS to Redis: unset redis.tls, and use a tunnel where needed";
	if (strlen(settings->prefix) > 64 || strpbrk(settings->prefix, "{}"))
		return "redis.prefix must be at most 64 bytes and hold no braces";
	return NULL;
}

static void link_connect(struct redis_link *link)
{
	const struct redis_settings *settings = link->settings;
	link->state = LINK_CONNECTING;
	if (settings_wrong(settings)) {
		link_lost(link, OUTCOME_NEVER, settings_wrong(settings));
		return;
	}
	link->context = settings->path ? redisConnectUnixNonBlock(settings->path)
	                               : redisConnectNonBlock(settings->host, settings->port);
	if (!link->context || link->context->err) {
		char why[128];
		snprintf(why, sizeof why, "%s", link->context ? link->context->errstr : "out of memory");
		link_lost(link, OUTCOME_AGAIN, why);
		return;
	}
	link->watch = (struct loop_watch){.ready = link_event, .owner = link, .fd = link->context->fd};
	loop_watch_start(link->loop, &link->watch, LOOP_WRITE);
	link_expect(link);
}

/* Back-off over: those who waited through a failed attempt are told, then the next attempt begins. */
static void link_retry(struct loop_timer *timer)
{
	struct redis_link *link = timer->owner;
	if (link->failed) {
		char why[REDIS_WHY];
		memcpy(why, link->why, sizeof why);
		link->failed = false;
		calls_fail(&link->waiting, link->outcome, why);
		loop_timer_stop(link->loop, &link->retry); /* started by who asks again at once */
	}
	link_connect(link);
}

void redis_link_init(struct redis_link *link, struct loop *loop, const struct redis_settings *settings,
                     const char *name)
{
	*link = (struct redis_link){.loop = loop, .settings = settings, .name = name, .backoff = {BACKOFF_FIRST_MS}};
	link->deadline = (struct loop_timer){.fired = link_deadline, .owner = link};
	link->retry = (struct loop_timer){.fired = link_retry, .owner = link};
	link->greeting.answered = link_greeted;
}

void redis_link_send(struct redis_link *link, struct redis_call *call)
{
	call->count = 0;
	if (link->state == LINK_READY) {
		link_write_later(link, call);
		return;
	}
	redis_calls_add(&link->waiting, call);
	if (link->state == LINK_DOWN && !link->retry.handle)
		loop_timer_start(link->loop, &link->retry, (struct duration){0});
}

void redis_link_release(struct redis_link *link)
{
	link_close(link);
	calls_fail(&link->sent, OUTCOME_AGAIN, "stopping");
	calls_fail(&link->waiting, OUTCOME_AGAIN, "stopping");
	loop_timer_stop(link->loop, &link->retry);
	redis_call_release(&link->greeting);
}
