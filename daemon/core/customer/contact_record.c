/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of contacts, and what waits for the contact policy: contact_record.h says in which form. */
#include "core/customer/contact_record.h"

#include "core/customer/record.h"

enum { LABEL_BYTES = 2 };

static void put_section(uint64_t number, struct buf *rows, struct buf *out)
{
	if (rows->len) {
		put_u64(out, number);
		put_u64(out, rows->len);
		buf_str(out, buf_view(rows));
	}
	buf_release(rows);
}

static void write_labels(const struct customer *customer, struct buf *out)
{
	struct buf rows = {0};
	for (size_t i = 0; i < customer->contact_count; i++) {
		const struct contact *contact = &customer->contacts[i];
		if (contact->label_count == 0)
			continue;
		put_u64(&rows, i);
		put_u64(&rows, contact->label_count);
		for (size_t k = 0; k < contact->label_count; k++)
			put_fixed(&rows, contact->labels[k], LABEL_BYTES);
	}
	put_section(SECTION_LABELS, &rows, out);
}

static void write_waiting(const struct customer *customer, struct buf *out)
{
	struct buf rows = {0};
	for (size_t i = 0; i < customer->instance_count; i++) {
		const struct instance *instance = &customer->instances[i];
		if (!instance->deferred)
			continue;
		put_u64(&rows, i);
		put_u64(&rows, instance->deferred);
		put_u64(&rows, record_time(instance->planned, (struct instant){0}));
	}
	put_section(SECTION_WAITING, &rows, out);
}

void contact_record_write(const struct customer *customer, struct buf *out)
{
	write_labels(customer, out);
	write_waiting(customer, out);
}

static void read_label(struct customer *customer, struct unpack *in)
{
	uint64_t which = get_u64(in), count = get_u64(in);
	if (in->bad || which >= customer->contact_count || count > UINT8_MAX ||
	    count * LABEL_BYTES > (size_t)(in->end - in->at)) {
		in->bad = true;
		return;
	}
	uint16_t *labels = arena_alloc(customer->arena, (size_t)(count + 1) * sizeof *labels);
	for (size_t k = 0; k < count; k++)
		labels[k] = (uint16_t)get_fixed(in, LABEL_BYTES);
	customer->contacts[which].labels = labels;
	customer->contacts[which].label_count = (uint8_t)count;
}

static void read_waiting(struct customer *customer, struct unpack *in)
{
	uint64_t which = get_u64(in), deferred = get_u64(in), planned = get_u64(in);
	if (in->bad || which >= customer->instance_count || deferred > INT32_MAX) {
		in->bad = true;
		return;
	}
	struct instance *instance = &customer->instances[which];
	instance->deferred = (uint32_t)deferred;
	if (!record_moment(planned, (struct instant){0}, &instance->planned))
		in->bad = true;
}

void contact_record_read(struct customer *customer, uint64_t section, struct unpack *in)
{
	while (!in->bad && in->at < in->end) {
		if (section == SECTION_LABELS)
			read_label(customer, in);
		else
			read_waiting(customer, in);
	}
}
