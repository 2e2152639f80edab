/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_redis.h"

#include "app/law.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct row { /* a record at rest */
	struct str id, bytes;
};

struct hint {
	int64_t slot;
	struct str id;
};

struct shard {
	uint64_t epoch, lineage, batch, flushed, emitted, trimmed;
	uint64_t writes; /* flushes, whole or in part: what a flush watches besides the epoch */
	struct str meta;
	struct str *log; /* log[i] is batch trimmed+1+i */
	size_t log_count;
	struct row *rows;
	size_t row_count;
	struct hint *hints;
	size_t hint_count;
};

struct connection {
	struct store store;
	struct fake_redis *redis;
	int process;
};

struct fake_redis {
	struct world *world;
	struct arena arena; /* everything ever stored: a run is short */
	struct shard shards[SHARDS_MAX], old[SHARDS_MAX];
	bool has_old[SHARDS_MAX];
	uint32_t count;
	struct store_source *sources; /* the journeys' texts, of all shards */
	size_t source_count;
	struct connection connections[PROCESSES];
};

struct redis_call {
	struct call call;
	struct fake_redis *redis;
	void *copy;       /* of the request's own input */
	uint64_t watched; /* a flush's: the shard's writes when it was sent */
};

/* ---- growing lists in the arena: copies, so that a snapshot stays what it was ---- */

static void *grown(struct fake_redis *redis, const void *items, size_t count, size_t size)
{
	char *more = arena_zalloc(&redis->arena, (count + 1) * size);
	if (count)
		memcpy(more, items, count * size);
	return more;
}

static struct shard *shard_of(struct fake_redis *redis, uint32_t shard)
{
	if (shard >= redis->count)
		abort();
	return &redis->shards[shard];
}

static struct str keep(struct fake_redis *redis, struct str bytes)
{
	return arena_str(&redis->arena, bytes);
}

static struct store_header header_of(const struct shard *shard)
{
	return (struct store_header){shard->epoch,   shard->lineage, shard->batch,
	                             shard->flushed, shard->emitted, shard->meta};
}

/* ---- the calls ---- */

static enum outcome apply_open(struct call *call)
{
	(void)call;
	return OUTCOME_DONE;
}

static enum outcome apply_claim(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	const struct store_claim *claim = mine->copy;
	struct shard *shard = shard_of(mine->redis, claim->shard);
	shard->epoch++;
	if (!shard->lineage)
		shard->lineage = claim->lineage;
	((struct store_claim *)mine->copy)->header = header_of(shard);
	return OUTCOME_DONE;
}

static void answer_claim(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	((struct store_claim *)call->request)->header = ((const struct store_claim *)mine->copy)->header;
}

static enum outcome apply_peek(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_peek *peek = mine->copy;
	peek->header = header_of(shard_of(mine->redis, peek->shard));
	return OUTCOME_DONE;
}

static void answer_peek(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	((struct store_peek *)call->request)->header = ((const struct store_peek *)mine->copy)->header;
}

static enum outcome apply_append(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	const struct store_append *append = mine->copy;
	struct shard *shard = shard_of(mine->redis, append->shard);
	if (law(LAW_EPOCH_FENCE) && append->epoch != shard->epoch)
		return OUTCOME_FENCED;
	if (law(LAW_BATCH_CHAIN) && append->batch != shard->batch + 1)
		return OUTCOME_AGAIN;
	shard->log = grown(mine->redis, shard->log, shard->log_count, sizeof *shard->log);
	shard->log[shard->log_count++] = append->entry;
	shard->batch++;
	shard->meta = append->meta;
	return OUTCOME_DONE;
}

static enum outcome apply_log(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_log *log = mine->copy;
	struct shard *shard = shard_of(mine->redis, log->shard);
	size_t from = log->after > shard->trimmed ? (size_t)(log->after - shard->trimmed) : 0;
	if (from > shard->log_count)
		from = shard->log_count;
	log->entries = shard->log + from;
	log->count = shard->log_count - from;
	if (log->count > log->limit)
		log->count = log->limit;
	return OUTCOME_DONE;
}

static void answer_log(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_log *log = (struct store_log *)call->request;
	const struct store_log *copy = mine->copy;
	log->entries = copy->entries;
	log->count = copy->count;
}

static struct row *find_row(const struct shard *shard, struct str id)
{
	for (size_t i = 0; i < shard->row_count; i++)
		if (str_eq(shard->rows[i].id, id))
			return &shard->rows[i];
	return NULL;
}

static enum outcome apply_load(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_load *load = mine->copy;
	for (size_t i = 0; i < load->count; i++) {
		const struct row *row = find_row(shard_of(mine->redis, load->shard), load->ids[i]);
		load->records[i] = row ? row->bytes : (struct str){0};
	}
	return OUTCOME_DONE;
}

static void answer_load(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	const struct store_load *copy = mine->copy;
	memcpy(((struct store_load *)call->request)->records, copy->records, copy->count * sizeof *copy->records);
}

static void write_row(struct fake_redis *redis, struct shard *shard, const struct store_record *record)
{
	struct row *row = find_row(shard, record->id);
	if (!row) {
		shard->rows = grown(redis, shard->rows, shard->row_count, sizeof *shard->rows);
		row = &shard->rows[shard->row_count++];
		row->id = record->id;
	}
	row->bytes = record->bytes;
}

static void drop_slot(struct shard *shard, int64_t slot)
{
	size_t kept = 0;
	for (size_t i = 0; i < shard->hint_count; i++)
		if (shard->hints[i].slot != slot)
			shard->hints[kept++] = shard->hints[i];
	shard->hint_count = kept;
}

static void trim(struct shard *shard, uint64_t to)
{
	uint64_t gone = to > shard->trimmed ? to - shard->trimmed : 0;
	if (gone > shard->log_count)
		gone = shard->log_count;
	shard->log += gone;
	shard->log_count -= gone;
	shard->trimmed += gone;
}

static bool flush_allowed(const struct redis_call *call, const struct shard *shard)
{
	const struct store_flush *flush = call->copy;
	return !law(LAW_FLUSH_FENCE) || (flush->epoch == shard->epoch && flush->flushed <= shard->batch);
}

/* The first `records` and `hints` of it. A copy first: snapshots share what is not copied. */
static void write_items(struct redis_call *call, struct shard *shard, size_t records, size_t hints)
{
	const struct store_flush *flush = call->copy;
	struct fake_redis *redis = call->redis;
	shard->rows = grown(redis, shard->rows, shard->row_count, sizeof *shard->rows);
	shard->hints = grown(redis, shard->hints, shard->hint_count, sizeof *shard->hints);
	for (size_t i = 0; i < records; i++)
		write_row(redis, shard, &flush->records[i]);
	for (size_t i = 0; i < hints; i++) {
		shard->hints = grown(redis, shard->hints, shard->hint_count, sizeof *shard->hints);
		shard->hints[shard->hint_count++] = (struct hint){flush->hints[i].slot, flush->hints[i].id};
	}
	shard->writes++;
}

static enum outcome apply_flush(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	const struct store_flush *flush = mine->copy;
	struct shard *shard = shard_of(mine->redis, flush->shard);
	if (!flush_allowed(mine, shard))
		return OUTCOME_FENCED;
	if (law(LAW_FLUSH_FENCE) && call->told && mine->watched != shard->writes)
		return OUTCOME_AGAIN; /* of a connection that was given up, and its owner has flushed since */
	write_items(mine, shard, flush->record_count, flush->hint_count);
	for (size_t i = 0; i < flush->over_count; i++)
		drop_slot(shard, flush->over[i]);
	if (flush->flushed > shard->flushed)
		shard->flushed = flush->flushed;
	if (flush->emitted > shard->emitted)
		shard->emitted = flush->emitted;
	trim(shard, flush->trim);
	return OUTCOME_DONE;
}

/* It is written in chunks, the marks with the last one. */
static void lose_flush(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	const struct store_flush *flush = mine->copy;
	struct world *world = mine->redis->world;
	struct shard *shard = shard_of(mine->redis, flush->shard);
	size_t records = world_roll(world, flush->record_count + 1);
	bool all = records == flush->record_count;
	if (!flush_allowed(mine, shard) || records == 0)
		return;
	write_items(mine, shard, records, all ? world_roll(world, flush->hint_count + 1) : 0);
	world_note(world, "process %d: of %s%s, %zu records are written", call->process, call->kind->name, call->about,
	           records);
}

static enum outcome apply_slots(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_slots *slots = mine->copy;
	struct shard *shard = shard_of(mine->redis, slots->shard);
	int64_t *list = arena_alloc(&mine->redis->arena, (shard->hint_count + 1) * sizeof *list);
	size_t count = 0;
	for (size_t i = 0; i < shard->hint_count; i++) {
		size_t at = 0;
		while (at < count && list[at] < shard->hints[i].slot)
			at++;
		if (at < count && list[at] == shard->hints[i].slot)
			continue;
		memmove(list + at + 1, list + at, (count - at) * sizeof *list);
		list[at] = shard->hints[i].slot;
		count++;
	}
	slots->slots = list;
	slots->count = count;
	return OUTCOME_DONE;
}

static void answer_slots(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_slots *slots = (struct store_slots *)call->request;
	slots->slots = ((const struct store_slots *)mine->copy)->slots;
	slots->count = ((const struct store_slots *)mine->copy)->count;
}

static enum outcome apply_slot(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_slot *slot = mine->copy;
	struct shard *shard = shard_of(mine->redis, slot->shard);
	struct str *ids = arena_alloc(&mine->redis->arena, (shard->hint_count + 1) * sizeof *ids);
	slot->count = 0;
	for (size_t i = 0; i < shard->hint_count; i++)
		if (shard->hints[i].slot == slot->slot)
			ids[slot->count++] = shard->hints[i].id;
	slot->ids = ids;
	return OUTCOME_DONE;
}

static void answer_slot(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_slot *slot = (struct store_slot *)call->request;
	slot->ids = ((const struct store_slot *)mine->copy)->ids;
	slot->count = ((const struct store_slot *)mine->copy)->count;
}

static struct store_source *find_source(struct fake_redis *redis, struct str journey, struct str version)
{
	for (size_t i = 0; i < redis->source_count; i++)
		if (str_eq(redis->sources[i].journey, journey) && str_eq(redis->sources[i].version, version))
			return &redis->sources[i];
	return NULL;
}

static enum outcome apply_source_put(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	const struct store_source_put *put = mine->copy;
	struct fake_redis *redis = mine->redis;
	for (size_t i = 0; i < put->count; i++) {
		struct store_source *source = find_source(redis, put->sources[i].journey, put->sources[i].version);
		if (!source) {
			redis->sources = grown(redis, redis->sources, redis->source_count, sizeof *redis->sources);
			source = &redis->sources[redis->source_count++];
		}
		*source = put->sources[i];
	}
	return OUTCOME_DONE;
}

static enum outcome apply_source_list(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_source_list *list = mine->copy;
	list->sources = grown(mine->redis, mine->redis->sources, mine->redis->source_count, sizeof *list->sources);
	list->count = mine->redis->source_count;
	return OUTCOME_DONE;
}

static void answer_source_list(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	struct store_source_list *list = (struct store_source_list *)call->request;
	list->sources = ((const struct store_source_list *)mine->copy)->sources;
	list->count = ((const struct store_source_list *)mine->copy)->count;
}

static enum outcome apply_source_forget(struct call *call)
{
	struct redis_call *mine = (struct redis_call *)call;
	const struct store_source_forget *forget = mine->copy;
	struct fake_redis *redis = mine->redis;
	struct store_source *source = find_source(redis, forget->journey, forget->version);
	if (source && source->used.ms == forget->used.ms)
		*source = redis->sources[--redis->source_count];
	return OUTCOME_DONE;
}

static const struct call_kind OPEN = {"store open", LANE_REDIS, apply_open, NULL, NULL};
static const struct call_kind CLAIM = {"claim", LANE_REDIS, apply_claim, answer_claim, NULL};
static const struct call_kind PEEK = {"peek", LANE_REDIS, apply_peek, answer_peek, NULL};
static const struct call_kind APPEND = {"append", LANE_REDIS, apply_append, NULL, NULL};
static const struct call_kind LOG = {"log", LANE_REDIS, apply_log, answer_log, NULL};
static const struct call_kind LOAD = {"load", LANE_REDIS, apply_load, answer_load, NULL};
static const struct call_kind FLUSH = {"flush", LANE_FLUSH, apply_flush, NULL, lose_flush};
static const struct call_kind SLOTS = {"slots", LANE_REDIS, apply_slots, answer_slots, NULL};
static const struct call_kind SLOT = {"slot", LANE_REDIS, apply_slot, answer_slot, NULL};

static const struct call_kind PUT = {"source_put", LANE_REDIS, apply_source_put, NULL, NULL};
static const struct call_kind LIST = {"source_list", LANE_REDIS, apply_source_list, answer_source_list, NULL};
static const struct call_kind FORGET = {"source_forget", LANE_REDIS, apply_source_forget, NULL, NULL};

static struct redis_call *submit(struct store *store, struct request *request, const struct call_kind *kind,
                                 size_t size)
{
	struct connection *connection = (struct connection *)store;
	struct redis_call *call = mem_alloc(sizeof *call);
	*call = (struct redis_call){.redis = connection->redis};
	call->call = (struct call){.kind = kind, .request = request, .process = connection->process};
	call->copy = arena_alloc(&connection->redis->arena, size);
	memcpy(call->copy, request, size);
	wire_add(connection->redis->world, &call->call);
	return call;
}

__attribute__((format(printf, 2, 3))) static void tell(struct redis_call *call, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(call->call.about, sizeof call->call.about, format, args);
	va_end(args);
}

static void fake_open(struct store *store, struct store_open *request)
{
	submit(store, &request->request, &OPEN, sizeof *request);
}

static void fake_claim(struct store *store, struct store_claim *request)
{
	tell(submit(store, &request->request, &CLAIM, sizeof *request), " of shard %u", request->shard);
}

static void fake_peek(struct store *store, struct store_peek *request)
{
	tell(submit(store, &request->request, &PEEK, sizeof *request), " at shard %u", request->shard);
}

static void fake_append(struct store *store, struct store_append *request)
{
	struct fake_redis *redis = ((struct connection *)store)->redis;
	struct redis_call *call = submit(store, &request->request, &APPEND, sizeof *request);
	struct store_append *copy = call->copy;
	tell(call, " of batch %llu to shard %u, epoch %llu", (unsigned long long)request->batch, request->shard,
	     (unsigned long long)request->epoch);
	copy->entry = keep(redis, request->entry);
	copy->meta = keep(redis, request->meta);
}

static void fake_log(struct store *store, struct store_log *request)
{
	tell(submit(store, &request->request, &LOG, sizeof *request), " of shard %u behind %llu", request->shard,
	     (unsigned long long)request->after);
}

static void fake_load(struct store *store, struct store_load *request)
{
	struct fake_redis *redis = ((struct connection *)store)->redis;
	struct redis_call *call = submit(store, &request->request, &LOAD, sizeof *request);
	struct store_load *copy = call->copy;
	tell(call, " of %zu from shard %u", request->count, request->shard);
	struct str *ids = arena_alloc(&redis->arena, (request->count + 1) * sizeof *ids);
	for (size_t i = 0; i < request->count; i++)
		ids[i] = keep(redis, request->ids[i]);
	copy->ids = ids;
	copy->records = arena_zalloc(&redis->arena, (request->count + 1) * sizeof *copy->records);
}

static void fake_flush(struct store *store, struct store_flush *request)
{
	struct fake_redis *redis = ((struct connection *)store)->redis;
	struct redis_call *call = submit(store, &request->request, &FLUSH, sizeof *request);
	struct store_flush *copy = call->copy;
	call->watched = redis->shards[request->shard].writes;
	tell(call, " of %zu to shard %u, F=%llu m=%llu, epoch %llu", request->record_count, request->shard,
	     (unsigned long long)request->flushed, (unsigned long long)request->emitted,
	     (unsigned long long)request->epoch);
	struct store_record *records = arena_alloc(&redis->arena, (request->record_count + 1) * sizeof *records);
	struct store_hint *hints = arena_alloc(&redis->arena, (request->hint_count + 1) * sizeof *hints);
	int64_t *over = arena_alloc(&redis->arena, (request->over_count + 1) * sizeof *over);
	for (size_t i = 0; i < request->record_count; i++)
		records[i] = (struct store_record){keep(redis, request->records[i].id),
		                                   keep(redis, request->records[i].bytes)};
	for (size_t i = 0; i < request->hint_count; i++)
		hints[i] = (struct store_hint){request->hints[i].slot, keep(redis, request->hints[i].id)};
	for (size_t i = 0; i < request->over_count; i++)
		over[i] = request->over[i];
	copy->records = records;
	copy->hints = hints;
	copy->over = over;
}

static void fake_slots(struct store *store, struct store_slots *request)
{
	tell(submit(store, &request->request, &SLOTS, sizeof *request), " of shard %u", request->shard);
}

static void fake_slot(struct store *store, struct store_slot *request)
{
	tell(submit(store, &request->request, &SLOT, sizeof *request), " %lld of shard %u", (long long)request->slot,
	     request->shard);
}

static struct store_source kept_source(struct fake_redis *redis, const struct store_source *source)
{
	return (struct store_source){keep(redis, source->journey), keep(redis, source->version),
	                             keep(redis, source->text), source->used};
}

static void fake_source_put(struct store *store, struct store_source_put *request)
{
	struct fake_redis *redis = ((struct connection *)store)->redis;
	struct redis_call *call = submit(store, &request->request, &PUT, sizeof *request);
	struct store_source *sources = arena_alloc(&redis->arena, (request->count + 1) * sizeof *sources);
	tell(call, " of %zu", request->count);
	for (size_t i = 0; i < request->count; i++)
		sources[i] = kept_source(redis, &request->sources[i]);
	((struct store_source_put *)call->copy)->sources = sources;
}

static void fake_source_list(struct store *store, struct store_source_list *request)
{
	submit(store, &request->request, &LIST, sizeof *request);
}

static void fake_source_forget(struct store *store, struct store_source_forget *request)
{
	struct fake_redis *redis = ((struct connection *)store)->redis;
	struct redis_call *call = submit(store, &request->request, &FORGET, sizeof *request);
	struct store_source_forget *copy = call->copy;
	tell(call, " of %.*s %.*s", STR_ARG(request->journey), STR_ARG(request->version));
	copy->journey = keep(redis, request->journey);
	copy->version = keep(redis, request->version);
}

static void fake_free(struct store *store)
{
	(void)store; /* with the server */
}

static const struct store_ops OPS = {
        .open = fake_open,
        .claim = fake_claim,
        .peek = fake_peek,
        .append = fake_append,
        .log = fake_log,
        .load = fake_load,
        .flush = fake_flush,
        .slots = fake_slots,
        .slot = fake_slot,
        .source_put = fake_source_put,
        .source_list = fake_source_list,
        .source_forget = fake_source_forget,
        .free = fake_free,
};

/* ---- the server ---- */

struct fake_redis *fake_redis_new(struct world *world, uint32_t shards)
{
	struct fake_redis *redis = mem_alloc(sizeof *redis);
	*redis = (struct fake_redis){.world = world, .count = shards};
	arena_init(&redis->arena, 64 << 10);
	for (int i = 0; i < PROCESSES; i++)
		redis->connections[i] = (struct connection){{&OPS}, redis, i};
	return redis;
}

void fake_redis_free(struct fake_redis *redis)
{
	arena_release(&redis->arena);
	free(redis);
}

struct store *fake_redis_connect(struct fake_redis *redis, int process)
{
	return &redis->connections[process].store;
}

/* Everything in a shard is copied when it changes, so a copy of the struct is a copy of the shard; rows and hints are
 * changed in place only behind a fresh copy (apply_flush). */
void fake_redis_snapshot(struct fake_redis *redis, uint32_t shard)
{
	redis->old[shard] = redis->shards[shard];
	redis->has_old[shard] = true;
}

bool fake_redis_roll_back(struct fake_redis *redis, uint32_t shard)
{
	if (!redis->has_old[shard] || redis->old[shard].batch == redis->shards[shard].batch)
		return false;
	redis->shards[shard] = redis->old[shard];
	return true;
}

void fake_redis_swap_lineage(struct fake_redis *redis, uint32_t shard)
{
	redis->shards[shard].lineage ^= 0x5a5a;
}

struct store_header fake_redis_header(const struct fake_redis *redis, uint32_t shard)
{
	return header_of(&redis->shards[shard]);
}
