/* SPDX-License-Identifier: Apache-2.0 */
/* Which case of its journey's segment an instance is in. */
#include "core/engine/step.h"

/* A text that names no topic, or none at all, is the else case's. */
static bool by_path(struct step *step, const struct instance *instance, const struct expr_frame *frame, int32_t *which)
{
	const struct segment *segment = instance->journey->segment;
	size_t from = 0, to = segment->case_count - segment->has_else;
	arena_clear(step->engine->scratch);
	struct value path = expr_eval(segment->path, frame);
	if (path.kind == VALUE_ERROR && path.size != FAULT_ABSENT)
		step_fault(step, instance, path, "segment", STR("path"));
	while (path.kind == VALUE_STRING && from < to) {
		size_t middle = from + (to - from) / 2;
		int order = str_cmp(segment->cases[middle].name, value_text(path));
		*which = (int32_t)middle;
		if (order == 0)
			return true;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	*which = segment->has_else ? (int32_t)segment->case_count - 1 : -1;
	return segment->has_else;
}

static bool true_now(struct step *step, const struct expr *when, const struct expr_frame *frame, struct value *error)
{
	arena_clear(step->engine->scratch);
	return expr_test(when, frame, error);
}

bool segment_case_holds(struct step *step, const struct segment_case *row, const struct expr_frame *frame,
                        struct value *error)
{
	for (size_t i = 0; i < row->outer_count; i++)
		if (!true_now(step, row->outer[i], frame, error))
			return false;
	return !row->when || true_now(step, row->when, frame, error);
}

bool segment_evaluate(struct step *step, const struct instance *instance, const struct value *fields, int32_t *which)
{
	const struct segment *segment = instance->journey->segment;
	struct step_frame frame;
	step_frame(step, instance->journey, instance, &frame);
	frame.frame.banks[BANK_EVENT] = fields;
	if (segment->path)
		return by_path(step, instance, &frame.frame, which);
	for (size_t i = 0; i < segment->case_count; i++) {
		const struct segment_case *row = &segment->cases[i];
		struct value error = value_absent();
		bool holds = segment_case_holds(step, row, &frame.frame, &error);
		if (error.kind == VALUE_ERROR)
			step_fault(step, instance, error, "segment", row->name);
		if (holds) {
			*which = (int32_t)i;
			return true;
		}
	}
	return false;
}
