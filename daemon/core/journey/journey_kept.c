/* SPDX-License-Identifier: Apache-2.0 */
/* Which fields of its entry event an instance must keep: those that anything evaluated later may read. `key` and
 * `entry.when` are evaluated while the whole event is at hand. */
#include "core/journey/journey_compile.h"

static bool reads(const struct expr *expr, enum expr_bank bank, uint16_t slot)
{
	return expr && expr_reads(expr, bank, slot);
}

static bool send_reads(const struct send *send, uint16_t slot)
{
	for (size_t i = 0; i < send->data_count; i++)
		if (reads(send->data[i].value, BANK_EVENT, slot))
			return true;
	return reads(send->promotes, BANK_EVENT, slot);
}

static bool settings_read(const struct setting_list *set, uint16_t slot)
{
	for (size_t i = 0; i < set->count; i++)
		if (reads(set->items[i].value, BANK_EVENT, slot))
			return true;
	return false;
}

static bool split_reads(const struct split *split, uint16_t slot)
{
	for (size_t i = 0; i < split->count; i++)
		if (reads(split->cases[i].when, BANK_EVENT, slot))
			return true;
	return false;
}

/* In what concerns the event that came, the entry event is `entry`. */
static bool awaited_read(const struct awaited *awaited, size_t count, uint16_t slot)
{
	for (size_t i = 0; i < count; i++) {
		if (reads(awaited[i].when, BANK_ENTRY, slot) || reads(awaited[i].key, BANK_ENTRY, slot))
			return true;
		for (size_t k = 0; k < awaited[i].keep.count; k++)
			if (reads(awaited[i].keep.items[k].value, BANK_ENTRY, slot))
				return true;
	}
	return false;
}

static bool wait_reads(const struct wait *wait, uint16_t slot)
{
	return reads(wait->date, BANK_EVENT, slot) || reads(wait->window_of, BANK_EVENT, slot);
}

static bool node_reads(const struct node *node, uint16_t slot)
{
	switch (node->kind) {
	case NODE_SEQUENCE:
		return send_reads(&node->sequence.send, slot);
	case NODE_SEND:
		return send_reads(&node->send, slot);
	case NODE_WAIT:
		return wait_reads(&node->wait, slot);
	case NODE_SPLIT:
		return split_reads(&node->split, slot);
	case NODE_SET:
		return settings_read(&node->set, slot);
	case NODE_WAIT_FOR:
		return awaited_read(node->wait_for.events, node->wait_for.count, slot) ||
		       awaited_read(node->wait_for.restarts, node->wait_for.restart_count, slot) ||
		       wait_reads(&node->wait_for.timeout, slot);
	case NODE_EMIT:
		return settings_read(&(struct setting_list){node->emit.fields, node->emit.count}, slot);
	case NODE_START:
		return settings_read(&(struct setting_list){node->start.fields, node->start.count}, slot);
	case NODE_EXPERIMENT:
	case NODE_EXIT:
	case NODE_GOTO:
		break;
	}
	return false;
}

static bool journey_reads(const struct journey *journey, uint16_t slot)
{
	if (reads(journey->anchor.date, BANK_EVENT, slot))
		return true;
	for (size_t i = 0; journey->segment && i < journey->segment->case_count; i++)
		if (reads(journey->segment->cases[i].when, BANK_EVENT, slot))
			return true;
	for (size_t i = 0; i < journey->ending_count; i++)
		if (reads(journey->endings[i].when, BANK_ENTRY, slot) ||
		    reads(journey->endings[i].key, BANK_ENTRY, slot))
			return true;
	for (size_t i = 0; i < journey->node_count; i++)
		if (node_reads(&journey->nodes[i], slot))
			return true;
	return false;
}

void journey_kept_compile(struct journey *journey, struct arena *arena)
{
	size_t fields = journey->entry->field_count, count = 0;
	uint16_t *kept = arena_alloc(arena, (fields + 1) * sizeof(*kept));
	for (size_t i = 0; i < fields; i++)
		if (journey_reads(journey, (uint16_t)i))
			kept[count++] = (uint16_t)i;
	journey->kept = kept;
	journey->kept_count = count;
}
