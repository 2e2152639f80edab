/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as bytes, errors as sentences; no server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <hiredis/hiredis.h>

#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_script.h"
#include "adapters/redis/resp.h"

static void assert_written(struct buf *out, struct str wanted)
{
	assert_int_equal(out->len, wanted.len);
	assert_memory_equal(out->ptr, wanted.ptr, wanted.len);
	buf_release(out);
	*out = (struct buf){0};
}

static void commands_are_written_as_redis_reads_them(void **state)
{
	(void)state;
	struct buf out = {0};
	resp_command(&out, 2, "GET", "a");
	assert_written(&out, STR("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"));
	resp_str(&out, STR("\0\xff\r\n"));
	assert_written(&out, STR("$4\r\n\0\xff\r\n\r\n"));
	resp_str(&out, (struct str){0});
	assert_written(&out, STR("$0\r\n\r\n"));
}

static void numbers_are_written_from_end_to_end(void **state)
{
	(void)state;
	struct buf out = {0};
	resp_u64(&out, 0);
	resp_u64(&out, UINT64_MAX);
	assert_written(&out, STR("$1\r\n0\r\n$20\r\n18446744073709551615\r\n"));
	resp_i64(&out, INT64_MIN);
	resp_i64(&out, -1);
	assert_written(&out, STR("$20\r\n-9223372036854775808\r\n$2\r\n-1\r\n"));
	resp_key(&out, STR("journeyd:{3}:c:"), 4095);
	assert_written(&out, STR("$19\r\njourneyd:{3}:c:4095\r\n"));
}

static void replies_that_are_not_there_are_nothing(void **state)
{
	(void)state;
	redisReply number = {.type = REDIS_REPLY_INTEGER, .integer = -3}, nil = {.type = REDIS_REPLY_NIL};
	char digits[] = "18446744073709551615", oops[] = "OOM no";
	redisReply text = {.type = REDIS_REPLY_STRING, .str = digits, .len = 20};
	redisReply error = {.type = REDIS_REPLY_ERROR, .str = oops, .len = 6};
	redisReply *elements[] = {&number, &nil, &error};
	redisReply array = {.type = REDIS_REPLY_ARRAY, .elements = 3, .element = elements};
	assert_int_equal(reply_i64(&number), -3);
	assert_true(reply_u64(&text) == UINT64_MAX);
	assert_int_equal(reply_u64(&nil), 0);
	assert_int_equal(reply_u64(NULL), 0);
	assert_null(reply_str(&nil).ptr);
	assert_null(reply_at(&array, 3));
	assert_ptr_equal(reply_at(&array, 1), &nil);
	assert_string_equal(reply_error(&array), "OOM no");
	assert_null(reply_error(&text));
}

static void errors_become_outcomes_and_say_what_to_do(void **state)
{
	(void)state;
	static const struct {
		const char *error, *why;
		enum outcome outcome;
	} rows[] = {
	        {"OOM command not allowed when used memory > 'maxmemory'.", "Redis is full (maxmemory): give it more",
	         OUTCOME_AGAIN},
	        {"MISCONF Redis is configured to save RDB snapshots",
	         "Redis cannot write to its disk: ", OUTCOME_AGAIN},
	        {"READONLY You can't write against a read only replica.", "Redis became a replica: ", OUTCOME_AGAIN},
	        {"LOADING Redis is loading the dataset in memory", "Redis is still reading its data", OUTCOME_AGAIN},
	        {"BUSY Redis is busy running a script.", "Redis is held up by somebody's script", OUTCOME_AGAIN},
	        {"TRYAGAIN Multiple keys request during rehashing of slot", "Redis Cluster is moving", OUTCOME_AGAIN},
	        {"CLUSTERDOWN The cluster is down", "Redis Cluster is down: ", OUTCOME_AGAIN},
	        {"NOREPLICAS Not enough good replicas to write.", "Redis has fewer replicas than ", OUTCOME_AGAIN},
	        {"MOVED 3999 127.0.0.1:6381", "this Redis is part of a cluster ", OUTCOME_NEVER},
	        {"NOAUTH Authentication required.", "Redis asks for a password: ", OUTCOME_NEVER},
	        {"WRONGPASS invalid username-password pair", "Redis refuses the user or the password: ", OUTCOME_NEVER},
	        {"NOPERM this user has no permissions", "the Redis user lacks a right: ", OUTCOME_NEVER},
	        {"ERR syntax error", "Redis refuses a request (ERR syntax error)", OUTCOME_NEVER},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char why[REDIS_WHY];
		assert_int_equal(redis_error_read(rows[i].error, why), rows[i].outcome);
		assert_memory_equal(why, rows[i].why, strlen(rows[i].why));
		assert_int_equal(why[strlen(why) - 1], ')'); /* Redis' own words are at the end, whole or cut */
	}
}

static void every_script_says_that_it_is_lua(void **state)
{
	(void)state;
	for (int i = 0; i < SCRIPT_COUNT; i++)
		assert_memory_equal(redis_script_text((enum redis_script)i), "#!lua", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(commands_are_written_as_redis_reads_them),
	        cmocka_unit_test(numbers_are_written_from_end_to_end),
	        cmocka_unit_test(replies_that_are_not_there_are_nothing),
	        cmocka_unit_test(errors_become_outcomes_and_say_what_to_do),
	        cmocka_unit_test(every_script_says_that_it_is_lua),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
