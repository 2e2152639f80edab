/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contact policy within a step. The order in which it asks is part of the contract: the first that forbids is the
 * reason.
 *
 *   breaker | suppressed, consent, channel, topic | suppress_when | stale | quiet hours | caps, how often | one at an
 *   instant
 */
#ifndef JD_ENGINE_POLICY_H
#define JD_ENGINE_POLICY_H

#include "core/engine/step.h"

/* What comes of a send. */
struct verdict {
	enum reason reason; /* REASON_NONE: it may go */
	struct str detail;  /* the rule's or cap's name; may be empty */
};

struct policy_question {
	struct step *step;
	const struct instance *instance;
	const struct send *send;
	struct value names[POLICY_NAME_COUNT]; /* BANK_ENTRY of its expressions */
	const struct frequency_cap *choice;    /* the customer's own cap; NULL: none */
};

/* Evaluates what the rules may ask about; everything below needs it. */
void policy_question(struct step *step, const struct instance *instance, const struct send *send,
                     struct policy_question *out);
/* May it go now? */
struct verdict policy_check(struct policy_question *question);
/* The first whole minute after now at which quiet hours, caps and the rule of one at an instant would let it go, as far
 * as is known now; INSTANT_NEVER when there is none within a year. */
struct instant policy_first(struct policy_question *question);
/* Of quiet hours and caps the one that forbids the longest from now on, to be named where a message is given up for it;
 * REASON_NONE when neither does. */
struct verdict policy_longest(const struct policy_question *question);
/* Remembers the send. */
void policy_record(struct step *step, const struct send *send);

/* engine_consent.c: suppressed, consent, channel, topic, suppress_when. */
struct verdict policy_consent(struct policy_question *question);

#endif
