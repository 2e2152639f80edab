/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the log-first layout costs Redis: appends of whole batches on several shards at once, each flushed every so
 * many batches, through the store's own adapter. Prints CPU per event of Redis and of this side. Not a test.
 *
 *   tests/servers/redis start DIR            (prints PORT)
 *   redis_layout PORT [SHARDS [BATCHES [FLUSH_EVERY [CUSTOMERS]]]]
 */
#include "adapters/redis/redis_store.h"
#include "core/base/hash.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

/* A batch as the workload's are: 330 bytes of log an event. */
enum { BATCH_EVENTS = 430, RECORD_BYTES = 165, ACTIONS = 116, ACTION_BYTES = 560, ID_BYTES = 12 };

struct bench;

struct lane { /* one shard's life: append, append, ..., flush beside the next appends */
	struct bench *bench;
	struct store_append append;
	struct store_flush flush;
	struct store_claim claim;
	struct buf entry;
	struct store_record *records; /* of the flush under way */
	bool *dirty;                  /* by customer */
	char (*ids)[ID_BYTES];
	uint64_t flushed_records;
	int left, since;
	bool flushing;
};

struct bench {
	struct loop *loop;
	struct store *store;
	struct lane *lanes;
	int shards, batches, every, customers, busy;
	char bytes[RECORD_BYTES];
};

static void check(const struct request *request)
{
	if (request->outcome == OUTCOME_DONE)
		return;
	fprintf(stderr, "redis_layout: %s\n", request->why);
	exit(3);
}

static void append_next(struct lane *lane);

static void flush_done(struct request *request)
{
	struct lane *lane = request->owner;
	check(request);
	lane->flushing = false;
	lane->bench->busy--;
}

static void flush_begin(struct lane *lane)
{
	struct bench *bench = lane->bench;
	size_t count = 0;
	for (int i = 0; i < bench->customers; i++) {
		if (!lane->dirty[i])
			continue;
		lane->dirty[i] = false;
		lane->records[count++] = (struct store_record){{lane->ids[i], ID_BYTES}, {bench->bytes, RECORD_BYTES}};
	}
	lane->flushed_records += count;
	lane->since = 0;
	lane->flushing = true;
	bench->busy++;
	lane->flush = (struct store_flush){.request = {.done = flush_done, .owner = lane},
	                                   .shard = lane->append.shard,
	                                   .epoch = lane->append.epoch,
	                                   .records = lane->records,
	                                   .record_count = count,
	                                   .flushed = lane->append.batch,
	                                   .emitted = lane->append.batch,
	                                   .trim = lane->append.batch};
	bench->store->ops->flush(bench->store, &lane->flush);
}

static void append_done(struct request *request)
{
	struct lane *lane = request->owner;
	check(request);
	lane->bench->busy--;
	if (++lane->since >= lane->bench->every && !lane->flushing)
		flush_begin(lane);
	if (--lane->left > 0)
		append_next(lane);
}

static void append_next(struct lane *lane)
{
	struct bench *bench = lane->bench;
	static const char action[ACTION_BYTES];
	buf_clear(&lane->entry);
	for (int i = 0; i < BATCH_EVENTS; i++) {
		uint64_t dice[2] = {lane->append.batch, (uint64_t)i};
		uint64_t who = hash64(lane->append.shard, (struct str){(const char *)dice, sizeof dice});
		int customer = (int)(who % (uint64_t)bench->customers);
		lane->dirty[customer] = true;
		buf_append(&lane->entry, lane->ids[customer], ID_BYTES);
		buf_append(&lane->entry, bench->bytes, RECORD_BYTES);
	}
	for (int i = 0; i < ACTIONS; i++)
		buf_append(&lane->entry, action, ACTION_BYTES);
	lane->append.batch++;
	lane->append.request = (struct request){.done = append_done, .owner = lane};
	lane->append.entry = buf_view(&lane->entry);
	lane->append.meta = STR("offsets and the like, sixty bytes or so in the real thing ...");
	bench->busy++;
	bench->store->ops->append(bench->store, &lane->append);
}

static void claim_done(struct request *request)
{
	struct lane *lane = request->owner;
	check(request);
	lane->append.epoch = lane->claim.header.epoch;
	lane->append.batch = lane->claim.header.batch;
	lane->bench->busy--;
	append_next(lane);
}

static void lane_begin(struct bench *bench, uint32_t shard)
{
	struct lane *lane = &bench->lanes[shard];
	size_t customers = (size_t)bench->customers;
	*lane = (struct lane){.bench = bench, .left = bench->batches};
	lane->records = mem_alloc(customers * sizeof *lane->records);
	lane->dirty = calloc(customers, sizeof *lane->dirty);
	lane->ids = mem_alloc(customers * sizeof *lane->ids);
	for (size_t i = 0; i < customers; i++) {
		char id[32];
		snprintf(id, sizeof id, "c%011zu", i);
		memcpy(lane->ids[i], id, ID_BYTES);
	}
	lane->append.shard = shard;
	lane->claim =
	        (struct store_claim){.request = {.done = claim_done, .owner = lane}, .shard = shard, .lineage = 1};
	bench->busy++;
	bench->store->ops->claim(bench->store, &lane->claim);
}

static double redis_cpu(int port)
{
	redisContext *redis = redisConnect("127.0.0.1", port);
	redisReply *reply = redisCommand(redis, "INFO cpu");
	double user = strtod(strstr(reply->str, "used_cpu_user:") + 14, NULL);
	double sys = strtod(strstr(reply->str, "used_cpu_sys:") + 13, NULL);
	freeReplyObject(reply);
	redisFree(redis);
	return user + sys;
}

static double own_cpu(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double wall(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void opened(struct request *request)
{
	struct bench *bench = request->owner;
	check(request);
	bench->busy--;
	for (int i = 0; i < bench->shards; i++)
		lane_begin(bench, (uint32_t)i);
}

static int argument(char **argv, int argc, int i, int fallback)
{
	return i < argc ? atoi(argv[i]) : fallback;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	int port = argument(argv, argc, 1, 6379);
	bench.shards = argument(argv, argc, 2, 8);
	bench.batches = argument(argv, argc, 3, 400);
	bench.every = argument(argv, argc, 4, 200);
	bench.customers = argument(argv, argc, 5, 100000); /* a shard */
	bench.loop = loop_new();
	bench.lanes = calloc((size_t)bench.shards, sizeof *bench.lanes);
	for (size_t i = 0; i < sizeof bench.bytes; i++)
		bench.bytes[i] = (char)(i * 37);
	struct redis_settings settings = {.port = port, .customers = (int64_t)bench.shards * bench.customers};
	bench.store = redis_store_new(bench.loop, &settings);
	struct store_open open = {.request = {.done = opened, .owner = &bench}, .shards = (uint32_t)bench.shards};
	double redis = redis_cpu(port), own = own_cpu(), began = wall();
	bench.busy = 1;
	bench.store->ops->open(bench.store, &open);
	while (bench.busy > 0)
		loop_turn(bench.loop, (struct duration){1000});
	double events = (double)bench.shards * bench.batches * BATCH_EVENTS, seconds = wall() - began;
	uint64_t flushed = 0;
	for (int i = 0; i < bench.shards; i++)
		flushed += bench.lanes[i].flushed_records;
	printf("events %.0f in %.1f s: %.0f a second; %.2f records flushed an event\n", events, seconds,
	       events / seconds, (double)flushed / events);
	printf("CPU per event: Redis %.2f us, adapter and this program %.2f us\n",
	       (redis_cpu(port) - redis) / events * 1e6, (own_cpu() - own) / events * 1e6);
	bench.store->ops->free(bench.store);
	loop_free(bench.loop);
	return 0;
}
