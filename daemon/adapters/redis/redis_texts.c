/* SPDX-License-Identifier: Apache-2.0 */
/* The journeys' texts: one hash for the whole service. */
#include "adapters/redis/redis_op.h"
#include "adapters/redis/redis_store.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* One step, since a process may say in between that it goes by the version again. */
static const char FORGET[] = "local kept = redis.call('HGET', KEYS[1], ARGV[1])\n"
                             "if kept and string.sub(kept, 1, #ARGV[2]) == ARGV[2] then\n"
                             "  return redis.call('HDEL', KEYS[1], ARGV[1])\n"
                             "end\n"
                             "return 0\n";

static void put_key(struct redis_op *op)
{
	char key[128];
	snprintf(key, sizeof key, "%s:sources", op->store->settings.prefix);
	resp_text(&op->call.out, key);
}

static void put_field(struct redis_op *op, struct str journey, struct str version)
{
	resp_str(&op->call.out, arena_printf(&op->arena, "%.*s %.*s", STR_ARG(journey), STR_ARG(version)));
}

static void put_then(struct redis_op *op)
{
	if (write_waited(op))
		op_finish(op, OUTCOME_DONE, NULL);
}

static void nothing_put(struct redis_op *op)
{
	op_finish(op, OUTCOME_DONE, NULL);
}

void redis_store_source_put(struct store *store, struct store_source_put *put)
{
	struct redis_op *op = op_new((struct redis_store *)store, &put->request, put->count ? put_then : nothing_put);
	if (put->count == 0) { /* still answered from a later turn */
		resp_command(&op->call.out, 1, "PING");
		op_send(op, &op->store->link, 1);
		return;
	}
	resp_begin(&op->call.out, 2 + 2 * put->count);
	resp_text(&op->call.out, "HSET");
	put_key(op);
	for (size_t i = 0; i < put->count; i++) {
		const struct store_source *source = &put->sources[i];
		put_field(op, source->journey, source->version);
		buf_clear(&op->list);
		buf_printf(&op->list, "%" PRId64 "\n", source->used.ms);
		buf_str(&op->list, source->text);
		resp_str(&op->call.out, buf_view(&op->list));
	}
	size_t wait = write_wait(op);
	op_send(op, &op->store->link, 1 + wait);
}

/* False when it is none of ours. */
static bool source_read(struct str field, struct str value, struct store_source *out)
{
	const char *space = field.len ? memchr(field.ptr, ' ', field.len) : NULL;
	const char *line = value.len ? memchr(value.ptr, '\n', value.len) : NULL;
	if (!space || !line)
		return false;
	size_t name = (size_t)(space - field.ptr), head = (size_t)(line + 1 - value.ptr);
	*out = (struct store_source){.journey = str_sub(field, 0, name),
	                             .version = str_sub(field, name + 1, field.len),
	                             .text = str_sub(value, head, value.len),
	                             .used = {strtoll(value.ptr, NULL, 10)}};
	return true;
}

static void list_then(struct redis_op *op)
{
	struct store_source_list *list = (struct store_source_list *)op->request;
	const redisReply *reply = op->call.replies[0];
	size_t pairs = reply_count(reply) / 2;
	struct store_source *sources = arena_alloc(&op->arena, (pairs + 1) * sizeof *sources);
	list->count = 0;
	for (size_t i = 0; i < pairs; i++)
		list->count += source_read(reply_str(reply_at(reply, 2 * i)), reply_str(reply_at(reply, 2 * i + 1)),
		                           &sources[list->count]);
	list->sources = sources;
	op_finish(op, OUTCOME_DONE, NULL);
}

void redis_store_source_list(struct store *store, struct store_source_list *list)
{
	struct redis_op *op = op_new((struct redis_store *)store, &list->request, list_then);
	resp_begin(&op->call.out, 2);
	resp_text(&op->call.out, "HGETALL");
	put_key(op);
	op_send(op, &op->store->link, 1);
}

void redis_store_source_forget(struct store *store, struct store_source_forget *forget)
{
	struct redis_op *op = op_new((struct redis_store *)store, &forget->request, nothing_put);
	resp_begin(&op->call.out, 6);
	resp_text(&op->call.out, "EVAL");
	resp_text(&op->call.out, FORGET);
	resp_u64(&op->call.out, 1);
	put_key(op);
	put_field(op, forget->journey, forget->version);
	resp_str(&op->call.out, arena_printf(&op->arena, "%" PRId64 "\n", forget->used.ms));
	op_send(op, &op->store->link, 1);
}
