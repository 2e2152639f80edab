/* SPDX-License-Identifier: Apache-2.0 */
/* How large what is kept and what is sent may be: one customer's data must stop neither the shard nor the broker. */
#include "core/engine/step.h"

/* Roughly as stored: what is below is counted, a scalar is eight bytes. */
size_t value_weight(struct value value)
{
	size_t weight = 8;
	if (value.kind == VALUE_STRING)
		weight += (size_t)value.size;
	for (int32_t i = 0; value.kind == VALUE_LIST && i < value.size; i++)
		weight += value_weight(value.items[i]);
	for (int32_t i = 0; value.kind == VALUE_MAP && i < value.size; i++)
		weight += value_weight(value.entries[i].key) + value_weight(value.entries[i].value);
	return weight;
}

bool step_fits(const struct step *step, struct value value)
{
	if (value.kind != VALUE_STRING && value.kind != VALUE_LIST && value.kind != VALUE_MAP)
		return true;
	return value_weight(value) <= (size_t)step->engine->set->rules.value_size;
}

struct value step_too_large(struct step *step, const struct expr *expr)
{
	struct value error = {.kind = VALUE_ERROR, .size = FAULT_SIZE};
	step->failure = (struct expr_failure){expr, error, 0};
	return error;
}

bool kept_fits(struct step *step, const struct journey *journey)
{
	for (size_t i = 0; step->event && i < journey->kept_count; i++) {
		uint16_t slot = journey->kept[i];
		if (step_fits(step, step->event->fields[slot]))
			continue;
		step_fault_entry(step, journey, step_too_large(step, NULL), "event", journey->entry->fields[slot].name);
		return false;
	}
	return true;
}

static size_t values_weight(const struct value *values, size_t count)
{
	size_t weight = 0;
	for (size_t i = 0; values && i < count; i++)
		if (values[i].kind != VALUE_ABSENT)
			weight += value_weight(values[i]);
	return weight;
}

/* The beginning of an instance counts too, so that there cannot be endlessly many of nothing. */
bool record_fits(const struct step *step)
{
	enum { INSTANCE = 64, FEW = 4 };
	const struct customer *customer = step->customer;
	const struct rules *rules = &step->engine->set->rules;
	if (customer->instance_count < FEW)
		return true;
	size_t weight = values_weight(customer->profile, rules->profile_count);
	for (size_t i = 0; i < customer->instance_count; i++) {
		const struct instance *instance = &customer->instances[i];
		weight += INSTANCE + instance->key.len;
		if (!instance->journey)
			continue;
		weight += values_weight(instance->event, instance->journey->entry->field_count);
		weight += values_weight(instance->values, instance->journey->value_count);
	}
	return weight <= (size_t)rules->record_size;
}
