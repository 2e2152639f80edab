/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the Redis store share: the store itself, and one operation for each request under way. */
#ifndef JD_REDIS_OP_H
#define JD_REDIS_OP_H

#include "adapters/redis/redis_link.h"
#include "adapters/redis/resp.h"

struct redis_op;

struct redis_store {
	struct store base;
	struct loop *loop;
	struct redis_settings settings;
	struct arena texts;           /* the settings' */
	struct redis_link link;       /* everything but flushes */
	struct redis_link flush_link; /* WATCH belongs to a connection, so flushes have one of their own */
	struct redis_op *flushing;    /* the one flush under way */
	struct redis_calls flushes;   /* and those behind it */
	uint32_t buckets;             /* of each shard; 0 until opened */
	bool checked;                 /* doubtful settings were told once */
};

/* Begins with its call, so that one is the other. Freed by op_finish. */
struct redis_op {
	struct redis_call call;
	struct redis_store *store;
	struct request *request;
	/* All replies are there and none is an error (unless lenient). Finishes the op or sends the next commands. */
	void (*then)(struct redis_op *op);
	bool lenient;             /* `then` looks at errors itself */
	enum redis_script script; /* the one that the call runs ... */
	size_t script_at;         /* ... and where its EVALSHA begins in `out` */
	bool inlined;             /* it was sent as EVAL, since Redis had forgotten it */
	struct arena arena;       /* what is answered or kept between commands; freed with the op */
	struct buf list;          /* the same, for what grows */
	void *state;              /* load, open and flush: theirs, in the arena */
};

enum redis_part { PART_EPOCH, PART_HEADER, PART_FLUSH, PART_LOG, PART_SLOTS, PART_TOUCH };

struct redis_op *op_new(struct redis_store *store, struct request *request, void (*then)(struct redis_op *op));
/* What `out` holds goes to Redis; `expected` replies come. */
void op_send(struct redis_op *op, struct redis_link *link, size_t expected);
/* Answers the request and frees the op. why may be NULL for DONE. */
void op_finish(struct redis_op *op, enum outcome outcome, const char *why);
/* ... with what Redis' error means; a master that became a replica is left. */
void op_refused(struct redis_op *op, struct redis_link *link, const char *error);

/* One of a shard's keys as an argument. */
void op_key(struct redis_op *op, uint32_t shard, enum redis_part part);
/* EVALSHA, the script, and its four keys; `arguments` of its own follow. */
void op_script(struct redis_op *op, enum redis_script script, uint32_t shard, size_t arguments);
/* In the arena: PREFIX:{SHARD}:KIND: for resp_key. kind: 'c' bucket, 't' slot. */
struct str op_stem(struct redis_op *op, uint32_t shard, char kind);
uint32_t op_bucket(const struct redis_op *op, struct str id);

/* WAIT behind a write, where a replica must have it as well: so many more replies. */
size_t write_wait(struct redis_op *op);
/* Answers whether the last reply says that a replica has it; finishes the op when not. */
bool write_waited(struct redis_op *op);

/* redis_texts.c, redis_check.c and redis_flush.c */
void redis_store_source_put(struct store *store, struct store_source_put *request);
void redis_store_source_list(struct store *store, struct store_source_list *request);
void redis_store_source_forget(struct store *store, struct store_source_forget *request);
void redis_store_open(struct store *store, struct store_open *request);
void redis_store_flush(struct store *store, struct store_flush *request);
/* Flushes that wait for their turn are answered AGAIN. */
void redis_flushes_drop(struct redis_store *store);

#endif
