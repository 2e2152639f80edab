/* SPDX-License-Identifier: Apache-2.0 */
/* When a condition over dates and moments may change by time alone. */
#ifndef JD_EXPR_MOMENTS_H
#define JD_EXPR_MOMENTS_H

#include "core/expr/expr.h"

enum { EXPR_MOMENTS_MOST = 512 };

/*
 * Moments after frame->now at which the expression may begin to give something else, in no order, at most `room`:
 * every date or moment that it reads from the profile and the traits, moved by every length of time and whole number
 * that stands in it. They are guesses, to be tried by evaluation; a condition that turns the times it reads into
 * something else first may change unforeseen.
 */
size_t expr_moments(const struct expr *expr, const struct expr_frame *frame, struct instant *out, size_t room);

/* How the result may change while nothing that is read does: not at all; with the days that lie between today and what
 * is read; with the day it is; with every moment. */
enum expr_ageing { AGEING_NONE, AGEING_AGE, AGEING_DAYS, AGEING_CHANCE };
enum expr_ageing expr_ageing(const struct expr *expr);

#endif
