/* SPDX-License-Identifier: Apache-2.0 */
/* Redis' protocol, written by appending: hiredis' own formatter costs more than Redis takes for the command. */
#include "adapters/redis/resp.h"

#include <hiredis/hiredis.h>
#include <stdarg.h>
#include <stdlib.h>

enum { DIGITS = 24 };

/* Into the end of digits; answers where the text begins. */
static char *print_u64(char digits[DIGITS], uint64_t number)
{
	char *at = digits + DIGITS;
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	return at;
}

static char *print_i64(char digits[DIGITS], int64_t number)
{
	char *at = print_u64(digits, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
	if (number < 0)
		*--at = '-';
	return at;
}

static void append_length(struct buf *out, char kind, size_t length)
{
	char digits[DIGITS];
	char *at = print_u64(digits, length);
	buf_char(out, kind);
	buf_append(out, at, (size_t)(digits + DIGITS - at));
	buf_append(out, "\r\n", 2);
}

void resp_begin(struct buf *out, size_t arguments)
{
	append_length(out, '*', arguments);
}

void resp_str(struct buf *out, struct str text)
{
	append_length(out, '$', text.len);
	buf_str(out, text);
	buf_append(out, "\r\n", 2);
}

void resp_text(struct buf *out, const char *text)
{
	resp_str(out, str_from(text));
}

void resp_u64(struct buf *out, uint64_t number)
{
	char digits[DIGITS];
	char *at = print_u64(digits, number);
	resp_str(out, (struct str){at, (size_t)(digits + DIGITS - at)});
}

void resp_i64(struct buf *out, int64_t number)
{
	char digits[DIGITS];
	char *at = print_i64(digits, number);
	resp_str(out, (struct str){at, (size_t)(digits + DIGITS - at)});
}

void resp_key(struct buf *out, struct str stem, int64_t number)
{
	char digits[DIGITS];
	char *at = print_i64(digits, number);
	size_t len = (size_t)(digits + DIGITS - at);
	append_length(out, '$', stem.len + len);
	buf_str(out, stem);
	buf_append(out, at, len);
	buf_append(out, "\r\n", 2);
}

void resp_command(struct buf *out, size_t arguments, ...)
{
	va_list args;
	resp_begin(out, arguments);
	va_start(args, arguments);
	for (size_t i = 0; i < arguments; i++)
		resp_text(out, va_arg(args, const char *));
	va_end(args);
}

struct str reply_str(const struct redisReply *reply)
{
	if (!reply || (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS))
		return (struct str){0};
	return (struct str){reply->str, reply->len};
}

/* hiredis ends every string with a NUL byte. */
uint64_t reply_u64(const struct redisReply *reply)
{
	if (reply && reply->type == REDIS_REPLY_INTEGER)
		return (uint64_t)reply->integer;
	struct str text = reply_str(reply);
	return text.len ? strtoull(text.ptr, NULL, 10) : 0;
}

int64_t reply_i64(const struct redisReply *reply)
{
	if (reply && reply->type == REDIS_REPLY_INTEGER)
		return reply->integer;
	struct str text = reply_str(reply);
	return text.len ? strtoll(text.ptr, NULL, 10) : 0;
}

const struct redisReply *reply_at(const struct redisReply *reply, size_t i)
{
	return i < reply_count(reply) ? reply->element[i] : NULL;
}

size_t reply_count(const struct redisReply *reply)
{
	return reply && reply->type == REDIS_REPLY_ARRAY ? reply->elements : 0;
}

const char *reply_error(const struct redisReply *reply)
{
	const char *error = reply && reply->type == REDIS_REPLY_ERROR ? reply->str : NULL;
	for (size_t i = 0; !error && i < reply_count(reply); i++)
		error = reply_error(reply->element[i]);
	return error;
}
