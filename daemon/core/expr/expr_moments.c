/* SPDX-License-Identifier: Apache-2.0 */
#include "core/expr/expr_moments.h"

#include "core/expr/expr_code.h"
#include "core/expr/expr_func.h"

struct moments {
	const struct expr_frame *frame;
	struct instant *out;
	size_t count, room;
	struct instant base; /* the time that is moved */
};

static void add(struct moments *moments, int64_t ms)
{
	if (ms <= moments->frame->now.ms || ms > INSTANT_MAX.ms || moments->count == moments->room)
		return;
	moments->out[moments->count++] = (struct instant){ms};
}

/* At it, and just behind it for conditions that want more than that. */
static void add_both(struct moments *moments, int64_t ms)
{
	add(moments, ms);
	add(moments, ms + 1);
}

static void add_day(struct moments *moments, int64_t days)
{
	if (date_days_valid(days))
		add(moments,
		    calendar_instant(moments->frame->zone, (struct date){(int32_t)days}, (struct daytime){0}).ms);
}

/* The day so many months on; the next, where that month has no such day; and the same time on it. */
static void move_months(struct moments *moments, struct date day, int64_t months)
{
	struct date moved = calendar_add_months(day, (int)months);
	const struct zone *zone = moments->frame->zone;
	add_day(moments, moved.days);
	add_day(moments, moved.days + INT64_C(1));
	add_both(moments, calendar_instant(zone, moved, calendar_daytime(zone, moments->base)).ms);
}

/* So many minutes, hours, days, weeks, months or years: whichever is meant. */
static void move_number(struct moments *moments, int64_t number)
{
	enum { MOST = 36600 }; /* times twelve still fits a number of months */
	static const int64_t LENGTHS[] = {60000, 3600000, DAY_MS, 7 * DAY_MS};
	if (number < -MOST || number > MOST)
		return;
	struct date day = calendar_date(moments->frame->zone, moments->base);
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++)
		add_both(moments, moments->base.ms + number * LENGTHS[i]);
	for (int64_t more = 0; more <= 1; more++) {
		add_day(moments, day.days + number + more);
		add_day(moments, day.days + 7 * number + more);
	}
	move_months(moments, day, number);
	move_months(moments, day, 12 * number);
	move_months(moments, day, number + 1);
	move_months(moments, day, 12 * (number + 1));
}

static void move(struct moments *moments, struct value constant)
{
	if (constant.kind == VALUE_INT) {
		move_number(moments, constant.i);
		move_number(moments, -constant.i);
	}
	if (constant.kind == VALUE_DURATION) {
		int64_t length = value_to_duration(constant).ms;
		if (length > INSTANT_MAX.ms || length < -INSTANT_MAX.ms)
			return;
		add_both(moments, moments->base.ms + length);
		add_both(moments, moments->base.ms - length);
		add_day(moments, calendar_date(moments->frame->zone, moments->base).days + length / DAY_MS);
		add_day(moments, calendar_date(moments->frame->zone, moments->base).days + length / DAY_MS + 1);
		add_day(moments, calendar_date(moments->frame->zone, moments->base).days - length / DAY_MS);
	}
}

static void walk(struct moments *moments, const struct code *code)
{
	if (code->op == OP_CONSTANT) {
		move(moments, code->constant);
		return;
	}
	for (size_t i = 0; code->op != OP_SLOT && code->op != OP_SLOT_DOUBLE && i < code->count; i++)
		walk(moments, &code->kids[i]);
}

/* A day or a moment that is written in the expression itself. */
static void walk_written(struct moments *moments, const struct code *code)
{
	if (code->op == OP_CONSTANT) {
		for (int day = 0; code->constant.kind == VALUE_DATE && day < 2; day++) /* its beginning, and its end */
			add_day(moments, code->constant.i + day);
		if (code->constant.kind == VALUE_TIMESTAMP)
			add_both(moments, value_to_instant(code->constant).ms);
		return;
	}
	for (size_t i = 0; code->op != OP_SLOT && code->op != OP_SLOT_DOUBLE && i < code->count; i++)
		walk_written(moments, &code->kids[i]);
}

static enum expr_ageing ageing(const struct code *code)
{
	static const struct {
		const char *name;
		enum expr_ageing ageing;
	} BY_DAY[] = {{"days_until", AGEING_AGE},   {"days_since", AGEING_AGE}, {"years_since", AGEING_AGE},
	              {"months_since", AGEING_AGE}, {"today", AGEING_DAYS},     {"is_open", AGEING_DAYS}};
	enum expr_ageing most = AGEING_NONE;
	if (code->op == OP_SLOT || code->op == OP_SLOT_DOUBLE || code->op == OP_CONSTANT)
		return most;
	for (size_t i = 0; code->op == OP_CALL && i < sizeof BY_DAY / sizeof *BY_DAY; i++)
		if (!strcmp(code->function->name, BY_DAY[i].name))
			most = BY_DAY[i].ageing;
	for (const struct function *row = CHANCE_FUNCTIONS; code->op == OP_CALL && row->name; row++)
		if (row == code->function)
			most = AGEING_CHANCE;
	for (size_t i = 0; i < code->count; i++) {
		enum expr_ageing kid = ageing(&code->kids[i]);
		most = kid > most ? kid : most;
	}
	return most;
}

enum expr_ageing expr_ageing(const struct expr *expr)
{
	return ageing(&expr->root);
}

size_t expr_moments(const struct expr *expr, const struct expr_frame *frame, struct instant *out, size_t room)
{
	struct moments moments = {.frame = frame, .out = out, .room = room};
	walk_written(&moments, &expr->root);
	for (size_t i = 0; i < expr->read_count; i++) {
		const struct expr_read *read = &expr->reads[i];
		if (read->bank != BANK_PROFILE && read->bank != BANK_TRAIT)
			continue;
		struct value value = frame->banks[read->bank][read->slot];
		if (value.kind == VALUE_DATE)
			moments.base =
			        calendar_instant(frame->zone, (struct date){(int32_t)value.i}, (struct daytime){0});
		else if (value.kind == VALUE_TIMESTAMP)
			moments.base = value_to_instant(value);
		else
			continue;
		move_number(&moments, 0);
		walk(&moments, &expr->root);
	}
	return moments.count;
}
