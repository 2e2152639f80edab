/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of trait against a list of all events there ever were, on random events, late ones among them, read at
 * random later moments. Up to TRAIT_MOMENTS events in a window the two agree exactly. */
#include "core/customer/trait_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { EVENTS = 100, ROUNDS = 40, VALUES = 7 };

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

struct seen {
	int64_t at, value;
	bool counted; /* it had not left the window when it came */
};

/* By the definition: over (now - within, now], events in order of time, those of one time in order of coming. */
struct answer {
	int64_t count, sum, min, max, first, last, first_at, last_at, distinct, commonest;
};

static int order(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

static struct answer answer_of(const struct seen *events, size_t count, int64_t from, int64_t now)
{
	struct seen sorted[EVENTS];
	struct answer all = {.min = INT64_MAX, .max = INT64_MIN};
	int64_t times[VALUES] = {0}, last[VALUES] = {0}, most = 0;
	memcpy(sorted, events, count * sizeof *sorted);
	for (size_t i = 1; i < count; i++) /* stable */
		for (size_t k = i; k > 0 && order(&sorted[k - 1], &sorted[k]) > 0; k--) {
			struct seen swap = sorted[k];
			sorted[k] = sorted[k - 1];
			sorted[k - 1] = swap;
		}
	for (size_t i = 0; i < count; i++) {
		if (!sorted[i].counted || sorted[i].at <= from || sorted[i].at > now)
			continue;
		int64_t v = sorted[i].value;
		all.first = all.count ? all.first : v;
		all.first_at = all.count ? all.first_at : sorted[i].at;
		all.last = v;
		all.last_at = sorted[i].at;
		all.count++;
		all.sum += v;
		all.min = v < all.min ? v : all.min;
		all.max = v > all.max ? v : all.max;
		all.distinct += times[v] == 0;
		times[v]++;
		last[v] = all.count;
	}
	for (int v = 0; v < VALUES; v++)
		if (times[v] > most || (times[v] == most && most && last[v] > last[all.commonest])) {
			most = times[v];
			all.commonest = v;
		}
	return all;
}

static struct value expected(enum trait_kind kind, const struct answer *all)
{
	if (kind == TRAIT_COUNT || kind == TRAIT_SUM || kind == TRAIT_DISTINCT)
		return value_int(kind == TRAIT_COUNT ? all->count : kind == TRAIT_SUM ? all->sum : all->distinct);
	if (all->count == 0)
		return value_absent();
	switch (kind) {
	case TRAIT_MIN:
		return value_int(all->min);
	case TRAIT_MAX:
		return value_int(all->max);
	case TRAIT_AVERAGE:
		return value_double((double)all->sum / (double)all->count);
	case TRAIT_FIRST:
		return value_int(all->first);
	case TRAIT_LAST:
		return value_int(all->last);
	case TRAIT_FIRST_TIME:
		return value_instant((struct instant){all->first_at});
	case TRAIT_LAST_TIME:
		return value_instant((struct instant){all->last_at});
	default:
		return value_int(all->commonest);
	}
}

static void check(const struct trait *trait, const struct trait_state *state, const struct answer *all,
                  struct instant now, uint64_t seed)
{
	struct value is = trait_state_value(state, trait, now, &ZONE_UTC), should = expected(trait->kind, all);
	bool same = is.kind == should.kind && (is.kind == VALUE_ABSENT || value_eq(is, should));
	if (!same)
		fail_msg("seed %llu, kind %d, window %lld: %lld, not %lld", (unsigned long long)seed, (int)trait->kind,
		         (long long)trait->within.ms, (long long)is.i, (long long)should.i);
}

static void run(const struct trait *trait, uint64_t seed)
{
	struct arena arena;
	struct trait_state state = {0};
	struct seen events[EVENTS];
	uint64_t dice = seed * 2654435761U + 88172645463325252U;
	int64_t latest = INT64_C(1700000000000);
	arena_init(&arena, 4096);
	for (size_t i = 0; i < EVENTS; i++) {
		latest += (int64_t)(draw(&dice) % 2000);
		int64_t at = draw(&dice) % 4 ? latest : latest - (int64_t)(draw(&dice) % 9000);
		bool inside = !trait->within.ms || at > latest - trait->within.ms;
		events[i] = (struct seen){at, (int64_t)(draw(&dice) % VALUES), inside};
		trait_state_add(&state, trait, (struct trait_moment){{at}, value_int(events[i].value), 1},
		                (struct instant){latest}, &arena);
		int64_t now = latest + (int64_t)(draw(&dice) % 6000);
		int64_t from = trait->within.ms ? now - trait->within.ms : INT64_MIN;
		struct answer all = answer_of(events, i + 1, from, now);
		check(trait, &state, &all, (struct instant){now}, seed);
	}
	arena_release(&arena);
}

static void traits_are_what_a_list_of_all_events_says(void **state)
{
	static const enum trait_kind KINDS[] = {TRAIT_COUNT,     TRAIT_SUM,      TRAIT_MIN,          TRAIT_MAX,
	                                        TRAIT_AVERAGE,   TRAIT_FIRST,    TRAIT_LAST,         TRAIT_FIRST_TIME,
	                                        TRAIT_LAST_TIME, TRAIT_DISTINCT, TRAIT_MOST_FREQUENT};
	static const int64_t WINDOWS[] = {0, 1000, 7000, 50000};
	(void)state;
	for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++)
		for (size_t w = 0; w < sizeof WINDOWS / sizeof *WINDOWS; w++)
			for (uint64_t seed = 1; seed <= ROUNDS; seed++)
				run(&(struct trait){.kind = KINDS[k], .type = {TYPE_INT, NULL}, .within = {WINDOWS[w]}},
				    seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(traits_are_what_a_list_of_all_events_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
