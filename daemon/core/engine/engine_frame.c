/* SPDX-License-Identifier: Apache-2.0 */
/* What expressions see, in which zone, and the ids of instances and actions. */
#include "core/engine/step.h"

void step_zone_forget(struct step *step)
{
	step->zone_known = false;
	step->zone = NULL;
}

/* A name that is no zone falls back, and is counted once a step. */
static const struct zone *profile_zone(struct step *step)
{
	if (step->zone_known)
		return step->profile_zone;
	struct value name = step->customer->profile[PROFILE_TIMEZONE];
	step->zone_known = true;
	step->profile_zone = NULL;
	if (name.kind != VALUE_STRING)
		return NULL;
	step->profile_zone = zone_find(step->engine->zones, value_text(name), &step->fixed);
	step->out->bad_zones += !step->profile_zone;
	return step->profile_zone;
}

static const struct zone *configured_zone(struct step *step, const struct journey *journey)
{
	const struct engine *engine = step->engine;
	struct str names[] = {journey ? journey->timezone : (struct str){0}, engine->set->rules.timezone};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct zone *zone = NULL;
		if (names[i].len)
			zone = zone_find(engine->zones, names[i], &step->journey_fixed);
		if (zone)
			return zone;
	}
	return engine->zone;
}

const struct zone *step_zone(struct step *step, const struct journey *journey)
{
	if (step->zone && step->zone_of == journey)
		return step->zone;
	const struct zone *zone = profile_zone(step);
	step->zone = zone ? zone : configured_zone(step, journey);
	step->zone_of = journey;
	return step->zone;
}

void step_frame(struct step *step, const struct journey *journey, const struct instance *instance,
                struct step_frame *out)
{
	const struct customer *customer = step->customer;
	memset(out->locals, 0, LOCAL_COUNT * sizeof *out->locals);
	out->locals[LOCAL_CUSTOMER] = value_str(customer->id);
	out->locals[LOCAL_NOW] = value_instant(step->at);
	if (journey)
		out->locals[LOCAL_JOURNEY] = value_str(journey->name);
	if (instance) {
		out->locals[LOCAL_KEY] = value_str(instance->key);
		out->locals[LOCAL_ENTERED] = value_instant(instance->entered);
		out->locals[LOCAL_ANCHOR] = instance->anchor;
		for (size_t i = 0; i < journey->value_count; i++)
			out->locals[LOCAL_RUN + i] = instance->values ? instance->values[i] : value_absent();
	}
	out->frame = (struct expr_frame){
	        .banks = {[BANK_EVENT] = instance      ? instance->event
	                                 : step->event ? step->event->fields
	                                               : NULL,
	                  [BANK_ENTRY] = journey ? NULL : &out->locals[LOCAL_NOW], /* POLICY_NOW, for rules */
	                  [BANK_PROFILE] = customer->profile,
	                  [BANK_TRAIT] = customer->traits,
	                  [BANK_LOCAL] = out->locals,
	                  [BANK_TABLE] = step->engine->set->rules.constant_values},
	        .zone = step_zone(step, journey),
	        .zones = step->engine->zones,
	        .now = step->at,
	        .scratch = step->engine->scratch,
	        .hours = &step->engine->set->rules.hours,
	        .failure = &step->failure,
	};
	if (customer->states) {
		out->frame.prepare_traits = traits_prepare;
		out->frame.prepare_arg = step;
	}
}

/* ---- ids: every part with its length in front, so that no two lists of parts are the same bytes ---- */

enum { HASH_SEED = 2, DIGEST_PARTS = 16 };

struct digest {
	char *from, *at;
};

static struct digest digest_new(const struct step *step, size_t text)
{
	char *memory = arena_alloc(step->engine->scratch, text + DIGEST_PARTS * sizeof(uint64_t));
	return (struct digest){memory, memory};
}

static void digest_number(struct digest *digest, uint64_t number)
{
	memcpy(digest->at, &number, sizeof number);
	digest->at += sizeof number;
}

static void digest_text(struct digest *digest, struct str text)
{
	digest_number(digest, text.len);
	if (text.len)
		memcpy(digest->at, text.ptr, text.len);
	digest->at += text.len;
}

static void digest_instance(struct digest *digest, const struct step *step, const struct instance *instance)
{
	digest_text(digest, instance->journey->name);
	digest_text(digest, step->customer->id);
	digest_text(digest, instance->key);
	digest_number(digest, (uint64_t)instance->entered.ms);
	digest_number(digest, instance->entry_id);
}

static struct hash128 digest_done(const struct digest *digest)
{
	return hash128(HASH_SEED, (struct str){digest->from, (size_t)(digest->at - digest->from)});
}

static size_t instance_text(const struct step *step, const struct instance *instance)
{
	return instance->journey->name.len + step->customer->id.len + instance->key.len;
}

struct hash128 instance_hash(const struct step *step, const struct instance *instance)
{
	struct digest digest = digest_new(step, instance_text(step, instance));
	digest_instance(&digest, step, instance);
	return digest_done(&digest);
}

struct hash128 action_hash(const struct step *step, const struct instance *instance, struct str node)
{
	struct str version = instance->journey->version;
	struct digest digest = digest_new(step, instance_text(step, instance) + version.len + node.len);
	digest_instance(&digest, step, instance);
	digest_text(&digest, version);
	digest_text(&digest, node);
	digest_number(&digest, instance->anchor.kind);
	digest_number(&digest, (uint64_t)instance->anchor.i);
	digest_number(&digest, (uint64_t)instance->anchor.size);
	digest_number(&digest, instance->visits);
	return digest_done(&digest);
}
