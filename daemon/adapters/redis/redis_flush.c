/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flushing: native commands (half the cost of a script) in chunks of one MULTI each, so that Redis serves others in
 * between. A chunk begins with WATCH of the epoch and of the flush state, then reads both, then writes:
 *
 *   - another epoch: FENCED before anything is written; an epoch that changes in between: EXEC does nothing.
 *   - a log that ends before what is to be flushed: Redis went back in time, FENCED as well. It does so only by
 *     starting anew, which ends the connection and with it the WATCH, so a look before each chunk is enough.
 *   - every chunk also counts `n` in the flush state. So a chunk of a connection that was given up, which Redis may
 *     still find in its buffers later, does nothing once a newer flush of the same owner has written its first chunk.
 *     Without that it could put an older record over a newer one, or trim the log twice.
 *
 * Records and hints come first, in as many chunks as they need; only the last one moves flushed and emitted, drops
 * slots that are over and trims the log. The log holds everything until then, so half a flush is no harm.
 */
#include "adapters/redis/redis_op.h"

#include <assert.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK_ITEMS = 2000, CHUNK_BYTES = 1 << 20, REPEATS = 5 };

/* One record or hint, in the order in which keys are written. */
struct item {
	uint64_t key; /* bucket, or slot with the sign turned so that it rises */
	uint32_t index;
};

struct flush_state {
	struct item *records, *hints;
	size_t record_at, hint_at;   /* written so far */
	size_t record_end, hint_end; /* of the chunk under way */
	struct str buckets, slots;   /* stems of their keys */
	size_t commands;             /* in the chunk, between MULTI and EXEC */
	unsigned repeats;
	uint64_t trimmed;
};

static const struct store_flush *flush_of(const struct redis_op *op)
{
	return (const struct store_flush *)op->request;
}

static int item_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void flush_sort(struct redis_op *op)
{
	const struct store_flush *flush = flush_of(op);
	struct flush_state *state = op->state;
	state->records = arena_alloc(&op->arena, flush->record_count * sizeof *state->records);
	state->hints = arena_alloc(&op->arena, flush->hint_count * sizeof *state->hints);
	for (size_t i = 0; i < flush->record_count; i++)
		state->records[i] = (struct item){op_bucket(op, flush->records[i].id), (uint32_t)i};
	for (size_t i = 0; i < flush->hint_count; i++)
		state->hints[i] = (struct item){(uint64_t)flush->hints[i].slot ^ (UINT64_C(1) << 63), (uint32_t)i};
	if (flush->record_count)
		qsort(state->records, flush->record_count, sizeof *state->records, item_order);
	if (flush->hint_count)
		qsort(state->hints, flush->hint_count, sizeof *state->hints, item_order);
}

static size_t item_run(const struct item *items, size_t from, size_t end)
{
	size_t to = from + 1;
	while (to < end && items[to].key == items[from].key)
		to++;
	return to;
}

/* What fits: whole runs are not needed, since a key may be written by two chunks. */
static void chunk_cut(struct redis_op *op)
{
	const struct store_flush *flush = flush_of(op);
	struct flush_state *state = op->state;
	size_t items = 0, bytes = 0;
	state->record_end = state->record_at;
	state->hint_end = state->hint_at;
	while (state->record_end < flush->record_count && items < CHUNK_ITEMS && bytes < CHUNK_BYTES) {
		const struct store_record *record = &flush->records[state->records[state->record_end++].index];
		bytes += record->id.len + record->bytes.len + 24;
		items++;
	}
	while (state->hint_end < flush->hint_count && items < CHUNK_ITEMS && bytes < CHUNK_BYTES) {
		bytes += flush->hints[state->hints[state->hint_end++].index].id.len + 16;
		items++;
	}
}

static bool chunk_last(const struct redis_op *op)
{
	const struct flush_state *state = op->state;
	return state->record_end == flush_of(op)->record_count && state->hint_end == flush_of(op)->hint_count;
}

/* One HSET and one HDEL at most for a bucket. */
static void write_bucket(struct redis_op *op, size_t from, size_t to)
{
	const struct store_flush *flush = flush_of(op);
	struct flush_state *state = op->state;
	struct buf *out = &op->call.out;
	size_t removed = 0;
	for (size_t i = from; i < to; i++)
		removed += flush->records[state->records[i].index].bytes.len == 0;
	for (int removing = 0; removing < 2; removing++) {
		size_t count = removing ? removed : to - from - removed;
		if (count == 0)
			continue;
		resp_begin(out, removing ? 2 + count : 2 + 2 * count);
		resp_text(out, removing ? "HDEL" : "HSET");
		resp_key(out, state->buckets, (int64_t)state->records[from].key);
		for (size_t i = from; i < to; i++) {
			const struct store_record *record = &flush->records[state->records[i].index];
			if ((record->bytes.len == 0) != removing)
				continue;
			resp_str(out, record->id);
			if (!removing)
				resp_str(out, record->bytes);
		}
		state->commands++;
	}
}

static void write_slot(struct redis_op *op, size_t from, size_t to)
{
	const struct store_flush *flush = flush_of(op);
	struct flush_state *state = op->state;
	struct buf *out = &op->call.out;
	int64_t slot = flush->hints[state->hints[from].index].slot;
	resp_begin(out, 2 + to - from);
	resp_text(out, "RPUSH");
	resp_key(out, state->slots, slot);
	for (size_t i = from; i < to; i++)
		resp_str(out, flush->hints[state->hints[i].index].id);
	resp_begin(out, 4);
	resp_text(out, "ZADD");
	op_key(op, flush->shard, PART_SLOTS);
	resp_i64(out, slot);
	resp_i64(out, slot);
	state->commands += 2;
}

static void write_items(struct redis_op *op)
{
	struct flush_state *state = op->state;
	for (size_t from = state->record_at, to; from < state->record_end; from = to) {
		to = item_run(state->records, from, state->record_end);
		write_bucket(op, from, to);
	}
	for (size_t from = state->hint_at, to; from < state->hint_end; from = to) {
		to = item_run(state->hints, from, state->hint_end);
		write_slot(op, from, to);
	}
}

static void write_over(struct redis_op *op)
{
	const struct store_flush *flush = flush_of(op);
	struct flush_state *state = op->state;
	struct buf *out = &op->call.out;
	if (flush->over_count == 0)
		return;
	resp_begin(out, 1 + flush->over_count);
	resp_text(out, "UNLINK");
	for (size_t i = 0; i < flush->over_count; i++)
		resp_key(out, state->slots, flush->over[i]);
	resp_begin(out, 2 + flush->over_count);
	resp_text(out, "ZREM");
	op_key(op, flush->shard, PART_SLOTS);
	for (size_t i = 0; i < flush->over_count; i++)
		resp_i64(out, flush->over[i]);
	state->commands += 2;
}

/* Flushed, emitted and the trim move together: who reads the header never sees a log that lacks what is behind F. */
static void write_marks(struct redis_op *op)
{
	const struct store_flush *flush = flush_of(op);
	struct flush_state *state = op->state;
	struct buf *out = &op->call.out;
	uint64_t trim = flush->trim > state->trimmed ? flush->trim : state->trimmed;
	resp_begin(out, 8);
	resp_text(out, "HSET");
	op_key(op, flush->shard, PART_FLUSH);
	resp_text(out, "f");
	resp_u64(out, flush->flushed);
	resp_text(out, "m");
	resp_u64(out, flush->emitted);
	resp_text(out, "t");
	resp_u64(out, trim);
	state->commands++;
	if (trim == state->trimmed)
		return;
	resp_begin(out, 4);
	resp_text(out, "LTRIM");
	op_key(op, flush->shard, PART_LOG);
	resp_u64(out, trim - state->trimmed);
	resp_i64(out, -1);
	state->commands++;
}

static void flush_read(struct redis_op *op);

static void flush_start(struct redis_op *op)
{
	op->store->flushing = op;
	flush_read(op);
}

/* The next one is on its way before this one's owner may give another. */
static void flush_end(struct redis_op *op, enum outcome outcome, const char *why)
{
	struct redis_store *store = op->store;
	struct redis_op *next = (struct redis_op *)redis_calls_take(&store->flushes);
	store->flushing = NULL;
	if (next)
		flush_start(next);
	op_finish(op, outcome, why);
}

static void flush_answered(struct redis_call *call)
{
	struct redis_op *op = (struct redis_op *)call;
	struct redis_link *link = &op->store->flush_link;
	const char *error = NULL;
	char why[REDIS_WHY];
	for (size_t i = 0; !error && i < call->count; i++)
		error = reply_error(call->replies[i]);
	if (call->outcome != OUTCOME_DONE) {
		flush_end(op, call->outcome, call->why);
	} else if (!error) {
		op->then(op);
	} else {
		bool replica = strncmp(error, "READONLY", 8) == 0;
		enum outcome outcome = redis_error_read(error, why);
		flush_end(op, outcome, why);
		if (replica)
			redis_link_renew(link, "Redis became a replica");
	}
}

static void flush_wrote(struct redis_op *op)
{
	struct flush_state *state = op->state;
	const redisReply *executed = op->call.replies[op->call.count - 1];
	if (executed->type == REDIS_REPLY_ARRAY) {
		state->record_at = state->record_end;
		state->hint_at = state->hint_end;
		if (state->record_at == flush_of(op)->record_count && state->hint_at == flush_of(op)->hint_count) {
			flush_end(op, OUTCOME_DONE, NULL);
			return;
		}
	} else if (++state->repeats > REPEATS) {
		flush_end(op, OUTCOME_AGAIN, "somebody else flushes this shard: reading the epoch again");
		return;
	}
	flush_read(op);
}

static void flush_write(struct redis_op *op)
{
	struct flush_state *state = op->state;
	struct buf *out = &op->call.out;
	redis_call_clear(&op->call);
	chunk_cut(op);
	state->commands = 1;
	resp_command(out, 1, "MULTI");
	resp_begin(out, 4);
	resp_text(out, "HINCRBY");
	op_key(op, flush_of(op)->shard, PART_FLUSH);
	resp_text(out, "n");
	resp_i64(out, 1);
	write_items(op);
	if (chunk_last(op)) {
		write_over(op);
		write_marks(op);
	}
	resp_command(out, 1, "EXEC");
	op->then = flush_wrote;
	op_send(op, &op->store->flush_link, state->commands + 2);
}

enum { READ_UNWATCH, READ_WATCH, READ_EPOCH, READ_STATE, READ_BATCH, READ_REPLIES };

static void flush_looked(struct redis_op *op)
{
	const struct store_flush *flush = flush_of(op);
	struct flush_state *state = op->state;
	uint64_t epoch = reply_u64(op->call.replies[READ_EPOCH]);
	char why[REDIS_WHY];
	state->trimmed = reply_u64(op->call.replies[READ_STATE]);
	uint64_t batch = reply_u64(op->call.replies[READ_BATCH]);
	if (epoch == flush->epoch && batch >= flush->flushed) {
		flush_write(op);
		return;
	}
	if (epoch == flush->epoch)
		snprintf(why, sizeof why, "Redis went back in time: its log ends at batch %llu, ours holds %llu",
		         (unsigned long long)batch, (unsigned long long)flush->flushed);
	else
		snprintf(why, sizeof why,
		         epoch > flush->epoch ? "a newer owner has the shard (epoch %llu, ours %llu)"
		                              : "Redis went back in time: it knows epoch %llu, ours is %llu",
		         (unsigned long long)epoch, (unsigned long long)flush->epoch);
	flush_end(op, OUTCOME_FENCED, why);
}

static void flush_read(struct redis_op *op)
{
	struct buf *out = &op->call.out;
	uint32_t shard = flush_of(op)->shard;
	redis_call_clear(&op->call);
	resp_command(out, 1, "UNWATCH"); /* what a flush that ended early left behind */
	resp_begin(out, 3);
	resp_text(out, "WATCH");
	op_key(op, shard, PART_EPOCH);
	op_key(op, shard, PART_FLUSH);
	resp_begin(out, 2);
	resp_text(out, "GET");
	op_key(op, shard, PART_EPOCH);
	resp_begin(out, 3);
	resp_text(out, "HGET");
	op_key(op, shard, PART_FLUSH);
	resp_text(out, "t");
	resp_begin(out, 3);
	resp_text(out, "HGET");
	op_key(op, shard, PART_HEADER);
	resp_text(out, "b");
	op->then = flush_looked;
	op_send(op, &op->store->flush_link, READ_REPLIES);
}

void redis_store_flush(struct store *base, struct store_flush *flush)
{
	struct redis_store *store = (struct redis_store *)base;
	assert(store->buckets > 0 && flush->trim <= flush->flushed);
	struct redis_op *op = op_new(store, &flush->request, flush_looked);
	struct flush_state *state = arena_zalloc(&op->arena, sizeof *state);
	op->call.answered = flush_answered;
	op->state = state;
	state->buckets = op_stem(op, flush->shard, 'c');
	state->slots = op_stem(op, flush->shard, 't');
	flush_sort(op);
	if (store->flushing)
		redis_calls_add(&store->flushes, &op->call);
	else
		flush_start(op);
}

void redis_flushes_drop(struct redis_store *store)
{
	struct redis_call *call;
	while ((call = redis_calls_take(&store->flushes)) != NULL)
		op_finish((struct redis_op *)call, OUTCOME_AGAIN, "stopping");
}
