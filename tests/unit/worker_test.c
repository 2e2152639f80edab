/* SPDX-License-Identifier: Apache-2.0 */
/* The whole worker on memory ports: what goes in, what comes out, and what happens in between when it is killed. */
#include "support/worker_fixture.h"

#include "adapters/memory/memory_sink.h"
#include "adapters/memory/memory_source.h"
#include "adapters/memory/memory_store.h"
#include "app/commit_note.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define POLICY(id, expires) "\"type\":\"policy\",\"policy_id\":\"" id "\",\"expires_on\":\"" expires "\""
#define PURCHASE(id) "\"type\":\"purchase\",\"policy_id\":\"" id "\""
#define CLICK "\"type\":\"click\""

static void tell_story(struct daemon *daemon)
{
	daemon_event(daemon, "2026-01-01T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_event(daemon, "2026-01-01T01:00:00Z", "c2", POLICY("p2", "2026-03-03"));
	daemon_event(daemon, "2026-01-05T12:00:00Z", "c1", CLICK);
	daemon_event(daemon, "2026-02-01T00:00:00Z", "c3", POLICY("p3", "2026-02-20"));
	daemon_event(daemon, "2026-02-10T00:00:00Z", "c2", PURCHASE("p2"));
	daemon_tick(daemon, "2026-03-05T00:00:00Z");
}

static const char STORY[] = "2026-01-31T10:00:00Z c1 offer\n"
                            "2026-02-01T10:00:00Z c2 offer\n"
                            "2026-02-13T10:00:00Z c3 reminder\n"
                            "2026-02-19T10:00:00Z c3 last_day\n"
                            "2026-02-23T10:00:00Z c1 reminder\n"
                            "2026-03-01T10:00:00Z c1 last_day\n";

static void sends_come_out_in_the_order_of_their_time(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	tell_story(&daemon);
	daemon_run(&daemon);
	daemon_expect(&daemon, STORY);
	assert_true(daemon_status(&daemon).idle);
	assert_true(daemon_status(&daemon).ready);
	assert_true(daemon.decisions > 6);
	daemon_stop(&daemon);
	daemon_release(&daemon);
}

static void offsets_are_committed_with_a_note_that_says_how_far_the_outbox_is(void **state)
{
	struct daemon daemon;
	struct str metadata;
	struct commit_note note;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	tell_story(&daemon);
	daemon_run(&daemon);
	assert_int_equal(memory_source_committed(daemon.source, 0, 0, &metadata), 6);
	assert_true(commit_note_parse(metadata, &note));
	assert_int_equal(note.epoch, 1);
	assert_int_equal(note.emitted, daemon.decisions + daemon.ids.len / 32);
	assert_int_equal(note.batch, memory_store_header(daemon.store, 0).batch);
	daemon_release(&daemon);
}

/* The same lines, whatever their order: shards have no order between them. */
static void sort_lines(struct buf *lines)
{
	char *end = lines->ptr + lines->len;
	bool swapped = lines->len > 0;
	while (swapped) {
		swapped = false;
		for (char *a = lines->ptr, *b; (b = memchr(a, '\n', (size_t)(end - a))) && ++b < end; a = b) {
			size_t first = (size_t)(b - a);
			char *stop = memchr(b, '\n', (size_t)(end - b));
			size_t second = (size_t)(stop + 1 - b);
			if (str_cmp((struct str){a, first}, (struct str){b, second}) <= 0)
				continue;
			char *copy = test_malloc(first);
			memcpy(copy, a, first);
			memmove(a, b, second);
			memcpy(a + second, copy, first);
			test_free(copy);
			b = a + second;
			swapped = true;
		}
	}
}

/* Runs the story, killing the worker after every `every` half-turns; true when it was killed at all. */
static bool killed_every(int every, uint32_t shards, int64_t flush_bytes)
{
	struct daemon daemon;
	bool killed = false, busy = true;
	int half_turns = 0, kills = 0;
	daemon_init(&daemon, 1, shards);
	daemon.settings.flush_bytes = flush_bytes;
	daemon.settings.batch_events = daemon.settings.due_per_batch = 2;
	tell_story(&daemon);
	daemon_start(&daemon);
	for (bool ports = false; busy; ports = !ports) {
		busy = daemon_half_turn(&daemon, ports) || !ports;
		if (++half_turns % every || kills == 60)
			continue;
		daemon_kill(&daemon);
		daemon_start(&daemon);
		ports = true;
		busy = killed = true;
		kills++;
	}
	assert_true(daemon_status(&daemon).idle);
	sort_lines(&daemon.actions);
	daemon_expect(&daemon, STORY);
	assert_int_equal(daemon.doubles, 0);
	assert_int_equal(daemon_status(&daemon).shards_held, 0);
	daemon_release(&daemon);
	return killed;
}

static void a_kill_at_any_half_turn_loses_nothing_and_doubles_nothing(void **state)
{
	(void)state;
	for (uint32_t shards = 1; shards <= 2; shards++)
		for (int64_t flush_bytes = 1; flush_bytes < 1 << 22; flush_bytes <<= 20)
			for (int every = 13; killed_every(every, shards, flush_bytes); every++)
				;
}

static void a_worker_that_stopped_is_followed_without_reading_the_log(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	daemon_event(&daemon, "2026-01-01T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_tick(&daemon, "2026-02-01T00:00:00Z");
	daemon_run(&daemon);
	daemon_stop(&daemon);
	assert_int_equal(memory_store_log_count(daemon.store, 0), 0);
	assert_non_null(memory_store_record(daemon.store, 0, STR("c1")).ptr);
	daemon_start(&daemon);
	daemon_tick(&daemon, "2026-03-05T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-01-31T10:00:00Z c1 offer\n"
	                       "2026-02-23T10:00:00Z c1 reminder\n"
	                       "2026-03-01T10:00:00Z c1 last_day\n");
	daemon_release(&daemon);
}

static void a_small_cache_gives_the_same_answer(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon.settings.cache_bytes = daemon.settings.flush_bytes = 1;
	daemon_start(&daemon);
	tell_story(&daemon);
	daemon_run(&daemon);
	daemon_expect(&daemon, STORY);
	daemon_release(&daemon);
}

static void a_bad_record_goes_to_the_dead_letters_and_the_rest_go_on(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon.settings.record_bytes = 300;
	daemon_start(&daemon);
	daemon_record(&daemon, 0, 0, "{\"id\":");
	daemon_event(&daemon, "2026-02-14T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_record(&daemon, 0, 0, "{\"id\":\"x\",\"type\":\"click\",\"customer\":\"c1\"}");
	daemon_record(&daemon, 0, 0,
	              "{\"id\":\"y\",\"type\":\"other\",\"time\":\"2026-02-14T00:00:00Z\",\"customer\":\"c1\"}");
	daemon_tick(&daemon, "2026-02-24T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c1 reminder\n");
	buf_char(&daemon.dead, '\0');
	assert_string_equal(daemon.dead.ptr,
	                    "{\"id\": | DECODE | events 0:0\n"
	                    "{\"id\":\"x\",\"type\":\"click\",\"customer\":\"c1\"} | MAP | events 0:2\n");
	assert_int_equal(daemon.report.metrics[METRIC_DEAD_LETTERS], 2);
	assert_int_equal(daemon.report.metrics[METRIC_EVENTS_UNKNOWN], 1);
	daemon_release(&daemon);
}

static void a_record_that_is_too_large_is_a_dead_letter(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon.settings.record_bytes = 10;
	daemon_start(&daemon);
	daemon_record(&daemon, 0, 0, "{\"id\":\"abc\"}");
	daemon_record(&daemon, 0, 0, "{\"id\":\"abcdefghijklmnopqrstuvwxyz0123456789\"}");
	daemon_run(&daemon);
	buf_char(&daemon.dead, '\0');
	assert_string_equal(daemon.dead.ptr, "{\"id\":\"abc\"} | DECODE | events 0:0\n"
	                                     " | DECODE | events 0:1\n");
	daemon_release(&daemon);
}

static void a_customer_who_cannot_be_read_is_left_alone_and_the_others_go_on(void **state)
{
	struct daemon daemon;
	struct store_record broken = {STR("c1"), STR("\xff no record")};
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	daemon_run(&daemon);
	daemon_kill(&daemon);
	memory_store_put(daemon.store, 0, broken.id, broken.bytes);
	daemon_start(&daemon);
	daemon_event(&daemon, "2026-02-14T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_event(&daemon, "2026-02-14T00:00:00Z", "c2", POLICY("p2", "2026-03-02"));
	daemon_tick(&daemon, "2026-02-24T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c2 reminder\n");
	assert_int_equal(daemon.report.metrics[METRIC_BAD_RECORDS], 1);
	assert_int_equal(daemon.report.metrics[METRIC_DEAD_LETTERS], 1);
	assert_memory_equal(memory_store_record(daemon.store, 0, STR("c1")).ptr, broken.bytes.ptr, broken.bytes.len);
	daemon_release(&daemon);
}

static void a_revoked_shard_is_flushed_released_and_taken_up_again(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 2);
	daemon_start(&daemon);
	daemon_event(&daemon, "2026-01-01T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_event(&daemon, "2026-01-01T00:00:00Z", "c2", POLICY("p2", "2026-03-02"));
	daemon_run(&daemon);
	for (uint32_t shard = 0; shard < 2; shard++)
		memory_source_revoke(daemon.source, shard, shard == 1);
	daemon_run(&daemon);
	assert_false(memory_source_held(daemon.source, 0));
	assert_false(memory_source_held(daemon.source, 1));
	assert_int_equal(daemon_status(&daemon).shards_running, 0);
	daemon_tick(&daemon, "2026-03-05T00:00:00Z");
	for (uint32_t shard = 0; shard < 2; shard++)
		memory_source_assign(daemon.source, shard);
	daemon_run(&daemon);
	assert_int_equal(daemon_status(&daemon).shards_running, 2);
	assert_int_equal(memory_store_header(daemon.store, 0).epoch, 2);
	sort_lines(&daemon.actions);
	daemon_expect(&daemon, "2026-01-31T10:00:00Z c1 offer\n"
	                       "2026-01-31T10:00:00Z c2 offer\n"
	                       "2026-02-23T10:00:00Z c1 reminder\n"
	                       "2026-02-23T10:00:00Z c2 reminder\n"
	                       "2026-03-01T10:00:00Z c1 last_day\n"
	                       "2026-03-01T10:00:00Z c2 last_day\n");
	daemon_release(&daemon);
}

static void forget(struct request *request)
{
	(void)request;
}

static void who_is_fenced_lets_go_and_takes_the_shard_again_while_it_is_assigned(void **state)
{
	struct daemon daemon;
	struct store_claim claim = {.request.done = forget};
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	daemon_run(&daemon);
	daemon.store->ops->claim(daemon.store, &claim);
	daemon_event(&daemon, "2026-02-14T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_run(&daemon);
	assert_int_equal(daemon_status(&daemon).shards_running, 0);
	daemon.clock.now.ms += 1000;
	daemon_tick(&daemon, "2026-02-24T00:00:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c1 reminder\n");
	assert_int_equal(memory_store_header(daemon.store, 0).epoch, 3);
	daemon_release(&daemon);
}

/* Ports whose answers get lost: of every kind of request, each third was not carried out and each third was, and the
 * worker is told in both cases that nothing is known. */
struct lossy {
	struct store_ops store;
	struct sink_ops sink;
	struct source_ops source;
	const struct store_ops *store_below;
	const struct sink_ops *sink_below;
	const struct source_ops *source_below;
	struct memory_queue *queue;
	/* Of what is carried out and whose answer is lost: one append and one emit may be under way together. */
	void (*append_done)(struct request *request), (*emit_done)(struct request *request);
	unsigned appends, emits, flushes, reads;
};
static struct lossy lossy;

static void lose_append(struct request *request)
{
	request->done = lossy.append_done;
	memory_answer(request, OUTCOME_AGAIN);
}

static void lose_emit(struct request *request)
{
	request->done = lossy.emit_done;
	memory_answer(request, OUTCOME_AGAIN);
}

static void not_done(void *adapter, struct request *request)
{
	(void)adapter;
	memory_answer(request, OUTCOME_AGAIN);
}

/* What becomes of the requests of a kind, in turn. */
enum fate { NOT_DONE, ANSWER_LOST, DONE, FATES };

static void lossy_append(struct store *store, struct store_append *request)
{
	enum fate fate = lossy.appends++ % FATES;
	if (fate == ANSWER_LOST) {
		lossy.append_done = request->request.done;
		request->request.done = lose_append;
	}
	if (fate == NOT_DONE)
		memory_queue_add(lossy.queue, not_done, NULL, &request->request);
	else
		lossy.store_below->append(store, request);
}

static void lossy_emit(struct sink *sink, struct sink_emit *request)
{
	enum fate fate = lossy.emits++ % FATES;
	if (fate == ANSWER_LOST) {
		lossy.emit_done = request->request.done;
		request->request.done = lose_emit;
	}
	if (fate == NOT_DONE)
		memory_queue_add(lossy.queue, not_done, NULL, &request->request);
	else
		lossy.sink_below->emit(sink, request);
}

static void lossy_flush(struct store *store, struct store_flush *request)
{
	if (lossy.flushes++ % 2)
		lossy.store_below->flush(store, request);
	else
		memory_queue_add(lossy.queue, not_done, NULL, &request->request);
}

static void lossy_committed(struct source *source, struct source_committed *request)
{
	if (lossy.reads++ % 2)
		lossy.source_below->committed(source, request);
	else
		memory_queue_add(lossy.queue, not_done, NULL, &request->request);
}

static void make_lossy(struct daemon *daemon)
{
	lossy = (struct lossy){.store = *daemon->store->ops,
	                       .sink = *daemon->sink->ops,
	                       .source = *daemon->source->ops,
	                       .store_below = daemon->store->ops,
	                       .sink_below = daemon->sink->ops,
	                       .source_below = daemon->source->ops,
	                       .queue = &daemon->queue};
	lossy.store.append = lossy_append;
	lossy.store.flush = lossy_flush;
	lossy.sink.emit = lossy_emit;
	lossy.source.committed = lossy_committed;
	daemon->store->ops = &lossy.store;
	daemon->sink->ops = &lossy.sink;
	daemon->source->ops = &lossy.source;
}

static void lost_answers_are_settled_by_reading_and_nothing_is_doubled(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon.settings.batch_events = daemon.settings.due_per_batch = 1;
	daemon.settings.flush_bytes = 1;
	make_lossy(&daemon);
	tell_story(&daemon);
	daemon_start(&daemon);
	for (int i = 0; i < 1000 && !daemon_status(&daemon).idle; i++) {
		daemon_run(&daemon);
		struct instant wake = worker_turn(daemon.worker);
		if (wake.ms != INSTANT_NEVER.ms && wake.ms > daemon.clock.now.ms)
			daemon.clock.now = wake;
	}
	daemon_expect(&daemon, STORY);
	assert_int_equal(daemon.doubles, 0);
	assert_true(lossy.appends > 9 && lossy.emits > 2 && lossy.flushes > 2 && lossy.reads > 2);
	assert_true(daemon.report.metrics[METRIC_DOUBTS] > 4);
	daemon_release(&daemon);
}

static void expect_held(struct daemon *daemon, const char *words)
{
	daemon_run(daemon);
	struct worker_status status = daemon_status(daemon);
	assert_int_equal(status.shards_held, 1);
	assert_false(status.ready);
	if (!strstr(status.why, words))
		fail_msg("\"%s\" does not say \"%s\"", status.why, words);
}

static void a_store_that_was_emptied_stops_the_shard(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	tell_story(&daemon);
	daemon_run(&daemon);
	daemon_kill(&daemon);
	daemon.store->ops->free(daemon.store);
	daemon.store = memory_store_new(&daemon.queue);
	daemon.settings.lineage_seed = 8;
	daemon_start(&daemon);
	expect_held(&daemon, "lineage");
	daemon_release(&daemon);
}

/* A source that learns the number of partitions when it joins, and a store that takes its time. */
struct slow {
	struct source source;
	struct store store;
	const struct source_listener *listener;
	struct store_open *open;
};

static void slow_start(struct source *source, const struct source_listener *listener)
{
	source->shards = 1;
	((struct slow *)source)->listener = listener;
}

static void slow_open(struct store *store, struct store_open *request)
{
	struct slow *slow = (struct slow *)((char *)store - offsetof(struct slow, store));
	slow->open = request;
}

/* What the worker says when the group gave it what it cannot use, and the store then answers so. */
static void expect_why(enum outcome answer, const char *why)
{
	static const struct source_ops SOURCE = {.start = slow_start};
	static const struct store_ops STORE = {.open = slow_open};
	struct slow slow = {.source = {.ops = &SOURCE, .topics = 1}, .store = {&STORE}};
	struct daemon daemon;
	struct worker_status status;
	daemon_init(&daemon, 1, 1);
	struct source *source = daemon.source;
	struct store *store = daemon.store;
	daemon.source = &slow.source;
	daemon.store = &slow.store;
	daemon_start(&daemon);
	daemon_run(&daemon);
	daemon_half_turn(&daemon, false);
	assert_non_null(slow.open);
	slow.listener->failed(slow.listener->owner, OUTCOME_NEVER, "the group gave something else");
	worker_status(daemon.worker, &status);
	assert_int_not_equal(status.state, WORKER_FAILED);
	slow.open->request.outcome = answer;
	snprintf(slow.open->request.why, sizeof slow.open->request.why, "it was filled from 2 partitions");
	slow.open->request.done(&slow.open->request);
	worker_status(daemon.worker, &status);
	assert_int_equal(status.state, WORKER_FAILED);
	assert_string_equal(status.why, why);
	daemon_kill(&daemon);
	daemon.source = source;
	daemon.store = store;
	daemon_release(&daemon);
}

static void of_a_source_that_fails_while_the_store_is_asked_the_store_says_why(void **state)
{
	(void)state;
	expect_why(OUTCOME_NEVER, "it was filled from 2 partitions");
	expect_why(OUTCOME_DONE, "the group gave something else");
	expect_why(OUTCOME_AGAIN, "the group gave something else");
}

static void a_store_that_went_back_in_time_stops_the_shard(void **state)
{
	struct daemon daemon;
	char note[COMMIT_NOTE_MAX];
	int64_t offsets[] = {1};
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	tell_story(&daemon);
	daemon_run(&daemon);
	daemon_kill(&daemon);
	struct store_header header = memory_store_header(daemon.store, 0);
	struct commit_note ahead = {header.lineage, header.epoch, header.batch, 1000};
	memory_source_commit(daemon.source, 0, offsets, commit_note_print(&ahead, note));
	daemon_start(&daemon);
	expect_held(&daemon, "went back in time");
	daemon_release(&daemon);
}

static void lost_metadata_stops_the_shard_unless_the_operator_knows(void **state)
{
	struct daemon daemon;
	int64_t offsets[] = {1};
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	tell_story(&daemon);
	daemon_run(&daemon);
	daemon_stop(&daemon);
	memory_source_commit(daemon.source, 0, offsets, (struct str){0});
	daemon_start(&daemon);
	expect_held(&daemon, "adopt_missing_metadata");
	daemon_kill(&daemon);
	daemon.settings.adopt_missing_metadata = true;
	daemon_start(&daemon);
	daemon_run(&daemon);
	assert_true(daemon_status(&daemon).ready);
	daemon_expect(&daemon, STORY);
	daemon_release(&daemon);
}

static void by_wall(struct daemon *daemon, const char *now)
{
	daemon->settings.clock = CLOCK_WALL;
	daemon->settings.disorder.ms = 60000;
	daemon_clock(daemon, now);
}

static void by_the_wall_clock_a_timer_fires_when_its_time_has_come(void **state)
{
	struct daemon daemon;
	struct instant due = {0};
	(void)state;
	daemon_init(&daemon, 1, 1);
	by_wall(&daemon, "2026-02-22T00:00:00Z");
	daemon_start(&daemon);
	daemon_event(&daemon, "2026-02-22T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_run(&daemon);
	daemon_clock(&daemon, "2026-02-23T09:58:00Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "");
	assert_true(instant_parse(STR("2026-02-23T10:00:00.001Z"), &due));
	assert_int_equal(worker_turn(daemon.worker).ms, due.ms);
	daemon_clock(&daemon, "2026-02-23T10:00:00.001Z");
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c1 reminder\n");
	daemon_release(&daemon);
}

static void the_wall_clock_wakes_the_worker_before_an_hour_that_has_to_be_read(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	by_wall(&daemon, "2026-02-22T00:00:00Z");
	daemon_start(&daemon);
	daemon_event(&daemon, "2026-02-22T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_run(&daemon);
	daemon_stop(&daemon);
	daemon_start(&daemon);
	daemon_run(&daemon);
	for (int turn = 0; turn < 100 && daemon.ids.len == 0; turn++) {
		struct instant wake = worker_turn(daemon.worker);
		assert_true(wake.ms > daemon.clock.now.ms && wake.ms != INSTANT_NEVER.ms);
		daemon.clock.now = wake;
		daemon_run(&daemon);
	}
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c1 reminder\n");
	assert_int_equal(daemon.clock.now.ms % 60000, 1);
	daemon_release(&daemon);
}

static void who_bought_while_the_daemon_was_down_is_not_reminded_when_it_starts_again(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	by_wall(&daemon, "2026-02-22T00:00:00Z");
	daemon_start(&daemon);
	daemon_event(&daemon, "2026-02-22T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_event(&daemon, "2026-02-22T00:00:00Z", "c2", POLICY("p2", "2026-03-02"));
	daemon_run(&daemon);
	daemon_kill(&daemon);
	daemon_event(&daemon, "2026-02-23T09:30:00Z", "c1", PURCHASE("p1"));
	daemon_event(&daemon, "2026-02-23T11:00:00Z", "c3", CLICK);
	daemon_clock(&daemon, "2026-02-23T12:00:00Z");
	daemon_start(&daemon);
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-02-23T10:00:00Z c2 reminder\n");
	daemon_release(&daemon);
}

static void behind_the_topics_are_merged_by_the_time_of_their_events(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 2, 1);
	by_wall(&daemon, "2026-02-24T00:00:00Z");
	daemon_record(
	        &daemon, 0, 0,
	        "{\"id\":\"1\",\"time\":\"2026-02-22T00:00:00Z\",\"customer\":\"c1\"," POLICY("p1", "2026-03-02") "}");
	daemon_record(&daemon, 0, 0, "{\"id\":\"2\",\"time\":\"2026-02-23T12:00:00Z\",\"customer\":\"c9\"," CLICK "}");
	daemon_record(&daemon, 0, 1,
	              "{\"id\":\"3\",\"time\":\"2026-02-23T09:30:00Z\",\"customer\":\"c1\"," PURCHASE("p1") "}");
	daemon_start(&daemon);
	daemon_run(&daemon);
	daemon_expect(&daemon, "");
	assert_int_equal(daemon.report.metrics[METRIC_EVENTS_LATE], 0);
	daemon_release(&daemon);
}

static void a_reload_is_in_force_from_the_next_batch_on(void **state)
{
	static const char rules[] =
	        "event: policy\nfields: { policy_id: { type: string, required: true }, expires_on: date }\n---\n"
	        "templates: [hello]\n";
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	daemon_run(&daemon);
	worker_reload(daemon.worker, daemon_compile(rules, "journeys/hello.journey.yaml",
	                                            "journey: hello\nentry: { event: policy }\nnodes:\n"
	                                            "  - send: { channel: email, template: hello }\n"));
	daemon_event(&daemon, "2026-02-14T00:00:00Z", "c1", POLICY("p1", "2026-03-02"));
	daemon_run(&daemon);
	daemon_expect(&daemon, "2026-02-14T00:00:00Z c1 node-1\n");
	daemon_release(&daemon);
}

static void many_due_at_one_instant_are_taken_a_batch_at_a_time_and_once_each(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon.settings.due_per_batch = 10;
	daemon.settings.batch_events = 16;
	daemon_start(&daemon);
	for (int i = 0; i < 100; i++) {
		char customer[16];
		snprintf(customer, sizeof customer, "c%d", i);
		daemon_event(&daemon, "2026-02-14T00:00:00Z", customer, POLICY("p", "2026-03-02"));
	}
	daemon_run(&daemon);
	double batches = daemon.report.metrics[METRIC_BATCHES];
	daemon_tick(&daemon, "2026-02-24T00:00:00Z");
	daemon_run(&daemon);
	assert_int_equal(daemon.ids.len / 32, 100);
	assert_int_equal(daemon.doubles, 0);
	assert_true(daemon.report.metrics[METRIC_BATCHES] - batches >= 10);
	daemon_release(&daemon);
}

static void records_without_effect_move_the_offsets_all_the_same(void **state)
{
	struct daemon daemon;
	struct str metadata;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon_start(&daemon);
	daemon_record(&daemon, 0, 0,
	              "{\"id\":\"y\",\"type\":\"other\",\"time\":\"2026-02-14T00:00:00Z\",\"customer\":\"c1\"}");
	daemon_run(&daemon);
	assert_int_equal(memory_source_committed(daemon.source, 0, 0, &metadata), 1);
	assert_true(daemon_status(&daemon).idle);
	daemon_release(&daemon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(sends_come_out_in_the_order_of_their_time),
	        cmocka_unit_test(offsets_are_committed_with_a_note_that_says_how_far_the_outbox_is),
	        cmocka_unit_test(a_kill_at_any_half_turn_loses_nothing_and_doubles_nothing),
	        cmocka_unit_test(a_worker_that_stopped_is_followed_without_reading_the_log),
	        cmocka_unit_test(a_small_cache_gives_the_same_answer),
	        cmocka_unit_test(a_bad_record_goes_to_the_dead_letters_and_the_rest_go_on),
	        cmocka_unit_test(a_record_that_is_too_large_is_a_dead_letter),
	        cmocka_unit_test(a_customer_who_cannot_be_read_is_left_alone_and_the_others_go_on),
	        cmocka_unit_test(a_revoked_shard_is_flushed_released_and_taken_up_again),
	        cmocka_unit_test(who_is_fenced_lets_go_and_takes_the_shard_again_while_it_is_assigned),
	        cmocka_unit_test(lost_answers_are_settled_by_reading_and_nothing_is_doubled),
	        cmocka_unit_test(a_store_that_was_emptied_stops_the_shard),
	        cmocka_unit_test(of_a_source_that_fails_while_the_store_is_asked_the_store_says_why),
	        cmocka_unit_test(a_store_that_went_back_in_time_stops_the_shard),
	        cmocka_unit_test(lost_metadata_stops_the_shard_unless_the_operator_knows),
	        cmocka_unit_test(by_the_wall_clock_a_timer_fires_when_its_time_has_come),
	        cmocka_unit_test(the_wall_clock_wakes_the_worker_before_an_hour_that_has_to_be_read),
	        cmocka_unit_test(who_bought_while_the_daemon_was_down_is_not_reminded_when_it_starts_again),
	        cmocka_unit_test(behind_the_topics_are_merged_by_the_time_of_their_events),
	        cmocka_unit_test(a_reload_is_in_force_from_the_next_batch_on),
	        cmocka_unit_test(many_due_at_one_instant_are_taken_a_batch_at_a_time_and_once_each),
	        cmocka_unit_test(records_without_effect_move_the_offsets_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
