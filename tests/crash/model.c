/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>

enum { CUSTOMERS = 9, ORDERS_MAX = 400, IDS_MAX = 2000 };
#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define HOUR INT64_C(3600000)

struct order {
	int customer;
	int64_t placed, paid; /* paid: INT64_MAX when never */
};

struct click {
	int customer;
	int64_t at;
};

struct plan {
	struct model *model;
	struct world *world;
	uint32_t shards, topics;
	int64_t now;
	struct order orders[ORDERS_MAX];
	size_t order_count;
	struct click clicks[IDS_MAX];
	size_t click_count;
	size_t ids;
};

static struct model_input *add_input(struct plan *plan, int customer, struct str value)
{
	struct model *model = plan->model;
	struct model_input *input = &model->inputs[model->input_count++];
	input->shard = (uint32_t)customer % plan->shards;
	input->key = arena_printf(&model->arena, "c%d", customer);
	input->value = value;
	input->topic = 0;
	input->bad = false;
	return input;
}

static struct str instant_text(struct plan *plan, int64_t ms)
{
	struct buf out = {0};
	instant_print(&out, (struct instant){ms});
	struct str text = arena_str(&plan->model->arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void add_event(struct plan *plan, int customer, const char *type, const char *rest)
{
	struct str time = instant_text(plan, plan->now);
	struct str value = arena_printf(&plan->model->arena,
	                                "{\"id\":\"e%zu\",\"type\":\"%s\",\"time\":\"%.*s\",\"customer\":\"c%d\"%s}",
	                                plan->ids++, type, STR_ARG(time), customer, rest);
	add_input(plan, customer, value)->topic = plan->topics > 1 && strcmp(type, "click") != 0;
}

static void plan_order(struct plan *plan, int customer)
{
	char rest[100];
	struct str time = instant_text(plan, plan->now);
	snprintf(rest, sizeof rest, ",\"order_id\":\"o%zu\",\"placed\":\"%.*s\"", plan->order_count, STR_ARG(time));
	plan->orders[plan->order_count++] = (struct order){customer, plan->now, INT64_MAX};
	add_event(plan, customer, "order", rest);
}

static void plan_paid(struct plan *plan)
{
	char rest[60];
	size_t which = world_roll(plan->world, plan->order_count);
	struct order *order = &plan->orders[which];
	if (order->paid != INT64_MAX)
		return;
	order->paid = plan->now;
	snprintf(rest, sizeof rest, ",\"order_id\":\"o%zu\"", which);
	add_event(plan, order->customer, "paid", rest);
}

static void plan_click(struct plan *plan, int customer)
{
	plan->clicks[plan->click_count++] = (struct click){customer, plan->now};
	add_event(plan, customer, "click", "");
}

/* A recent record once more, as it was: its id is known, its time has passed. */
static void plan_repeat(struct plan *plan)
{
	struct model *model = plan->model;
	size_t back = 1 + world_roll(plan->world, 5);
	if (back > model->input_count)
		return;
	model->inputs[model->input_count] = model->inputs[model->input_count - back];
	model->bad += model->inputs[model->input_count].bad;
	model->input_count++;
}

static void plan_bad(struct plan *plan, int customer)
{
	struct str value = arena_printf(&plan->model->arena, "{\"id\":%zu", plan->ids++);
	struct model_input *input = add_input(plan, customer, value);
	input->topic = (uint32_t)world_roll(plan->world, plan->topics);
	input->bad = true;
	plan->model->bad++;
}

static void plan_step(struct plan *plan)
{
	int customer = (int)world_roll(plan->world, CUSTOMERS), kind = (int)world_roll(plan->world, 100);
	plan->now += (int64_t)world_roll(plan->world, 4) ? (int64_t)world_roll(plan->world, HOUR) : 30 * HOUR;
	if (kind < 30 && plan->order_count < ORDERS_MAX)
		plan_order(plan, customer);
	else if (kind < 45 && plan->order_count)
		plan_paid(plan);
	else if (kind < 90)
		plan_click(plan, customer);
	else if (kind < 97)
		plan_repeat(plan);
	else
		plan_bad(plan, customer);
}

/* ---- what must come out ---- */

static size_t clicks_until(const struct plan *plan, int customer, int64_t at)
{
	size_t count = 0;
	for (size_t i = 0; i < plan->click_count; i++)
		count += plan->clicks[i].customer == customer && plan->clicks[i].at <= at;
	return count;
}

static void expect(struct plan *plan, size_t which, const char *node, int64_t at)
{
	const struct order *order = &plan->orders[which];
	struct str time = instant_text(plan, at);
	/* The first message is part of the order's own step: clicks at the same instant may come behind it. */
	size_t clicks = clicks_until(plan, order->customer, at);
	plan->model->expected[plan->model->expected_count++] = arena_printf(
	        &plan->model->arena, "c%d|o%zu|%s|%.*s|%zu", order->customer, which, node, STR_ARG(time), clicks);
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void expect_all(struct plan *plan)
{
	static const struct {
		const char *node;
		int64_t after;
	} touches[] = {{"first", HOUR}, {"second", 24 * HOUR}, {"third", 72 * HOUR}};
	struct model *model = plan->model;
	model->expected = arena_alloc(&model->arena, 4 * (plan->order_count + 1) * sizeof *model->expected);
	for (size_t i = 0; i < plan->order_count; i++) {
		const struct order *order = &plan->orders[i];
		expect(plan, i, "thanks", order->placed);
		for (size_t t = 0; t < 3; t++)
			if (order->placed + touches[t].after < order->paid)
				expect(plan, i, touches[t].node, order->placed + touches[t].after);
	}
	qsort(model->expected, model->expected_count, sizeof *model->expected, by_text);
}

/* The last record of every partition: time passes until all is sent. */
static void add_ticks(struct plan *plan)
{
	struct str end = instant_text(plan, plan->now + 10 * 24 * HOUR);
	for (uint32_t i = 0; i < plan->shards * plan->topics; i++) {
		struct str value = arena_printf(
		        &plan->model->arena, "{\"id\":\"t%u\",\"type\":\"tick\",\"time\":\"%.*s\"}", i, STR_ARG(end));
		add_input(plan, (int)(i % plan->shards), value)->topic = i / plan->shards;
	}
}

void model_init(struct model *model, struct world *world, const struct model_size *size)
{
	struct plan *plan = mem_alloc(sizeof *plan);
	*model = (struct model){0};
	arena_init(&model->arena, 32 << 10);
	model->inputs =
	        arena_alloc(&model->arena, (size->events + size->shards * size->topics) * sizeof *model->inputs);
	*plan = (struct plan){
	        .model = model, .world = world, .shards = size->shards, .topics = size->topics, .now = START};
	for (size_t i = 0; i < size->events; i++) {
		plan->now++; /* no two events at one instant: the order of clicks is plain */
		plan_step(plan);
	}
	add_ticks(plan);
	expect_all(plan);
	free(plan);
}

void model_release(struct model *model)
{
	arena_release(&model->arena);
}

/* ---- the verdict ---- */

/* The text or number behind "name": in a JSON line that we wrote ourselves. */
static struct str find(struct str json, const char *name)
{
	char quoted[40];
	int len = snprintf(quoted, sizeof quoted, "\"%s\":", name);
	const char *at = memmem(json.ptr, json.len, quoted, (size_t)len);
	if (!at)
		return (struct str){0};
	at += len;
	bool text = *at == '"';
	const char *end = at += text;
	while (end < json.ptr + json.len && (text ? *end != '"' : (*end >= '0' && *end <= '9')))
		end++;
	return (struct str){at, (size_t)(end - at)};
}

struct verdict {
	struct arena arena;
	struct str *got;
	size_t count;
	struct str *ids;
};

static void collect(struct verdict *verdict, struct world *world, const struct fake_kafka *kafka)
{
	size_t sent_count;
	const struct fake_sent *sent = fake_kafka_sent(kafka, &sent_count);
	verdict->got = arena_alloc(&verdict->arena, (sent_count + 1) * sizeof *verdict->got);
	verdict->ids = arena_alloc(&verdict->arena, (sent_count + 1) * sizeof *verdict->ids);
	for (size_t i = 0; i < sent_count; i++) {
		struct str value = sent[i].value;
		if (sent[i].topic != SINK_ACTIONS)
			continue;
		struct str customer = find(value, "subject"), key = find(value, "key"), node = find(value, "node");
		struct str time = find(value, "time"), clicks = find(value, "clicks");
		if (!str_eq(customer, sent[i].key))
			world_breach(world, "a send of %.*s has the record key %.*s", STR_ARG(customer),
			             STR_ARG(sent[i].key));
		verdict->ids[verdict->count] = find(value, "id");
		verdict->got[verdict->count++] =
		        arena_printf(&verdict->arena, "%.*s|%.*s|%.*s|%.*s|%.*s", STR_ARG(customer), STR_ARG(key),
		                     STR_ARG(node), STR_ARG(time), STR_ARG(clicks));
	}
}

/* Per customer, the readers see sends in the order of their times. */
static void judge_order(const struct verdict *verdict, struct world *world)
{
	for (size_t i = 0; i < verdict->count; i++)
		for (size_t j = i + 1; j < verdict->count; j++) {
			struct str a = verdict->got[i], b = verdict->got[j];
			size_t len = (size_t)((const char *)memchr(a.ptr, '|', a.len) - a.ptr) + 1;
			if (b.len < len || memcmp(a.ptr, b.ptr, len) != 0)
				continue;
			const char *ta = memmem(a.ptr, a.len, "|20", 3), *tb = memmem(b.ptr, b.len, "|20", 3);
			if (ta && tb && memcmp(ta, tb, 20) > 0)
				world_breach(world, "out of order: %.*s came before %.*s", STR_ARG(a), STR_ARG(b));
			break; /* neighbours of one customer are enough */
		}
}

static void judge_twice(struct verdict *verdict, struct world *world)
{
	qsort(verdict->got, verdict->count, sizeof *verdict->got, by_text);
	qsort(verdict->ids, verdict->count, sizeof *verdict->ids, by_text);
	for (size_t i = 1; i < verdict->count; i++) {
		if (str_eq(verdict->got[i - 1], verdict->got[i]))
			world_breach(world, "sent twice: %.*s", STR_ARG(verdict->got[i]));
		if (str_eq(verdict->ids[i - 1], verdict->ids[i]))
			world_breach(world, "an action id twice: %.*s", STR_ARG(verdict->ids[i]));
	}
}

static bool excuses(struct str send, uint32_t shards, unsigned held)
{
	return held >> (uint32_t)(send.ptr[1] - '0') % shards & 1;
}

static void judge_sets(const struct model *model, struct verdict *verdict, struct world *world, unsigned held,
                       uint32_t shards)
{
	size_t i = 0, j = 0;
	while (i < model->expected_count || j < verdict->count) {
		int order = i == model->expected_count ? 1
		            : j == verdict->count      ? -1
		                                       : str_cmp(model->expected[i], verdict->got[j]);
		if (order < 0) {
			if (!excuses(model->expected[i], shards, held))
				world_breach(world, "never sent: %.*s", STR_ARG(model->expected[i]));
			i++;
		} else if (order > 0) {
			if (!(j && str_eq(verdict->got[j], verdict->got[j - 1])))
				world_breach(world, "wrongly sent: %.*s", STR_ARG(verdict->got[j]));
			j++;
		} else {
			i++;
			j++;
		}
	}
}

void model_judge(const struct model *model, struct world *world, const struct fake_kafka *kafka, unsigned held)
{
	struct verdict verdict = {0};
	size_t dead = 0, sent_count;
	const struct fake_sent *sent = fake_kafka_sent(kafka, &sent_count);
	uint32_t shards = fake_kafka_shards(kafka);
	arena_init(&verdict.arena, 32 << 10);
	collect(&verdict, world, kafka);
	judge_order(&verdict, world);
	judge_twice(&verdict, world);
	judge_sets(model, &verdict, world, held, shards);
	for (size_t i = 0; i < sent_count; i++)
		dead += sent[i].topic == SINK_DEAD_LETTERS;
	if (dead > model->bad || (!held && dead < model->bad))
		world_breach(world, "%zu dead letters for %zu bad records", dead, model->bad);
	arena_release(&verdict.arena);
}
