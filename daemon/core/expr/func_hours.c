/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours, as rules/ give them. */
#include "core/expr/expr_func.h"
#include "core/expr/expr_time.h"
#include "core/opening.h"

static struct value is_open(struct run *run, const struct value *args, uint32_t count)
{
	struct zone fixed;
	const struct expr_frame *frame = run->frame;
	const struct opening *opening = opening_find(frame->hours, value_text(args[0]));
	if (!opening)
		return run_fault(FAULT_ABSENT);
	const struct zone *zone = frame->zone;
	if (opening->timezone.len)
		zone = zone_find(frame->zones, opening->timezone, &fixed);
	(void)run_spend(run, 2 * ZONE_STEPS);
	struct instant at = count == 2 ? value_to_instant(args[1]) : frame->now;
	return zone ? value_bool(opening_at(opening, zone, at)) : run_fault(FAULT_ZONE);
}

const struct function HOURS_FUNCTIONS[] = {
        {"is_open", "ht?", 'b', false, is_open,
         "Whether the place of that name is open, now or at a moment; absent when the rules give it no hours."},
        {0},
};
