/* SPDX-License-Identifier: Apache-2.0 */
/* From memory to the stored form (record.h). */
#include "core/customer/customer.h"
#include "core/customer/record.h"
#include "core/customer/record_extra.h"

#include <math.h>

struct writer {
	struct buf *out;
	const struct journey_set *set;
	struct instant due, base, recent;
};

static void put_text(struct buf *out, struct str text)
{
	if (text.len <= SHORT_MAX) {
		put_u64(out, 0); /* room for the code, which is a byte even above 127 */
		out->ptr[out->len - 1] = (char)(CODE_SHORT + text.len);
	} else {
		put_u64(out, CODE_STRING);
		put_u64(out, text.len);
	}
	buf_str(out, text);
}

/* Whole numbers within 2^53 read back as the same double; a negative zero would lose its sign. */
static void put_double(struct buf *out, double number)
{
	if (number == trunc(number) && fabs(number) < 9007199254740992.0 && !(number == 0 && signbit(number))) {
		put_u64(out, CODE_WHOLE);
		put_u64(out, zigzag((int64_t)number));
		return;
	}
	uint64_t bits;
	memcpy(&bits, &number, sizeof bits);
	put_u64(out, CODE_DOUBLE);
	put_fixed(out, bits, 8);
}

static void put_number(struct buf *out, enum record_code code, int64_t number)
{
	put_u64(out, code);
	put_u64(out, zigzag(number));
}

static void put_value(struct buf *out, struct value value)
{
	switch ((enum value_kind)value.kind) {
	case VALUE_NULL:
		put_u64(out, CODE_NULL);
		return;
	case VALUE_BOOL:
		put_u64(out, value.b ? CODE_TRUE : CODE_FALSE);
		return;
	case VALUE_INT:
		put_number(out, CODE_INT, value.i);
		return;
	case VALUE_DOUBLE:
		put_double(out, value.d);
		return;
	case VALUE_STRING:
		put_text(out, value_text(value));
		return;
	case VALUE_DATE:
		put_number(out, CODE_DATE, value.i);
		return;
	case VALUE_TIMESTAMP:
		if (value.size % 1000000 == 0) {
			put_number(out, CODE_TIMESTAMP, value_to_instant(value).ms);
			return;
		}
		break;
	default:
		break;
	}
	put_u64(out, CODE_PACKED);
	value_pack(value, out);
}

static void write_attributes(const struct writer *w, const struct customer *customer)
{
	const struct rules *rules = &w->set->rules;
	size_t count = 0;
	for (size_t i = 0; i < rules->profile_count; i++)
		count += customer->profile[i].kind != VALUE_ABSENT;
	for (size_t i = 0; i < customer->stranger_count; i++)
		count += !customer->strangers[i].trait;
	put_u64(w->out, count);
	for (size_t i = 0; i < rules->profile_count; i++) {
		if (customer->profile[i].kind == VALUE_ABSENT)
			continue;
		put_fixed(w->out, rules->profile[i].tag, RECORD_TAG_BYTES);
		put_value(w->out, customer->profile[i]);
	}
	for (size_t i = 0; i < customer->stranger_count; i++) {
		if (customer->strangers[i].trait)
			continue;
		put_fixed(w->out, customer->strangers[i].tag, RECORD_TAG_BYTES);
		put_value(w->out, customer->strangers[i].value);
	}
}

static bool trait_set(struct value value)
{
	return value.kind == VALUE_TIMESTAMP || (value.kind == VALUE_INT && value.i != 0);
}

static void put_trait(const struct writer *w, uint32_t tag, struct value value)
{
	put_fixed(w->out, tag, RECORD_TAG_BYTES);
	if (value.kind == VALUE_TIMESTAMP)
		put_u64(w->out, record_time(value_to_instant(value), w->recent) << 1 | RECORD_TRAIT_TIME);
	else
		put_u64(w->out, (uint64_t)value.i << 1);
}

static void write_traits(const struct writer *w, const struct customer *customer)
{
	const struct rules *rules = &w->set->rules;
	size_t count = 0;
	for (size_t i = 0; i < rules->trait_count; i++)
		count += rules->traits[i].plain && trait_set(customer->traits[i]);
	for (size_t i = 0; i < customer->stranger_count; i++)
		count += customer->strangers[i].trait;
	put_u64(w->out, count);
	for (size_t i = 0; i < rules->trait_count; i++)
		if (rules->traits[i].plain && trait_set(customer->traits[i]))
			put_trait(w, rules->traits[i].tag, customer->traits[i]);
	for (size_t i = 0; i < customer->stranger_count; i++)
		if (customer->strangers[i].trait)
			put_trait(w, customer->strangers[i].tag, customer->strangers[i].value);
}

static void write_seen(const struct writer *w, const struct customer *customer)
{
	put_u64(w->out, customer->seen_count);
	for (size_t i = 0; i < customer->seen_count; i++)
		put_fixed(w->out, customer->seen[i], RECORD_ID_BYTES);
}

/* Each is told from the one before: sends stand days apart, at whole minutes. */
static void write_contacts(const struct writer *w, const struct customer *customer)
{
	put_u64(w->out, customer->contact_count);
	struct instant base = w->base;
	for (size_t i = 0; i < customer->contact_count; i++) {
		const struct contact *contact = &customer->contacts[i];
		bool same = i > 0 && contact->channel_tag == contact[-1].channel_tag;
		put_u64(w->out, record_time(contact->at, base) << CONTACT_SHIFT | (same ? CONTACT_SAME_CHANNEL : 0) |
		                        (contact->exempt ? CONTACT_EXEMPT : 0));
		if (!same)
			put_fixed(w->out, contact->channel_tag, 2);
		base = contact->at;
	}
}

static uint64_t instance_head(const struct writer *w, const struct instance *instance)
{
	uint64_t head = (uint64_t)instance->node << INSTANCE_NODE_SHIFT;
	head |= instance->segment >= 0 ? INSTANCE_SEGMENT : 0;
	head |= instance->visits ? INSTANCE_VISITS : 0;
	head |= instance->anchor.kind != VALUE_ABSENT ? INSTANCE_ANCHOR : 0;
	if (instance->due.ms != INSTANT_NEVER.ms)
		head |= instance->due.ms == w->due.ms ? INSTANCE_DUE_SAME : INSTANCE_DUE;
	return head;
}

static bool same_value(struct value a, struct value b)
{
	return a.kind == b.kind && a.size == b.size && a.i == b.i;
}

static void put_field(struct buf *out, const struct instance *instance, struct value value)
{
	if (value.kind == VALUE_STRING && str_eq(value_text(value), instance->key))
		put_u64(out, CODE_KEY);
	else if ((value.kind == VALUE_DATE || value.kind == VALUE_TIMESTAMP) && same_value(value, instance->anchor))
		put_u64(out, CODE_ANCHOR);
	else
		put_value(out, value);
}

static void write_fields(const struct writer *w, const struct instance *instance)
{
	const struct journey *journey = instance->journey;
	if (!journey) {
		buf_str(w->out, instance->raw);
		return;
	}
	size_t count = 0;
	for (size_t i = 0; i < journey->kept_count; i++)
		count += instance->event[journey->kept[i]].kind != VALUE_ABSENT;
	put_u64(w->out, count);
	for (size_t i = 0; i < journey->kept_count; i++) {
		uint16_t slot = journey->kept[i];
		if (instance->event[slot].kind == VALUE_ABSENT)
			continue;
		put_fixed(w->out, journey->entry->fields[slot].tag, RECORD_TAG_BYTES);
		put_field(w->out, instance, instance->event[slot]);
	}
}

static void write_instance(const struct writer *w, const struct instance *instance)
{
	uint64_t head = instance_head(w, instance);
	put_fixed(w->out, instance->journey_tag, RECORD_TAG_BYTES);
	put_fixed(w->out, instance->version_tag, RECORD_TAG_BYTES);
	put_u64(w->out, head);
	put_u64(w->out, instance->key.len);
	buf_str(w->out, instance->key);
	put_u64(w->out, record_time(instance->entered, w->base));
	put_fixed(w->out, instance->entry_id, 4);
	put_u64(w->out, instance->passed);
	if (head & INSTANCE_SEGMENT)
		put_u64(w->out, (uint64_t)instance->segment);
	if (head & INSTANCE_VISITS)
		put_u64(w->out, instance->visits);
	if (head & INSTANCE_ANCHOR)
		put_value(w->out, instance->anchor);
	if (head & INSTANCE_DUE)
		put_u64(w->out, record_time(instance->due, w->base));
	write_fields(w, instance);
}

static void write_ended(const struct writer *w, const struct customer *customer)
{
	put_u64(w->out, customer->ended_count);
	for (size_t i = 0; i < customer->ended_count; i++) {
		put_fixed(w->out, customer->ended[i].journey_tag, RECORD_TAG_BYTES);
		put_fixed(w->out, customer->ended[i].key_tag, RECORD_TAG_BYTES);
		put_u64(w->out, record_time(customer->ended[i].at, w->base));
	}
}

void customer_write(const struct customer *customer, const struct journey_set *set, struct buf *out)
{
	struct instant due = customer_due(customer), logical = customer->logical;
	struct writer w = {out, set, due, record_base(due, logical), {0}};
	w.recent = record_recent(logical, w.base);
	struct instant logical_base = due.ms == INSTANT_NEVER.ms ? (struct instant){0} : due;
	if (customer->erased.ms == INSTANT_NONE.ms) {
		put_u64(out, RECORD_FORMAT);
	} else {
		put_u64(out, RECORD_ERASED);
		put_fixed(out, (uint64_t)customer->erased.ms, 8);
		if (logical.ms == INSTANT_NONE.ms)
			return;
	}
	put_u64(out, due.ms == INSTANT_NEVER.ms ? 0 : 1 + record_time(due, (struct instant){0}));
	put_u64(out, logical.ms == INSTANT_NONE.ms ? 0 : 1 + record_time(logical, logical_base));
	write_attributes(&w, customer);
	write_traits(&w, customer);
	write_seen(&w, customer);
	write_contacts(&w, customer);
	put_u64(out, customer->instance_count);
	for (size_t i = 0; i < customer->instance_count; i++)
		write_instance(&w, &customer->instances[i]);
	write_ended(&w, customer);
	record_extra_write(customer, set, out);
}
