/* SPDX-License-Identifier: Apache-2.0 */
#include "support/engine_fixture.h"

#include "adapters/text/yaml.h"
#include "adapters/text/zoneinfo.h"
#include "core/story/story_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { FILES_MAX = 32, CHUNK = 65536 };

const char RENEWAL_RULES[] =
        "event: policy_updated\n"
        "fields:\n"
        "  policy_id: { type: string, required: true }\n"
        "  line: string\n"
        "  expires_on: date\n"
        "  car_price: int\n"
        "  income: double\n"
        "sets: { income: event.income }\n"
        "---\n"
        "event: purchase\n"
        "fields: { sku: string, policy_id: string }\n"
        "---\n"
        "event: return\n"
        "fields: { policy_id: string }\n"
        "---\n"
        "event: click\n"
        "fields: { url: string }\n"
        "---\n"
        "event: customer_updated\n"
        "fields: { income: double, timezone: string }\n"
        "sets: { income: event.income, timezone: event.timezone }\n"
        "---\n"
        "profile: { income: double }\n"
        "---\n"
        "traits: { clicks: { count: click }, last_click: { last_time: click } }\n"
        "---\n"
        "segment: motor_value\n"
        "cases:\n"
        "  high_high: profile.income >= 200000.0 && event.car_price >= 300000\n"
        "  high_low: profile.income >= 200000.0\n"
        "  low_high: event.car_price >= 300000\n"
        "else: low_low\n"
        "---\n"
        "templates:\n"
        "  - renewal/high_high/notice\n  - renewal/high_high/benefits\n  - renewal/high_high/offer\n"
        "  - renewal/high_high/proof\n  - renewal/high_high/reminder\n  - renewal/high_high/last_week\n"
        "  - renewal/high_high/last_day\n"
        "  - renewal/high_low/notice\n  - renewal/high_low/benefits\n  - renewal/high_low/offer\n"
        "  - renewal/high_low/proof\n  - renewal/high_low/reminder\n  - renewal/high_low/last_week\n"
        "  - renewal/high_low/last_day\n"
        "  - renewal/low_high/notice\n  - renewal/low_high/benefits\n  - renewal/low_high/offer\n"
        "  - renewal/low_high/proof\n  - renewal/low_high/reminder\n  - renewal/low_high/last_week\n"
        "  - renewal/low_high/last_day\n"
        "  - renewal/low_low/notice\n  - renewal/low_low/benefits\n  - renewal/low_low/offer\n"
        "  - renewal/low_low/proof\n  - renewal/low_low/reminder\n  - renewal/low_low/last_week\n"
        "  - renewal/low_low/last_day\n"
        "---\n"
        "contact_policy: { on_cap: skip, frequency_caps: [ { name: week, max: 3, within: 7d, channel: email } ] }\n";

const char RENEWAL_JOURNEY[] =
        "journey: motor-renewal\n"
        "timezone: Asia/Shanghai\n"
        "entry: { event: policy_updated, when: event.line == \"motor\" }\n"
        "key: event.policy_id\n"
        "anchor: { date: event.expires_on, if_missing: exit, on_change: replan }\n"
        "segment: motor_value\n"
        "goal: { event: purchase, when: event.sku == \"motor-renewal\" && event.policy_id == key }\n"
        "exit_when:\n"
        "  - { event: return, when: event.policy_id == key, as: cancelled }\n"
        "nodes:\n"
        "  - sequence:\n"
        "      at: \"10:00\"\n"
        "      late_join: next\n"
        "      before: { 60d: notice, 45d: benefits, 30d: offer, 21d: proof, 14d: reminder, 7d: last_week, 1d: "
        "last_day }\n"
        "    send:\n"
        "      channel: email\n"
        "      template: \"renewal/{segment}/{node}\"\n"
        "      data: { policy_id: event.policy_id, clicks: trait.clicks, last_click: trait.last_click }\n";

/* ---- compiling ---- */

static struct str next_file(struct str *rest)
{
	static const char mark[] = "---\n";
	for (size_t at = 0; at + 4 <= rest->len; at++) {
		if ((at > 0 && rest->ptr[at - 1] != '\n') || memcmp(rest->ptr + at, mark, 4) != 0)
			continue;
		struct str file = str_sub(*rest, 0, at);
		*rest = str_sub(*rest, at + 4, rest->len);
		return file;
	}
	struct str file = *rest;
	*rest = (struct str){0};
	return file;
}

static struct str path_of(struct world *world, struct str text, size_t number)
{
	static const char key[] = "journey: ";
	if (!str_starts(text, STR("journey: ")))
		return arena_printf(&world->arena, "rules/%zu.yaml", number);
	size_t from = sizeof key - 1, to = from;
	while (to < text.len && text.ptr[to] != '\n')
		to++;
	return arena_printf(&world->arena, "journeys/%.*s.journey.yaml", (int)(to - from), text.ptr + from);
}

static size_t read_files(struct world *world, const char *text, struct source_doc *docs)
{
	struct doc_reader reader = {&world->arena, &world->diags};
	struct str rest = str_from(text);
	size_t count = 0;
	while (rest.len) {
		struct diag_file *file = arena_alloc(&world->arena, sizeof *file);
		struct str part = arena_str(&world->arena, next_file(&rest));
		assert_true(count < FILES_MAX);
		*file = (struct diag_file){path_of(world, part, count), part};
		docs[count++] = (struct source_doc){file, yaml_read(file, &reader)};
	}
	return count;
}

static void fail_on_errors(struct world *world)
{
	if (world->diags.errors == 0)
		return;
	struct buf text = {0};
	diag_print(&world->diags, false, &text);
	print_error("%.*s\n", STR_ARG(buf_view(&text)));
	buf_release(&text);
	fail();
}

void world_edit(struct world *world, const char *rules, const char *journeys)
{
	world_edit_keeping(world, rules, journeys, NULL);
}

void world_edit_keeping(struct world *world, const char *rules, const char *journeys, const char *older)
{
	struct source_doc rule_docs[FILES_MAX], journey_docs[FILES_MAX], older_docs[FILES_MAX];
	struct journey_older was = {0};
	if (older) {
		assert_int_equal(read_files(world, older, older_docs), 1);
		was.source = older_docs[0];
		was.version = arena_str(&world->arena, world->set->journeys[0].version);
	}
	struct journey_files files = {.rules = rule_docs,
	                              .rule_count = read_files(world, rules, rule_docs),
	                              .journeys = journey_docs,
	                              .journey_count = read_files(world, journeys, journey_docs),
	                              .older = &was,
	                              .older_count = older ? 1 : 0};
	journey_set_free(world->set);
	world->set = journey_set_compile_all(&files, &world->zones, &world->diags);
	fail_on_errors(world);
	assert_non_null(world->set);
	world->engine.set = world->set;
}

void world_init(struct world *world, const char *rules, const char *journeys)
{
	*world = (struct world){.customer = STR("c1"), .now = INSTANT_NEVER};
	arena_init(&world->arena, CHUNK);
	arena_init(&world->step, CHUNK);
	arena_init(&world->scratch, CHUNK);
	diag_init(&world->diags, &world->arena);
	zoneinfo_load(NULL, &world->arena, &world->diags, &world->zones);
	engine_output_init(&world->out, &world->step);
	world->engine = (struct engine){.zones = &world->zones, .zone = &ZONE_UTC, .scratch = &world->scratch};
	world_edit(world, rules, journeys);
}

void world_release(struct world *world)
{
	journey_set_free(world->set);
	buf_release(&world->record);
	buf_release(&world->log);
	diag_release(&world->diags);
	arena_release(&world->scratch);
	arena_release(&world->step);
	arena_release(&world->arena);
}

/* ---- stepping ---- */

static void log_decision(struct world *world, const struct decision *decision)
{
	struct buf *log = &world->log;
	instant_print(log, decision->time);
	buf_printf(log, " %.*s", STR_ARG(decision_text(decision->kind)));
	if (decision->kind == DECISION_ENTERED)
		buf_printf(log, " %.*s", STR_ARG(decision->key));
	if (decision->reason != REASON_NONE)
		buf_printf(log, " %.*s", STR_ARG(reason_text(decision->reason)));
	if (decision->kind == DECISION_SKIPPED || decision->kind == DECISION_WAITING)
		buf_printf(log, " %.*s", STR_ARG(decision->node));
	if (decision->kind == DECISION_WAITING && decision->due.ms != INSTANT_NONE.ms) {
		buf_str(log, STR(" until "));
		instant_print(log, decision->due);
	}
	if (decision->detail.len)
		buf_printf(log, " (%.*s)", STR_ARG(decision->detail));
}

static void log_step(struct world *world)
{
	struct engine_output *out = &world->out;
	size_t action = 0;
	for (size_t i = 0; i < out->decision_count; i++) {
		const struct decision *decision = &out->decisions[i];
		if (decision->kind == DECISION_WAITING && !world->waits)
			continue;
		log_decision(world, decision);
		if (decision->kind == DECISION_SENT) {
			const struct action *sent = &out->actions[action++];
			assert_true(sent->id.high == decision->action.high && sent->id.low == decision->action.low);
			buf_printf(&world->log, " %.*s", STR_ARG(sent->template));
		}
		buf_char(&world->log, '\n');
	}
	assert_int_equal(action, out->action_count);
}

static void begin(struct world *world)
{
	engine_output_clear(&world->out);
	arena_clear(&world->step);
	if (world->record.len == 0) {
		customer_init(&world->after, world->customer, world->set, &world->step);
		return;
	}
	struct str bytes = arena_str(&world->step, buf_view(&world->record));
	assert_true(customer_read(&world->after, world->customer, bytes, world->set, &world->step));
}

static void finish(struct world *world)
{
	log_step(world);
	buf_clear(&world->record);
	customer_write(&world->after, world->set, &world->record);
	assert_int_equal(customer_peek_due(buf_view(&world->record)).ms, customer_due(&world->after).ms);
}

enum engine_result world_event(struct world *world, const char *text)
{
	struct doc_reader reader = {&world->arena, &world->diags};
	struct story_context context = {.set = world->set, .zones = &world->zones, .zone = &ZONE_UTC};
	struct story story = {.customer.zone = &ZONE_UTC};
	struct story_reading reading = {&reader, &context, &world->set->journeys[0], &story};
	struct story_event event = {.id = arena_printf(&world->arena, "event-%u", ++world->events)};
	struct diag_file *file = arena_alloc(&world->arena, sizeof *file);
	*file = (struct diag_file){STR("event"), str_from(text)};
	struct doc *doc = yaml_read(file, &reader);
	if (doc)
		story_event_read(&reading, doc, &event);
	fail_on_errors(world);
	struct event happened = {event.type, event.id, world->customer, event.at, event.fields, {0, 0, -1}};
	begin(world);
	enum engine_result result = engine_event(&world->engine, &world->after, &happened, world->now, &world->out);
	finish(world);
	return result;
}

void world_advance(struct world *world, const char *until)
{
	struct instant at;
	assert_true(instant_parse(str_from(until), &at));
	begin(world);
	engine_advance(&world->engine, &world->after, at, &world->out);
	finish(world);
}

const struct customer *world_customer(struct world *world)
{
	begin(world);
	return &world->after;
}

void world_expect_at(struct world *world, const char *lines, const char *file, int line)
{
	if (!str_eq(buf_view(&world->log), str_from(lines))) {
		print_error("expected:\n%sgot:\n%.*s", lines, STR_ARG(buf_view(&world->log)));
		_fail(file, line);
	}
	buf_clear(&world->log);
}

void world_expect_sends(struct world *world, const char *lines)
{
	struct buf kept = {0};
	struct str log = buf_view(&world->log);
	for (size_t from = 0, to; from < log.len; from = to + 1) {
		for (to = from; log.ptr[to] != '\n';)
			to++;
		struct str line = str_sub(log, from, to);
		if (memmem(line.ptr, line.len, " sent ", 6) || memmem(line.ptr, line.len, " skipped ", 9) ||
		    memmem(line.ptr, line.len, " waiting ", 9))
			buf_printf(&kept, "%.*s\n", STR_ARG(line));
	}
	if (!str_eq(buf_view(&kept), str_from(lines)))
		print_error("expected:\n%sgot:\n%.*sof:\n%.*s", lines, STR_ARG(buf_view(&kept)), STR_ARG(log));
	assert_true(str_eq(buf_view(&kept), str_from(lines)));
	buf_release(&kept);
	buf_clear(&world->log);
}

void world_enter(struct world *world, const char *at, const char *key)
{
	world_event(world, arena_printf(&world->arena, "{at: %s, event: start, key: %s}", at, key).ptr);
}
