/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Will this customer buy again? The BG/NBD model: Fader, Hardie and Lee, "Counting Your Customers the Easy Way: An
 * Alternative to the Pareto/NBD Model", Marketing Science 24(2), 2005, 275-284; for the chance to be active the form of
 * their note "Computing P(alive) Using the BG/NBD Model" (2008).
 *
 * With x repeat purchases, the last of them t_x after the first purchase, T after the first purchase:
 *
 *   P(alive) = 1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + t_x))^(r + x))    for x > 0, else 1
 *   E(Y(t))  = (a + b + x - 1) / (a - 1)
 *            * (1 - ((alpha + T) / (alpha + T + t))^(r + x) * 2F1(r + x, b + x; a + b + x - 1; t / (alpha + T + t)))
 *            * P(alive)
 *
 * Powers are taken by logarithms, as x may be large. At a = 1 the expectation is a limit of 0 / 0: the mean of both
 * sides is taken.
 */
#include "core/expr/expr_func.h"

#include <math.h>

enum { TERMS_MAX = 100000 };

struct model {
	double r, alpha, a, b;
	double unit; /* milliseconds */
};

struct history {
	double repeats, recency, age; /* x, t_x, T in the model's unit */
};

static bool number_under(struct value map, const char *key, double *out)
{
	const struct value *found = value_find(map, value_str(str_from(key)));
	if (!found || (found->kind != VALUE_INT && found->kind != VALUE_DOUBLE))
		return false;
	*out = found->kind == VALUE_INT ? (double)found->i : found->d;
	return *out > 0 && isfinite(*out);
}

/* { r, alpha, a, b, unit_days }: the unit of alpha and of all times, in days; 7 for parameters fitted to weeks. */
static bool read_model(struct value map, struct model *out)
{
	double days = 1;
	if (value_find(map, value_str(STR("unit_days"))) && !number_under(map, "unit_days", &days))
		return false;
	out->unit = days * (double)DAY_MS;
	return number_under(map, "r", &out->r) && number_under(map, "alpha", &out->alpha) &&
	       number_under(map, "a", &out->a) && number_under(map, "b", &out->b);
}

/* The first purchase is no repeat. False when the times are not in order. */
static bool read_history(const struct run *run, const struct model *model, const struct value *args,
                         struct history *out)
{
	double first = (double)value_to_instant(args[2]).ms, last = (double)value_to_instant(args[3]).ms;
	double now = (double)run->frame->now.ms;
	if (args[1].i < 1 || first > last || last > now)
		return false;
	*out = (struct history){(double)(args[1].i - 1), (last - first) / model->unit, (now - first) / model->unit};
	return true;
}

static double alive(const struct model *m, const struct history *h)
{
	if (h->repeats <= 0)
		return 1;
	double odds = m->a / (m->b + h->repeats - 1) *
	              exp((m->r + h->repeats) * log((m->alpha + h->age) / (m->alpha + h->recency)));
	return 1 / (1 + odds);
}

/* Gauss's series, which converges for 0 <= z < 1; NAN when it does not within TERMS_MAX terms or the steps left. */
static double hypergeometric(struct run *run, const double p[3], double z)
{
	double term = 1, sum = 1;
	for (int k = 0; k < TERMS_MAX && run_spend(run, 1); k++) {
		term *= (p[0] + k) * (p[1] + k) / (p[2] + k) * z / (k + 1);
		sum += term;
		if (fabs(term) <= 1e-15 * fabs(sum))
			return sum;
	}
	return NAN;
}

/* Without P(alive). With z = t / (alpha + T + t), Euler's transformation turns (1 - z)^(r + x) 2F1(r + x, b + x; c; z)
 * into (1 - z)^(a - 1) 2F1(a + b - 1 - r, a - 1; c; z): small terms however large x is. */
static double to_come(struct run *run, const struct model *m, const struct history *h, double t)
{
	double z = t / (m->alpha + h->age + t), c = m->a + m->b + h->repeats - 1;
	double series = hypergeometric(run, (double[]){m->a + m->b - 1 - m->r, m->a - 1, c}, z);
	return c / (m->a - 1) * (1 - exp((m->a - 1) * log1p(-z)) * series);
}

static double expected(struct run *run, struct model m, const struct history *h, double t)
{
	double near = 1e-5, a = m.a;
	if (fabs(a - 1) >= near)
		return to_come(run, &m, h, t) * alive(&m, h);
	double chance = alive(&m, h);
	m.a = 1 - near;
	double below = to_come(run, &m, h, t);
	m.a = 1 + near;
	return (below + to_come(run, &m, h, t)) / 2 * chance;
}

static struct value p_alive(struct run *run, const struct value *args, uint32_t count)
{
	struct model model;
	struct history history;
	(void)count;
	if (!read_model(args[0], &model) || !read_history(run, &model, args, &history))
		return run_fault(FAULT_RANGE);
	return value_double(alive(&model, &history));
}

static struct value expected_purchases(struct run *run, const struct value *args, uint32_t count)
{
	struct model model;
	struct history history;
	(void)count;
	double ahead = (double)value_to_duration(args[4]).ms;
	if (!read_model(args[0], &model) || !read_history(run, &model, args, &history) || ahead < 0)
		return run_fault(FAULT_RANGE);
	double purchases = expected(run, model, &history, ahead / model.unit);
	if (!run_spend(run, 100))
		return run_fault(FAULT_BUDGET);
	return isfinite(purchases) ? value_double(purchases > 0 ? purchases : 0) : run_fault(FAULT_RANGE);
}

const struct function CHANCE_FUNCTIONS[] = {
        {"p_alive", "mitt", 'd', false, p_alive,
         "The chance that a customer of so many purchases, the first and last then, still buys (BG/NBD)."},
        {"expected_purchases", "mittu", 'd', false, expected_purchases,
         "How many purchases such a customer makes in a time from now (BG/NBD)."},
        {0},
};
