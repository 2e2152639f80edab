/* SPDX-License-Identifier: Apache-2.0 */
/* The sections behind the fixed parts, one writer and one reader each. */
#include "core/customer/record_extra.h"

enum { LENGTH_BYTES = 4, TAG_BYTES = 4, LAST_YEAR = 9999 };

/* A length that is known only when what it counts is written. */
static size_t length_begin(struct buf *out)
{
	pack_fixed(out, 0, LENGTH_BYTES);
	return out->len;
}

static void length_end(struct buf *out, size_t from)
{
	uint32_t len = (uint32_t)(out->len - from);
	memcpy(out->ptr + from - LENGTH_BYTES, &len, LENGTH_BYTES); /* little-endian hosts only, as hash.c */
}

static struct unpack length_read(struct unpack *in)
{
	uint64_t len = unpack_fixed(in, LENGTH_BYTES);
	if (len > (size_t)(in->end - in->at)) {
		in->bad = true;
		in->at = in->end;
		len = 0;
	}
	struct unpack part = {in->at, in->at + len, in->bad};
	in->at += len;
	return part;
}

/* ---- values of instances ---- */

static bool has_values(const struct instance *instance)
{
	return instance->journey ? instance->values || instance->variant : instance->raw_values.len > 0;
}

static void write_values(const struct instance *instance, struct buf *out)
{
	const struct journey *journey = instance->journey;
	if (!journey) {
		buf_str(out, instance->raw_values);
		return;
	}
	pack_u64(out, instance->variant);
	for (size_t i = 0; instance->values && i < journey->value_count; i++) {
		if (instance->values[i].kind == VALUE_ABSENT)
			continue;
		pack_fixed(out, journey->values[i].tag, TAG_BYTES);
		value_pack(instance->values[i], out);
	}
}

static void values_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	(void)set;
	for (size_t i = 0; i < customer->instance_count; i++) {
		if (!has_values(&customer->instances[i]))
			continue;
		pack_u64(out, i);
		size_t from = length_begin(out);
		write_values(&customer->instances[i], out);
		length_end(out, from);
	}
}

static size_t value_slot(const struct journey *journey, uint32_t tag)
{
	size_t slot = 0;
	while (slot < journey->value_count && journey->values[slot].tag != tag)
		slot++;
	return slot;
}

static void read_values(struct unpack *in, struct instance *instance, struct arena *arena)
{
	const struct journey *journey = instance->journey;
	uint64_t variant = unpack_u64(in);
	instance->variant = variant <= journey->variant_count ? (uint32_t)variant : 0;
	if (journey->value_count && !unpack_done(in))
		instance->values = arena_zalloc(arena, journey->value_count * sizeof(struct value));
	while (!in->bad && !unpack_done(in)) {
		size_t slot = value_slot(journey, (uint32_t)unpack_fixed(in, TAG_BYTES));
		struct value value = value_unpack(in, arena);
		if (slot < journey->value_count && !in->bad)
			instance->values[slot] = value;
	}
}

static void values_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	(void)set;
	while (!in->bad && !unpack_done(in)) {
		uint64_t index = unpack_u64(in);
		struct unpack part = length_read(in);
		if (index >= customer->instance_count) {
			in->bad = true;
			return;
		}
		struct instance *instance = &customer->instances[index];
		if (instance->journey)
			read_values(&part, instance, customer->arena);
		else
			instance->raw_values = (struct str){(const char *)part.at, (size_t)(part.end - part.at)};
		in->bad |= part.bad;
	}
}

/* ---- watches ---- */

/* One that says nothing that a missing one would not say is left out. */
static void watches_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	(void)set;
	for (size_t i = 0; i < customer->watch_count; i++) {
		const struct watch *watch = &customer->watches[i];
		bool due = watch->due.ms != INSTANT_NEVER.ms;
		if (!due && watch->mark == 0)
			continue;
		pack_fixed(out, watch->journey_tag, TAG_BYTES);
		pack_u64(out, due);
		if (due)
			pack_i64(out, watch->due.ms);
		pack_i64(out, watch->mark);
		pack_i64(out, watch->pending);
	}
}

static void watches_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	while (!in->bad && !unpack_done(in)) {
		struct watch *watch = customer_add_watch(customer);
		watch->journey_tag = (uint32_t)unpack_fixed(in, TAG_BYTES);
		watch->journey = journey_set_find(set, watch->journey_tag);
		if (watch->journey && watch->journey->enters.kind == ENTRY_EVENT)
			watch->journey = NULL;
		if (unpack_u64(in))
			watch->due.ms = unpack_i64(in);
		if (watch->due.ms != INSTANT_NEVER.ms &&
		    (watch->due.ms < INSTANT_MIN.ms || watch->due.ms > INSTANT_MAX.ms))
			in->bad = true;
		watch->mark = unpack_i64(in);
		watch->pending = unpack_i64(in);
		if (watch->mark < 0 || watch->mark > LAST_YEAR || watch->pending < 0 || watch->pending > LAST_YEAR)
			in->bad = true;
	}
}

/* ---- all of them ---- */

struct section {
	enum record_section number;
	void (*put)(const struct customer *customer, const struct journey_set *set, struct buf *out);
	void (*get)(struct unpack *in, struct customer *customer, const struct journey_set *set);
};

static const struct section SECTIONS[] = {
        {SECTION_VALUES, values_write, values_read},
        {SECTION_WATCHES, watches_write, watches_read},
};
enum { SECTION_COUNT = sizeof(SECTIONS) / sizeof(SECTIONS[0]) };

/* What turns out empty is taken back. */
static void section_write(const struct section *section, const struct customer *customer, const struct journey_set *set,
                          struct buf *out)
{
	size_t begin = out->len;
	pack_u64(out, section->number);
	size_t from = length_begin(out);
	section->put(customer, set, out);
	if (out->len == from)
		out->len = begin;
	else
		length_end(out, from);
}

static bool has_extra(const struct customer *customer)
{
	bool any = customer->watch_count > 0;
	for (size_t i = 0; i < customer->instance_count; i++)
		any = any || has_values(&customer->instances[i]);
	return any;
}

void record_extra_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	if (!has_extra(customer))
		return;
	for (size_t i = 0; i < SECTION_COUNT; i++)
		section_write(&SECTIONS[i], customer, set, out);
}

void record_extra_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	while (!in->bad && !unpack_done(in)) {
		uint64_t number = unpack_u64(in);
		struct unpack part = length_read(in);
		for (size_t i = 0; i < SECTION_COUNT && !in->bad; i++) {
			if (SECTIONS[i].number != number)
				continue;
			SECTIONS[i].get(&part, customer, set);
			in->bad |= part.bad;
		}
	}
}
