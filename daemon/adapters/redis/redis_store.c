/* SPDX-License-Identifier: Apache-2.0 */
/* The store port on Redis: each request as its commands, and their replies as the answer. */
#include "adapters/redis/redis_store.h"

#include "adapters/redis/redis_op.h"

#include <assert.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOT_PAGE = 10000 };

/* A write that a replica must have as well is followed by WAIT; a read that settles one writes a byte first, since
 * WAIT looks only at what its own connection wrote. */
size_t write_wait(struct redis_op *op)
{
	const struct redis_settings *settings = &op->store->settings;
	if (settings->durability != REDIS_REPLICA)
		return 0;
	resp_begin(&op->call.out, 3);
	resp_text(&op->call.out, "WAIT");
	resp_u64(&op->call.out, 1);
	resp_i64(&op->call.out, settings->timeout.ms / 2 + 1);
	return 1;
}

bool write_waited(struct redis_op *op)
{
	if (op->store->settings.durability != REDIS_REPLICA || reply_u64(op->call.replies[op->call.count - 1]) > 0)
		return true;
	op_finish(op, OUTCOME_AGAIN,
	          "no replica of Redis confirmed the write: bring one back; intake stops until then");
	return false;
}

static bool header_read(struct redis_op *op, const redisReply *reply, struct store_header *header)
{
	*header = (struct store_header){.epoch = reply_u64(reply_at(reply, HEADER_EPOCH)),
	                                .lineage = reply_u64(reply_at(reply, HEADER_LINEAGE)),
	                                .batch = reply_u64(reply_at(reply, HEADER_BATCH)),
	                                .flushed = reply_u64(reply_at(reply, HEADER_FLUSHED)),
	                                .emitted = reply_u64(reply_at(reply, HEADER_EMITTED)),
	                                .meta = reply_str(reply_at(reply, HEADER_META))};
	struct str format = reply_str(reply_at(reply, HEADER_FORMAT));
	uint64_t trimmed = reply_u64(reply_at(reply, HEADER_TRIMMED));
	uint64_t entries = reply_u64(reply_at(reply, HEADER_LOG));
	char why[REDIS_WHY];
	if (format.len && !str_eq(format, STR(REDIS_FORMAT))) {
		snprintf(why, sizeof why,
		         "a shard in this Redis has format %.*s, this journeyd knows " REDIS_FORMAT
		         ": run the version that wrote it",
		         STR_ARG(format));
		op_finish(op, OUTCOME_NEVER, why);
		return false;
	}
	if (header->batch - trimmed != entries) {
		snprintf(why, sizeof why,
		         "a shard's log in Redis has %llu entries where batches %llu to %llu should be: part of it was "
		         "lost; restore Redis from a whole copy",
		         (unsigned long long)entries, (unsigned long long)trimmed + 1,
		         (unsigned long long)header->batch);
		op_finish(op, OUTCOME_NEVER, why);
		return false;
	}
	return true;
}

static void claim_then(struct redis_op *op)
{
	struct store_claim *claim = (struct store_claim *)op->request;
	if (write_waited(op) && header_read(op, op->call.replies[0], &claim->header))
		op_finish(op, OUTCOME_DONE, NULL);
}

static void redis_store_claim(struct store *store, struct store_claim *claim)
{
	struct redis_op *op = op_new((struct redis_store *)store, &claim->request, claim_then);
	op_script(op, SCRIPT_CLAIM, claim->shard, 2);
	resp_u64(&op->call.out, claim->lineage);
	resp_text(&op->call.out, REDIS_FORMAT);
	size_t wait = write_wait(op);
	op_send(op, &op->store->link, 1 + wait);
}

static void peek_then(struct redis_op *op)
{
	struct store_peek *peek = (struct store_peek *)op->request;
	bool replica = op->store->settings.durability == REDIS_REPLICA;
	if (write_waited(op) && header_read(op, op->call.replies[replica ? 1 : 0], &peek->header))
		op_finish(op, OUTCOME_DONE, NULL);
}

static void redis_store_peek(struct store *store, struct store_peek *peek)
{
	struct redis_op *op = op_new((struct redis_store *)store, &peek->request, peek_then);
	bool replica = op->store->settings.durability == REDIS_REPLICA;
	if (replica) {
		resp_begin(&op->call.out, 3);
		resp_text(&op->call.out, "SET");
		op_key(op, peek->shard, PART_TOUCH);
		resp_u64(&op->call.out, 1);
	}
	op_script(op, SCRIPT_PEEK, peek->shard, 0);
	size_t wait = write_wait(op);
	op_send(op, &op->store->link, (replica ? 2 : 1) + wait);
}

static void append_fenced(struct redis_op *op, uint64_t epoch)
{
	const struct store_append *append = (const struct store_append *)op->request;
	char why[REDIS_WHY];
	if (epoch > append->epoch)
		snprintf(why, sizeof why, "a newer owner has the shard (epoch %llu, ours %llu)",
		         (unsigned long long)epoch, (unsigned long long)append->epoch);
	else
		snprintf(why, sizeof why, "Redis went back in time: it knows epoch %llu, ours is %llu",
		         (unsigned long long)epoch, (unsigned long long)append->epoch);
	op_finish(op, OUTCOME_FENCED, why);
}

static void append_then(struct redis_op *op)
{
	const struct store_append *append = (const struct store_append *)op->request;
	const redisReply *reply = op->call.replies[0];
	uint64_t batch = reply_u64(reply_at(reply, 2));
	char why[REDIS_WHY];
	switch ((enum redis_append)reply_u64(reply_at(reply, 0))) {
	case APPEND_FENCED:
		append_fenced(op, reply_u64(reply_at(reply, 1)));
		return;
	case APPEND_GAP:
		snprintf(why, sizeof why, "batch %llu does not follow batch %llu, the last in Redis",
		         (unsigned long long)append->batch, (unsigned long long)batch);
		op_finish(op, OUTCOME_AGAIN, why);
		return;
	case APPEND_DONE:
		break;
	}
	if (write_waited(op))
		op_finish(op, OUTCOME_DONE, NULL);
}

static void redis_store_append(struct store *store, struct store_append *append)
{
	struct redis_op *op = op_new((struct redis_store *)store, &append->request, append_then);
	buf_reserve(&op->call.out, append->entry.len + append->meta.len + 512);
	op_script(op, SCRIPT_APPEND, append->shard, 5);
	resp_u64(&op->call.out, append->epoch);
	resp_u64(&op->call.out, append->batch - 1);
	resp_u64(&op->call.out, append->batch);
	resp_str(&op->call.out, append->entry);
	resp_str(&op->call.out, append->meta);
	size_t wait = write_wait(op);
	op_send(op, &op->store->link, 1 + wait);
}

/* An array reply's strings as the answer; they live as long as the op. */
static const struct str *reply_strs(struct redis_op *op, const redisReply *reply, size_t *count)
{
	*count = reply_count(reply);
	struct str *strs = arena_alloc(&op->arena, *count * sizeof *strs);
	for (size_t i = 0; i < *count; i++)
		strs[i] = reply_str(reply_at(reply, i));
	return strs;
}

static void log_then(struct redis_op *op)
{
	struct store_log *log = (struct store_log *)op->request;
	const redisReply *reply = op->call.replies[0];
	uint64_t trimmed = reply_u64(reply_at(reply, 0));
	char why[REDIS_WHY];
	if (trimmed > log->after) {
		snprintf(why, sizeof why, "the log in Redis begins behind batch %llu, asked for behind %llu",
		         (unsigned long long)trimmed, (unsigned long long)log->after);
		op_finish(op, OUTCOME_NEVER, why);
		return;
	}
	log->entries = reply_strs(op, reply_at(reply, 1), &log->count);
	op_finish(op, OUTCOME_DONE, NULL);
}

static void redis_store_log(struct store *store, struct store_log *log)
{
	struct redis_op *op = op_new((struct redis_store *)store, &log->request, log_then);
	op_script(op, SCRIPT_LOG, log->shard, 2);
	resp_u64(&op->call.out, log->after);
	resp_u64(&op->call.out, log->limit);
	op_send(op, &op->store->link, 1);
}

/* Which customer is asked for where: rising by bucket, so that each bucket is one command. */
struct wanted {
	uint32_t bucket;
	uint32_t index;
};

static int wanted_order(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static size_t wanted_run(const struct wanted *wanted, size_t from, size_t count)
{
	size_t to = from + 1;
	while (to < count && wanted[to].bucket == wanted[from].bucket)
		to++;
	return to;
}

static void load_then(struct redis_op *op)
{
	struct store_load *load = (struct store_load *)op->request;
	const struct wanted *wanted = op->state;
	size_t from = 0;
	for (size_t i = 0; i < op->call.count; i++) {
		size_t to = wanted_run(wanted, from, load->count);
		for (size_t k = from; k < to; k++)
			load->records[wanted[k].index] = reply_str(reply_at(op->call.replies[i], k - from));
		from = to;
	}
	op_finish(op, OUTCOME_DONE, NULL);
}

static void nothing_answered(struct redis_call *call)
{
	op_finish((struct redis_op *)call, OUTCOME_DONE, NULL);
}

static void redis_store_load(struct store *store, struct store_load *load)
{
	struct redis_op *op = op_new((struct redis_store *)store, &load->request, load_then);
	assert(op->store->buckets > 0);
	struct wanted *wanted = arena_alloc(&op->arena, load->count * sizeof *wanted);
	struct str stem = op_stem(op, load->shard, 'c');
	size_t commands = 0;
	for (size_t i = 0; i < load->count; i++)
		wanted[i] = (struct wanted){op_bucket(op, load->ids[i]), (uint32_t)i};
	if (load->count)
		qsort(wanted, load->count, sizeof *wanted, wanted_order);
	for (size_t from = 0, to; from < load->count; from = to, commands++) {
		to = wanted_run(wanted, from, load->count);
		resp_begin(&op->call.out, 2 + to - from);
		resp_text(&op->call.out, "HMGET");
		resp_key(&op->call.out, stem, wanted[from].bucket);
		for (size_t k = from; k < to; k++)
			resp_str(&op->call.out, load->ids[wanted[k].index]);
	}
	op->state = wanted;
	if (commands == 0) { /* still answered from a later turn */
		resp_command(&op->call.out, 1, "PING");
		op->call.answered = nothing_answered;
		commands = 1;
	}
	op_send(op, &op->store->link, commands);
}

static void slots_then(struct redis_op *op)
{
	struct store_slots *slots = (struct store_slots *)op->request;
	const redisReply *reply = op->call.replies[0];
	int64_t *numbers = arena_alloc(&op->arena, reply_count(reply) * sizeof *numbers);
	for (size_t i = 0; i < reply_count(reply); i++)
		numbers[i] = reply_i64(reply_at(reply, i));
	slots->slots = numbers;
	slots->count = reply_count(reply);
	op_finish(op, OUTCOME_DONE, NULL);
}

static void redis_store_slots(struct store *store, struct store_slots *slots)
{
	struct redis_op *op = op_new((struct redis_store *)store, &slots->request, slots_then);
	resp_begin(&op->call.out, 4);
	resp_text(&op->call.out, "ZRANGE");
	op_key(op, slots->shard, PART_SLOTS);
	resp_i64(&op->call.out, 0);
	resp_i64(&op->call.out, -1);
	op_send(op, &op->store->link, 1);
}

/* A slot of 09:00 may hold a million ids: it is read in pages, so that Redis serves others in between. */
static void slot_page(struct redis_op *op)
{
	struct store_slot *slot = (struct store_slot *)op->request;
	struct str stem = op_stem(op, slot->shard, 't');
	redis_call_clear(&op->call);
	resp_begin(&op->call.out, 4);
	resp_text(&op->call.out, "LRANGE");
	resp_key(&op->call.out, stem, slot->slot);
	resp_u64(&op->call.out, slot->count);
	resp_u64(&op->call.out, slot->count + SLOT_PAGE - 1);
	op_send(op, &op->store->link, 1);
}

static void slot_then(struct redis_op *op)
{
	struct store_slot *slot = (struct store_slot *)op->request;
	const redisReply *reply = op->call.replies[0];
	size_t came = reply_count(reply);
	for (size_t i = 0; i < came; i++) {
		struct str id = arena_str(&op->arena, reply_str(reply_at(reply, i)));
		buf_append(&op->list, &id, sizeof id);
	}
	slot->ids = (const struct str *)op->list.ptr;
	slot->count += came;
	if (came < SLOT_PAGE)
		op_finish(op, OUTCOME_DONE, NULL);
	else
		slot_page(op);
}

static void redis_store_slot(struct store *store, struct store_slot *slot)
{
	struct redis_op *op = op_new((struct redis_store *)store, &slot->request, slot_then);
	slot->ids = NULL;
	slot->count = 0;
	slot_page(op);
}

static void redis_store_free(struct store *base)
{
	struct redis_store *store = (struct redis_store *)base;
	redis_flushes_drop(store);
	redis_link_release(&store->flush_link);
	redis_link_release(&store->link);
	arena_release(&store->texts);
	free(store);
}

static const struct store_ops OPS = {
        .open = redis_store_open,
        .claim = redis_store_claim,
        .peek = redis_store_peek,
        .append = redis_store_append,
        .log = redis_store_log,
        .load = redis_store_load,
        .flush = redis_store_flush,
        .slots = redis_store_slots,
        .slot = redis_store_slot,
        .source_put = redis_store_source_put,
        .source_list = redis_store_source_list,
        .source_forget = redis_store_source_forget,
        .free = redis_store_free,
};

static const char *text_copy(struct arena *arena, const char *text, const char *fallback)
{
	const char *chosen = text && *text ? text : fallback;
	return chosen ? arena_str(arena, str_from(chosen)).ptr : NULL;
}

struct store *redis_store_new(struct loop *loop, const struct redis_settings *given)
{
	struct redis_store *store = mem_alloc(sizeof *store);
	*store = (struct redis_store){.base.ops = &OPS, .loop = loop, .settings = *given};
	arena_init(&store->texts, 512);
	struct redis_settings *settings = &store->settings;
	settings->host = text_copy(&store->texts, given->host, "127.0.0.1");
	settings->path = text_copy(&store->texts, given->path, NULL);
	settings->user = text_copy(&store->texts, given->user, NULL);
	settings->password = text_copy(&store->texts, given->password, NULL);
	settings->prefix = text_copy(&store->texts, given->prefix, "journeyd");
	if (settings->port == 0)
		settings->port = 6379;
	if (settings->customers <= 0)
		settings->customers = 1000000;
	if (settings->timeout.ms <= 0)
		settings->timeout.ms = 5000;
	redis_link_init(&store->link, loop, settings, "journeyd");
	redis_link_init(&store->flush_link, loop, settings, "journeyd-flush");
	return &store->base;
}
