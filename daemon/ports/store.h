/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where customers' records are kept, by shard: a header, a log of batches, records at rest, and hints of due times.
 *
 * The log is the truth: a batch is one append, which is durable when it is DONE. Records at rest follow by `flush`;
 * whoever takes a shard reads the log behind `flushed` and has the newest record of every customer that changed since.
 * Every write names the epoch it believes in and is FENCED when a newer owner has claimed the shard.
 */
#ifndef JD_PORT_STORE_H
#define JD_PORT_STORE_H

#include "ports/port.h"

struct store_header {
	uint64_t epoch;   /* E: of the owner; grows with each claim */
	uint64_t lineage; /* L: made once; another one means another history */
	uint64_t batch;   /* B: the last batch appended */
	uint64_t flushed; /* F <= B: records at rest hold everything up to this batch */
	uint64_t emitted; /* M_r: outbox entries known to be in Kafka */
	struct str meta;  /* app's own: offsets, last outbox number, clocks, as of batch B; empty before the first */
};

/* Checks the server (settings, durability, version) and, once for ever, the number of shards. NEVER with a sentence
 * that says what to change. */
struct store_open {
	struct request request;
	uint32_t shards;
};

/* Takes the shard: E becomes E+1. lineage is used when the shard has none yet. */
struct store_claim {
	struct request request;
	uint32_t shard;
	uint64_t lineage;
	struct store_header header; /* answer */
};

/* The header as it is: settles an append that was answered AGAIN. */
struct store_peek {
	struct request request;
	uint32_t shard;
	struct store_header header; /* answer */
};

/* B must be batch-1 and E epoch, else FENCED (epoch) or AGAIN (batch: peek tells). */
struct store_append {
	struct request request;
	uint32_t shard;
	uint64_t epoch, batch;
	struct str entry, meta;
};

/* Up to `limit` log entries behind batch `after`, oldest first. */
struct store_log {
	struct request request;
	uint32_t shard;
	uint64_t after;
	size_t limit;
	const struct str *entries; /* answer; entry i is batch after+1+i */
	size_t count;
};

/* Records at rest. */
struct store_load {
	struct request request;
	uint32_t shard;
	const struct str *ids;
	size_t count;
	struct str *records; /* app's array of `count`; answer: ptr NULL for a customer never stored. The bytes live
	                        until done returns */
};

struct store_record {
	struct str id, bytes; /* bytes of length 0: remove */
};

struct store_hint {   /* this customer may be due within this slot */
	int64_t slot; /* due time / STORE_SLOT_MS, rounded down */
	struct str id;
};

#define STORE_SLOT_MS INT64_C(3600000)

/* Writes records and hints, removes slots that are over, then moves flushed and emitted and trims the log up to
 * `trim` (a batch both flushed and emitted). Harmless to repeat. FENCED when the log ends before `flushed`: the store
 * went back in time. */
struct store_flush {
	struct request request;
	uint32_t shard;
	uint64_t epoch;
	const struct store_record *records;
	size_t record_count;
	const struct store_hint *hints;
	size_t hint_count;
	const int64_t *over; /* slots */
	size_t over_count;
	uint64_t flushed, emitted, trim;
};

/* The slots that have hints, rising. */
struct store_slots {
	struct request request;
	uint32_t shard;
	const int64_t *slots; /* answer */
	size_t count;
};

/* The customers hinted at in one slot; repeats are possible. */
struct store_slot {
	struct request request;
	uint32_t shard;
	int64_t slot;
	const struct str *ids; /* answer */
	size_t count;
};

/* A journey's text as it was, for those who began with it. One list for the whole service, outside the shards: no epoch
 * guards it, whoever goes by a version says so again and again. */
struct store_source {
	struct str journey, version; /* a name, which has no space in it, and a hash */
	struct str text;
	struct instant used; /* when a process last said that people enter by it */
};

/* Durable like an append. What is there already is written over; harmless to repeat. */
struct store_source_put {
	struct request request;
	const struct store_source *sources;
	size_t count;
};

/* All of them, in no order. */
struct store_source_list {
	struct request request;
	const struct store_source *sources; /* answer */
	size_t count;
};

/* Forgets this version's text if `used` is still what it was; else, or where there is none, nothing happens: DONE. */
struct store_source_forget {
	struct request request;
	struct str journey, version;
	struct instant used;
};

struct store;

struct store_ops {
	void (*open)(struct store *store, struct store_open *request);
	void (*claim)(struct store *store, struct store_claim *request);
	void (*peek)(struct store *store, struct store_peek *request);
	void (*append)(struct store *store, struct store_append *request);
	void (*log)(struct store *store, struct store_log *request);
	void (*load)(struct store *store, struct store_load *request);
	void (*flush)(struct store *store, struct store_flush *request);
	void (*slots)(struct store *store, struct store_slots *request);
	void (*slot)(struct store *store, struct store_slot *request);
	void (*source_put)(struct store *store, struct store_source_put *request);
	void (*source_list)(struct store *store, struct store_source_list *request);
	void (*source_forget)(struct store *store, struct store_source_forget *request);
	/* Requests under way are answered AGAIN first. */
	void (*free)(struct store *store);
};

/* An adapter's own struct begins with it. */
struct store {
	const struct store_ops *ops;
};

#endif
