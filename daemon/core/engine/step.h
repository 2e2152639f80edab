/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the engine share within one step: one event, or one due time of one customer.
 *
 * Adding or ending an instance moves the others: a pointer to an instance does not outlive a call that may do either.
 * Such calls answer false when the instance they were given has ended.
 */
#ifndef JD_STEP_H
#define JD_STEP_H

#include "core/engine/engine.h"

struct step {
	const struct engine *engine;
	struct customer *customer;
	struct engine_output *out;
	const struct event *event; /* NULL when a timer fires */
	struct instant at;         /* logical time of it, and of all it causes */
	struct instant own;        /* the event's own time, which may be earlier */
	struct instant before;     /* a timer's: the customer's latest time until then */
	bool edited;               /* the journey is another one than when this due time was set */
	struct str cause;          /* the event's id in the output's arena, once somebody asked */
	bool stale;                /* what is sent now was due while the journey was paused: it is not */
	bool starting;             /* an instance is taking its first way through the nodes */
	bool zone_changed;         /* the customer's zone, by this event */
	bool zone_known;
	const struct zone *profile_zone; /* NULL: no or no valid zone in the profile */
	const struct journey *zone_of;   /* whose zone is kept in `zone` */
	const struct zone *zone;
	struct zone fixed, journey_fixed; /* room for zones by offset */
};

/* ---- evaluation: engine_frame.c ---- */

/* A frame and the room for its names. */
struct step_frame {
	struct expr_frame frame;
	struct value locals[LOCAL_COUNT];
};

/* What an expression of the journey sees. instance NULL: before there is one. The event bank is the kept fields of the
 * instance, or the step's event without one; the caller changes banks where the rule is another. */
void step_frame(struct step *step, const struct journey *journey, const struct instance *instance,
                struct step_frame *out);
/* The customer's zone in that journey (NULL: in none). */
const struct zone *step_zone(struct step *step, const struct journey *journey);
void step_zone_forget(struct step *step);
struct hash128 instance_hash(const struct step *step, const struct instance *instance);
struct hash128 action_hash(const struct step *step, const struct instance *instance, struct str node);

/* ---- what comes out: engine_output.c ---- */

struct action *output_action(struct engine_output *out);
/* A decision about an instance, with all but segment, detail, due and action filled in. */
struct decision *step_decide(struct step *step, const struct instance *instance, enum decision_kind kind,
                             enum reason reason);
/* The same for a customer who did not enter. */
struct decision *step_decide_entry(struct step *step, const struct journey *journey, struct str key,
                                   enum reason reason);
struct str step_cause(struct step *step);
/* Counts a fault and decides `advanced/error` about the instance; what names the expression: "segment high_income". */
void step_fault(struct step *step, const struct instance *instance, struct value error, const char *what,
                struct str name);
struct str fault_text(struct step *step, struct value error, const char *what, struct str name);

/* ---- the parts, in the order of an event ---- */

/* engine_erase.c: forgets the customer; and the erasure itself, `until` so much later. */
void erased_apply(struct step *step);
void erased_expire(struct customer *customer, struct instant until);
/* engine_life.c: what the journey's state and its edits do to the people in it. */
void lives_apply(struct step *step);                           /* at an event, to all of them */
bool life_fire(struct step *step, struct instance *instance);  /* at a due time: true when it goes on as planned */
bool life_begin(struct step *step, struct instance *instance); /* the first node */
bool life_silent(const struct step *step, const struct instance *instance); /* nothing may be sent now */
bool life_admits(struct step *step, const struct journey *journey, struct str key);
/* engine_profile.c */
void profile_apply(struct step *step);
/* engine_end.c */
void endings_apply(struct step *step);
void instance_end(struct step *step, struct instance *instance, enum reason reason, struct str detail);
bool reentry_allowed(const struct step *step, const struct journey *journey, struct str key);
/* engine_entry.c */
void entries_apply(struct step *step);
/* engine_anchor.c */
struct value anchor_evaluate(struct step *step, const struct instance *instance, const struct value *fields);
bool anchor_update(struct step *step, struct instance *instance, struct value anchor);
void anchors_apply(struct step *step);

/* engine_node.c: goes through the nodes from this one on until one waits. `done`: why, when there is none left. */
bool node_run(struct step *step, struct instance *instance, uint32_t node, enum reason done);
void node_fire(struct step *step, struct instance *instance);

/* engine_plan.c */
bool sequence_enter(struct step *step, struct instance *instance);
bool sequence_plan(struct step *step, struct instance *instance, enum reason why);
bool sequence_fire(struct step *step, struct instance *instance);
/* After a pause: what was due since `from` goes now, or is passed over. */
bool sequence_resume(struct step *step, struct instance *instance, struct instant from, bool send);
struct instant touch_moment(const struct sequence *sequence, const struct touch *touch, struct value anchor,
                            const struct zone *zone);

/* engine_send.c: decides and, when nothing forbids it, sends. */
void step_send(struct step *step, struct instance *instance, const struct send *send, struct str node);
/* engine_segment.c: the case that holds; false when there is none. */
bool segment_evaluate(struct step *step, const struct instance *instance, const struct value *fields, int32_t *which);

/* engine_policy.c: REASON_NONE when the customer may be written to now; *cap is the rule's name otherwise. */
enum reason policy_check(const struct step *step, const struct send *send, struct str *cap);
void policy_record(struct step *step, const struct send *send);

#endif
