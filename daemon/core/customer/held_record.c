/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each instance that is held: its place in the list, twice, with a bit for one not begun; and the due time
 * that came. */
#include "core/customer/held_record.h"

#include "core/customer/record.h"

void held_write(const struct customer *customer, struct buf *out)
{
	for (size_t i = 0; i < customer->instance_count; i++) {
		const struct instance *instance = &customer->instances[i];
		if (instance->held.ms == INSTANT_NONE.ms)
			continue;
		put_u64(out, i << 1 | instance->unbegun);
		put_u64(out, zigzag(instance->held.ms));
	}
}

void held_read(struct customer *customer, struct unpack *in)
{
	while (!in->bad && !unpack_done(in)) {
		uint64_t place = get_u64(in);
		struct instant held = {unzigzag(get_u64(in))};
		if (place >> 1 >= customer->instance_count || held.ms < INSTANT_MIN.ms || held.ms > INSTANT_MAX.ms) {
			in->bad = true;
			return;
		}
		customer->instances[place >> 1].held = held;
		customer->instances[place >> 1].unbegun = place & 1;
	}
}
