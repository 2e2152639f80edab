/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fuzz_life.h"

#include "core/engine/engine.h"
#include "support/fuzz_value.h"

enum { CHUNK = 16384, YEAR_DAYS = 366 };

struct living {
	const struct fuzz_life *life;
	struct fuzz_dice dice;
	struct arena step, scratch;
	const struct journey_set *set; /* of this part of the life */
	struct engine engine;
	struct engine_output out;
	struct customer customer;
	struct buf record, again;
	struct instant now;
	uint64_t number; /* of the latest event */
};

static void living_init(struct living *living, const struct fuzz_life *life)
{
	*living = (struct living){.life = life, .dice = fuzz_dice(life->words)};
	arena_init(&living->step, CHUNK);
	arena_init(&living->scratch, CHUNK);
	engine_output_init(&living->out, &living->step);
	living->set = life->before_count ? life->before[0] : life->set;
	living->engine = (struct engine){.set = living->set,
	                                 .zones = life->zones,
	                                 .zone = &ZONE_UTC,
	                                 .decide_not_entered = fuzz_roll(&living->dice, 2),
	                                 .scratch = &living->scratch};
	living->now.ms = INT64_C(1767225600000); /* 2026-01-01 */
}

static void living_release(struct living *living)
{
	buf_release(&living->again);
	buf_release(&living->record);
	arena_release(&living->scratch);
	arena_release(&living->step);
}

static bool begin(struct living *living)
{
	engine_output_clear(&living->out);
	arena_clear(&living->step);
	if (living->record.len == 0) {
		customer_init(&living->customer, STR("c"), living->set, &living->step);
		return true;
	}
	return customer_read(&living->customer, STR("c"), arena_str(&living->step, buf_view(&living->record)),
	                     living->set, &living->step);
}

static void check_output(const struct living *living)
{
	const struct engine_output *out = &living->out;
	for (size_t i = 1; i < out->action_count; i++)
		fuzz_insist(out->actions[i - 1].time.ms <= out->actions[i].time.ms, "messages not in order");
	for (size_t i = 0; i < out->decision_count; i++) {
		const struct decision *decision = &out->decisions[i];
		fuzz_insist(decision->kind != DECISION_WAITING || decision->due.ms == INSTANT_NONE.ms ||
		                    decision->due.ms >= decision->time.ms,
		            "waits for what has passed");
	}
	for (size_t i = 0; i < out->emission_count; i++) {
		const struct emission *emission = &out->emissions[i];
		fuzz_insist(emission->event && emission->journey && emission->node.len, "an emission of nobody");
		for (size_t k = 0; k < emission->data_count; k++)
			fuzz_insist(emission->data[k].name.len && emission->data[k].value.kind > VALUE_ABSENT,
			            "an emission without a value");
	}
}

/* Written, read and written again to the same bytes. */
static void finish(struct living *living)
{
	struct customer read;
	check_output(living);
	buf_clear(&living->record);
	buf_clear(&living->again);
	customer_write(&living->customer, living->set, &living->record);
	struct str bytes = buf_view(&living->record);
	fuzz_insist(customer_peek_due(bytes).ms == customer_due(&living->customer).ms, "another time is due");
	fuzz_insist(customer_read(&read, STR("c"), bytes, living->set, &living->step), "written but not read");
	customer_write(&read, living->set, &living->again);
	fuzz_insist(str_eq(bytes, buf_view(&living->again)), "read and written differently");
}

static void happen(struct living *living)
{
	const struct rules *rules = &living->set->rules;
	struct fuzz_values values = {&living->dice, &living->step, living->life->words, living->now};
	const struct event_type *type = &rules->events[fuzz_roll(&living->dice, rules->event_count)];
	int64_t late = fuzz_roll(&living->dice, 5) ? 0 : (int64_t)fuzz_roll(&living->dice, 200) * 3600000;
	living->number += fuzz_roll(&living->dice, 8) != 0;
	fuzz_insist(begin(living), "a record is not read");
	struct value *fields = arena_zalloc(&living->step, (type->field_count + 1) * sizeof *fields);
	for (size_t i = 0; i < type->field_count; i++)
		fields[i] = fuzz_value(&values, type->fields[i].type);
	struct event event = {type,     arena_printf(&living->step, "e%llu", (unsigned long long)living->number),
	                      STR("c"), {living->now.ms - late},
	                      fields,   {0, 0, -1}};
	engine_event(&living->engine, &living->customer, &event,
	             fuzz_roll(&living->dice, 2) ? living->now : INSTANT_NEVER, &living->out);
	finish(living);
}

static void pass(struct living *living, struct instant until)
{
	fuzz_insist(begin(living), "a record is not read");
	engine_advance(&living->engine, &living->customer, until, &living->out);
	fuzz_insist(customer_due(&living->customer).ms >= until.ms, "what was due is due still");
	finish(living);
}

/* Half of the events under what was before, then a reload. */
static void choose_set(struct living *living, unsigned event)
{
	const struct fuzz_life *life = living->life;
	size_t part = life->events ? (size_t)event * 2 * life->before_count / life->events : 0;
	living->set = part < life->before_count ? life->before[part] : life->set;
	living->engine.set = living->set;
}

static void live(struct living *living)
{
	for (unsigned i = 0; i < living->life->events && living->set->rules.event_count; i++) {
		choose_set(living, i);
		living->now.ms += (int64_t)fuzz_roll(&living->dice, 5 * 24 * 60) * 60000;
		if (fuzz_roll(&living->dice, 4) == 0)
			pass(living, living->now);
		happen(living);
	}
	pass(living, (struct instant){living->now.ms + YEAR_DAYS * DAY_MS});
}

void fuzz_live(const struct fuzz_life *life)
{
	struct living living;
	living_init(&living, life);
	live(&living);
	living_release(&living);
}

bool fuzz_live_on(const struct fuzz_life *life, struct str record)
{
	struct living living;
	living_init(&living, life);
	buf_str(&living.record, record);
	bool readable = record.len > 0 && begin(&living);
	if (readable) {
		if (living.customer.logical.ms != INSTANT_NONE.ms)
			living.now = living.customer.logical;
		finish(&living);
		live(&living);
	}
	living_release(&living);
	return readable;
}
