/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/memory/memory_store.h"

#include "adapters/memory/memory_table.h"
#include "adapters/memory/memory_texts.h"

#include <stdio.h>
#include <stdlib.h>

struct hint_slot {
	int64_t slot;
	struct buf ids; /* length as 4 bytes, then the id */
	size_t count;
};

struct memory_shard {
	struct store_header header; /* meta points into `meta` */
	struct buf meta;
	struct buf *log; /* batches first_batch .. header.batch */
	size_t log_count, log_cap;
	uint64_t first_batch;
	struct memory_table records;
	struct hint_slot *slots; /* rising */
	size_t slot_count, slot_cap;
};

struct memory_store {
	struct store store;
	struct memory_queue *queue;
	struct memory_shard *shards;
	uint32_t shard_count;
	bool forgets;
	struct str *answer; /* room for lists of texts */
	int64_t *slots;
	size_t answer_cap, slots_cap;
	struct memory_texts texts;
};

static struct str *answer_room(struct memory_store *store, size_t count)
{
	if (count > store->answer_cap) {
		store->answer_cap = 2 * count;
		store->answer = mem_realloc(store->answer, store->answer_cap * sizeof *store->answer);
	}
	return store->answer;
}

static struct memory_shard *shard_at(struct memory_store *store, uint32_t number)
{
	if (number < store->shard_count)
		return &store->shards[number];
	store->shards = mem_realloc(store->shards, (number + 1) * sizeof *store->shards);
	memset(store->shards + store->shard_count, 0, (number + 1 - store->shard_count) * sizeof *store->shards);
	for (uint32_t i = store->shard_count; i <= number; i++)
		store->shards[i].first_batch = 1;
	store->shard_count = number + 1;
	return &store->shards[number];
}

static struct store_header header_of(const struct memory_shard *shard)
{
	struct store_header header = shard->header;
	header.meta = buf_view(&shard->meta);
	return header;
}

/* Answers and says why. */
static void refuse(struct request *request, enum outcome outcome, const char *why)
{
	snprintf(request->why, sizeof request->why, "%s", why);
	memory_answer(request, outcome);
}

/* Whether this epoch may write; refuses when it may not. */
static bool owns(const struct memory_shard *shard, uint64_t epoch, struct request *request)
{
	if (shard->header.epoch == epoch)
		return true;
	refuse(request, OUTCOME_FENCED, "the shard has been claimed by another owner since");
	return false;
}

static void run_open(void *adapter, struct request *request)
{
	struct memory_store *store = adapter;
	struct store_open *open = (struct store_open *)request;
	if (store->shard_count > open->shards) {
		snprintf(request->why, sizeof request->why, "the store was made for %u shards, the topics have %u",
		         store->shard_count, open->shards);
		memory_answer(request, OUTCOME_NEVER);
		return;
	}
	if (open->shards)
		shard_at(store, open->shards - 1);
	memory_answer(request, OUTCOME_DONE);
}

static void run_claim(void *adapter, struct request *request)
{
	struct store_claim *claim = (struct store_claim *)request;
	struct memory_shard *shard = shard_at(adapter, claim->shard);
	shard->header.epoch++;
	if (!shard->header.lineage)
		shard->header.lineage = claim->lineage;
	claim->header = header_of(shard);
	memory_answer(request, OUTCOME_DONE);
}

static void run_peek(void *adapter, struct request *request)
{
	struct store_peek *peek = (struct store_peek *)request;
	peek->header = header_of(shard_at(adapter, peek->shard));
	memory_answer(request, OUTCOME_DONE);
}

static void add_entry(struct memory_shard *shard, struct str entry)
{
	if (shard->log_count == shard->log_cap)
		shard->log = mem_grow(shard->log, &shard->log_cap, sizeof *shard->log);
	struct buf *copy = &shard->log[shard->log_count++];
	*copy = (struct buf){.ptr = mem_alloc(entry.len), .cap = entry.len};
	buf_str(copy, entry);
}

static void run_append(void *adapter, struct request *request)
{
	struct store_append *append = (struct store_append *)request;
	struct memory_shard *shard = shard_at(adapter, append->shard);
	if (!owns(shard, append->epoch, request))
		return;
	if (shard->header.batch + 1 != append->batch) {
		refuse(request, OUTCOME_AGAIN, "the log is at another batch");
		return;
	}
	if (((struct memory_store *)adapter)->forgets)
		shard->first_batch = append->batch + 1;
	else
		add_entry(shard, append->entry);
	shard->header.batch = append->batch;
	buf_clear(&shard->meta);
	buf_str(&shard->meta, append->meta);
	memory_answer(request, OUTCOME_DONE);
}

static void run_log(void *adapter, struct request *request)
{
	struct memory_store *store = adapter;
	struct store_log *log = (struct store_log *)request;
	struct memory_shard *shard = shard_at(store, log->shard);
	size_t from = log->after + 1 > shard->first_batch ? (size_t)(log->after + 1 - shard->first_batch) : 0;
	size_t left = from < shard->log_count ? shard->log_count - from : 0;
	log->count = left < log->limit ? left : log->limit;
	struct str *entries = answer_room(store, log->count);
	for (size_t i = 0; i < log->count; i++)
		entries[i] = buf_view(&shard->log[from + i]);
	log->entries = entries;
	memory_answer(request, OUTCOME_DONE);
}

static void run_load(void *adapter, struct request *request)
{
	struct store_load *load = (struct store_load *)request;
	struct memory_shard *shard = shard_at(adapter, load->shard);
	for (size_t i = 0; i < load->count; i++)
		load->records[i] = memory_table_get(&shard->records, load->ids[i]);
	memory_answer(request, OUTCOME_DONE);
}

static struct hint_slot *slot_at(struct memory_shard *shard, int64_t slot)
{
	size_t at = shard->slot_count;
	while (at && shard->slots[at - 1].slot > slot)
		at--;
	if (at && shard->slots[at - 1].slot == slot)
		return &shard->slots[at - 1];
	if (shard->slot_count == shard->slot_cap)
		shard->slots = mem_grow(shard->slots, &shard->slot_cap, sizeof *shard->slots);
	memmove(&shard->slots[at + 1], &shard->slots[at], (shard->slot_count++ - at) * sizeof *shard->slots);
	shard->slots[at] = (struct hint_slot){.slot = slot};
	return &shard->slots[at];
}

static void add_hint(struct memory_shard *shard, const struct store_hint *hint)
{
	struct hint_slot *slot = slot_at(shard, hint->slot);
	uint32_t len = (uint32_t)hint->id.len;
	buf_append(&slot->ids, &len, sizeof len);
	buf_str(&slot->ids, hint->id);
	slot->count++;
}

static void remove_slot(struct memory_shard *shard, int64_t slot)
{
	size_t at = 0;
	while (at < shard->slot_count && shard->slots[at].slot != slot)
		at++;
	if (at == shard->slot_count)
		return;
	buf_release(&shard->slots[at].ids);
	memmove(&shard->slots[at], &shard->slots[at + 1], (--shard->slot_count - at) * sizeof *shard->slots);
}

static void trim(struct memory_shard *shard, uint64_t upto)
{
	size_t drop = 0;
	while (drop < shard->log_count && shard->first_batch + drop <= upto)
		buf_release(&shard->log[drop++]);
	shard->log_count -= drop;
	shard->first_batch += drop;
	if (drop)
		memmove(shard->log, shard->log + drop, shard->log_count * sizeof *shard->log);
}

static void run_flush(void *adapter, struct request *request)
{
	struct store_flush *flush = (struct store_flush *)request;
	struct memory_shard *shard = shard_at(adapter, flush->shard);
	if (shard->header.epoch == flush->epoch && shard->header.batch < flush->flushed) {
		refuse(request, OUTCOME_FENCED, "the log ends before what is to be flushed");
		return;
	}
	if (!owns(shard, flush->epoch, request))
		return;
	for (size_t i = 0; i < flush->record_count; i++)
		memory_table_set(&shard->records, flush->records[i].id, flush->records[i].bytes);
	for (size_t i = 0; i < flush->hint_count; i++)
		add_hint(shard, &flush->hints[i]);
	for (size_t i = 0; i < flush->over_count; i++)
		remove_slot(shard, flush->over[i]);
	shard->header.flushed = flush->flushed;
	shard->header.emitted = flush->emitted;
	trim(shard, flush->trim);
	memory_answer(request, OUTCOME_DONE);
}

static void run_slots(void *adapter, struct request *request)
{
	struct memory_store *store = adapter;
	struct store_slots *slots = (struct store_slots *)request;
	struct memory_shard *shard = shard_at(store, slots->shard);
	if (shard->slot_count > store->slots_cap) {
		store->slots_cap = 2 * shard->slot_count;
		store->slots = mem_realloc(store->slots, store->slots_cap * sizeof *store->slots);
	}
	for (size_t i = 0; i < shard->slot_count; i++)
		store->slots[i] = shard->slots[i].slot;
	slots->slots = store->slots;
	slots->count = shard->slot_count;
	memory_answer(request, OUTCOME_DONE);
}

static void run_slot(void *adapter, struct request *request)
{
	struct memory_store *store = adapter;
	struct store_slot *ask = (struct store_slot *)request;
	struct memory_shard *shard = shard_at(store, ask->shard);
	ask->count = 0;
	for (size_t i = 0; i < shard->slot_count; i++) {
		if (shard->slots[i].slot != ask->slot)
			continue;
		const char *at = shard->slots[i].ids.ptr;
		struct str *ids = answer_room(store, shard->slots[i].count);
		for (; ask->count < shard->slots[i].count; ask->count++) {
			uint32_t len;
			memcpy(&len, at, sizeof len);
			ids[ask->count] = (struct str){at + sizeof len, len};
			at += sizeof len + len;
		}
		ask->ids = ids;
	}
	memory_answer(request, OUTCOME_DONE);
}

static void run_source_put(void *adapter, struct request *request)
{
	const struct store_source_put *put = (const struct store_source_put *)request;
	for (size_t i = 0; i < put->count; i++)
		memory_texts_put(&((struct memory_store *)adapter)->texts, &put->sources[i]);
	memory_answer(request, OUTCOME_DONE);
}

static void run_source_list(void *adapter, struct request *request)
{
	const struct memory_texts *texts = &((struct memory_store *)adapter)->texts;
	struct store_source_list *list = (struct store_source_list *)request;
	list->sources = texts->items;
	list->count = texts->count;
	memory_answer(request, OUTCOME_DONE);
}

static void run_source_forget(void *adapter, struct request *request)
{
	memory_texts_forget(&((struct memory_store *)adapter)->texts, (const struct store_source_forget *)request);
	memory_answer(request, OUTCOME_DONE);
}

#define QUEUED(name) \
	static void ask_##name(struct store *store, struct store_##name *request) \
	{ \
		memory_queue_add(((struct memory_store *)store)->queue, run_##name, store, &request->request); \
	}
QUEUED(open)
QUEUED(claim)
QUEUED(peek)
QUEUED(append)
QUEUED(log)
QUEUED(load)
QUEUED(flush)
QUEUED(slots)
QUEUED(slot)
QUEUED(source_put)
QUEUED(source_list)
QUEUED(source_forget)

static void shard_release(struct memory_shard *shard)
{
	buf_release(&shard->meta);
	for (size_t i = 0; i < shard->log_count; i++)
		buf_release(&shard->log[i]);
	for (size_t i = 0; i < shard->slot_count; i++)
		buf_release(&shard->slots[i].ids);
	free(shard->log);
	free(shard->slots);
	memory_table_release(&shard->records);
}

static void store_free(struct store *base)
{
	struct memory_store *store = (struct memory_store *)base;
	for (uint32_t i = 0; i < store->shard_count; i++)
		shard_release(&store->shards[i]);
	memory_texts_release(&store->texts);
	free(store->shards);
	free(store->answer);
	free(store->slots);
	free(store);
}

static const struct store_ops OPS = {
        .open = ask_open,
        .claim = ask_claim,
        .peek = ask_peek,
        .append = ask_append,
        .log = ask_log,
        .load = ask_load,
        .flush = ask_flush,
        .slots = ask_slots,
        .slot = ask_slot,
        .source_put = ask_source_put,
        .source_list = ask_source_list,
        .source_forget = ask_source_forget,
        .free = store_free,
};

struct store *memory_store_new(struct memory_queue *queue)
{
	struct memory_store *store = mem_alloc(sizeof *store);
	*store = (struct memory_store){.store = {&OPS}, .queue = queue};
	return &store->store;
}

void memory_store_forget(struct store *store)
{
	((struct memory_store *)store)->forgets = true;
}

struct str memory_store_record(struct store *store, uint32_t shard, struct str id)
{
	return memory_table_get(&shard_at((struct memory_store *)store, shard)->records, id);
}

void memory_store_put(struct store *store, uint32_t shard, struct str id, struct str bytes)
{
	memory_table_set(&shard_at((struct memory_store *)store, shard)->records, id, bytes);
}

struct store_header memory_store_header(struct store *store, uint32_t shard)
{
	return header_of(shard_at((struct memory_store *)store, shard));
}

size_t memory_store_source_count(struct store *store)
{
	return ((struct memory_store *)store)->texts.count;
}

size_t memory_store_log_count(struct store *store, uint32_t shard)
{
	return shard_at((struct memory_store *)store, shard)->log_count;
}
