/* SPDX-License-Identifier: Apache-2.0 */
/* The sections behind the fixed parts, one writer and one reader each. */
#include "core/customer/record_extra.h"

#include "core/customer/trait_record.h"

enum { LENGTH_BYTES = 4, LABEL_BYTES = 2 };

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

/* ---- traits ---- */

static void traits_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	trait_record_write(customer, &set->rules, out);
}

static void traits_read(struct unpack *in, struct customer *customer, const struct journey_set *set)
{
	trait_record_read(customer, &set->rules, in);
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
        {SECTION_TRAITS, traits_write, traits_read},
        {SECTION_LABELS, labels_write, labels_read},
        {SECTION_WAITING, waiting_write, waiting_read},
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
