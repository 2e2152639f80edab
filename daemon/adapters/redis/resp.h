/* SPDX-License-Identifier: Apache-2.0 */
/* Writing Redis commands: resp_begin says how many arguments (the command's name is one), then exactly so many
 * follow. Reading replies that may be missing or of another type. */
#ifndef JD_REDIS_RESP_H
#define JD_REDIS_RESP_H

#include "core/base/buf.h"

#include <stdint.h>

struct redisReply;

void resp_begin(struct buf *out, size_t arguments);
void resp_str(struct buf *out, struct str text);
void resp_text(struct buf *out, const char *text);
void resp_u64(struct buf *out, uint64_t number);
void resp_i64(struct buf *out, int64_t number);
/* stem and number as one argument: a bucket's or slot's key. */
void resp_key(struct buf *out, struct str stem, int64_t number);
/* A whole command of `arguments` texts, all const char *. */
void resp_command(struct buf *out, size_t arguments, ...);

/* Empty for anything but a string. Borrowed from the reply. */
struct str reply_str(const struct redisReply *reply);
/* 0 for anything but a number or a string that is one. */
uint64_t reply_u64(const struct redisReply *reply);
int64_t reply_i64(const struct redisReply *reply);
/* Element i of an array; NULL when there is none. */
const struct redisReply *reply_at(const struct redisReply *reply, size_t i);
size_t reply_count(const struct redisReply *reply);
/* The first error in the reply or in the elements of an array; NULL when there is none. */
const char *reply_error(const struct redisReply *reply);

#endif
