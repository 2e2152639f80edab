/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same messages whatever the worker's circumstances: random customers, whose events come a little out of order and
 * now and then twice, through the whole worker on memory ports, by random numbers of partitions, sizes of batches,
 * flushes, and orders in which different customers' events stand. As long as no event is later than `disorder`, none
 * of it may show. JOURNEYD_SEEDS=N runs so many seeds, JOURNEYD_SEED=S one alone.
 */
#include "support/dice.h"
#include "support/worker_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RUNS = 25, MUTANT_RUNS = 60, VARIANTS = 4, CUSTOMERS = 5, EVENTS = 60, LINES_MAX = 4096, HOUR_MS = 3600000 };

static const char RULES[] = "event: order\nfields: { ref: { type: string, required: true }, n: int, day: date }\nsets: "
                            "{ n: event.n }\n---\n"
                            "event: paid\nfields: { ref: string }\n---\nevent: opened\nfields: { ref: string }\n---\n"
                            "event: erase_me\nerases: customer\n---\nprofile: { n: int }\n---\n"
                            "traits: { orders: { count: order, within: 20d } }\n---\n"
                            "templates: [t]\n---\nlimits: { actions_per_day: 100 }\n---\n"
                            "contact_policy:\n  quiet_hours: { from: \"21:00\", to: \"08:00\" }\n"
                            "  frequency_caps: [ { name: few, max: 3, within: 3d } ]\n  on_cap: defer\n";

static const char JOURNEY[] = "journey: all\n"
                              "entry: { event: order }\n"
                              "key: event.ref\n"
                              "reentry: always\n"
                              "anchor: { date: event.day, if_missing: wait }\n"
                              "goal: { event: paid, when: event.ref == key }\n"
                              "nodes:\n"
                              "  - wait: 5h\n"
                              "  - { name: hello, send: { channel: email, template: t } }\n"
                              "  - split:\n"
                              "      cases: [ { when: trait.orders > 2, then: [ { name: often, send: { channel: sms, "
                              "template: t } } ] } ]\n"
                              "      else: []\n"
                              "  - wait_for: { events: [ { name: opened, event: opened, key: event.ref } ], timeout: "
                              "70h }\n"
                              "  - sequence: { at: \"10:00\", before: { 9d: early, 3d: late, 1d: last } }\n"
                              "    send: { channel: email, template: t, on_cap: skip }\n"
                              "  - name: again\n"
                              "    wait: 31h\n"
                              "  - { name: more, send: { channel: sms, template: t } }\n"
                              "  - goto: { node: again, most: 2 }\n";

struct happening {
	unsigned customer;
	int64_t order; /* when it arrives, before the customer's own shift */
	struct instant at;
	char json[200];
};

struct history {
	struct happening events[EVENTS];
	size_t count;
};

static void write_event(struct happening *event, uint64_t *dice, size_t number)
{
	unsigned what = dice_roll(dice, 20), key = dice_roll(dice, 2), day = dice_roll(dice, 50);
	struct buf time = {0};
	instant_print(&time, event->at);
	int len = snprintf(event->json, sizeof event->json, "{\"id\":\"e%zu\",\"time\":\"%.*s\",\"customer\":\"c%u\",",
	                   number, STR_ARG(buf_view(&time)), event->customer);
	char *rest = event->json + len;
	size_t room = sizeof event->json - (size_t)len;
	if (what < 10)
		snprintf(rest, room, "\"type\":\"order\",\"ref\":\"k%u\",\"n\":%u,\"day\":\"2026-%02u-%02u\"}", key,
		         dice_roll(dice, 5), 1 + day / 28, 1 + day % 28);
	else
		snprintf(rest, room, "\"type\":\"%s\",\"ref\":\"k%u\"}",
		         what < 13   ? "paid"
		         : what < 19 ? "opened"
		                     : "erase_me",
		         key);
	buf_release(&time);
}

/* An event is up to `late` behind the ones before it; what comes twice comes again as it was. */
static void write_history(struct history *history, uint64_t seed, int64_t late)
{
	uint64_t dice = seed * 7919 + 1;
	int64_t now = INT64_C(1767225600000);
	history->count = EVENTS;
	for (size_t i = 0; i < EVENTS; i++) {
		struct happening *event = &history->events[i];
		now += dice_roll(&dice, 3) ? (int64_t)dice_roll(&dice, 90) * 60000
		                           : (int64_t)dice_roll(&dice, 40) * HOUR_MS;
		if (i && dice_roll(&dice, 10) == 0) {
			*event = history->events[i - 1];
			continue;
		}
		event->customer = dice_roll(&dice, CUSTOMERS);
		event->order = now;
		event->at.ms =
		        now - (dice_roll(&dice, 3) ? 0 : (int64_t)dice_roll(&dice, (unsigned)(late / 60000)) * 60000);
		write_event(event, &dice, i);
	}
}

struct circumstance {
	uint32_t shards;
	int64_t batch_events, due_per_batch;
	int64_t shifts[CUSTOMERS]; /* a customer's events stand so much behind the others' */
	bool turns;                /* between any two events */
	bool restarts;             /* killed now and then */
};

static struct circumstance circumstance(uint64_t seed, unsigned variant, int64_t most)
{
	unsigned shards_most = most ? 4 : 1;
	uint64_t dice = seed * 104729 + variant;
	struct circumstance c = {1, 1, 1, {0}, true, false};
	dice_roll(&dice, 2);
	if (variant == 0)
		return c;
	c = (struct circumstance){1 + dice_roll(&dice, shards_most),
	                          1 + dice_roll(&dice, 50),
	                          1 + dice_roll(&dice, 20),
	                          {0},
	                          dice_roll(&dice, 2),
	                          dice_roll(&dice, 2)};
	for (size_t i = 0; i < CUSTOMERS; i++)
		c.shifts[i] = most == 0 ? 0 : (int64_t)dice_roll(&dice, (unsigned)(most / 60000)) * 60000;
	return c;
}

static int by_arrival(const void *a, const void *b, void *circumstance)
{
	const struct circumstance *c = circumstance;
	const struct happening *const *x = a, *const *y = b;
	int64_t p = (*x)->order + c->shifts[(*x)->customer], q = (*y)->order + c->shifts[(*y)->customer];
	return p != q ? (p > q) - (p < q) : (*x > *y) - (*x < *y);
}

static void start(struct daemon *daemon)
{
	static const struct zone_set zones;
	struct ports ports = {daemon->source, daemon->sink, daemon->store, &daemon->clock.clock, daemon->decoder};
	struct journey_set *set = daemon_compile(RULES, "journeys/all.journey.yaml", JOURNEY);
	daemon->worker = worker_new(&daemon->settings, &ports, set, &zones, &ZONE_UTC, &daemon->report);
	worker_start(daemon->worker);
}

static void feed(struct daemon *daemon, const struct history *history, struct circumstance *c)
{
	const struct happening *events[EVENTS];
	for (size_t i = 0; i < history->count; i++)
		events[i] = &history->events[i];
	qsort_r(events, history->count, sizeof *events, by_arrival, c);
	for (size_t i = 0; i < history->count; i++) {
		char customer[16];
		snprintf(customer, sizeof customer, "c%u", events[i]->customer);
		uint32_t shard = events[i]->customer % c->shards;
		daemon_record(daemon, shard, 0, events[i]->json);
		if (c->turns)
			daemon_run(daemon);
		if (c->restarts && i % 17 == 16) {
			daemon_half_turn(daemon, false);
			daemon_kill(daemon);
			start(daemon);
		}
	}
	daemon_tick(daemon, "2026-12-31T00:00:00Z");
	daemon_run(daemon);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Shards have no order between them: the lines in the order of their text. */
static void sorted_lines(struct buf *lines, struct buf *out)
{
	static char *sorted[LINES_MAX];
	size_t count = 0;
	buf_char(lines, '\0');
	for (char *line = strtok(lines->ptr, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(count < LINES_MAX);
		sorted[count++] = line;
	}
	qsort(sorted, count, sizeof *sorted, by_text);
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s\n", sorted[i]);
}

static size_t play(const struct history *history, struct circumstance *c, struct buf *out)
{
	struct daemon daemon;
	daemon_init(&daemon, 1, c->shards);
	daemon.settings.batch_events = c->batch_events;
	daemon.settings.due_per_batch = c->due_per_batch;
	daemon.settings.disorder.ms = 6 * HOUR_MS;
	start(&daemon);
	feed(&daemon, history, c);
	size_t sends = daemon.ids.len / 32;
	assert_int_equal(daemon.doubles, 0);
	assert_int_equal(daemon.dead.len, 0);
	assert_true(daemon_status(&daemon).idle);
	sorted_lines(&daemon.actions, out);
	daemon_release(&daemon);
	return sends;
}

/* Whether all circumstances gave the same. late and shift together must stay below `disorder`, unless shift is 0: then
 * there is one partition, and all is read in the same order. */
static bool alike(uint64_t seed, int64_t late, int64_t shift, size_t *sends)
{
	static struct history history;
	struct buf first = {0}, other = {0};
	bool same = true;
	write_history(&history, seed, late);
	for (unsigned variant = 0; variant < VARIANTS && same; variant++) {
		struct circumstance c = circumstance(seed, variant, shift);
		buf_clear(&other);
		*sends += play(&history, &c, variant ? &other : &first);
		same = variant == 0 || str_eq(buf_view(&first), buf_view(&other));
	}
	buf_release(&first);
	buf_release(&other);
	return same;
}

static void all_alike(int64_t late, int64_t shift)
{
	const char *only = getenv("JOURNEYD_SEED"), *many = getenv("JOURNEYD_SEEDS");
	uint64_t from = only ? strtoull(only, NULL, 10) : 1;
	uint64_t to = only ? from + 1 : from + (many ? strtoull(many, NULL, 10) : RUNS);
	size_t sends = 0;
	for (uint64_t seed = from; seed < to; seed++)
		if (!alike(seed, late, shift, &sends))
			fail_msg("JOURNEYD_SEED=%llu", (unsigned long long)seed);
	print_message("seeds %llu to %llu: %zu messages\n", (unsigned long long)from, (unsigned long long)to - 1,
	              sends);
	assert_true(only || sends > (to - from) * VARIANTS * 5);
}

static void circumstances_never_show(void **state)
{
	(void)state;
	all_alike(2 * HOUR_MS, 3 * HOUR_MS);
}

static void sizes_of_batches_and_kills_never_show_however_late_events_are(void **state)
{
	(void)state;
	all_alike(60 * HOUR_MS, 0);
}

/* The comparison sees: customers' events further apart than `disorder` do show. */
static void what_is_later_than_disorder_does_show(void **state)
{
	size_t sends = 0;
	uint64_t seed = 1;
	(void)state;
	while (seed < MUTANT_RUNS && alike(seed, 2 * HOUR_MS, 200 * HOUR_MS, &sends))
		seed++;
	print_message("found out by seed %llu\n", (unsigned long long)seed);
	assert_true(seed < MUTANT_RUNS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(circumstances_never_show),
	        cmocka_unit_test(sizes_of_batches_and_kills_never_show_however_late_events_are),
	        cmocka_unit_test(what_is_later_than_disorder_does_show),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
