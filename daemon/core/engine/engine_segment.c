/* SPDX-License-Identifier: Apache-2.0 */
/* Which case of its journey's segment an instance is in. */
#include "core/engine/step.h"

bool segment_evaluate(struct step *step, const struct instance *instance, const struct value *fields, int32_t *which)
{
	const struct segment *segment = instance->journey->segment;
	struct step_frame frame;
	step_frame(step, instance->journey, instance, &frame);
	frame.frame.banks[BANK_EVENT] = fields;
	for (size_t i = 0; i < segment->case_count; i++) {
		const struct segment_case *row = &segment->cases[i];
		struct value error = value_absent();
		arena_clear(step->engine->scratch);
		bool holds = !row->when || expr_test(row->when, &frame.frame, &error);
		if (error.kind == VALUE_ERROR)
			step_fault(step, instance, error, "segment", row->name);
		if (holds) {
			*which = (int32_t)i;
			return true;
		}
	}
	return false;
}
