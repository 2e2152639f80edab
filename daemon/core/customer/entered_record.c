/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each entry: the journey's tag and the moment. */
#include "core/customer/entered_record.h"

#include "core/customer/record.h"

void entered_write(const struct customer *customer, struct buf *out)
{
	for (size_t i = 0; i < customer->entered_count; i++) {
		put_fixed(out, customer->entered[i].journey_tag, RECORD_TAG_BYTES);
		put_u64(out, zigzag(customer->entered[i].at.ms));
	}
}

void entered_read(struct customer *customer, struct unpack *in)
{
	while (!in->bad && !unpack_done(in)) {
		struct entered row;
		row.journey_tag = (uint32_t)get_fixed(in, RECORD_TAG_BYTES);
		row.at.ms = unzigzag(get_u64(in));
		if (in->bad || row.at.ms < INSTANT_MIN.ms || row.at.ms > INSTANT_MAX.ms) {
			in->bad = true;
			return;
		}
		*customer_add_entered(customer) = row;
	}
}
