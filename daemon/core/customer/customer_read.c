/* SPDX-License-Identifier: Apache-2.0 */
/* From the stored form (record.h) to memory. Bad bytes set in.bad, which is looked at once, at the end; until then
 * every count is checked against the bytes that are left, so that nonsense costs no memory. */
#include "core/customer/customer.h"
#include "core/customer/record.h"
#include "core/customer/record_extra.h"

struct reader {
	struct unpack in;
	const struct journey_set *set;
	struct customer *customer;
	struct instant due, base;
};

static void fail(struct reader *r)
{
	r->in.bad = true;
	r->in.at = r->in.end;
}

/* A count of things that take at least `least` bytes each. */
static size_t get_count(struct reader *r, size_t least)
{
	uint64_t count = get_u64(&r->in);
	if (count <= (size_t)(r->in.end - r->in.at) / least)
		return (size_t)count;
	fail(r);
	return 0;
}

static struct instant get_time(struct reader *r, uint64_t coded, struct instant base)
{
	struct instant time;
	if (record_moment(coded, base, &time))
		return time;
	fail(r);
	return base;
}

static struct str get_text(struct reader *r, uint64_t len)
{
	if (len > (uint64_t)(r->in.end - r->in.at)) {
		fail(r);
		return (struct str){0};
	}
	struct str text = {(const char *)r->in.at, (size_t)len};
	r->in.at += len;
	return text;
}

static struct value get_double(struct reader *r)
{
	uint64_t bits = get_fixed(&r->in, 8);
	double number;
	memcpy(&number, &bits, sizeof number);
	return value_double(number);
}

static struct value get_date(struct reader *r)
{
	int64_t days = unzigzag(get_u64(&r->in));
	if (!date_days_valid(days)) {
		fail(r);
		return value_null();
	}
	return value_date((struct date){(int32_t)days});
}

static struct value get_timestamp(struct reader *r)
{
	struct instant at = {unzigzag(get_u64(&r->in))};
	if (at.ms < INSTANT_MIN.ms || at.ms > INSTANT_MAX.ms) {
		fail(r);
		return value_null();
	}
	return value_instant(at);
}

/* instance is NULL outside of one, where nothing can be the same as its key. */
static struct value get_value(struct reader *r, const struct instance *instance)
{
	if (r->in.at == r->in.end) {
		fail(r);
		return value_null();
	}
	unsigned code = *r->in.at++;
	if (code >= CODE_SHORT)
		return value_str(get_text(r, code - CODE_SHORT));
	switch ((enum record_code)code) {
	case CODE_NULL:
		return value_null();
	case CODE_FALSE:
	case CODE_TRUE:
		return value_bool(code == CODE_TRUE);
	case CODE_INT:
		return value_int(unzigzag(get_u64(&r->in)));
	case CODE_DOUBLE:
		return get_double(r);
	case CODE_WHOLE:
		return value_double((double)unzigzag(get_u64(&r->in)));
	case CODE_DATE:
		return get_date(r);
	case CODE_TIMESTAMP:
		return get_timestamp(r);
	case CODE_STRING:
		return value_str(get_text(r, get_u64(&r->in)));
	case CODE_PACKED:
		return value_unpack(&r->in, r->customer->arena);
	case CODE_KEY:
		if (instance)
			return value_str(instance->key);
		break;
	case CODE_ANCHOR:
		if (instance)
			return instance->anchor;
		break;
	default:
		break;
	}
	fail(r);
	return value_null();
}

static struct value get_anchor(struct reader *r)
{
	struct value anchor = get_value(r, NULL);
	if (anchor.kind != VALUE_DATE && anchor.kind != VALUE_TIMESTAMP)
		fail(r);
	return anchor;
}

/* So few that one more never overflows. */
static struct value get_number(struct reader *r, uint64_t number)
{
	if (number > RECORD_COUNT_MOST)
		fail(r);
	return value_int((int64_t)number);
}

static void add_stranger(struct customer *customer, struct attribute stranger, size_t most)
{
	if (!customer->strangers)
		customer->strangers = arena_alloc(customer->arena, most * sizeof stranger);
	customer->strangers[customer->stranger_count++] = stranger;
}

/* Records are written in the order of the rules, so the slot after the last one found is nearly always right. */
static size_t profile_slot(const struct rules *rules, uint32_t tag, size_t guess)
{
	for (size_t i = guess; i < rules->profile_count; i++)
		if (rules->profile[i].tag == tag)
			return i;
	for (size_t i = 0; i < guess && i < rules->profile_count; i++)
		if (rules->profile[i].tag == tag)
			return i;
	return SIZE_MAX;
}

static void read_attributes(struct reader *r)
{
	const struct rules *rules = &r->set->rules;
	size_t count = get_count(r, RECORD_TAG_BYTES + 1), guess = 0;
	size_t most = count + (size_t)(r->in.end - r->in.at) / (RECORD_TAG_BYTES + 1); /* of traits, at the worst */
	for (size_t i = 0; i < count; i++) {
		uint32_t tag = (uint32_t)get_fixed(&r->in, RECORD_TAG_BYTES);
		struct value value = get_value(r, NULL);
		size_t slot = profile_slot(rules, tag, guess);
		if (slot == SIZE_MAX) {
			add_stranger(r->customer, (struct attribute){tag, false, value}, most);
			continue;
		}
		r->customer->profile[slot] = value;
		guess = slot + 1;
	}
}

static size_t trait_slot(const struct rules *rules, uint32_t tag, size_t guess)
{
	for (size_t i = guess; i < rules->trait_count; i++)
		if (rules->traits[i].tag == tag)
			return i;
	for (size_t i = 0; i < guess && i < rules->trait_count; i++)
		if (rules->traits[i].tag == tag)
			return i;
	return SIZE_MAX;
}

/* A trait that was declared anew with another kind begins anew. */
static void read_traits(struct reader *r)
{
	const struct rules *rules = &r->set->rules;
	size_t count = get_count(r, RECORD_TAG_BYTES + 1), guess = 0;
	size_t most = r->customer->stranger_count + count;
	struct instant recent = record_recent(r->customer->logical, r->base);
	for (size_t i = 0; i < count; i++) {
		uint32_t tag = (uint32_t)get_fixed(&r->in, RECORD_TAG_BYTES);
		uint64_t coded = get_u64(&r->in);
		bool is_time = coded & RECORD_TRAIT_TIME;
		struct value value =
		        is_time ? value_instant(get_time(r, coded >> 1, recent)) : get_number(r, coded >> 1);
		size_t slot = trait_slot(rules, tag, guess);
		if (slot == SIZE_MAX) {
			add_stranger(r->customer, (struct attribute){tag, true, value}, most);
			continue;
		}
		if (rules->traits[slot].plain && (rules->traits[slot].kind == TRAIT_COUNT) == !is_time)
			r->customer->traits[slot] = value;
		guess = slot + 1;
	}
}

/* Of more than the window that holds now, the newest. */
static void read_seen(struct reader *r)
{
	size_t count = get_count(r, RECORD_ID_BYTES), window = (size_t)r->set->rules.duplicate_window;
	size_t skip = count > window ? count - window : 0;
	r->in.at += skip * RECORD_ID_BYTES;
	for (size_t i = skip; i < count; i++)
		r->customer->seen[i - skip] = get_fixed(&r->in, RECORD_ID_BYTES);
	r->customer->seen_count = count - skip;
}

static void read_contacts(struct reader *r)
{
	size_t count = get_count(r, 1);
	struct contact *contacts = arena_alloc(r->customer->arena, (count + 1) * sizeof *contacts);
	struct instant base = r->base;
	uint16_t channel = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t coded = get_u64(&r->in);
		base = get_time(r, coded >> CONTACT_SHIFT, base);
		if (!(coded & CONTACT_SAME_CHANNEL))
			channel = (uint16_t)get_fixed(&r->in, 2);
		contacts[i] = (struct contact){.at = base, .channel_tag = channel, .exempt = coded & CONTACT_EXEMPT};
	}
	r->customer->contacts = contacts;
	r->customer->contact_count = count;
	r->customer->contact_cap = count + 1;
}

/* The i-th kept field of the version that wrote it stands at the same place unless the journey was edited. */
static size_t field_slot(const struct journey *journey, uint32_t tag, size_t guess)
{
	const struct event_field *fields = journey->entry->fields;
	if (guess < journey->kept_count && fields[journey->kept[guess]].tag == tag)
		return journey->kept[guess];
	for (size_t i = 0; i < journey->entry->field_count; i++)
		if (fields[i].tag == tag)
			return i;
	return SIZE_MAX;
}

static void read_fields(struct reader *r, struct instance *instance)
{
	const struct journey *journey = instance->journey;
	const unsigned char *from = r->in.at;
	size_t count = get_count(r, RECORD_TAG_BYTES + 1);
	if (journey)
		instance->event = arena_zalloc(r->customer->arena, journey->entry->field_count * sizeof(struct value));
	for (size_t i = 0; i < count; i++) {
		uint32_t tag = (uint32_t)get_fixed(&r->in, RECORD_TAG_BYTES);
		struct value value = get_value(r, instance);
		size_t slot = journey ? field_slot(journey, tag, i) : SIZE_MAX;
		if (slot != SIZE_MAX)
			instance->event[slot] = value;
	}
	if (!journey && !r->in.bad)
		instance->raw = (struct str){(const char *)from, (size_t)(r->in.at - from)};
}

static uint32_t get_u32(struct reader *r)
{
	uint64_t number = get_u64(&r->in);
	if (number <= INT32_MAX)
		return (uint32_t)number;
	fail(r);
	return 0;
}

static void read_due(struct reader *r, struct instance *instance, uint64_t head)
{
	if (head & INSTANCE_DUE)
		instance->due = get_time(r, get_u64(&r->in), r->base);
	else if (head & INSTANCE_DUE_SAME)
		instance->due = r->due;
}

static void read_instance(struct reader *r, struct instance *instance)
{
	instance->journey_tag = (uint32_t)get_fixed(&r->in, RECORD_TAG_BYTES);
	instance->version_tag = (uint32_t)get_fixed(&r->in, RECORD_TAG_BYTES);
	instance->journey = journey_set_find_version(r->set, instance->journey_tag, instance->version_tag);
	uint64_t head = get_u64(&r->in);
	instance->node =
	        head >> INSTANCE_NODE_SHIFT > UINT32_MAX ? UINT32_MAX : (uint32_t)(head >> INSTANCE_NODE_SHIFT);
	instance->key = get_text(r, get_u64(&r->in));
	instance->entered = get_time(r, get_u64(&r->in), r->base);
	instance->entry_id = (uint32_t)get_fixed(&r->in, 4);
	instance->passed = get_u64(&r->in);
	if (head & INSTANCE_SEGMENT)
		instance->segment = (int32_t)get_u32(r);
	if (head & INSTANCE_VISITS)
		instance->visits = get_u32(r);
	if (head & INSTANCE_ANCHOR)
		instance->anchor = get_anchor(r);
	read_due(r, instance, head);
	read_fields(r, instance);
}

static void read_instances(struct reader *r)
{
	enum { LEAST = 17 }; /* bytes */
	size_t count = get_count(r, LEAST);
	r->customer->instances = arena_alloc(r->customer->arena, (count + 1) * sizeof(struct instance));
	r->customer->instance_cap = count + 1;
	for (size_t i = 0; i < count; i++)
		read_instance(r, customer_add_instance(r->customer));
}

static void read_ended(struct reader *r)
{
	size_t count = get_count(r, 2 * RECORD_TAG_BYTES + 1);
	for (size_t i = 0; i < count; i++) {
		struct ended *ended = customer_add_ended(r->customer);
		ended->journey_tag = (uint32_t)get_fixed(&r->in, RECORD_TAG_BYTES);
		ended->key_tag = (uint32_t)get_fixed(&r->in, RECORD_TAG_BYTES);
		ended->at = get_time(r, get_u64(&r->in), r->base);
	}
}

static void read_times(struct reader *r)
{
	struct instant zero = {0};
	uint64_t due = get_u64(&r->in), logical = get_u64(&r->in);
	r->due = due ? get_time(r, due - 1, zero) : INSTANT_NEVER;
	if (logical)
		r->customer->logical = get_time(r, logical - 1, due ? r->due : zero);
	r->base = record_base(r->due, r->customer->logical);
}

bool customer_read(struct customer *customer, struct str id, struct str bytes, const struct journey_set *set,
                   struct arena *arena)
{
	struct reader r = {.in = unpack_init(bytes), .set = set, .customer = customer};
	customer_init(customer, id, set, arena);
	if (customer_peek_erased(bytes, &customer->erased)) {
		r.in.at += 1 + 8;
		if (unpack_done(&r.in))
			return true;
	} else if (unpack_fixed(&r.in, 1) != RECORD_FORMAT) {
		return false;
	}
	read_times(&r);
	read_attributes(&r);
	read_traits(&r);
	read_seen(&r);
	read_contacts(&r);
	read_instances(&r);
	read_ended(&r);
	record_extra_read(&r.in, customer, set);
	return !r.in.bad && unpack_done(&r.in);
}
