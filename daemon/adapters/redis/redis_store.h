/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store port on one Redis master (7.0 or newer). Layout, all keys of a shard under one hash tag:
 *
 *   journeyd:meta          hash    format, shards, buckets: written once, compared ever after
 *   journeyd:sources       hash    journeys by "NAME VERSION": when it was last entered by, a line break, the text
 *   journeyd:{N}:e         string  the epoch, alone, so that it can be watched
 *   journeyd:{N}:h         hash    v format, l lineage, b last batch, x app's meta
 *   journeyd:{N}:f         hash    f flushed, m emitted, t trimmed up to, n chunks written: all that a flush moves
 *   journeyd:{N}:log       list    batches t+1 .. b
 *   journeyd:{N}:c:BUCKET  hash    records at rest, by customer id
 *   journeyd:{N}:t:SLOT    list    customer ids hinted at
 *   journeyd:{N}:ts        zset    the slots that have hints
 *
 * load and flush need an open that was DONE; the others do not.
 * Every request is answered within twice the timeout: AGAIN while the connection is down, at the pace of the
 * reconnection's back-off (50 ms to 5 s), so that whoever gets AGAIN may simply ask again.
 */
#ifndef JD_REDIS_STORE_H
#define JD_REDIS_STORE_H

#include "adapters/loop/loop.h"
#include "ports/store.h"

enum redis_durability {
	REDIS_FSYNC,   /* an append is DONE when it is on Redis' disk: appendfsync always, checked at open */
	REDIS_REPLICA, /* ... when a replica has it as well (WAIT 1) */
	REDIS_NONE,    /* ... when it is in Redis' memory: a crash of Redis loses sends or stops shards */
};

enum redis_log_level { REDIS_LOG_INFO, REDIS_LOG_WARNING };

struct redis_settings {
	const char *host; /* default 127.0.0.1; its name is looked up, blocking, at every connect */
	int port;         /* default 6379 */
	const char *path; /* unix socket, instead of host and port; NULL for none */
	const char *user; /* ACL user; NULL: the default user */
	const char *password;
	int db;             /* default 0 */
	const char *prefix; /* of all keys; default "journeyd"; at most 64 bytes */
	bool tls;           /* open answers NEVER where the build has no TLS */
	enum redis_durability durability;
	int64_t customers; /* expected, over all shards: sizes the buckets at the first open ever; default 1000000 */
	struct duration timeout; /* default 5s */
	/* Connections made and lost, doubtful settings; one line each. NULL: nobody listens. */
	void (*log)(void *owner, enum redis_log_level level, const char *text);
	void *log_owner;
};

/* Connects at the first request. Settings are copied, the texts too; zero fields take the defaults. Freed by
 * ops->free, never from inside a `done`, and given no new requests from there on. */
struct store *redis_store_new(struct loop *loop, const struct redis_settings *settings);

#endif
