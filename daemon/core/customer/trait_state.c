/* SPDX-License-Identifier: Apache-2.0 */
/* How each kind of trait takes an event in, and what it makes of the moments it keeps. */
#include "core/customer/trait_state.h"

#include "core/base/hash.h"

static bool windowed(const struct trait *trait)
{
	return trait->within.ms > 0;
}

struct trait_need trait_state_need(const struct trait *trait)
{
	static const struct trait_need NEEDS[] = {
	        [TRAIT_COUNT] = {.count = true},
	        [TRAIT_LAST_TIME] = {.time = true},
	        [TRAIT_FIRST_TIME] = {.time = true},
	        [TRAIT_SUM] = {.value = true},
	        [TRAIT_MIN] = {.value = true},
	        [TRAIT_MAX] = {.value = true},
	        [TRAIT_AVERAGE] = {.value = true, .count = true},
	        [TRAIT_FIRST] = {.time = true, .value = true},
	        [TRAIT_LAST] = {.time = true, .value = true},
	        [TRAIT_DISTINCT] = {.value = true},
	        [TRAIT_MOST_FREQUENT] = {.time = true, .value = true, .count = true},
	        [TRAIT_DAYS_SINCE] = {.time = true},
	        [TRAIT_TIER] = {0},
	};
	struct trait_need need = NEEDS[trait->kind];
	need.time = need.time || windowed(trait);
	need.count = need.count && !(windowed(trait) && trait->kind == TRAIT_MOST_FREQUENT);
	return need;
}

size_t trait_state_from(const struct trait_state *state, const struct trait *trait, struct instant now)
{
	size_t from = 0;
	while (windowed(trait) && from < state->count && state->moments[from].at.ms <= now.ms - trait->within.ms)
		from++;
	return from;
}

/* ---- the list ---- */

static void take_out(struct trait_state *state, size_t at, size_t count)
{
	if (count == 0)
		return;
	state->count -= count;
	memmove(state->moments + at, state->moments + at + count, (state->count - at) * sizeof *state->moments);
}

/* Behind those of the same time. */
static size_t place_of(const struct trait_state *state, struct instant at)
{
	size_t place = state->count;
	while (place > 0 && state->moments[place - 1].at.ms > at.ms)
		place--;
	return place;
}

static void put_in(struct trait_state *state, struct trait_moment moment, struct arena *arena)
{
	size_t place = place_of(state, moment.at);
	if (state->count == state->cap)
		state->moments = arena_grow(arena, state->moments, &state->cap, sizeof *state->moments);
	memmove(state->moments + place + 1, state->moments + place, (state->count - place) * sizeof moment);
	state->moments[place] = moment;
	state->count++;
}

/* ---- numbers ---- */

static double as_double(struct value v)
{
	return v.kind == VALUE_INT ? (double)v.i : v.d;
}

/* Whole numbers stop at the end of their range. */
static struct value add(struct value a, struct value b)
{
	int64_t sum;
	if (a.kind != VALUE_INT || b.kind != VALUE_INT)
		return value_double(as_double(a) + as_double(b));
	if (__builtin_add_overflow(a.i, b.i, &sum))
		sum = a.i < 0 ? INT64_MIN : INT64_MAX;
	return value_int(sum);
}

static void join(struct trait_moment *into, const struct trait_moment *other)
{
	if (into->value.kind != VALUE_ABSENT)
		into->value = add(into->value, other->value);
	into->count += other->count;
}

/* ---- taking in, by kind ---- */

struct intake {
	struct trait_state *state;
	const struct trait *trait;
	struct trait_moment moment;
	struct arena *arena;
};

/* Moments of one 64th of the window become one, at the latest of their times. */
static void thin(struct intake *in)
{
	struct trait_moment *moments = in->state->moments;
	int64_t width = in->trait->within.ms / 64 + 1;
	size_t kept = 0;
	for (size_t i = 1; i < in->state->count; i++) {
		struct trait_moment *last = &moments[kept];
		if (moments[i].at.ms / width == last->at.ms / width) {
			join(last, &moments[i]);
			last->at = moments[i].at;
		} else {
			moments[++kept] = moments[i];
		}
	}
	in->state->count = kept + 1;
}

static void add_up(struct intake *in)
{
	struct trait_state *state = in->state;
	if (!windowed(in->trait) && state->count) {
		join(state->moments, &in->moment);
		return;
	}
	size_t place = place_of(state, in->moment.at);
	if (place > 0 && state->moments[place - 1].at.ms == in->moment.at.ms) {
		join(&state->moments[place - 1], &in->moment);
		return;
	}
	if (state->count >= TRAIT_MOMENTS)
		thin(in);
	put_in(state, in->moment, in->arena);
}

/* Moments that a later and better one outlives say nothing any more, so the first one is always the best. */
static void keep_best(struct intake *in)
{
	struct trait_state *state = in->state;
	int better = in->trait->kind == TRAIT_MAX ? 1 : -1;
	size_t place = windowed(in->trait) ? place_of(state, in->moment.at) : 0;
	for (size_t i = place; i < state->count; i++)
		if (value_cmp(state->moments[i].value, in->moment.value) != -better)
			return;
	size_t from = windowed(in->trait) ? place : state->count;
	while (from > 0 && value_cmp(state->moments[from - 1].value, in->moment.value) != better)
		take_out(state, --from, 1);
	if (state->count >= TRAIT_MOMENTS)
		take_out(state, 1, 1);
	put_in(state, in->moment, in->arena);
}

static void keep_newest(struct intake *in)
{
	if (in->state->count && in->state->moments->at.ms > in->moment.at.ms)
		return;
	in->state->count = 0;
	put_in(in->state, in->moment, in->arena);
}

static void keep_first(struct intake *in)
{
	struct trait_state *state = in->state;
	if (!windowed(in->trait)) {
		if (state->count && state->moments->at.ms <= in->moment.at.ms)
			return;
		state->count = 0;
	}
	if (state->count >= TRAIT_MOMENTS)
		take_out(state, state->count - 2, 1);
	put_in(state, in->moment, in->arena);
}

static size_t find_value(const struct trait_state *state, struct value value)
{
	for (size_t i = 0; i < state->count; i++)
		if (value_eq(state->moments[i].value, value))
			return i;
	return state->count;
}

/* Values are only compared, so 40 bits of their hash are enough: 128 of them meet by chance once in 10^8 customers. */
static struct value digest(struct value value)
{
	bool small = value.kind == VALUE_DOUBLE && value.d > -1e15 && value.d < 1e15;
	if (small && value.d == (double)(int64_t)value.d)
		value = value_int((int64_t)value.d);
	struct str bytes = value.kind == VALUE_STRING ? value_text(value) : (struct str){(const char *)&value.i, 8};
	return value_int((int64_t)(hash64(value.kind, bytes) >> 24));
}

static void keep_distinct(struct intake *in)
{
	struct trait_state *state = in->state;
	in->moment.value = digest(in->moment.value);
	size_t known = find_value(state, in->moment.value);
	if (known < state->count) {
		if (state->moments[known].at.ms >= in->moment.at.ms)
			return;
		take_out(state, known, 1);
	} else if (state->count >= TRAIT_MOMENTS) {
		take_out(state, 0, 1);
	}
	put_in(state, in->moment, in->arena);
}

/* The rarest, the oldest of them, makes room and leaves its count: what is frequent is then never thought rarer than it
 * is (the "space saving" of Metwally, Agrawal and El Abbadi, 2005). */
static int64_t make_room(struct trait_state *state)
{
	size_t rarest = 0;
	for (size_t i = 1; i < state->count; i++)
		if (state->moments[i].count < state->moments[rarest].count)
			rarest = i;
	int64_t count = state->moments[rarest].count;
	take_out(state, rarest, 1);
	return count;
}

static void keep_frequent(struct intake *in)
{
	struct trait_state *state = in->state;
	if (windowed(in->trait)) {
		if (state->count >= TRAIT_MOMENTS)
			take_out(state, 0, 1);
		put_in(state, in->moment, in->arena);
		return;
	}
	size_t known = find_value(state, in->moment.value);
	if (known < state->count) {
		struct trait_moment *at = &state->moments[known];
		in->moment.count += at->count;
		in->moment.at.ms = in->moment.at.ms > at->at.ms ? in->moment.at.ms : at->at.ms;
		take_out(state, known, 1);
	} else if (state->count >= TRAIT_MOMENTS) {
		in->moment.count += make_room(state);
	}
	put_in(state, in->moment, in->arena);
}

void trait_state_add(struct trait_state *state, const struct trait *trait, struct trait_moment moment,
                     struct instant latest, struct arena *arena)
{
	static void (*const KEEP[])(struct intake *) = {
	        [TRAIT_COUNT] = add_up,
	        [TRAIT_LAST_TIME] = keep_newest,
	        [TRAIT_FIRST_TIME] = keep_first,
	        [TRAIT_SUM] = add_up,
	        [TRAIT_MIN] = keep_best,
	        [TRAIT_MAX] = keep_best,
	        [TRAIT_AVERAGE] = add_up,
	        [TRAIT_FIRST] = keep_first,
	        [TRAIT_LAST] = keep_newest,
	        [TRAIT_DISTINCT] = keep_distinct,
	        [TRAIT_MOST_FREQUENT] = keep_frequent,
	        [TRAIT_DAYS_SINCE] = keep_newest,
	};
	if (!trait_state_need(trait).value)
		moment.value = value_absent();
	take_out(state, 0, trait_state_from(state, trait, latest));
	if (windowed(trait) && moment.at.ms <= latest.ms - trait->within.ms)
		return;
	KEEP[trait->kind](&(struct intake){state, trait, moment, arena});
}

/* ---- what it comes to ---- */

static struct value total(const struct trait_moment *moments, size_t count, enum trait_kind kind)
{
	struct value sum = value_int(0);
	int64_t events = 0;
	for (size_t i = 0; i < count; i++) {
		events += moments[i].count;
		if (kind != TRAIT_COUNT)
			sum = i ? add(sum, moments[i].value) : moments[i].value;
	}
	if (kind == TRAIT_COUNT)
		return value_int(events);
	if (kind == TRAIT_SUM)
		return sum;
	return events ? value_double(as_double(sum) / (double)events) : value_absent();
}

/* Of equals the one that came last. */
static struct value commonest(const struct trait_moment *moments, size_t count)
{
	struct value best = value_absent();
	int64_t most = 0;
	for (size_t i = count; i-- > 0;) {
		int64_t times = 0;
		for (size_t k = 0; k <= i; k++)
			if (value_eq(moments[k].value, moments[i].value))
				times += moments[k].count;
		if (times > most) {
			most = times;
			best = moments[i].value;
		}
	}
	return best;
}

static struct value days_since(struct instant at, struct instant now, const struct zone *zone)
{
	return value_int((int64_t)calendar_date(zone, now).days - calendar_date(zone, at).days);
}

struct value trait_state_value(const struct trait_state *state, const struct trait *trait, struct instant now,
                               const struct zone *zone)
{
	size_t from = trait_state_from(state, trait, now), count = state->count - from;
	const struct trait_moment *moments = count ? state->moments + from : NULL;
	if (trait->kind == TRAIT_DISTINCT)
		return value_int((int64_t)count);
	if (count == 0 && (trait->kind == TRAIT_COUNT || trait->kind == TRAIT_SUM))
		return trait->type.kind == TYPE_DOUBLE ? value_double(0) : value_int(0);
	if (count == 0)
		return value_absent();
	switch (trait->kind) {
	case TRAIT_COUNT:
	case TRAIT_SUM:
	case TRAIT_AVERAGE:
		return total(moments, count, trait->kind);
	case TRAIT_MOST_FREQUENT:
		return commonest(moments, count);
	case TRAIT_FIRST_TIME:
	case TRAIT_LAST_TIME:
		return value_instant(moments->at);
	case TRAIT_DAYS_SINCE:
		return days_since(moments->at, now, zone);
	default:
		return moments->value;
	}
}
