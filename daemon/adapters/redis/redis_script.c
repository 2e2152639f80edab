/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each script looks first and writes after: Redis undoes nothing when a script fails half-way, but it refuses one that
 * may write before its first line when memory or disk are short (what the `#!lua` line is for).
 */
#include "adapters/redis/redis_script.h"

/* In the order of enum redis_header. */
#define ANSWER_HEADER \
	"local h = redis.call('HMGET', KEYS[2], 'v', 'l', 'b', 'x')\n" \
	"local f = redis.call('HMGET', KEYS[3], 'f', 'm', 't')\n" \
	"return {h[1], h[2], h[3], h[4], f[1], f[2], f[3], redis.call('GET', KEYS[1]), redis.call('LLEN', KEYS[4])}\n"

static const char *const TEXTS[SCRIPT_COUNT] = {
        [SCRIPT_CLAIM] = "#!lua\n"
                         "local v = redis.call('HGET', KEYS[2], 'v')\n"
                         "if not v or v == ARGV[2] then\n"
                         "  redis.call('INCR', KEYS[1])\n"
                         "  if not v then redis.call('HSET', KEYS[2], 'v', ARGV[2], 'l', ARGV[1], 'b', '0') end\n"
                         "end\n" ANSWER_HEADER,
        [SCRIPT_PEEK] = "#!lua flags=no-writes\n" ANSWER_HEADER,
        [SCRIPT_APPEND] = "#!lua\n"
                          "local e = redis.call('GET', KEYS[1])\n"
                          "local b = redis.call('HGET', KEYS[2], 'b')\n"
                          "if e ~= ARGV[1] then return {2, e, b} end\n"
                          "if b ~= ARGV[2] then return {1, e, b} end\n"
                          "redis.call('RPUSH', KEYS[4], ARGV[4])\n"
                          "redis.call('HSET', KEYS[2], 'b', ARGV[3], 'x', ARGV[5])\n"
                          "return {0, e, b}\n",
        [SCRIPT_LOG] = "#!lua flags=no-writes\n"
                       "local t = tonumber(redis.call('HGET', KEYS[3], 't') or '0')\n"
                       "local from = tonumber(ARGV[1]) - t\n"
                       "if from < 0 or ARGV[2] == '0' then return {t, {}} end\n"
                       "return {t, redis.call('LRANGE', KEYS[4], from, from + tonumber(ARGV[2]) - 1)}\n",
};

const char *redis_script_text(enum redis_script script)
{
	return TEXTS[script];
}
