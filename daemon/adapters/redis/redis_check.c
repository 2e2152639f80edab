/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening the store: is this a Redis that keeps what it says it keeps, and is it the one that was filled for this many
 * shards? The server is looked at before anything is written into it.
 */
#include "adapters/redis/redis_op.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	VERSION_NEEDED = 7,
	CUSTOMERS_PER_BUCKET = 24,
	BUCKETS_LEAST = 64,
	BUCKETS_MOST = 1 << 24,
	LISTPACK_LEAST = 512
};

struct open_state {
	uint64_t shards, buckets; /* as the settings would have them */
};

/* Settings of Redis that must be so; `fsync` rows only where durability is fsync. */
static const struct {
	const char *name, *value;
	bool fsync;
	const char *sentence; /* wanted value and found value follow in it */
} MUSTS[] = {
        {"appendonly", "yes", true, "durability fsync needs `appendonly yes` in Redis' configuration, it is `%.*s`"},
        {"appendfsync", "always", true,
         "durability fsync needs `appendfsync always` in Redis' configuration, it is `%.*s`"},
        {"no-appendfsync-on-rewrite", "no", true,
         "durability fsync needs `no-appendfsync-on-rewrite no` in Redis' configuration, it is `%.*s`"},
        {"maxmemory-policy", "noeviction", false,
         "Redis must not throw keys away: set `maxmemory-policy noeviction` in its configuration, it is `%.*s`"},
};

static void warn(const struct redis_store *store, const char *text)
{
	if (store->settings.log && !store->checked)
		store->settings.log(store->settings.log_owner, REDIS_LOG_WARNING, text);
}

/* The value behind `name:` in an INFO text. */
static struct str info_value(struct str info, const char *name)
{
	size_t len = strlen(name);
	for (size_t at = 0; at < info.len;) {
		const char *end = memchr(info.ptr + at, '\n', info.len - at);
		size_t to = end ? (size_t)(end - info.ptr) : info.len;
		struct str line = str_sub(info, at, to);
		at = to + 1;
		if (line.len <= len || memcmp(line.ptr, name, len) != 0 || line.ptr[len] != ':')
			continue;
		if (line.ptr[line.len - 1] == '\r')
			line.len--;
		return str_sub(line, len + 1, line.len);
	}
	return (struct str){0};
}

/* CONFIG GET answers names and values in turn. */
static struct str config_value(const redisReply *config, const char *name)
{
	for (size_t i = 0; i + 1 < reply_count(config); i += 2)
		if (str_eq(reply_str(reply_at(config, i)), str_from(name)))
			return reply_str(reply_at(config, i + 1));
	return (struct str){0};
}

/* Writes why and answers false when the server cannot serve. */
static bool check_server(const struct redis_store *store, struct str info, char *why)
{
	struct str version = info_value(info, "redis_version");
	if (version.len && atoi(version.ptr) < VERSION_NEEDED) {
		snprintf(why, REDIS_WHY, "Redis is version %.*s: 7.0 or newer is needed", STR_ARG(version));
		return false;
	}
	if (info_value(info, "cluster_enabled").len && *info_value(info, "cluster_enabled").ptr == '1')
		warn(store, "this Redis is part of a cluster: only a node that holds all shards can serve");
	return true;
}

static bool check_role(const struct redis_store *store, struct str info, char *why)
{
	if (str_eq(info_value(info, "role"), STR("slave"))) {
		snprintf(why, REDIS_WHY,
		         "this Redis is a replica, which cannot be written: point redis.host at its master");
		return false;
	}
	struct str replicas = info_value(info, "connected_slaves");
	if (store->settings.durability == REDIS_REPLICA && str_eq(replicas, STR("0")))
		warn(store,
		     "durability replica, but Redis has no replica connected: nothing can be appended until one is");
	return true;
}

static bool check_config(const struct redis_store *store, const redisReply *config, char *why)
{
	for (size_t i = 0; i < sizeof MUSTS / sizeof *MUSTS; i++) {
		struct str value = config_value(config, MUSTS[i].name);
		if (!value.ptr || (MUSTS[i].fsync && store->settings.durability != REDIS_FSYNC))
			continue;
		if (!str_eq(value, str_from(MUSTS[i].value))) {
			snprintf(why, REDIS_WHY, MUSTS[i].sentence, STR_ARG(value));
			return false;
		}
	}
	struct str listpack = config_value(config, "hash-max-listpack-value");
	if (listpack.len && atoi(listpack.ptr) < LISTPACK_LEAST)
		warn(store,
		     "set `hash-max-listpack-value 1024` in Redis' configuration: with less, records at rest take "
		     "twice the memory");
	return true;
}

/* Buckets already chosen stay, whatever the settings say now; so must the number of shards. */
static void open_meta_then(struct redis_op *op)
{
	const struct open_state *state = op->state;
	const redisReply *meta = op->call.replies[op->call.count - 1];
	struct str format = reply_str(reply_at(meta, 0));
	uint64_t shards = reply_u64(reply_at(meta, 1)), buckets = reply_u64(reply_at(meta, 2));
	char why[REDIS_WHY];
	if (!str_eq(format, STR(REDIS_FORMAT))) {
		snprintf(why, sizeof why,
		         "this Redis was filled in format %.*s, this journeyd knows " REDIS_FORMAT
		         ": run the version that filled it, or choose another redis.prefix",
		         STR_ARG(format));
		op_finish(op, OUTCOME_NEVER, why);
	} else if (shards != state->shards) {
		snprintf(why, sizeof why,
		         "the topics have %llu partitions, this Redis was filled with %llu: customers would move "
		         "between "
		         "shards; give the topics %llu partitions, or choose another redis.prefix",
		         (unsigned long long)state->shards, (unsigned long long)shards, (unsigned long long)shards);
		op_finish(op, OUTCOME_NEVER, why);
	} else if (buckets == 0 || buckets > BUCKETS_MOST) {
		op_finish(op, OUTCOME_NEVER,
		          "the number of buckets stored in Redis is damaged: restore Redis from a copy");
	} else {
		op->store->buckets = (uint32_t)buckets;
		op_finish(op, OUTCOME_DONE, NULL);
	}
}

static void meta_set(struct redis_op *op, const char *key, const char *field, uint64_t value)
{
	resp_begin(&op->call.out, 4);
	resp_text(&op->call.out, "HSETNX");
	resp_text(&op->call.out, key);
	resp_text(&op->call.out, field);
	resp_u64(&op->call.out, value);
}

static void open_meta(struct redis_op *op)
{
	const struct open_state *state = op->state;
	char key[128];
	snprintf(key, sizeof key, "%s:meta", op->store->settings.prefix);
	redis_call_clear(&op->call);
	op->then = open_meta_then;
	op->lenient = false;
	meta_set(op, key, "format", strtoull(REDIS_FORMAT, NULL, 10));
	meta_set(op, key, "shards", state->shards);
	meta_set(op, key, "buckets", state->buckets);
	resp_command(&op->call.out, 5, "HMGET", key, "format", "shards", "buckets");
	op_send(op, &op->store->link, 4);
}

enum { OPEN_SERVER, OPEN_REPLICATION, OPEN_CONFIG, OPEN_REPLIES };

static void open_checks_then(struct redis_op *op)
{
	struct redis_store *store = op->store;
	struct redisReply **replies = op->call.replies;
	const char *error = reply_error(replies[OPEN_SERVER]);
	char why[REDIS_WHY];
	if (!error)
		error = reply_error(replies[OPEN_REPLICATION]);
	if (error) {
		op_refused(op, &store->link, error);
		return;
	}
	if (reply_error(replies[OPEN_CONFIG]))
		warn(store,
		     "Redis does not show its settings (CONFIG is forbidden): see yourself that `appendfsync always` "
		     "and `maxmemory-policy noeviction` hold");
	bool good = check_server(store, reply_str(replies[OPEN_SERVER]), why) &&
	            check_role(store, reply_str(replies[OPEN_REPLICATION]), why) &&
	            check_config(store, replies[OPEN_CONFIG], why);
	store->checked = true;
	if (good)
		open_meta(op);
	else
		op_finish(op, OUTCOME_NEVER, why);
}

void redis_store_open(struct store *base, struct store_open *request)
{
	struct redis_store *store = (struct redis_store *)base;
	struct redis_op *op = op_new(store, &request->request, open_checks_then);
	struct open_state *state = arena_alloc(&op->arena, sizeof *state);
	uint64_t shards = request->shards ? request->shards : 1;
	uint64_t buckets = (uint64_t)store->settings.customers / CUSTOMERS_PER_BUCKET / shards;
	if (buckets < BUCKETS_LEAST)
		buckets = BUCKETS_LEAST;
	if (buckets > BUCKETS_MOST)
		buckets = BUCKETS_MOST;
	*state = (struct open_state){request->shards, buckets};
	op->state = state;
	op->lenient = true;
	resp_command(&op->call.out, 2, "INFO", "server");
	resp_command(&op->call.out, 2, "INFO", "replication");
	resp_command(&op->call.out, 7, "CONFIG", "GET", "appendonly", "appendfsync", "no-appendfsync-on-rewrite",
	             "maxmemory-policy", "hash-max-listpack-value");
	op_send(op, &store->link, OPEN_REPLIES);
}
