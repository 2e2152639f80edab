/* SPDX-License-Identifier: Apache-2.0 */
/* What records hold behind the fixed part: customer_section.h says in which form. */
#include "core/customer/customer_section.h"

#include "core/customer/record.h"

enum { SECTION_LENGTH_BYTES = 3, LABEL_BYTES = 2 };

/* ---- writing ---- */

static size_t section_begin(struct buf *out, enum section_tag tag)
{
	put_fixed(out, (uint64_t)tag, 1);
	put_fixed(out, 0, SECTION_LENGTH_BYTES);
	return out->len;
}

/* Its length is known only now; without contents it was not worth a word. */
static void section_end(struct buf *out, size_t from)
{
	size_t len = out->len - from;
	if (len == 0) {
		out->len = from - SECTION_LENGTH_BYTES - 1;
		return;
	}
	for (size_t i = 0; i < SECTION_LENGTH_BYTES; i++)
		out->ptr[from - SECTION_LENGTH_BYTES + i] = (char)(len >> 8 * i & 0xff);
}

static bool any_labels(const struct customer *customer)
{
	for (size_t i = 0; i < customer->contact_count; i++)
		if (customer->contacts[i].label_count)
			return true;
	return false;
}

static void write_labels(const struct customer *customer, struct buf *out)
{
	size_t from = section_begin(out, SECTION_LABELS);
	for (size_t i = 0; i < customer->contact_count; i++) {
		const struct contact *contact = &customer->contacts[i];
		if (contact->label_count == 0)
			continue;
		put_u64(out, i);
		put_u64(out, contact->label_count);
		for (size_t k = 0; k < contact->label_count; k++)
			put_fixed(out, contact->labels[k], LABEL_BYTES);
	}
	section_end(out, from);
}

static bool any_waiting(const struct customer *customer)
{
	for (size_t i = 0; i < customer->instance_count; i++)
		if (customer->instances[i].deferred)
			return true;
	return false;
}

static void write_waiting(const struct customer *customer, struct buf *out)
{
	size_t from = section_begin(out, SECTION_WAITING);
	for (size_t i = 0; i < customer->instance_count; i++) {
		const struct instance *instance = &customer->instances[i];
		if (!instance->deferred)
			continue;
		put_u64(out, i);
		put_u64(out, instance->deferred);
		put_u64(out, record_time(instance->planned, (struct instant){0}));
	}
	section_end(out, from);
}

void customer_sections_write(const struct customer *customer, struct buf *out)
{
	if (any_labels(customer))
		write_labels(customer, out);
	if (any_waiting(customer))
		write_waiting(customer, out);
	buf_str(out, customer->sections);
}

/* ---- reading ---- */

static bool read_labels(struct customer *customer, struct unpack *in)
{
	while (in->at < in->end && !in->bad) {
		uint64_t which = get_u64(in), count = get_u64(in);
		if (in->bad || which >= customer->contact_count || count > UINT8_MAX ||
		    count * LABEL_BYTES > (size_t)(in->end - in->at))
			return false;
		uint16_t *labels = arena_alloc(customer->arena, (size_t)(count + 1) * sizeof *labels);
		for (size_t k = 0; k < count; k++)
			labels[k] = (uint16_t)get_fixed(in, LABEL_BYTES);
		customer->contacts[which].labels = labels;
		customer->contacts[which].label_count = (uint8_t)count;
	}
	return !in->bad;
}

static bool read_waiting(struct customer *customer, struct unpack *in)
{
	while (in->at < in->end && !in->bad) {
		uint64_t which = get_u64(in), deferred = get_u64(in), planned = get_u64(in);
		if (in->bad || which >= customer->instance_count || deferred > INT32_MAX)
			return false;
		struct instance *instance = &customer->instances[which];
		instance->deferred = (uint32_t)deferred;
		if (!record_moment(planned, (struct instant){0}, &instance->planned))
			return false;
	}
	return !in->bad;
}

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

bool customer_sections_read(struct customer *customer, struct unpack *in)
{
	while (in->at < in->end && !in->bad) {
		const unsigned char *from = in->at;
		uint64_t tag = get_fixed(in, 1), len = get_fixed(in, SECTION_LENGTH_BYTES);
		if (in->bad || len > (size_t)(in->end - in->at))
			return false;
		struct unpack part = {in->at, in->at + len, false};
		in->at += len;
		if (tag == SECTION_LABELS ? !read_labels(customer, &part)
		                          : tag == SECTION_WAITING && !read_waiting(customer, &part))
			return false;
		if (tag != SECTION_LABELS && tag != SECTION_WAITING)
			keep(customer, from, in->at);
	}
	return !in->bad;
}
