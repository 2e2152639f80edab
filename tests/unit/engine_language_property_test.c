/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of the engine on random journeys of the whole language and random events, late and double ones among them,
 * with pauses and erasures: nothing is done before it is due; nobody gets a node twice for one anchor; no cap is
 * exceeded in any window; nothing is sent after a goal, an exit, an opt-out or an erasure, nor by night; what came
 * already changes nothing; nobody is started more often than at_most says, or told of to others while the shop is
 * closed; and the same again gives the same.
 *
 * Each property is shown to see: the same runs with what it stands for taken out of the rules, or with time a little
 * ahead, must be found out. JOURNEYD_SEEDS=N runs so many seeds, JOURNEYD_SEED=S one alone.
 */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	RUNS = 60,
	MUTANT_RUNS = 150,
	STEPS = 40,
	SENDS = 2048,
	LIVES = 512,
	KEYS = 3,
	CAP = 2,
	CAP_DAYS = 3,
	STARTS = 2,
	STARTS_DAYS = 5
};

/* What is taken out; the judge goes on expecting it. */
enum mutant {
	MUTANT_NONE,
	MUTANT_CAP,
	MUTANT_GOAL,
	MUTANT_EXIT,
	MUTANT_CONSENT,
	MUTANT_ERASE,
	MUTANT_NIGHT,
	MUTANT_EARLY,     /* time runs a moment ahead */
	MUTANT_TWICE,     /* neither lives nor anchors are told apart */
	MUTANT_STARTS,    /* at_most lets one more in */
	MUTANT_CLOSED,    /* nobody waits for the shop to open */
	MUTANT_DUPLICATE, /* what comes again has another id */
	MUTANT_REPLAY,    /* one event is missing the second time */
	MUTANT_COUNT
};

struct random_text {
	char text[8192];
	size_t len;
	uint64_t dice;
	unsigned nodes; /* named so far */
};

static unsigned roll(uint64_t *dice, unsigned sides)
{
	*dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((*dice >> 33) % sides);
}

__attribute__((format(printf, 2, 3))) static void add(struct random_text *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	out->len += (size_t)vsnprintf(out->text + out->len, sizeof out->text - out->len, format, args);
	va_end(args);
	assert_true(out->len < sizeof out->text);
}

/* ---- rules and journeys ---- */

static void write_rules(struct random_text *out, enum mutant mutant)
{
	add(out, "event: order\nfields: { ref: string, n: int, day: date }\nsets: { n: event.n }\n---\n"
	         "event: paid\nfields: { ref: string }\n---\nevent: stop\nfields: { ref: string }\n---\n"
	         "event: opened\nfields: { ref: string }\n---\n"
	         "event: told\nfields: { ref: string, x: int }\n---\n"
	         "opening_hours:\n  shop: { mon: '09:00-12:00', thu: ['08:00-10:00', '22:00-24:00'] }\n"
	         "  closed: { closed: [2026-01-05], mon: '10:00-11:00' }\n---\n"
	         "event: choice\nfields: { yes: bool }\nsets: { agreed: event.yes }\n---\n"
	         "profile: { n: int, agreed: bool }\n---\ntemplates: [t]\n---\nlimits: { actions_per_day: 1000 }\n---\n"
	         "segment: many\ncases: { yes: profile.n >= 3 }\n---\n");
	add(out, "event: erase_me\n%s---\n", mutant == MUTANT_ERASE ? "" : "erases: customer\n");
	const char *consent = mutant == MUTANT_CONSENT ? "\"true\"" : "'default(profile.agreed, true)'";
	add(out, "contact_policy:\n  consent: { email: %s, sms: %s }\n", consent, consent);
	if (mutant != MUTANT_NIGHT)
		add(out, "  quiet_hours: { from: \"21:00\", to: \"08:00\" }\n");
	add(out, "  frequency_caps: [ { name: few, max: %d, within: %dd } ]\n", mutant == MUTANT_CAP ? CAP + 1 : CAP,
	    CAP_DAYS);
}

static void write_send(struct random_text *out)
{
	static const char *const CAPS[] = {"skip", "defer", "exit"};
	add(out, "{ name: n%u, send: { channel: %s, template: t, on_cap: %s, on_quiet: %s } }", out->nodes,
	    roll(&out->dice, 2) ? "email" : "sms", CAPS[roll(&out->dice, 3)], roll(&out->dice, 3) ? "defer" : "skip");
	out->nodes++;
}

static void write_wait(struct random_text *out)
{
	unsigned hours = 1 + roll(&out->dice, 90);
	switch (roll(&out->dice, 5)) {
	case 4:
		add(out, "{ wait: { window: %s } }", hours % 2 ? "shop" : "closed");
		break;
	case 0:
		add(out, "{ wait: { calendar_days: %u, at: \"%02u:30\" } }", 1 + hours % 4, hours % 24);
		break;
	case 1:
		add(out, "{ wait: { until_time: \"%02u:00\", days: [mon, wed, sat] } }", hours % 24);
		break;
	case 2:
		add(out, "{ wait: { until: event.day, offset: -1d, at: \"09:00\", if_past: skip, if_missing: skip } }");
		break;
	default:
		add(out, "{ wait: %uh }", hours);
	}
}

static void write_nodes(struct random_text *out, unsigned depth);

/* A node that takes no time. */
static void write_effect(struct random_text *out)
{
	switch (roll(&out->dice, 4)) {
	case 0:
		add(out, "{ set: { run: { x: \"default(run.x, 0) + 1\" } } }");
		break;
	case 1:
		add(out, "{ emit: { event: opened, fields: { ref: key } } }");
		break;
	case 2:
		add(out, "{ emit: { event: told, to: out, fields: { ref: key, x: event.n } } }");
		break;
	default:
		add(out, "{ start_journey: { journey: dd-started, with: { ref: key, x: event.n } } }");
	}
}

/* A node that may hold others. */
static void write_node(struct random_text *out, unsigned depth)
{
	switch (roll(&out->dice, depth ? 8 : 4)) {
	case 0:
	case 1:
		write_send(out);
		break;
	case 2:
		write_wait(out);
		break;
	case 3:
		write_effect(out);
		break;
	case 4:
		add(out, "{ split: { cases: [ { when: event.n > %u, then: ", roll(&out->dice, 5));
		write_nodes(out, depth - 1);
		add(out, " } ], else: ");
		write_nodes(out, depth - 1);
		add(out, " } }");
		break;
	case 5:
		add(out, "{ name: x%u, experiment: { variants: [ { name: a, weight: 1, then: ", out->nodes++);
		write_nodes(out, depth - 1);
		add(out, " }, { name: b, weight: 2, then: ");
		write_nodes(out, depth - 1);
		add(out, " } ] } }");
		break;
	default:
		add(out, "{ wait_for: { events: [ { name: w%u, event: opened, key: event.ref, then: ", out->nodes++);
		write_nodes(out, depth - 1);
		add(out, " } ], timeout: %uh%s } }", 5 + roll(&out->dice, 80),
		    roll(&out->dice, 2) ? ", restart_on: [ { event: order } ]" : "");
	}
}

static void write_nodes(struct random_text *out, unsigned depth)
{
	add(out, "[ ");
	for (unsigned count = 1 + roll(&out->dice, 3); count > 0; count--) {
		write_node(out, depth);
		add(out, count > 1 ? ", " : " ]");
	}
}

static void write_ends(struct random_text *out, enum mutant mutant)
{
	if (mutant != MUTANT_GOAL)
		add(out, "goal: { event: paid, when: event.ref == key }\n");
	if (mutant != MUTANT_EXIT)
		add(out, "exit_when: [ { event: stop, when: event.ref == key, as: stopped } ]\n");
}

static void write_dated(struct random_text *out, enum mutant mutant, const char *state)
{
	static const char *const JOINS[] = {"next", "latest"}, *const CHANGES[] = {"replan", "keep", "exit"},
	                         *const REENTRIES[] = {"never", "after_exit", "always"};
	unsigned first = 8 + roll(&out->dice, 10), second = 2 + roll(&out->dice, 5);
	add(out, "journey: aa-dated\n%sentry: { event: order }\nkey: event.ref\nreentry: %s\n", state,
	    REENTRIES[roll(&out->dice, 3)]);
	add(out, "anchor: { date: event.day, if_missing: wait, on_change: %s }\n", CHANGES[roll(&out->dice, 3)]);
	write_ends(out, mutant);
	add(out, "nodes:\n  - sequence: { at: \"%02u:00\", late_join: %s, before: { %ud: a, %ud: b, 1d: c } }\n",
	    8 + roll(&out->dice, 12), JOINS[roll(&out->dice, 2)], first, second);
	add(out, "    send: { channel: email, template: t, data: { anchor: anchor } }\n");
}

/* Started by the other, and starts it in its turn. */
static void write_started(struct random_text *out, enum mutant mutant, const char *state)
{
	add(out,
	    "---\njourney: dd-started\n%sentry: { from_journeys: any, fields: { ref: string, x: int }, at_most: { "
	    "times: %d, within: %dd } }\nkey: event.ref\n",
	    state, mutant == MUTANT_STARTS ? STARTS + 1 : STARTS, STARTS_DAYS);
	write_ends(out, mutant);
	add(out,
	    "nodes:\n%s  - { name: open, emit: { event: told, to: out, fields: { ref: key, x: event.x } } }\n"
	    "  - wait: 26h\n"
	    "  - { name: hand, start_journey: { journey: bb-flow, with: { ref: key, n: 4 } } }\n",
	    mutant == MUTANT_CLOSED ? "" : "  - wait: { window: shop }\n");
}

static void write_journeys(struct random_text *out, enum mutant mutant, bool paused)
{
	static const char *const RESUMES[] = {"skip_stale", "send_late", "replan"};
	static const char *const REENTRIES[] = {"never", "after_exit", "always"};
	char state[64];
	snprintf(state, sizeof state, "state: %s\non_resume: %s\n", paused ? "paused" : "live",
	         RESUMES[roll(&out->dice, 3)]);
	write_dated(out, mutant, state);
	add(out,
	    "---\njourney: bb-flow\npriority: 60\n%sentry: { event: order, when: event.n > %u }\nkey: event.ref\n"
	    "reentry: %s\n",
	    state, roll(&out->dice, 3), REENTRIES[roll(&out->dice, 3)]);
	write_ends(out, mutant);
	add(out, "nodes:\n");
	for (unsigned count = 2 + roll(&out->dice, 4); count > 0; count--) {
		add(out, "  - ");
		write_node(out, 2);
		add(out, "\n");
	}
	add(out, "  - name: again\n    wait: 30h\n  - { name: more, send: { channel: sms, template: t } }\n"
	         "  - goto: { node: again, most: 2 }\n---\n");
	add(out, "journey: cc-segment\nentry: { segment: many, on: enter }\nreentry: always\nnodes:\n"
	         "  - { send: { channel: email, template: t } }\n  - { wait: 20h }\n"
	         "  - { send: { channel: sms, template: t, on_cap: defer } }\n");
	write_started(out, mutant, state);
}

/* ---- the judge ---- */

struct sent {
	struct hash128 id, instance;
	struct instant at;
	struct str node, anchor; /* of a touch; else empty */
};

struct life { /* an instance */
	struct hash128 id;
	struct instant began;
	bool started; /* of dd-started */
	char key;
	bool over;
	bool keyed; /* a goal or exit of its key ends it */
};

struct run {
	struct world world;
	uint64_t dice;
	enum mutant mutant;
	struct sent sends[SENDS];
	struct life lives[LIVES];
	size_t count, life_count;
	struct instant now, erased;
	bool out;
	const char *breach; /* the first; NULL: none */
	char journeys[2][8192];
	struct hash128 told[SENDS]; /* other systems */
	size_t told_count;
	char last[200]; /* the latest event, as it was written */
};

static void expect(struct run *run, bool truth, const char *breach)
{
	if (!truth && !run->breach)
		run->breach = breach;
}

static bool same(struct hash128 a, struct hash128 b)
{
	return a.high == b.high && a.low == b.low;
}

static struct life *life_of(struct run *run, struct hash128 id)
{
	for (size_t i = run->life_count; i > 0; i--)
		if (same(run->lives[i - 1].id, id))
			return &run->lives[i - 1];
	return NULL;
}

static void enter(struct run *run, const struct decision *decision)
{
	struct str key = decision->key;
	assert_true(run->life_count < LIVES);
	bool started = str_eq(decision->journey, STR("dd-started"));
	size_t within = 1;
	for (size_t i = 0; i < run->life_count; i++) {
		const struct life *life = &run->lives[i];
		expect(run, !same(life->id, decision->instance), "entered twice as the same");
		within += life->started && life->began.ms > decision->time.ms - STARTS_DAYS * DAY_MS &&
		          life->began.ms > run->erased.ms;
	}
	expect(run, !started || within <= STARTS, "started too often");
	run->lives[run->life_count++] = (struct life){.id = decision->instance,
	                                              .began = decision->time,
	                                              .started = started,
	                                              .key = key.len ? key.ptr[key.len - 1] : 0,
	                                              .keyed = key.len > 0};
}

static struct str anchor_of(struct run *run, const struct action *action)
{
	struct buf text = {0};
	if (action->data_count == 0 || run->mutant == MUTANT_TWICE)
		return STR("");
	value_print(action->data[0].value, &text);
	struct str anchor = arena_str(&run->world.arena, buf_view(&text));
	buf_release(&text);
	return anchor;
}

static void judge_before(struct run *run, const struct sent *sent, bool touch)
{
	size_t within = 1;
	for (size_t i = 0; i < run->count; i++) {
		const struct sent *old = &run->sends[i];
		expect(run, !same(old->id, sent->id), "an id twice");
		expect(run, old->at.ms <= sent->at.ms, "not in order");
		expect(run,
		       !touch || !(same(old->instance, sent->instance) || run->mutant == MUTANT_TWICE) ||
		               !str_eq(old->node, sent->node) || !str_eq(old->anchor, sent->anchor),
		       "a node twice for one anchor");
		within += old->at.ms > sent->at.ms - CAP_DAYS * DAY_MS && old->at.ms > run->erased.ms;
	}
	expect(run, within <= CAP, "over the cap");
}

static void judge_action(struct run *run, const struct action *action)
{
	struct sent sent = {action->id, action->instance, action->time, arena_str(&run->world.arena, action->node),
	                    anchor_of(run, action)};
	const struct life *life = life_of(run, action->instance);
	int32_t clock = calendar_daytime(&ZONE_UTC, action->time).ms;
	judge_before(run, &sent, str_eq(action->journey->name, STR("aa-dated")));
	expect(run, life != NULL, "sent to nobody who entered");
	expect(run, !life || !life->over, "sent after the end");
	expect(run, !run->out, "sent after an opt-out");
	expect(run, clock >= 8 * 3600000 && clock < 21 * 3600000, "sent by night");
	expect(run, action->time.ms <= run->now.ms, "sent before its time");
	assert_true(run->count < SENDS);
	run->sends[run->count++] = sent;
}

static bool shop_open(struct instant at)
{
	int weekday = date_weekday(calendar_date(&ZONE_UTC, at));
	int32_t clock = calendar_daytime(&ZONE_UTC, at).ms / 60000;
	struct date monday = {4};
	if (weekday == date_weekday(monday)) /* 1970-01-05 */
		return clock >= 9 * 60 && clock < 12 * 60;
	struct date thursday = {0};
	return weekday == date_weekday(thursday) && ((clock >= 8 * 60 && clock < 10 * 60) || clock >= 22 * 60);
}

static void judge_emissions(struct run *run)
{
	const struct engine_output *out = &run->world.out;
	for (size_t i = 0; i < out->emission_count; i++) {
		const struct emission *emission = &out->emissions[i];
		if (!emission->outward)
			continue;
		for (size_t k = 0; k < run->told_count; k++)
			expect(run, !same(run->told[k], emission->id), "told twice");
		expect(run, life_of(run, emission->instance) != NULL, "told of nobody who entered");
		expect(run, !str_eq(emission->node, STR("open")) || shop_open(emission->time), "told while closed");
		expect(run, emission->time.ms <= run->now.ms, "told before its time");
		assert_true(run->told_count < SENDS);
		run->told[run->told_count++] = emission->id;
	}
}

static void judge(struct run *run)
{
	const struct engine_output *out = &run->world.out;
	size_t action = 0;
	for (size_t i = 0; i < out->decision_count; i++) {
		const struct decision *decision = &out->decisions[i];
		struct life *life = life_of(run, decision->instance);
		expect(run, decision->time.ms <= run->now.ms, "decided before its time");
		expect(run, decision->reason != REASON_ERROR, "a fault");
		if (decision->kind == DECISION_ENTERED)
			enter(run, decision);
		else if (decision->kind == DECISION_EXITED && life)
			life->over = true;
		else if (decision->kind == DECISION_SENT)
			judge_action(run, &out->actions[action++]);
	}
	judge_emissions(run);
}

/* ---- a life ---- */

static const char *text_of(struct run *run, struct instant at)
{
	struct buf text = {0};
	instant_print(&text, at);
	struct str kept = arena_str(&run->world.arena, buf_view(&text));
	buf_release(&text);
	return kept.ptr;
}

/* Nothing happens before the moment that the record says something is due, and everything that is due happens. */
static void pass(struct run *run)
{
	struct world *world = &run->world;
	struct instant due = customer_peek_due(buf_view(&world->record));
	if (due.ms < run->now.ms) {
		world_advance(world, text_of(run, (struct instant){due.ms + (run->mutant == MUTANT_EARLY)}));
		expect(run, world->out.decision_count == 0, "something before it was due");
		judge(run);
	}
	world_advance(world, text_of(run, run->now));
	judge(run);
	expect(run, customer_peek_due(buf_view(&world->record)).ms >= run->now.ms, "still due");
}

/* Who the event ends. It is taken at its word, whatever the engine decided. */
static void note(struct run *run, const char *event, char key)
{
	bool all = strcmp(event, "erase_me") == 0, one = strcmp(event, "paid") == 0 || strcmp(event, "stop") == 0;
	for (size_t i = 0; i < run->life_count; i++)
		run->lives[i].over |= all || (one && run->lives[i].keyed && run->lives[i].key == key);
	if (all) {
		run->erased = run->now;
		run->out = false;
	}
}

static void write_event(struct run *run, struct random_text *text)
{
	static const char *const EVENTS[] = {"paid", "stop", "opened", "opened", "opened", "choice", "erase_me"};
	unsigned what = roll(&run->dice, 20), key = roll(&run->dice, KEYS), day = roll(&run->dice, 60);
	const char *event = what < 11 ? "order" : EVENTS[roll(&run->dice, what < 19 ? 6 : 7)];
	bool yes = roll(&run->dice, 2);
	int64_t late = roll(&run->dice, 6) ? 0 : (int64_t)roll(&run->dice, 100) * 3600000;
	if (strcmp(event, "erase_me") == 0)
		late = 0;
	add(text, "event: %s, at: %s", event, text_of(run, (struct instant){run->now.ms - late}));
	if (strcmp(event, "order") == 0)
		add(text, ", ref: k%u, n: %u, day: 2026-%02u-%02u", key, roll(&run->dice, 6), 1 + day / 28,
		    1 + day % 28);
	else if (strcmp(event, "choice") == 0)
		add(text, ", yes: %s", yes ? "true" : "false");
	else if (strcmp(event, "erase_me") != 0)
		add(text, ", ref: k%u", key);
	if (run->now.ms - late > run->erased.ms) { /* else it is forgotten */
		note(run, event, (char)('0' + key));
		if (strcmp(event, "choice") == 0)
			run->out = !yes;
	}
}

static void happen(struct run *run, unsigned number)
{
	struct world *world = &run->world;
	struct random_text text = {.len = 0};
	bool forgets = run->erased.ms != INSTANT_NONE.ms;
	add(&text, "{ id: e%u, ", number);
	write_event(run, &text);
	add(&text, " }");
	char *kept = arena_str(&world->arena, (struct str){text.text, text.len}).ptr ? text.text : NULL;
	enum engine_result result = world_event(world, arena_printf(&world->arena, "%s", kept).ptr);
	judge(run);
	expect(run, result != ENGINE_DUPLICATE, "new and dropped");
	if (forgets || roll(&run->dice, 4) || result == ENGINE_ERASED)
		return;
	if (run->mutant == MUTANT_DUPLICATE)
		memcpy(text.text, "{ id: f", 7);
	result = world_event(world, arena_printf(&world->arena, "%s", text.text).ptr);
	expect(run, result == ENGINE_DUPLICATE, "the same event twice");
	judge(run);
}

static void edit(struct run *run, bool paused)
{
	struct random_text rules = {.len = 0}, journeys = {.dice = run->dice};
	write_rules(&rules, run->mutant);
	write_journeys(&journeys, run->mutant, paused);
	world_edit(&run->world, arena_printf(&run->world.arena, "%s", rules.text).ptr,
	           arena_printf(&run->world.arena, "%s", journeys.text).ptr);
}

/* Paused for some steps, on the same journeys. */
static void play(struct run *run, uint64_t seed, enum mutant mutant, int missing)
{
	uint64_t journeys = seed * 7919 + 1;
	unsigned pause = 10 + roll(&journeys, 10), resume = pause + roll(&journeys, 8);
	run->world.record.len = run->world.log.len = 0;
	run->mutant = mutant;
	run->count = run->life_count = run->told_count = 0;
	run->now.ms = INT64_C(1767225600000); /* 2026-01-01 */
	run->erased = INSTANT_NONE;
	run->out = false;
	run->breach = NULL;
	run->dice = journeys;
	edit(run, false);
	uint64_t dice = seed;
	for (unsigned i = 0; i < STEPS; i++) {
		run->now.ms += (int64_t)roll(&dice, 4 * 24 * 60) * 60000;
		if (i == pause || i == resume) {
			run->dice = journeys;
			edit(run, i == pause && pause != resume);
		}
		run->dice = seed * 31 + i;
		pass(run);
		if ((int)i != missing)
			happen(run, i);
	}
	run->now.ms += 200 * DAY_MS;
	pass(run);
}

static void fresh(struct run *run)
{
	if (run->world.set)
		world_release(&run->world);
	world_init(&run->world, RENEWAL_RULES, RENEWAL_JOURNEY);
}

/* The first breach, the second play's included; NULL: none. */
static const char *try_seed(struct run *run, uint64_t seed, enum mutant mutant)
{
	struct buf log = {0}, record = {0};
	play(run, seed, mutant, -1);
	buf_str(&log, buf_view(&run->world.log));
	buf_str(&record, buf_view(&run->world.record));
	const char *breach = run->breach;
	if (!breach) {
		play(run, seed, mutant, mutant == MUTANT_REPLAY ? STEPS / 2 : -1);
		bool equal = str_eq(buf_view(&log), buf_view(&run->world.log)) &&
		             str_eq(buf_view(&record), buf_view(&run->world.record));
		breach = equal ? NULL : "not the same again";
	}
	buf_release(&log);
	buf_release(&record);
	return breach;
}

static struct run *run_new(void)
{
	struct run *run = calloc(1, sizeof *run);
	assert_non_null(run);
	return run;
}

static void run_free(struct run *run)
{
	if (run->world.set)
		world_release(&run->world);
	free(run);
}

static void every_property_holds_on_journeys_of_the_whole_language(void **state)
{
	const char *only = getenv("JOURNEYD_SEED"), *many = getenv("JOURNEYD_SEEDS");
	uint64_t from = only ? strtoull(only, NULL, 10) : 1;
	uint64_t to = only ? from + 1 : from + (many ? strtoull(many, NULL, 10) : RUNS);
	size_t sends = 0;
	struct run *run = run_new();
	(void)state;
	for (uint64_t seed = from; seed < to; seed++) {
		if (seed % 50 == 1 || only)
			fresh(run);
		const char *breach = try_seed(run, seed, MUTANT_NONE);
		if (breach)
			fail_msg("JOURNEYD_SEED=%llu: %s", (unsigned long long)seed, breach);
		sends += run->count;
	}
	print_message("seeds %llu to %llu: %zu messages\n", (unsigned long long)from, (unsigned long long)to - 1,
	              sends);
	assert_true(only || sends > (to - from) * 4);
	run_free(run);
}

static void each_property_sees_what_breaks_it(void **state)
{
	static const struct {
		const char *name, *breach;
	} MUTANTS[MUTANT_COUNT] = {
	        [MUTANT_CAP] = {"a wider cap", "over the cap"},
	        [MUTANT_GOAL] = {"no goal", "sent after the end"},
	        [MUTANT_EXIT] = {"no exit_when", "sent after the end"},
	        [MUTANT_CONSENT] = {"no consent asked", "sent after an opt-out"},
	        [MUTANT_ERASE] = {"no erasure", "sent after the end"},
	        [MUTANT_NIGHT] = {"no quiet hours", "sent by night"},
	        [MUTANT_EARLY] = {"time ahead", "something before it was due"},
	        [MUTANT_TWICE] = {"lives and anchors not told apart", "a node twice for one anchor"},
	        [MUTANT_STARTS] = {"one start more", "started too often"},
	        [MUTANT_CLOSED] = {"no opening hours", "told while closed"},
	        [MUTANT_DUPLICATE] = {"another id", "the same event twice"},
	        [MUTANT_REPLAY] = {"an event missing", "not the same again"},
	};
	struct run *run = run_new();
	(void)state;
	for (int mutant = MUTANT_CAP; mutant < MUTANT_COUNT; mutant++) {
		const char *breach = NULL;
		uint64_t seed = 0;
		fresh(run);
		while (seed < MUTANT_RUNS && (!breach || strcmp(breach, MUTANTS[mutant].breach) != 0))
			breach = try_seed(run, ++seed, (enum mutant)mutant);
		print_message("%s: found out by seed %llu\n", MUTANTS[mutant].name, (unsigned long long)seed);
		assert_string_equal(breach ? breach : "nothing seen", MUTANTS[mutant].breach);
	}
	run_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_property_holds_on_journeys_of_the_whole_language),
	        cmocka_unit_test(each_property_sees_what_breaks_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
