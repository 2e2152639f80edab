/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One customer's durable record: taken apart for a step, put together to be stored. The record is the truth about
 * everything, timers included: `due` is a field, and whatever a store keeps about due times is a hint.
 *
 * The stored form begins with a format byte and the due time, so that a timer can be checked without decoding. Names
 * of attributes, traits and journeys are stored as 32-bit tags, so that records survive edits of the rules; attributes
 * no longer declared are kept as they are. Target: at most 160 bytes for a renewal in progress.
 */
#ifndef JD_CUSTOMER_H
#define JD_CUSTOMER_H

#include "core/customer/trait_state.h"
#include "core/journey/journey_set.h"

/* One run of one journey. */
struct instance {
	const struct journey *journey; /* NULL: no such journey in the set; kept untouched, nothing is due */
	uint32_t journey_tag, version_tag;
	struct str key;
	struct instant entered;
	uint32_t entry_id;   /* hash of the entry event's id: part of the instance's identity */
	struct value anchor; /* as last evaluated; VALUE_ABSENT when there is none */
	uint32_t node;       /* index of the current node */
	uint64_t passed;     /* touches of the current sequence that fired or were decided, by bit */
	uint32_t visits;     /* of nodes, so that a node visited again has another action id */
	int32_t segment;     /* case fixed at entry; -1: none or not fixed */
	struct instant due;  /* INSTANT_NEVER while nothing is due */
	struct value
	        *event; /* the entry event's fields, full width, those not kept VALUE_ABSENT; NULL without journey */
	struct str raw; /* without journey: the stored bytes of the kept fields */
	/* A message waits for the contact policy until `due`: the touch's number in its sequence and one, for a plain
	 * send 1; 0: none does. planned: the moment it was due at first. */
	uint32_t deferred;
	struct instant planned;
	struct value *values;  /* journey->value_count of them, VALUE_ABSENT where not set; NULL: none is set */
	uint32_t variant;      /* of the last experiment, from 1 in journey->variants; 0: none */
	struct str raw_values; /* without journey: their stored bytes */
	struct instant held;   /* the due time that came while the journey was paused; INSTANT_NONE: none did */
	bool unbegun;          /* entered while it was paused: the first node has not been begun */
};

struct contact { /* a send, for frequency caps and the breaker */
	struct instant at;
	uint16_t channel_tag;
	bool exempt;
	uint8_t label_count; /* topics and tags that a cap counted when it went */
	const uint16_t *labels;
};

struct ended { /* what reentry asks about */
	uint32_t journey_tag;
	uint32_t key_tag; /* hash_tag of the key */
	struct instant at;
};

struct entered { /* of journeys with a cap on entries alone */
	uint32_t journey_tag;
	struct instant at;
};

struct watch {                         /* of a journey that lets in by the calendar or by segment */
	const struct journey *journey; /* NULL: no such journey in the set; nothing is due */
	uint32_t journey_tag;
	struct instant due; /* when to look again; INSTANT_NEVER: when an event comes */
	int64_t mark;       /* the year last let in; or 1 while in the segment */
	int64_t pending;    /* the year that `due` belongs to */
};

struct attribute { /* declared in rules no longer, kept for their return */
	uint32_t tag;
	bool trait;
	struct value value;
};

struct customer {
	struct str id;
	struct instant logical; /* the latest time applied; INSTANT_NONE for a new one */
	struct value *profile;  /* rules.profile_count */
	struct value *traits;   /* rules.trait_count; a count is 0 when there was none */
	struct attribute *strangers;
	size_t stranger_count;
	uint64_t seen[64]; /* 40-bit hashes of the ids accepted last, oldest first; 16 * 2^-40 is an error's chance */
	size_t seen_count;
	struct contact *contacts; /* oldest first */
	size_t contact_count, contact_cap;
	struct instance *instances; /* running ones */
	size_t instance_count, instance_cap;
	struct ended *ended;
	size_t ended_count, ended_cap;
	struct arena *arena; /* all of the above; the batch's */
	/* rules.trait_count, of traits that are kept as moments; NULL when the rules have none that is not plain. Their
	 * slots in `traits` are computed by the engine for one moment in one zone. */
	struct trait_state *states;
	struct instant traits_at; /* INSTANT_NONE: not computed, or changed since */
	const struct zone *traits_zone;
	struct str sections; /* of the stored form, unknown here, kept as they are; borrowed from the bytes or arena */
	struct watch *watches;
	size_t watch_count, watch_cap;
	struct instant erased;   /* events up to here are dropped, see ERASED_KEPT; INSTANT_NONE: never erased */
	struct entered *entered; /* what caps on entries count */
	size_t entered_count, entered_cap;
};

/* So long an erasure is remembered: longer than anybody replays events. Then nothing at all is left. */
#define ERASED_KEPT_MS (30 * DAY_MS)

/* A customer never seen: nothing set. id is borrowed. */
void customer_init(struct customer *customer, struct str id, const struct journey_set *set, struct arena *arena);
/* False when the bytes are no record of a known format: the caller holds the customer back and says so. What was read
 * borrows its texts from the bytes. */
bool customer_read(struct customer *customer, struct str id, struct str bytes, const struct journey_set *set,
                   struct arena *arena);
/* Appends the stored form. The same customer always gives the same bytes. */
void customer_write(const struct customer *customer, const struct journey_set *set, struct buf *out);
/* Nothing is known of the customer: the record is removed, not written. */
bool customer_void(const struct customer *customer);
/* The time of an erasure that the stored form remembers, without decoding; false when there is none. */
bool customer_peek_erased(struct str bytes, struct instant *erased);
/* The earliest due time of the instances; INSTANT_NEVER when there is none. */
struct instant customer_due(const struct customer *customer);
/* The same from the stored form, without decoding; INSTANT_NEVER for bytes that are no record. */
struct instant customer_peek_due(struct str bytes);

/* Room for one more at the end, cleared. The pointer is valid until the next addition. */
struct instance *customer_add_instance(struct customer *customer);
struct contact *customer_add_contact(struct customer *customer);
struct watch *customer_add_watch(struct customer *customer);
struct ended *customer_add_ended(struct customer *customer);
struct entered *customer_add_entered(struct customer *customer);

#endif
