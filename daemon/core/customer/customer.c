/* SPDX-License-Identifier: Apache-2.0 */
/* A customer in memory: empty, growing, and when it is due. */
#include "core/customer/customer.h"
#include "core/customer/record.h"

void customer_init(struct customer *customer, struct str id, const struct journey_set *set, struct arena *arena)
{
	const struct rules *rules = &set->rules;
	customer->id = id;
	customer->logical = INSTANT_NONE;
	customer->profile = arena_zalloc(arena, (rules->profile_count + rules->trait_count) * sizeof(struct value));
	customer->traits = customer->profile + rules->profile_count;
	for (size_t i = 0; i < rules->trait_count; i++)
		if (rules->traits[i].kind == TRAIT_COUNT && rules->traits[i].plain)
			customer->traits[i] = value_int(0);
	customer->strangers = NULL;
	customer->contacts = NULL;
	customer->instances = NULL;
	customer->ended = NULL;
	customer->stranger_count = customer->seen_count = 0;
	customer->contact_count = customer->contact_cap = 0;
	customer->instance_count = customer->instance_cap = 0;
	customer->ended_count = customer->ended_cap = 0;
	customer->arena = arena;
	customer->states = NULL;
	if (rules->live_trait_count)
		customer->states = arena_zalloc(arena, rules->trait_count * sizeof *customer->states);
	customer->traits_at = INSTANT_NONE;
	customer->traits_zone = NULL;
	customer->sections = (struct str){0};
	customer->watches = NULL;
	customer->watch_count = customer->watch_cap = 0;
	customer->erased = INSTANT_NONE;
	customer->entered = NULL;
	customer->entered_count = customer->entered_cap = 0;
}

bool customer_void(const struct customer *customer)
{
	return customer->logical.ms == INSTANT_NONE.ms && customer->erased.ms == INSTANT_NONE.ms;
}

struct instant customer_due(const struct customer *customer)
{
	struct instant due = INSTANT_NEVER;
	for (size_t i = 0; i < customer->instance_count; i++)
		if (customer->instances[i].journey && customer->instances[i].due.ms < due.ms)
			due = customer->instances[i].due;
	for (size_t i = 0; i < customer->watch_count; i++)
		if (customer->watches[i].journey && customer->watches[i].due.ms < due.ms)
			due = customer->watches[i].due;
	if (customer->logical.ms == INSTANT_NONE.ms && customer->erased.ms != INSTANT_NONE.ms)
		due.ms = customer->erased.ms + ERASED_KEPT_MS;
	return due;
}

bool customer_peek_erased(struct str bytes, struct instant *erased)
{
	struct unpack in = unpack_init(bytes);
	if (unpack_fixed(&in, 1) != RECORD_ERASED)
		return false;
	erased->ms = (int64_t)unpack_fixed(&in, 8);
	return !in.bad && erased->ms >= INSTANT_MIN.ms && erased->ms <= INSTANT_MAX.ms;
}

struct instant customer_peek_due(struct str bytes)
{
	struct unpack in = unpack_init(bytes);
	struct instant due;
	if (customer_peek_erased(bytes, &due)) {
		unpack_fixed(&in, 1);
		unpack_fixed(&in, 8);
		if (unpack_done(&in))
			return (struct instant){due.ms + ERASED_KEPT_MS};
	} else if (unpack_fixed(&in, 1) != RECORD_FORMAT) {
		return INSTANT_NEVER;
	}
	uint64_t coded = get_u64(&in);
	if (coded == 0 || in.bad || !record_moment(coded - 1, (struct instant){0}, &due))
		return INSTANT_NEVER;
	return due;
}

struct instance *customer_add_instance(struct customer *customer)
{
	if (customer->instance_count == customer->instance_cap)
		customer->instances = arena_grow(customer->arena, customer->instances, &customer->instance_cap,
		                                 sizeof *customer->instances);
	struct instance *added = &customer->instances[customer->instance_count++];
	*added = (struct instance){.segment = -1, .due = INSTANT_NEVER, .held = INSTANT_NONE};
	return added;
}

struct contact *customer_add_contact(struct customer *customer)
{
	if (customer->contact_count == customer->contact_cap)
		customer->contacts = arena_grow(customer->arena, customer->contacts, &customer->contact_cap,
		                                sizeof *customer->contacts);
	struct contact *added = &customer->contacts[customer->contact_count++];
	*added = (struct contact){0};
	return added;
}

struct ended *customer_add_ended(struct customer *customer)
{
	if (customer->ended_count == customer->ended_cap)
		customer->ended =
		        arena_grow(customer->arena, customer->ended, &customer->ended_cap, sizeof *customer->ended);
	struct ended *added = &customer->ended[customer->ended_count++];
	*added = (struct ended){0};
	return added;
}

struct entered *customer_add_entered(struct customer *customer)
{
	if (customer->entered_count == customer->entered_cap)
		customer->entered = arena_grow(customer->arena, customer->entered, &customer->entered_cap,
		                               sizeof *customer->entered);
	struct entered *added = &customer->entered[customer->entered_count++];
	*added = (struct entered){0};
	return added;
}

struct watch *customer_add_watch(struct customer *customer)
{
	if (customer->watch_count == customer->watch_cap)
		customer->watches =
		        arena_grow(customer->arena, customer->watches, &customer->watch_cap, sizeof *customer->watches);
	struct watch *added = &customer->watches[customer->watch_count++];
	*added = (struct watch){.due = INSTANT_NEVER};
	return added;
}
