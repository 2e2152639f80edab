/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step: (compiled journeys, customer, event or due time, now) -> (customer after, actions, emissions, decisions).
 *
 * Pure and deterministic: no clock, no dice, no heap outside the arenas it is given. The daemon, `test`, `simulate`,
 * the crash tests and the fuzzers run this same function. The order within one event is fixed:
 *   1. an id already seen is dropped, and so is an event from before an erasure of the customer;
 *   2. the time is cut to `now`, and raised to the customer's latest logical time (then the event is late);
 *   3. timers due before that time fire, in order of due time, then priority, older anchor, journey name, key;
 *   4. profile and traits change, as rules/ says;
 *   5. goals and exits act on the instances they match; anchors that moved re-plan;
 *   6. entries start instances, or refresh the kept fields of the running instance with that key;
 *   7. what nodes made happen meanwhile follows in the order it was made, at most 16 times: an event goes through 4
 *      to 6, the start of a journey is offered to that journey alone.
 * An event that erases does, in place of 4 to 6, nothing but that: exits and one `erased` are decided about the hash of
 * the customer's id, and what is left is the time of it (customer.erased), for a while.
 * An event goes before a timer due at the same instant.
 *
 * An expression that fails is false (null in a send's data), is counted in `faults` and told as a decision: not_entered
 * with reason error before there is an instance (no journey for what rules do), advanced with reason error in one; the
 * detail names file, line and column. In the contact policy what fails forbids. Data that are absent are just null.
 * Who enters without a date that the journey needs, or too late for it, is told as entered and exited at once; reentry
 * does not count that as a run.
 */
#ifndef JD_ENGINE_H
#define JD_ENGINE_H

#include "core/base/hash.h"
#include "core/customer/customer.h"
#include "core/engine/reason.h"

struct action_field {
	struct str name;
	struct value value; /* VALUE_NULL for what is absent */
};

/* One message to be sent. Everything is borrowed from the output's arena, the set and the customer. */
struct action {
	struct hash128 id;          /* of journey, version, instance, node, anchor and visit */
	struct hash128 instance;    /* correlationid */
	struct str customer, cause; /* cause: the id of the event that led here, empty for a timer */
	struct instant time;        /* when it was due */
	struct instant expires;     /* INSTANT_NEVER: not at all */
	const struct journey *journey;
	struct str key, node, segment, variant, channel, template; /* segment and variant may be empty */
	const struct action_field *data;
	size_t data_count;
};

struct decision {
	enum decision_kind kind;
	enum reason reason;
	struct hash128 instance; /* zero for not_entered */
	struct str customer, cause, journey, version, key, node, segment;
	struct str detail;     /* cap's name, exit's `as`, fault of an expression with its place; may be empty */
	struct instant time;   /* logical time of it */
	struct instant due;    /* for waiting: until when; else INSTANT_NONE */
	struct hash128 action; /* for sent and skipped: the action's id; for what is emitted: the emission's */
};

/* An event that a node made. `outward`: a record for other systems; others were for rules and journeys alone, and are
 * applied already. Borrowed like an action. */
struct emission {
	struct hash128 id;          /* as an action's; the event's own id too */
	struct hash128 instance;    /* correlationid */
	struct str customer, cause; /* as an action's */
	struct instant time;
	const struct journey *journey;
	struct str node;
	const struct event_type *event;
	const struct action_field *data;
	size_t data_count;
	bool outward;
};

struct engine_output {
	struct arena *arena; /* of everything below and of texts in it */
	struct action *actions;
	size_t action_count, action_cap;
	struct decision *decisions;
	size_t decision_count, decision_cap;
	/* counts since the caller last cleared them */
	uint64_t events, duplicates, late, future, faults, bad_zones, timers;
	uint64_t erasures, forgotten; /* customers erased; events dropped since they are older than that */
	struct emission *emissions;
	size_t emission_count, emission_cap;
};

struct engine {
	const struct journey_set *set;
	const struct zone_set *zones;
	const struct zone *zone; /* the configuration's default; not NULL */
	bool decide_not_entered; /* not_entered decisions, else left out */
	struct arena *scratch;   /* for evaluation; cleared by the engine between evaluations */
};

/* ERASED: applied, and the customer's messages of up to customer.erased that are not sent yet must not be. FORGOTTEN:
 * from before the customer was erased, dropped. */
enum engine_result { ENGINE_APPLIED, ENGINE_DUPLICATE, ENGINE_ERASED, ENGINE_FORGOTTEN };

/* now is the batch's time: INSTANT_NEVER where time is what the events say. */
enum engine_result engine_event(const struct engine *engine, struct customer *customer, const struct event *event,
                                struct instant now, struct engine_output *out);
/* Fires the customer's timers due before `until`. */
void engine_advance(const struct engine *engine, struct customer *customer, struct instant until,
                    struct engine_output *out);

void engine_output_init(struct engine_output *out, struct arena *arena);
/* Forgets actions, decisions and emissions (their arena is the caller's to clear) and keeps the counts. */
void engine_output_clear(struct engine_output *out);

#endif
