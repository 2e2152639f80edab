/* SPDX-License-Identifier: Apache-2.0 */
/* The sections behind the fixed parts, one writer and one reader each. */
#include "core/customer/record_extra.h"

#include "core/customer/entered_record.h"
#include "core/customer/held_record.h"
#include "core/customer/trait_record.h"

enum { LENGTH_BYTES = 4, TAG_BYTES = 4, LABEL_BYTES = 2, LAST_YEAR = 9999 };

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

static bool any_set(const struct instance *instance)
{
	for (size_t i = 0; instance->values && i < instance->journey->value_count; i++)
		if (instance->values[i].kind != VALUE_ABSENT)
			return true;
	return false;
}

/* Room for values of which none is set (an edit dropped their names) is nothing to write. */
static bool has_values(const struct instance *instance)
{
	return instance->journey ? instance->variant || any_set(instance) : instance->raw_values.len > 0;
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

/* A second one would be due for ever: only the first is looked at. */
static bool watched(const struct customer *customer, uint32_t journey_tag)
{
	for (size_t i = 0; i < customer->watch_count; i++)
		if (customer->watches[i].journey_tag == journey_tag)
			return true;
	return false;
}

static void watches_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	while (!in->bad && !unpack_done(in)) {
		uint32_t tag = (uint32_t)unpack_fixed(in, TAG_BYTES);
		in->bad = in->bad || watched(customer, tag);
		struct watch *watch = customer_add_watch(customer);
		watch->journey_tag = tag;
		watch->journey = journey_set_find(set, watch->journey_tag);
		if (watch->journey && watch->journey->enters.kind != ENTRY_YEARLY &&
		    watch->journey->enters.kind != ENTRY_SEGMENT)
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

/* ---- traits ---- */

static void traits_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	trait_record_write(customer, &set->rules, out);
}

static void traits_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	trait_record_read(customer, &set->rules, in);
}

/* ---- instances that a pause holds ---- */

static void pause_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	(void)set;
	held_write(customer, out);
}

static void pause_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	(void)set;
	held_read(customer, in);
}

/* ---- entries that caps count ---- */

static void entries_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	(void)set;
	entered_write(customer, out);
}

static void entries_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	(void)set;
	entered_read(customer, in);
}

/* ---- labels of contacts ---- */

static void labels_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	(void)set;
	for (size_t i = 0; i < customer->contact_count; i++) {
		const struct contact *contact = &customer->contacts[i];
		if (contact->label_count == 0)
			continue;
		pack_u64(out, i);
		pack_u64(out, contact->label_count);
		for (size_t k = 0; k < contact->label_count; k++)
			pack_fixed(out, contact->labels[k], LABEL_BYTES);
	}
}

static void labels_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	(void)set;
	while (!in->bad && !unpack_done(in)) {
		uint64_t which = unpack_u64(in), count = unpack_u64(in);
		if (in->bad || which >= customer->contact_count || count > UINT8_MAX ||
		    count * LABEL_BYTES > (size_t)(in->end - in->at)) {
			in->bad = true;
			return;
		}
		uint16_t *labels = arena_alloc(customer->arena, (size_t)(count + 1) * sizeof *labels);
		for (size_t k = 0; k < count; k++)
			labels[k] = (uint16_t)unpack_fixed(in, LABEL_BYTES);
		customer->contacts[which].labels = labels;
		customer->contacts[which].label_count = (uint8_t)count;
	}
}

/* ---- messages that wait ---- */

static void waiting_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	(void)set;
	for (size_t i = 0; i < customer->instance_count; i++) {
		const struct instance *instance = &customer->instances[i];
		if (!instance->deferred)
			continue;
		pack_u64(out, i);
		pack_u64(out, instance->deferred);
		pack_i64(out, instance->planned.ms);
	}
}

static void waiting_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	(void)set;
	while (!in->bad && !unpack_done(in)) {
		uint64_t which = unpack_u64(in), deferred = unpack_u64(in);
		struct instant planned = {unpack_i64(in)};
		if (in->bad || which >= customer->instance_count || deferred > INT32_MAX ||
		    planned.ms < INSTANT_MIN.ms || planned.ms > INSTANT_MAX.ms) {
			in->bad = true;
			return;
		}
		customer->instances[which].deferred = (uint32_t)deferred;
		customer->instances[which].planned = planned;
	}
}

/* ---- what is not known here ---- */

static void keep(struct customer *customer, const unsigned char *from, const unsigned char *to)
{
	struct str before = customer->sections;
	size_t len = (size_t)(to - from);
	char *text = arena_alloc(customer->arena, before.len + len);
	if (before.len)
		memcpy(text, before.ptr, before.len);
	memcpy(text + before.len, from, len);
	customer->sections = (struct str){text, before.len + len};
}

/* ---- all of them ---- */

struct section {
	enum record_section number;
	void (*put)(const struct customer *customer, const struct journey_set *set, struct buf *out);
	void (*get)(struct unpack *in, struct customer *customer, const struct journey_set *set);
};

static const struct section SECTIONS[] = {
        {SECTION_VALUES, values_write, values_read},    {SECTION_WATCHES, watches_write, watches_read},
        {SECTION_TRAITS, traits_write, traits_read},    {SECTION_LABELS, labels_write, labels_read},
        {SECTION_WAITING, waiting_write, waiting_read}, {SECTION_HELD, pause_write, pause_read},
        {SECTION_ENTERED, entries_write, entries_read},
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

void record_extra_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	for (size_t i = 0; i < SECTION_COUNT; i++)
		section_write(&SECTIONS[i], customer, set, out);
	buf_str(out, customer->sections);
}

static const struct section *find_section(uint64_t number)
{
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (SECTIONS[i].number == number)
			return &SECTIONS[i];
	return NULL;
}

void record_extra_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	while (!in->bad && !unpack_done(in)) {
		const unsigned char *from = in->at;
		const struct section *section = find_section(unpack_u64(in));
		struct unpack part = length_read(in);
		if (in->bad)
			return;
		if (section)
			section->get(&part, customer, set);
		else
			keep(customer, from, in->at);
		in->bad |= part.bad;
	}
}
