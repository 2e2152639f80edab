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

/* An event that a node made. */
struct emitted {
	struct event event;
	const struct journey *starts; /* offered to this journey alone; NULL: to all that care */
	struct str cause;             /* of a start: what led to the node; ptr is not NULL */
	struct str by;                /* of a start: the node that made it */
};

/* To be applied when what is going on is done. */
struct emit_queue {
	struct emitted items[16];
	size_t count;
};

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
	struct instant planned; /* the moment that a send now is due at: earlier than `at` when something held it up */
	struct emit_queue *queue;
	struct value occurrence;     /* the day by which somebody enters; absent for other entries */
	struct expr_failure failure; /* the last one */
	uint64_t told_traits;        /* by bit: those whose failure has been told */
	uint64_t set_slots;          /* attributes that nodes set, by bit; the last one stands for all from 63 on */
	struct str started_by;       /* the node of another journey that hands the customer over; else empty */
	uint32_t salt;               /* a timer's: of the instance or watch that it was */
	uint32_t round;              /* in which segments are looked at again, from 1; else 0 */
	struct zone fixed, journey_fixed; /* room for zones by offset; the last, since it needs no value */
};

/* The attribute's bit in set_slots. */
static inline uint64_t step_slot_bit(size_t slot)
{
	return UINT64_C(1) << (slot < 63 ? slot : 63);
}

/* ---- evaluation: engine_frame.c ---- */

/* A frame and the room for its names. */
struct step_frame {
	struct expr_frame frame;
	struct value locals[LOCAL_COUNT + LOCAL_RUN_MOST];
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
struct emission *output_emission(struct engine_output *out);
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
/* The same where no instance is concerned: what rules do to the customer, and who is let in. journey may be NULL. */
void step_fault_entry(struct step *step, const struct journey *journey, struct value error, const char *what,
                      struct str name);
/* The error of an expression that gave something of the wrong kind. */
struct value step_wrong_kind(struct step *step, const struct expr *expr);

/* ---- engine_bound.c: what is too large is not kept, and told ---- */

size_t value_weight(struct value value); /* bytes, roughly */
bool step_fits(const struct step *step, struct value value);
struct value step_too_large(struct step *step, const struct expr *expr); /* the error; expr may be NULL */
/* The fields that the journey keeps of this event; told when one is too large. */
bool kept_fits(struct step *step, const struct journey *journey);
bool record_fits(const struct step *step); /* for one instance more */

/* ---- the parts, in the order of an event ---- */

/* engine_end.c: true when this event has ended the instance. */
bool ending_try(struct step *step, struct instance *instance);
/* engine_erase.c: forgets the customer; and the erasure itself, `until` so much later. */
void erased_apply(struct step *step);
void erased_expire(struct customer *customer, struct instant until);
/* engine_life.c: what the journey's state and its edits do to the people in it. */
void lives_apply(struct step *step);                          /* at an event, to all of them */
bool life_fire(struct step *step, struct instance *instance); /* at a due time: true when it goes on as planned */
/* True in a pause: who could go on now, since a date has moved, is held like those whose due time came. */
bool life_waits(const struct step *step, struct instance *instance);
bool life_begin(struct step *step, struct instance *instance);              /* the first node */
bool life_silent(const struct step *step, const struct instance *instance); /* nothing may be sent now */
bool life_admits(struct step *step, const struct journey *journey, struct str key);
/* engine_profile.c */
void profile_apply(struct step *step);
/* Sets the attribute, or removes it: null. What is not of its type is not set. */
enum profile_set { PROFILE_SAME, PROFILE_CHANGED, PROFILE_UNFIT };
enum profile_set profile_set(struct step *step, size_t slot, struct value value);
/* engine_trait.c: what the event adds to the traits. */
void traits_apply(struct step *step);
/* For frames: computes them when the expression reads one. arg is the step. */
void traits_prepare(void *arg, const struct expr *expr, const struct expr_frame *frame);
/* The values of the customer's traits that are not plain, at given->now in given->zone; its banks are the customer's.
 * Takes memory from its scratch. */
void traits_compute(struct step *step, const struct expr_frame *given);
/* engine_end.c */
void endings_apply(struct step *step);
void instance_end(struct step *step, struct instance *instance, enum reason reason, struct str detail);
bool reentry_allowed(const struct step *step, const struct journey *journey, struct str key);
/* engine_entry.c */
void entries_apply(struct step *step);
void entry_offer(struct step *step, const struct journey *journey);
/* engine_cap.c: entries that have been counted, and journeys that are running */
bool entry_capped(const struct step *step, const struct journey *journey);
void entry_count(struct step *step, const struct journey *journey);
void entry_uncount(struct step *step, const struct instance *instance); /* it could not even begin */
bool journeys_full(const struct step *step, const struct journey *journey);
/* engine_watch.c: entries by the calendar and by segment */
void watches_apply(struct step *step);
void watches_recheck(struct step *step); /* after nodes have set attributes */
struct watch *watch_due(struct customer *customer, struct instant until);
void watch_fire(struct step *step, struct watch *watch);
/* Whether the customer is in the segment (the case of it) that the journey's entry names, at that time. */
bool segment_holds(struct step *step, const struct journey *journey, struct instant at);
/* engine_change.c: the first moment after now at which, by time alone, that is another answer than `now`, or at which
 * it must be asked again; INSTANT_NEVER when there is none. What changes continuously, such as a chance, changes at
 * midnight in the customer's zone. */
struct instant segment_change(struct step *step, const struct journey *journey, bool now);
/* engine_anchor.c */
struct value anchor_evaluate(struct step *step, const struct instance *instance, const struct value *fields);
bool anchor_update(struct step *step, struct instance *instance, struct value anchor);
void anchors_apply(struct step *step);
void anchors_recheck(struct step *step); /* after nodes have set attributes */

/* engine_node.c: goes through the nodes from this one on until one waits. `done`: why, when there is none left. */
bool node_run(struct step *step, struct instance *instance, uint32_t node, enum reason done);
bool node_leave(struct step *step, struct instance *instance);
void node_fire(struct step *step, struct instance *instance);

/* engine_wait.c, engine_flow.c: whether the instance goes on at once, stays, or has ended. */
enum flow { FLOW_ON, FLOW_STAYS, FLOW_ENDED };
enum flow wait_enter(struct step *step, struct instance *instance, const struct wait *wait);
/* Its due time came: whether the wait is over. Hours may be others by now, or the journey was paused. */
bool wait_fire(struct step *step, struct instance *instance);
/* What the instance waits for may have moved; `changed` NULL: it has. False when the instance ended. */
bool wait_recheck(struct step *step, struct instance *instance,
                  bool (*changed)(const struct step *, const struct expr *));
/* The nodes that neither send nor wait; *way is where it goes on. */
enum flow flow_enter(struct step *step, struct instance *instance, const struct node *node, struct way *way);
/* A way back is another round, of which there are not endlessly many. False when the instance ended. */
bool flow_round(struct step *step, struct instance *instance);
/* A frame as step_frame's, with the names that only nodes have. */
void flow_frame(struct step *step, struct instance *instance, const struct expr *expr, struct step_frame *out);
void settings_apply(struct step *step, struct instance *instance, const struct setting_list *set,
                    struct expr_frame *frame);

/* engine_emit.c */
void emit_enter(struct step *step, struct instance *instance, const struct node *node);
/* What a node gives to the fields of an event. NULL when a required one is not there, which is said. */
struct given {
	const struct event_type *type;
	const struct setting *fields;
	size_t count;
	const char *what; /* in decisions: "emit" */
};
struct value *given_evaluate(struct step *step, struct instance *instance, const struct given *given);
/* An event of these fields, to be applied later; NULL when there are too many already, which is said. */
struct emitted *emit_queue_add(struct step *step, struct instance *instance, const struct node *node,
                               const struct event_type *type, const struct value *fields);
/* engine_start.c */
void start_enter(struct step *step, struct instance *instance, const struct node *node);
/* A journey takes the customer in, or not, by the step's event, which is for it alone. */
void start_apply(struct step *step, const struct journey *journey);

/* engine_wait_for.c */
/* Whether what `key` gives of the event is the run's key: its text, or the digits of an int. */
bool key_holds(struct step *step, const struct instance *instance, const struct expr *key, struct expr_frame *frame);
enum flow wait_for_enter(struct step *step, struct instance *instance, const struct wait_for *wait, struct way *way);
void waits_apply(struct step *step); /* this event, to every instance that waits for it */
/* engine_experiment.c */
void experiment_enter(struct step *step, struct instance *instance, const struct experiment *experiment,
                      struct way *way);
bool holdout_holds(const struct step *step, const struct journey *journey);
bool holdout_of_all(const struct step *step); /* the contact policy's */

/* engine_plan.c */
bool sequence_enter(struct step *step, struct instance *instance);
bool sequence_plan(struct step *step, struct instance *instance, enum reason why);
bool sequence_fire(struct step *step, struct instance *instance);
/* When the next touch is due; INSTANT_NEVER when none is left. */
struct instant sequence_next(struct step *step, const struct instance *instance);
/* After a pause: what was due since `from` goes now, or is passed over. */
bool sequence_resume(struct step *step, struct instance *instance, struct instant from, bool send);

/* engine_send.c: decides and, when nothing forbids it, sends. SEND_DEFERRED: it waits for the contact policy, the due
 * time is set, and the caller asks again when it comes. SEND_ENDED: the instance is no more. */
enum send_result { SEND_DONE, SEND_DEFERRED, SEND_ENDED };
struct send_place {
	const struct send *send;
	struct str node;
	uint32_t touch; /* of a sequence; else 0 */
};
enum send_result step_send(struct step *step, struct instance *instance, const struct send_place *place);
/* engine_segment.c: the case that holds; false when there is none. */
bool segment_evaluate(struct step *step, const struct instance *instance, const struct value *fields, int32_t *which);
/* Whether this case and those that it lies within hold; *error is what failed last, else absent. */
bool segment_case_holds(struct step *step, const struct segment_case *row, const struct expr_frame *frame,
                        struct value *error);

#endif
