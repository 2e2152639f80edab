/* SPDX-License-Identifier: Apache-2.0 */
/* Which servers are refused, and with which words; which are taken with a warning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "redis_server.h"
#include "store_contract.h"

static const struct redis_settings PLAIN = {.timeout = {3000}};

/* Opens a store with these settings on the server: the outcome and the beginning of its sentence. */
static void assert_open(const struct redis_server *server, struct redis_settings settings, uint32_t shards,
                        enum outcome outcome, const char *why)
{
	struct redis_rig rig;
	redis_rig_init(&rig, server, &settings);
	struct store_open open = {.shards = shards};
	enum outcome got = RIG_ASK(&rig.rig, open, &open);
	if (got != outcome || strncmp(open.request.why, why, strlen(why)) != 0)
		print_error("open said: %s\n", open.request.why);
	assert_int_equal(got, outcome);
	assert_memory_equal(open.request.why, why, strlen(why));
	redis_rig_release(&rig);
}

static void a_server_that_does_not_keep_its_word_is_refused(void **state)
{
	static const struct {
		const char *setting, *why;
	} refused[] = {
	        {"appendfsync everysec",
	         "durability fsync needs `appendfsync always` in Redis' configuration, it is `everysec`"},
	        {"no-appendfsync-on-rewrite yes",
	         "durability fsync needs `no-appendfsync-on-rewrite no` in Redis' configuration, it is `yes`"},
	        {"maxmemory-policy allkeys-lru", "Redis must not throw keys away: set `maxmemory-policy noeviction` in "
	                                         "its configuration, it is `allkeys-lru`"},
	        {"appendonly no", "durability fsync needs `appendonly yes` in Redis' configuration, it is `no`"},
	};
	static const char *const back[] = {"appendfsync always", "no-appendfsync-on-rewrite no",
	                                   "maxmemory-policy noeviction", "appendonly yes"};
	struct redis_server *server = *state;
	char words[128];
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		snprintf(words, sizeof words, "CONFIG SET %s", refused[i].setting);
		redis_server_say(server, words);
		assert_open(server, PLAIN, 8, OUTCOME_NEVER, refused[i].why);
		snprintf(words, sizeof words, "CONFIG SET %s", back[i]);
		redis_server_say(server, words);
	}
	assert_string_equal(redis_server_say(server, "EXISTS journeyd:meta"), "0");
	assert_open(server, PLAIN, 8, OUTCOME_DONE, "");
}

static void durability_none_takes_any_disk_setting(void **state)
{
	struct redis_server *server = *state;
	struct redis_settings settings = PLAIN;
	settings.durability = REDIS_NONE;
	redis_server_say(server, "CONFIG SET appendfsync everysec");
	assert_open(server, settings, 8, OUTCOME_DONE, "");
	redis_server_say(server, "CONFIG SET appendfsync always");
}

static void another_number_of_partitions_is_refused(void **state)
{
	struct redis_server *server = *state;
	assert_open(server, PLAIN, 8, OUTCOME_DONE, "");
	assert_open(server, PLAIN, 12, OUTCOME_NEVER, "the topics have 12 partitions, this Redis was filled with 8: ");
	struct redis_settings settings = PLAIN;
	settings.prefix = "another";
	assert_open(server, settings, 12, OUTCOME_DONE, "");
	settings.prefix = NULL;
	settings.db = 1;
	assert_open(server, settings, 12, OUTCOME_DONE, "");
	settings.db = 99;
	assert_open(server, settings, 12, OUTCOME_NEVER, "Redis has no database of that number: check redis.db");
}

static void another_format_is_refused(void **state)
{
	struct redis_server *server = *state;
	struct redis_settings settings = PLAIN;
	settings.prefix = "later";
	redis_server_say(server, "HSET later:meta format 2");
	assert_open(server, settings, 8, OUTCOME_NEVER, "this Redis was filled in format 2, this journeyd knows 1: ");
}

static void a_key_of_another_program_is_refused(void **state)
{
	struct redis_server *server = *state;
	struct redis_settings settings = PLAIN;
	settings.prefix = "theirs";
	redis_server_say(server, "SET theirs:meta x");
	assert_open(server, settings, 8, OUTCOME_NEVER, "a key of another program is in the way: ");
}

static void the_number_of_buckets_stays_as_it_was_first(void **state)
{
	struct redis_server *server = *state;
	struct redis_settings settings = PLAIN;
	settings.prefix = "buckets";
	settings.customers = 2400000;
	assert_open(server, settings, 10, OUTCOME_DONE, "");
	settings.customers = 240;
	assert_open(server, settings, 10, OUTCOME_DONE, "");
	assert_string_equal(redis_server_say(server, "HGET buckets:meta buckets"), "10000");
}

static void tls_without_a_build_for_it_is_refused(void **state)
{
	struct redis_settings settings = PLAIN;
	settings.tls = true;
	assert_open(*state, settings, 8, OUTCOME_NEVER, "this journeyd was built without TLS to Redis: ");
	settings.tls = false;
	settings.prefix = "a{b}";
	assert_open(*state, settings, 8, OUTCOME_NEVER, "redis.prefix must be at most 64 bytes and hold no braces");
}

static void a_unix_socket_will_do(void **state)
{
	struct redis_server *server = *state;
	struct redis_settings settings = PLAIN;
	char path[300];
	snprintf(path, sizeof path, "%s/redis.sock", server->dir);
	settings.path = path;
	assert_open(server, settings, 8, OUTCOME_DONE, "");
	snprintf(path, sizeof path, "%s/nothing.sock", server->dir);
	assert_open(server, settings, 8, OUTCOME_AGAIN, "Redis at /tmp/");
}

static void small_listpacks_are_warned_of(void **state)
{
	struct redis_server *server = *state;
	struct redis_rig rig;
	redis_server_say(server, "CONFIG SET hash-max-listpack-value 64");
	redis_rig_init(&rig, server, &PLAIN);
	struct store_open open = {.shards = 8};
	for (int i = 0; i < 2; i++)
		assert_int_equal(RIG_ASK(&rig.rig, open, &open), OUTCOME_DONE);
	buf_char(&rig.log, '\0');
	const char *once = strstr(rig.log.ptr, "warning: set `hash-max-listpack-value 1024`");
	assert_non_null(once);
	assert_null(strstr(strchr(once, '\n'), "hash-max-listpack-value"));
	assert_non_null(strstr(rig.log.ptr, "connected to Redis at 127.0.0.1:"));
	redis_rig_release(&rig);
	redis_server_say(server, "CONFIG SET hash-max-listpack-value 1024");
}

static void a_server_without_room_for_another_connection_says_so(void **state)
{
	struct redis_server *server = *state;
	struct redis_rig first;
	redis_rig_init(&first, server, &PLAIN);
	struct store_open open = {.shards = 8};
	assert_int_equal(RIG_ASK(&first.rig, open, &open), OUTCOME_DONE);
	redis_server_say(server, "CONFIG SET maxclients 1");
	struct redis_rig second;
	redis_rig_init(&second, server, &PLAIN);
	assert_int_equal(RIG_ASK(&second.rig, open, &open), OUTCOME_AGAIN);
	assert_non_null(strstr(open.request.why, ": Redis takes no more connections: raise maxclients"));
	redis_rig_release(&first);
	int tries = 0;
	while (RIG_ASK(&second.rig, open, &open) == OUTCOME_AGAIN)
		assert_true(++tries < 20);
	redis_rig_release(&second);
	redis_server_say(server, "CONFIG SET maxclients 1000");
}

/* The rights that the sentence about NOPERM names are enough. */
static void assert_works(const struct redis_server *server, const struct redis_settings *settings)
{
	struct redis_rig rig;
	redis_rig_init(&rig, server, settings);
	struct store_open open = {.shards = 8};
	assert_int_equal(RIG_ASK(&rig.rig, open, &open), OUTCOME_DONE);
	struct store_record record = {STR("c1"), STR("one")};
	struct store_hint hint = {3, STR("c1")};
	struct store_flush flush = {.shard = 1,
	                            .epoch = rig_claim(&rig.rig, 1, 7).epoch,
	                            .records = &record,
	                            .record_count = 1,
	                            .hints = &hint,
	                            .hint_count = 1,
	                            .flushed = 1,
	                            .trim = 1};
	assert_int_equal(rig_append(&rig.rig, 1, flush.epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_flush(&rig.rig, &flush), OUTCOME_DONE);
	assert_string_equal(rig_load(&rig.rig, 1, STR("c1")).ptr, "one");
	redis_rig_release(&rig);
}

static void passwords_and_users_are_checked(void **state)
{
	(void)state;
	struct redis_server server;
	struct redis_settings settings = PLAIN;
	redis_server_start(&server, "'requirepass geheim' 'user reader on >r ~* +@read +info +client +script|load' "
	                            "'user daemon on >d ~journeyd:* +@all -@dangerous +info +config|get'");
	assert_open(&server, settings, 8, OUTCOME_NEVER, "Redis asks for a password: set redis.password_file");
	settings.password = "falsch";
	assert_open(&server, settings, 8, OUTCOME_NEVER, "Redis refuses the user or the password: ");
	settings.password = "geheim";
	assert_open(&server, settings, 8, OUTCOME_DONE, "");
	settings.user = "daemon";
	settings.password = "d";
	assert_works(&server, &settings);
	settings.user = "reader";
	settings.password = "r";
	assert_open(&server, settings, 8, OUTCOME_NEVER, "the Redis user lacks a right: ");
	redis_server_stop(&server);
}

static void a_password_for_a_server_without_one_is_refused(void **state)
{
	struct redis_settings settings = PLAIN;
	settings.password = "x";
	assert_open(*state, settings, 8, OUTCOME_NEVER, "Redis has no password but one is given: ");
}

static void forbidden_config_is_warned_of_and_taken(void **state)
{
	(void)state;
	struct redis_server server;
	struct redis_rig rig;
	redis_server_start(&server, "'rename-command CONFIG \"\"'");
	redis_rig_init(&rig, &server, &PLAIN);
	rig_open(&rig.rig);
	buf_char(&rig.log, '\0');
	assert_non_null(strstr(rig.log.ptr, "warning: Redis does not show its settings (CONFIG is forbidden)"));
	redis_rig_release(&rig);
	redis_server_stop(&server);
}

/* Waits for what another server does: its own tie to the master. */
static void await_said(struct redis_server *server, const char *words, const char *wanted)
{
	for (int i = 0; i < 1000; i++)
		if (strstr(redis_server_say(server, words), wanted))
			return;
	fail_msg("%s never said %s", words, wanted);
}

static void a_replica_is_refused_and_confirms_appends(void **state)
{
	(void)state;
	struct redis_server master, replica;
	struct redis_settings settings = PLAIN;
	struct redis_rig rig;
	char line[64];
	redis_server_start(&master, "'repl-diskless-sync-delay 0'");
	settings.durability = REDIS_REPLICA;
	redis_rig_init(&rig, &master, &settings);
	rig_open(&rig.rig);
	buf_char(&rig.log, '\0');
	assert_non_null(strstr(rig.log.ptr, "warning: durability replica, but Redis has no replica connected"));
	struct store_claim claim = {.shard = 1, .lineage = 7};
	assert_int_equal(RIG_ASK(&rig.rig, claim, &claim), OUTCOME_AGAIN);
	assert_non_null(strstr(claim.request.why, "no replica of Redis confirmed the write: "));
	snprintf(line, sizeof line, "'replicaof 127.0.0.1 %d'", master.port);
	redis_server_start(&replica, line);
	await_said(&master, "INFO replication", "state=online");
	uint64_t epoch = rig_claim(&rig.rig, 1, 7).epoch;
	assert_int_equal(rig_append(&rig.rig, 1, epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_peek(&rig.rig, 1).batch, 1);
	assert_open(&replica, PLAIN, RIG_SHARDS, OUTCOME_NEVER, "this Redis is a replica, which cannot be written: ");
	redis_rig_release(&rig);
	redis_server_stop(&replica);
	redis_server_stop(&master);
}

static void a_master_that_becomes_a_replica_is_left_until_it_is_a_master_again(void **state)
{
	(void)state;
	struct redis_server server;
	struct redis_rig rig;
	redis_server_start(&server, "");
	redis_rig_init(&rig, &server, &PLAIN);
	rig_open(&rig.rig);
	uint64_t epoch = rig_claim(&rig.rig, 1, 7).epoch;
	redis_server_say(&server, "REPLICAOF 127.0.0.1 1");
	struct store_append append = {.shard = 1, .epoch = epoch, .batch = 1, .entry = STR("e"), .meta = STR("m")};
	assert_int_equal(RIG_ASK(&rig.rig, append, &append), OUTCOME_AGAIN);
	redis_server_say(&server, "REPLICAOF NO ONE");
	int tries = 0;
	while (RIG_ASK(&rig.rig, append, &append) == OUTCOME_AGAIN)
		assert_true(++tries < 20);
	assert_int_equal(append.request.outcome, OUTCOME_DONE);
	redis_rig_release(&rig);
	redis_server_stop(&server);
}

static int server_open(void **state)
{
	static struct redis_server server;
	redis_server_start(&server, "");
	*state = &server;
	return 0;
}

static int server_close(void **state)
{
	redis_server_stop(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_server_that_does_not_keep_its_word_is_refused),
	        cmocka_unit_test(durability_none_takes_any_disk_setting),
	        cmocka_unit_test(another_number_of_partitions_is_refused),
	        cmocka_unit_test(another_format_is_refused),
	        cmocka_unit_test(a_key_of_another_program_is_refused),
	        cmocka_unit_test(the_number_of_buckets_stays_as_it_was_first),
	        cmocka_unit_test(tls_without_a_build_for_it_is_refused),
	        cmocka_unit_test(a_unix_socket_will_do),
	        cmocka_unit_test(small_listpacks_are_warned_of),
	        cmocka_unit_test(a_server_without_room_for_another_connection_says_so),
	        cmocka_unit_test(passwords_and_users_are_checked),
	        cmocka_unit_test(a_password_for_a_server_without_one_is_refused),
	        cmocka_unit_test(forbidden_config_is_warned_of_and_taken),
	        cmocka_unit_test(a_replica_is_refused_and_confirms_appends),
	        cmocka_unit_test(a_master_that_becomes_a_replica_is_left_until_it_is_a_master_again),
	};
	return cmocka_run_group_tests(tests, server_open, server_close);
}
