/* SPDX-License-Identifier: Apache-2.0 */
#include "core/customer/trait_record.h"

#include "core/customer/record.h"

static uint64_t shape_of(const struct trait *trait)
{
	return (uint64_t)trait->kind << 1 | (trait->within.ms > 0);
}

static void write_moments(const struct customer *customer, const struct trait *trait, const struct trait_state *state,
                          struct buf *out)
{
	struct trait_need need = trait_state_need(trait);
	struct instant base = record_recent(customer->logical, (struct instant){0});
	size_t from = trait_state_from(state, trait, customer->logical);
	put_u64(out, shape_of(trait));
	put_u64(out, state->count - from);
	for (size_t i = from; i < state->count; i++) {
		const struct trait_moment *moment = &state->moments[i];
		if (need.time)
			put_u64(out, record_time(moment->at, base));
		if (need.value)
			value_pack(moment->value, out);
		if (need.count)
			put_u64(out, (uint64_t)moment->count);
		base = moment->at;
	}
}

/* Puts the length of what stands from there on in front of it: it is known only now. */
static void put_length(struct buf *out, size_t from)
{
	char length[10];
	size_t len = out->len - from;
	put_u64(out, len);
	size_t size = out->len - from - len;
	memcpy(length, out->ptr + from + len, size);
	memmove(out->ptr + from + size, out->ptr + from, len);
	memcpy(out->ptr + from, length, size);
}

void trait_record_write(const struct customer *customer, const struct rules *rules, struct buf *out)
{
	for (size_t i = 0; customer->states && i < rules->trait_count; i++) {
		const struct trait_state *state = &customer->states[i];
		if (trait_state_from(state, &rules->traits[i], customer->logical) == state->count)
			continue;
		put_fixed(out, rules->traits[i].tag, RECORD_TAG_BYTES);
		size_t from = out->len;
		write_moments(customer, &rules->traits[i], state, out);
		put_length(out, from);
	}
}

/* Whether a value of that kind can have been written by this trait. */
static bool value_fits(const struct trait *trait, struct value value)
{
	bool number = value.kind == VALUE_INT || value.kind == VALUE_DOUBLE;
	switch (trait->kind) {
	case TRAIT_SUM:
	case TRAIT_AVERAGE:
		return number;
	default:
		return value.kind != VALUE_ABSENT && value.kind != VALUE_NULL && value.kind != VALUE_ERROR;
	}
}

static int64_t get_count(struct unpack *in)
{
	uint64_t count = get_u64(in);
	in->bad = in->bad || count > RECORD_COUNT_MOST;
	return in->bad ? 0 : (int64_t)count;
}

static void read_moments(struct customer *customer, const struct trait *trait, struct trait_state *state,
                         struct unpack *in)
{
	struct trait_need need = trait_state_need(trait);
	struct instant base = record_recent(customer->logical, (struct instant){0});
	if (get_u64(in) != shape_of(trait))
		return;
	uint64_t count = get_u64(in);
	bool reached = customer->logical.ms != INSTANT_NONE.ms; /* windows are told from the customer's latest time */
	in->bad = in->bad || count > TRAIT_MOMENTS || (count && !reached);
	if (in->bad)
		return;
	state->cap = (size_t)count + 1;
	state->moments = arena_alloc(customer->arena, state->cap * sizeof *state->moments);
	for (uint64_t i = 0; i < count && !in->bad; i++) {
		struct trait_moment moment = {.at = base, .value = value_absent(), .count = 1};
		if (need.time && !record_moment(get_u64(in), base, &moment.at))
			in->bad = true;
		if (need.value)
			moment.value = value_unpack(in, customer->arena);
		if (need.value && !value_fits(trait, moment.value))
			in->bad = true;
		if (need.count)
			moment.count = get_count(in);
		base = moment.at;
		state->moments[state->count++] = moment;
	}
	in->bad = in->bad || !unpack_done(in);
}

static size_t slot_of(const struct rules *rules, uint32_t tag)
{
	for (size_t i = 0; i < rules->trait_count; i++)
		if (rules->traits[i].tag == tag && !rules->traits[i].plain && !trait_computed(&rules->traits[i]))
			return i;
	return SIZE_MAX;
}

void trait_record_read(struct customer *customer, const struct rules *rules, struct unpack *in)
{
	while (!in->bad && !unpack_done(in)) {
		uint32_t tag = (uint32_t)get_fixed(in, RECORD_TAG_BYTES);
		struct str bytes = unpack_str(in);
		size_t slot = slot_of(rules, tag);
		if (in->bad || slot == SIZE_MAX || !customer->states)
			continue;
		struct unpack one = unpack_init(bytes);
		read_moments(customer, &rules->traits[slot], &customer->states[slot], &one);
		in->bad = one.bad;
	}
}
