/* SPDX-License-Identifier: Apache-2.0 */
/* The contract on a real Redis, and what becomes of requests when the server or the connection dies. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "redis_server.h"
#include "store_contract.h"

struct world {
	struct redis_rig redis; /* first: the tests' state is a struct store_rig * */
	struct redis_server server;
};

/* Long enough for a busy machine; the one test that waits for it has a short one. */
static const struct redis_settings PATIENT = {.timeout = {5000}}, SHORT = {.timeout = {300}};

static int world_open(void **state)
{
	static struct world world;
	redis_server_start(&world.server, "");
	redis_rig_init(&world.redis, &world.server, &PATIENT);
	rig_open(&world.redis.rig);
	*state = &world;
	return 0;
}

static int world_close(void **state)
{
	struct world *world = *state;
	redis_rig_release(&world->redis);
	redis_server_stop(&world->server);
	return 0;
}

/* Asks until the answer is another than AGAIN; counts the AGAINs. */
static struct store_header peek_until(struct store_rig *rig, uint32_t shard, int *agains)
{
	for (*agains = 0; *agains < 100; ++*agains) {
		struct store_peek peek = {.shard = shard};
		enum outcome outcome = RIG_ASK(rig, peek, &peek);
		if (outcome == OUTCOME_DONE)
			return peek.header;
		assert_int_equal(outcome, OUTCOME_AGAIN);
	}
	fail();
	return (struct store_header){0};
}

static void crash(struct world *world)
{
	redis_server_kill(&world->server);
	redis_server_restart(&world->server);
}

static void every_step_survives_a_killed_server(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	uint32_t shard = rig_shard(rig);
	int agains;
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	crash(world);
	assert_int_equal(peek_until(rig, shard, &agains).epoch, epoch);
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	crash(world);
	assert_int_equal(peek_until(rig, shard, &agains).batch, 1);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
	struct store_record record = {STR("c1"), STR("one")};
	struct store_flush flush = {.shard = shard,
	                            .epoch = epoch,
	                            .records = &record,
	                            .record_count = 1,
	                            .flushed = 2,
	                            .emitted = 4,
	                            .trim = 1};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	crash(world);
	struct store_header header = peek_until(rig, shard, &agains);
	assert_int_equal(header.flushed, 2);
	assert_int_equal(header.emitted, 4);
	assert_int_equal(header.lineage, 7);
	assert_string_equal(rig_load(rig, shard, STR("c1")).ptr, "one");
	assert_int_equal(rig_append(rig, shard, epoch, 3), OUTCOME_DONE);
}

static void a_request_to_a_dead_server_is_answered_again_and_works_when_it_is_back(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	uint32_t shard = rig_shard(rig);
	int agains;
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	redis_server_kill(&world->server);
	struct store_append append = {.shard = shard, .epoch = epoch, .batch = 1, .entry = STR("e"), .meta = STR("m")};
	assert_int_equal(RIG_ASK(rig, append, &append), OUTCOME_AGAIN);
	assert_non_null(strstr(append.request.why, "Redis at 127.0.0.1:"));
	assert_int_equal(RIG_ASK(rig, append, &append), OUTCOME_AGAIN);
	assert_non_null(strstr(append.request.why, "Connection refused"));
	redis_server_restart(&world->server);
	assert_int_equal(peek_until(rig, shard, &agains).batch, 0);
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
}

/* The server takes the append in but does not answer: the outcome is unknown, and reading settles it. */
static void an_append_without_an_answer_is_settled_by_peek(void **state)
{
	struct world *world = *state;
	struct redis_rig hasty;
	redis_rig_init(&hasty, &world->server, &SHORT);
	struct store_rig *rig = &hasty.rig;
	uint32_t shard = rig_shard(&world->redis.rig);
	int agains;
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	redis_server_signal(&world->server, SIGSTOP);
	struct store_append append = {
	        .shard = shard, .epoch = epoch, .batch = 1, .entry = STR("entry 1"), .meta = STR("meta 1")};
	assert_int_equal(RIG_ASK(rig, append, &append), OUTCOME_AGAIN);
	assert_non_null(strstr(append.request.why, "no answer in time"));
	redis_server_signal(&world->server, SIGCONT);
	struct store_header header = peek_until(rig, shard, &agains);
	if (header.batch == 0) {
		enum outcome outcome = RIG_ASK(rig, append, &append);
		assert_int_equal(outcome == OUTCOME_AGAIN ? rig_peek(rig, shard).batch : 1, 1);
	}
	struct store_log log = {.shard = shard, .limit = 10};
	assert_int_equal(RIG_ASK(rig, log, &log), OUTCOME_DONE);
	assert_int_equal(log.count, 1);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
	redis_rig_release(&hasty);
}

static void a_killed_connection_is_made_anew(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	uint32_t shard = rig_shard(rig);
	int agains;
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	struct store_flush flush = {.shard = shard, .epoch = epoch};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	redis_server_say(&world->server, "CLIENT KILL TYPE normal");
	peek_until(rig, shard, &agains);
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	for (agains = 0; agains < 10 && rig_flush(rig, &flush) == OUTCOME_AGAIN;)
		agains++;
	assert_true(agains < 3);
}

/* A flush of several chunks, let go on for so many turns. */
enum { RECORDS = 5000, TURNS = 40 };

struct halted {
	struct store_record records[RECORDS];
	char ids[RECORDS][16];
	struct store_flush flush;
	bool done;
};

static void halt_flush(struct halted *halted, struct store_rig *rig, struct store_flush flush, int turns)
{
	for (int i = 0; i < RECORDS; i++) {
		snprintf(halted->ids[i], sizeof halted->ids[i], "c%d", i);
		halted->records[i] = (struct store_record){str_from(halted->ids[i]), STR("halted")};
	}
	halted->flush = flush;
	halted->flush.records = halted->records;
	halted->flush.record_count = RECORDS;
	halted->done = false;
	rig_begin(&halted->flush.request);
	halted->flush.request.owner = &halted->done;
	rig->store->ops->flush(rig->store, &halted->flush);
	while (turns-- > 0 && !halted->done)
		rig->turn(rig);
}

static void a_claim_at_any_moment_of_a_flush_fences_it(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	static struct halted halted;
	int fenced = 0;
	char words[256], chunks[32];
	halted.done = false;
	for (int turns = 0; turns < TURNS && !halted.done; turns++) {
		uint32_t shard = rig_shard(rig);
		uint64_t epoch = rig_claim(rig, shard, 7).epoch;
		for (uint64_t batch = 1; batch <= 9; batch++)
			assert_int_equal(rig_append(rig, shard, epoch, batch), OUTCOME_DONE);
		snprintf(words, sizeof words,
		         "EVAL \"redis.call('INCR', KEYS[1]) return redis.call('HGET', KEYS[2], 'n')\" 2 "
		         "'journeyd:{%u}:e' 'journeyd:{%u}:f'",
		         shard, shard);
		halt_flush(&halted, rig, (struct store_flush){.shard = shard, .epoch = epoch, .flushed = 9}, turns);
		bool done = halted.done;
		snprintf(chunks, sizeof chunks, "%s", redis_server_say(&world->server, words));
		enum outcome outcome = rig_end(rig, &halted.flush.request);
		snprintf(words, sizeof words, "HGET 'journeyd:{%u}:f' n", shard);
		assert_string_equal(redis_server_say(&world->server, words), chunks); /* not one more was written */
		halted.done = done;
		assert_int_equal(rig_peek(rig, shard).flushed, outcome == OUTCOME_DONE ? 9 : 0);
		if (outcome != OUTCOME_DONE)
			assert_int_equal(outcome, OUTCOME_FENCED);
		fenced += outcome == OUTCOME_FENCED;
	}
	assert_true(halted.done && fenced >= 5);
}

/* The same owner's flush, once halted at any moment and once whole, as after a lost connection. */
static void a_flush_that_is_done_twice_at_once_trims_the_log_once(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	struct redis_rig other;
	static struct halted halted;
	redis_rig_init(&other, &world->server, &PATIENT);
	rig_open(&other.rig);
	bool done = false;
	for (int turns = 0; turns < TURNS && !done; turns++) {
		uint32_t shard = rig_shard(rig);
		uint64_t epoch = rig_claim(rig, shard, 7).epoch;
		for (uint64_t batch = 1; batch <= 10; batch++)
			assert_int_equal(rig_append(rig, shard, epoch, batch), OUTCOME_DONE);
		struct store_flush flush = {.shard = shard, .epoch = epoch, .flushed = 6, .trim = 5};
		halt_flush(&halted, &other.rig, flush, turns);
		done = halted.done;
		assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
		assert_int_equal(rig_end(&other.rig, &halted.flush.request), OUTCOME_DONE);
		struct store_log log = {.shard = shard, .after = 5, .limit = 100};
		assert_int_equal(RIG_ASK(rig, log, &log), OUTCOME_DONE);
		assert_int_equal(log.count, 5);
		assert_int_equal(rig_claim(rig, shard, 7).flushed, 6);
	}
	assert_true(done);
	redis_rig_release(&other);
}

static void flushes_given_together_are_done_one_after_the_other(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	struct store_flush flush[3];
	bool done[3] = {false};
	for (int i = 0; i < 3; i++) {
		uint32_t shard = rig_shard(rig);
		flush[i] = (struct store_flush){.shard = shard, .epoch = rig_claim(rig, shard, 7).epoch, .flushed = 5};
		for (uint64_t batch = 1; batch <= 5; batch++)
			assert_int_equal(rig_append(rig, shard, flush[i].epoch, batch), OUTCOME_DONE);
		rig_begin(&flush[i].request);
		flush[i].request.owner = &done[i];
	}
	flush[1].epoch++; /* one that is refused in between holds nobody up */
	for (int i = 0; i < 3; i++)
		rig->store->ops->flush(rig->store, &flush[i]);
	for (int i = 0; i < 3; i++)
		assert_int_equal(rig_end(rig, &flush[i].request), i == 1 ? OUTCOME_FENCED : OUTCOME_DONE);
	assert_non_null(strstr(flush[1].request.why, "Redis went back in time"));
	assert_int_equal(rig_peek(rig, flush[2].shard).flushed, 5);
}

static void a_server_that_forgot_the_scripts_is_told_them_again(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	redis_server_say(&world->server, "SCRIPT FLUSH");
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
	assert_int_equal(rig_peek(rig, shard).batch, 2);
}

static void a_full_server_says_what_to_do_and_loses_nothing(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	redis_server_say(&world->server, "CONFIG SET maxmemory 100kb");
	struct store_append append = {
	        .shard = shard, .epoch = epoch, .batch = 1, .entry = STR("entry 1"), .meta = STR("meta 1")};
	assert_int_equal(RIG_ASK(rig, append, &append), OUTCOME_AGAIN);
	assert_ptr_equal(strstr(append.request.why, "Redis is full (maxmemory): give it more memory; nothing is lost, "
	                                            "intake stops until then"),
	                 append.request.why);
	struct store_record record = {STR("c1"), STR("one")};
	struct store_flush flush = {.shard = shard, .epoch = epoch, .records = &record, .record_count = 1};
	assert_int_equal(RIG_ASK(rig, flush, &flush), OUTCOME_AGAIN);
	assert_non_null(strstr(flush.request.why, "Redis is full (maxmemory)"));
	assert_int_equal(rig_peek(rig, shard).batch, 0);
	redis_server_say(&world->server, "CONFIG SET maxmemory 0");
	assert_int_equal(RIG_ASK(rig, append, &append), OUTCOME_DONE);
	assert_int_equal(RIG_ASK(rig, flush, &flush), OUTCOME_DONE);
}

static void a_log_that_lost_entries_is_noticed_at_the_claim(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	char words[128];
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
	snprintf(words, sizeof words, "RPOP 'journeyd:{%u}:log'", shard);
	redis_server_say(&world->server, words);
	struct store_claim claim = {.shard = shard, .lineage = 7};
	assert_int_equal(RIG_ASK(rig, claim, &claim), OUTCOME_NEVER);
	assert_non_null(strstr(claim.request.why, "log in Redis has 1 entries where batches 1 to 2 should be"));
}

static void a_shard_of_another_format_is_left_alone(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	uint32_t shard = rig_shard(rig);
	char words[128];
	snprintf(words, sizeof words, "HSET 'journeyd:{%u}:h' v 9", shard);
	redis_server_say(&world->server, words);
	struct store_claim claim = {.shard = shard, .lineage = 7};
	assert_int_equal(RIG_ASK(rig, claim, &claim), OUTCOME_NEVER);
	assert_non_null(strstr(claim.request.why, "has format 9, this journeyd knows 1"));
	snprintf(words, sizeof words, "EXISTS 'journeyd:{%u}:e'", shard);
	assert_string_equal(redis_server_say(&world->server, words), "0");
}

static void a_slot_of_many_customers_is_read_whole(void **state)
{
	struct world *world = *state;
	struct store_rig *rig = &world->redis.rig;
	enum { HINTS = 25000 };
	static struct store_hint hints[HINTS];
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 7).epoch;
	for (int i = 0; i < HINTS; i++)
		hints[i] = (struct store_hint){17, STR("somebody")};
	struct store_flush flush = {.shard = shard, .epoch = epoch, .hints = hints, .hint_count = HINTS};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	struct store_slot slot = {.shard = shard, .slot = 17};
	assert_int_equal(RIG_ASK(rig, slot, &slot), OUTCOME_DONE);
	assert_int_equal(slot.count, HINTS);
}

/* Given before there is a connection, so without knowing the scripts' names. */
static void a_shard_may_be_claimed_as_the_first_request(void **state)
{
	struct world *world = *state;
	struct redis_rig other;
	redis_rig_init(&other, &world->server, &PATIENT);
	uint32_t shard = rig_shard(&world->redis.rig);
	uint64_t epoch = rig_claim(&other.rig, shard, 7).epoch;
	assert_int_equal(epoch, 1);
	assert_int_equal(rig_append(&other.rig, shard, epoch, 1), OUTCOME_DONE);
	redis_rig_release(&other);
}

static void freeing_answers_what_is_under_way(void **state)
{
	struct world *world = *state;
	struct redis_rig other;
	bool peeked = false, flushed = false, queued = false;
	redis_rig_init(&other, &world->server, &PATIENT);
	rig_open(&other.rig);
	struct store_peek peek = {.shard = 1};
	struct store_flush flush = {.shard = 1}, second = {.shard = 1};
	rig_begin(&peek.request);
	peek.request.owner = &peeked;
	rig_begin(&flush.request);
	flush.request.owner = &flushed;
	rig_begin(&second.request);
	second.request.owner = &queued;
	other.rig.store->ops->peek(other.rig.store, &peek);
	other.rig.store->ops->flush(other.rig.store, &flush);
	other.rig.store->ops->flush(other.rig.store, &second);
	redis_rig_release(&other);
	assert_true(peeked && flushed && queued);
	assert_int_equal(peek.request.outcome, OUTCOME_AGAIN);
	assert_int_equal(flush.request.outcome, OUTCOME_AGAIN);
	assert_int_equal(second.request.outcome, OUTCOME_AGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_step_survives_a_killed_server),
	        cmocka_unit_test(a_request_to_a_dead_server_is_answered_again_and_works_when_it_is_back),
	        cmocka_unit_test(an_append_without_an_answer_is_settled_by_peek),
	        cmocka_unit_test(a_killed_connection_is_made_anew),
	        cmocka_unit_test(a_claim_at_any_moment_of_a_flush_fences_it),
	        cmocka_unit_test(a_flush_that_is_done_twice_at_once_trims_the_log_once),
	        cmocka_unit_test(flushes_given_together_are_done_one_after_the_other),
	        cmocka_unit_test(a_server_that_forgot_the_scripts_is_told_them_again),
	        cmocka_unit_test(a_full_server_says_what_to_do_and_loses_nothing),
	        cmocka_unit_test(a_log_that_lost_entries_is_noticed_at_the_claim),
	        cmocka_unit_test(a_shard_of_another_format_is_left_alone),
	        cmocka_unit_test(a_slot_of_many_customers_is_read_whole),
	        cmocka_unit_test(a_shard_may_be_claimed_as_the_first_request),
	        cmocka_unit_test(freeing_answers_what_is_under_way),
	};
	int failed = store_contract_run("store contract on Redis", world_open, world_close);
	return failed + cmocka_run_group_tests(tests, world_open, world_close);
}
