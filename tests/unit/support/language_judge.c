/* SPDX-License-Identifier: Apache-2.0 */
#include "support/language_judge.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

void run_expect(struct run *run, bool truth, const char *breach)
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
		run_expect(run, !same(life->id, decision->instance), "entered twice as the same");
		within += life->started && life->began.ms > decision->time.ms - STARTS_DAYS * DAY_MS &&
		          life->began.ms > run->erased.ms;
	}
	run_expect(run, !started || within <= STARTS, "started too often");
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
		run_expect(run, !same(old->id, sent->id), "an id twice");
		run_expect(run, old->at.ms <= sent->at.ms, "not in order");
		run_expect(run,
		           !touch || !(same(old->instance, sent->instance) || run->mutant == MUTANT_TWICE) ||
		                   !str_eq(old->node, sent->node) || !str_eq(old->anchor, sent->anchor),
		           "a node twice for one anchor");
		within += old->at.ms > sent->at.ms - CAP_DAYS * DAY_MS && old->at.ms > run->erased.ms;
	}
	run_expect(run, within <= CAP, "over the cap");
}

static void judge_action(struct run *run, const struct action *action)
{
	struct sent sent = {action->id, action->instance, action->time, arena_str(&run->world.arena, action->node),
	                    anchor_of(run, action)};
	const struct life *life = life_of(run, action->instance);
	int32_t clock = calendar_daytime(&ZONE_UTC, action->time).ms;
	judge_before(run, &sent, str_eq(action->journey->name, STR("aa-dated")));
	run_expect(run, life != NULL, "sent to nobody who entered");
	run_expect(run, !life || !life->over, "sent after the end");
	run_expect(run, !run->out, "sent after an opt-out");
	run_expect(run, clock >= 8 * 3600000 && clock < 21 * 3600000, "sent by night");
	run_expect(run, action->time.ms <= run->now.ms, "sent before its time");
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
			run_expect(run, !same(run->told[k], emission->id), "told twice");
		run_expect(run, life_of(run, emission->instance) != NULL, "told of nobody who entered");
		run_expect(run, !str_eq(emission->node, STR("open")) || shop_open(emission->time), "told while closed");
		run_expect(run, emission->time.ms <= run->now.ms, "told before its time");
		assert_true(run->told_count < SENDS);
		run->told[run->told_count++] = emission->id;
	}
}

void run_judge(struct run *run)
{
	const struct engine_output *out = &run->world.out;
	size_t action = 0;
	for (size_t i = 0; i < out->decision_count; i++) {
		const struct decision *decision = &out->decisions[i];
		struct life *life = life_of(run, decision->instance);
		run_expect(run, decision->time.ms <= run->now.ms, "decided before its time");
		run_expect(run, decision->reason != REASON_ERROR, "a fault");
		if (decision->kind == DECISION_ENTERED)
			enter(run, decision);
		else if (decision->kind == DECISION_EXITED && life)
			life->over = true;
		else if (decision->kind == DECISION_SENT)
			judge_action(run, &out->actions[action++]);
	}
	judge_emissions(run);
}
