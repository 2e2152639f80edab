/* SPDX-License-Identifier: Apache-2.0 */
/* One operation: encoding, sending, and what becomes of errors. */
#include "adapters/redis/redis_op.h"

#include "core/base/hash.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

enum { OP_ARENA = 1024, SCRIPT_KEYS = 4 };

static const uint64_t BUCKET_SEED = 0x6a64627563;

void op_send(struct redis_op *op, struct redis_link *link, size_t expected)
{
	op->call.expected = expected;
	redis_link_send(link, &op->call);
}

/* The answer points into the op, so it is freed only when done has returned; the request may be gone by then. */
void op_finish(struct redis_op *op, enum outcome outcome, const char *why)
{
	struct request *request = op->request;
	request->outcome = outcome;
	snprintf(request->why, sizeof request->why, "%s", why ? why : "");
	request->done(request);
	redis_call_release(&op->call);
	arena_release(&op->arena);
	buf_release(&op->list);
	free(op);
}

void op_refused(struct redis_op *op, struct redis_link *link, const char *error)
{
	char why[REDIS_WHY];
	bool replica = strncmp(error, "READONLY", 8) == 0;
	enum outcome outcome = redis_error_read(error, why);
	op_finish(op, outcome, why);
	if (replica)
		redis_link_renew(link, "Redis became a replica");
}

/* The same call with the script's text in place of its SHA-1: *N $7 EVALSHA $40 sha ... */
static void op_inline(struct redis_op *op)
{
	struct buf old = op->call.out;
	const char *numkeys = old.ptr + op->script_at;
	for (int line = 0; line < 5; line++)
		numkeys = strchr(numkeys, '\n') + 1;
	const char *first = memchr(old.ptr + op->script_at, '\n', old.len - op->script_at);
	op->call.out = (struct buf){0};
	buf_append(&op->call.out, old.ptr, (size_t)(first + 1 - old.ptr));
	resp_text(&op->call.out, "EVAL");
	resp_text(&op->call.out, redis_script_text(op->script));
	buf_append(&op->call.out, numkeys, old.len - (size_t)(numkeys - old.ptr));
	buf_release(&old);
	op->inlined = true;
}

static const char *op_error(const struct redis_op *op)
{
	const char *error = NULL;
	for (size_t i = 0; !error && i < op->call.count; i++)
		error = reply_error(op->call.replies[i]);
	return error;
}

static void op_replies_free(struct redis_op *op)
{
	struct buf out = op->call.out;
	op->call.out = (struct buf){0};
	redis_call_clear(&op->call);
	op->call.out = out;
}

/* Finishes on failure and errors, else goes on with `then`. */
static void op_answered(struct redis_call *call)
{
	struct redis_op *op = (struct redis_op *)call;
	struct redis_link *link = &op->store->link;
	const char *error = call->outcome == OUTCOME_DONE && !op->lenient ? op_error(op) : NULL;
	if (call->outcome != OUTCOME_DONE) {
		op_finish(op, call->outcome, call->why);
	} else if (!error) {
		op->then(op);
	} else if (op->script != SCRIPT_COUNT && !op->inlined && strncmp(error, "NOSCRIPT", 8) == 0) {
		op_replies_free(op);
		op_inline(op);
		op_send(op, link, call->expected);
	} else {
		op_refused(op, link, error);
	}
}

struct redis_op *op_new(struct redis_store *store, struct request *request, void (*then)(struct redis_op *op))
{
	struct redis_op *op = mem_alloc(sizeof *op);
	*op = (struct redis_op){.call = {.answered = op_answered},
	                        .store = store,
	                        .request = request,
	                        .then = then,
	                        .script = SCRIPT_COUNT};
	arena_init(&op->arena, OP_ARENA);
	return op;
}

static struct str key_head(const struct redis_op *op, uint32_t shard, char *room, size_t size)
{
	int len = snprintf(room, size, "%s:{%u}:", op->store->settings.prefix, shard);
	return (struct str){room, (size_t)len};
}

void op_key(struct redis_op *op, uint32_t shard, enum redis_part part)
{
	static const char *const NAMES[] = {[PART_EPOCH] = "e", [PART_HEADER] = "h", [PART_FLUSH] = "f",
	                                    [PART_LOG] = "log", [PART_SLOTS] = "ts", [PART_TOUCH] = "w"};
	char room[128];
	struct str head = key_head(op, shard, room, sizeof room - 8);
	strcpy(room + head.len, NAMES[part]);
	resp_text(&op->call.out, room);
}

void op_script(struct redis_op *op, enum redis_script script, uint32_t shard, size_t arguments)
{
	op->script = script;
	op->script_at = op->call.out.len;
	resp_begin(&op->call.out, 3 + SCRIPT_KEYS + arguments);
	resp_text(&op->call.out, "EVALSHA");
	resp_text(&op->call.out, redis_link_sha(&op->store->link, script));
	resp_u64(&op->call.out, SCRIPT_KEYS);
	op_key(op, shard, PART_EPOCH);
	op_key(op, shard, PART_HEADER);
	op_key(op, shard, PART_FLUSH);
	op_key(op, shard, PART_LOG);
}

struct str op_stem(struct redis_op *op, uint32_t shard, char kind)
{
	char room[128];
	key_head(op, shard, room, sizeof room);
	return arena_printf(&op->arena, "%s%c:", room, kind);
}

uint32_t op_bucket(const struct redis_op *op, struct str id)
{
	return (uint32_t)(hash64(BUCKET_SEED, id) % op->store->buckets);
}
