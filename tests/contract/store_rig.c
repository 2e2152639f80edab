/* SPDX-License-Identifier: Apache-2.0 */
/* What the contract's tests have in common: giving a request and waiting for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "store_contract.h"

enum { DEADLINE_S = 20 };

static void answered(struct request *request)
{
	bool *done = request->owner;
	assert_false(*done);
	*done = true;
}

static bool *rig_done(void)
{
	static bool done;
	return &done;
}

void rig_begin(struct request *request)
{
	*rig_done() = false;
	*request = (struct request){.done = answered, .owner = rig_done()};
}

void rig_given(struct request *request)
{
	assert_false(*(bool *)request->owner);
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

enum outcome rig_end(struct store_rig *rig, struct request *request)
{
	bool *done = request->owner;
	double limit = seconds() + DEADLINE_S;
	while (!*done && seconds() < limit)
		rig->turn(rig);
	assert_true(*done);
	if (request->outcome == OUTCOME_DONE)
		assert_string_equal(request->why, "");
	else
		assert_true(strlen(request->why) > 5);
	return request->outcome;
}

void rig_open(struct store_rig *rig)
{
	struct store_open open = {.shards = RIG_SHARDS};
	enum outcome outcome = RIG_ASK(rig, open, &open);
	if (outcome != OUTCOME_DONE)
		print_error("open: %s\n", open.request.why);
	assert_int_equal(outcome, OUTCOME_DONE);
}

uint32_t rig_shard(struct store_rig *rig)
{
	assert_true(rig->shard + 1 < RIG_SHARDS);
	return ++rig->shard;
}

/* Answers live only until done returns, so the contract's users copy; a rig may look a moment later only at numbers. */
static char meta_copy[4096];

static void claim_done(struct request *request)
{
	struct store_claim *claim = (struct store_claim *)request;
	memcpy(meta_copy, claim->header.meta.ptr ? claim->header.meta.ptr : "", claim->header.meta.len);
	claim->header.meta.ptr = meta_copy;
	answered(request);
}

struct store_header rig_claim(struct store_rig *rig, uint32_t shard, uint64_t lineage)
{
	struct store_claim claim = {.shard = shard, .lineage = lineage};
	rig_begin(&claim.request);
	claim.request.done = claim_done;
	rig->store->ops->claim(rig->store, &claim);
	rig_given(&claim.request);
	assert_int_equal(rig_end(rig, &claim.request), OUTCOME_DONE);
	return claim.header;
}

static void peek_done(struct request *request)
{
	struct store_peek *peek = (struct store_peek *)request;
	memcpy(meta_copy, peek->header.meta.ptr ? peek->header.meta.ptr : "", peek->header.meta.len);
	peek->header.meta.ptr = meta_copy;
	answered(request);
}

struct store_header rig_peek(struct store_rig *rig, uint32_t shard)
{
	struct store_peek peek = {.shard = shard};
	rig_begin(&peek.request);
	peek.request.done = peek_done;
	rig->store->ops->peek(rig->store, &peek);
	rig_given(&peek.request);
	assert_int_equal(rig_end(rig, &peek.request), OUTCOME_DONE);
	return peek.header;
}

enum outcome rig_append(struct store_rig *rig, uint32_t shard, uint64_t epoch, uint64_t batch)
{
	char entry[64], meta[64];
	snprintf(entry, sizeof entry, "entry %llu", (unsigned long long)batch);
	snprintf(meta, sizeof meta, "meta %llu", (unsigned long long)batch);
	struct store_append append = {
	        .shard = shard, .epoch = epoch, .batch = batch, .entry = str_from(entry), .meta = str_from(meta)};
	return RIG_ASK(rig, append, &append);
}

static char record_copy[1 << 16];

static void load_done(struct request *request)
{
	struct store_load *load = (struct store_load *)request;
	if (request->outcome == OUTCOME_DONE && load->records[0].ptr) {
		memcpy(record_copy, load->records[0].ptr, load->records[0].len);
		record_copy[load->records[0].len] = '\0';
		load->records[0].ptr = record_copy;
	}
	answered(request);
}

struct str rig_load(struct store_rig *rig, uint32_t shard, struct str id)
{
	struct str record = {0};
	struct store_load load = {.shard = shard, .ids = &id, .count = 1, .records = &record};
	rig_begin(&load.request);
	load.request.done = load_done;
	rig->store->ops->load(rig->store, &load);
	rig_given(&load.request);
	assert_int_equal(rig_end(rig, &load.request), OUTCOME_DONE);
	return record;
}

enum outcome rig_flush(struct store_rig *rig, const struct store_flush *given)
{
	struct store_flush flush = *given;
	return RIG_ASK(rig, flush, &flush);
}
