/* SPDX-License-Identifier: Apache-2.0 */
#include "main/summary.h"

#include "adapters/text/json.h"

#include <stdlib.h>

enum { JSON_MAX = 4 << 20 };

struct cell { /* sends of one node to one segment */
	struct str journey, node, segment;
	uint64_t count;
	uint64_t order; /* in which nodes were met first */
};

struct ending {
	struct str journey, reason, detail;
	bool skipped;
	uint64_t count;
};

struct event_count { /* records for other systems */
	struct str journey, event;
	uint64_t count;
};

struct told {
	struct instant at;
	struct str text;
};

struct summary {
	struct arena arena;
	struct json_parser *json;
	const struct zone *zone;
	const struct zone_set *zones;
	struct zone fixed; /* room for a zone by offset */
	struct str customer;
	struct cell *cells;
	size_t cell_count, cell_cap;
	struct ending *endings;
	size_t ending_count, ending_cap;
	struct told *story;
	size_t story_count, story_cap;
	struct event_count *records;
	size_t record_count, record_cap;
};

struct summary *summary_new(struct str customer, const struct zone *zone, const struct zone_set *zones)
{
	struct summary *summary = mem_alloc(sizeof *summary);
	*summary = (struct summary){.json = json_new(JSON_MAX), .zone = zone, .zones = zones};
	arena_init(&summary->arena, 16 << 10);
	summary->customer = arena_str(&summary->arena, customer);
	return summary;
}

void summary_free(struct summary *summary)
{
	json_free(summary->json);
	arena_release(&summary->arena);
	free(summary->cells);
	free(summary->endings);
	free(summary->story);
	free(summary->records);
	free(summary);
}

/* ---- reading our own JSON ---- */

struct message {
	struct str subject, time, journey, key, node, segment, channel, template, decision, reason, detail, type;
};

static void read_field(struct message *message, struct str name, struct str text)
{
	static const struct {
		const char *name;
		size_t offset;
	} fields[] = {
	        {"subject", offsetof(struct message, subject)},   {"time", offsetof(struct message, time)},
	        {"journey", offsetof(struct message, journey)},   {"key", offsetof(struct message, key)},
	        {"node", offsetof(struct message, node)},         {"segment", offsetof(struct message, segment)},
	        {"channel", offsetof(struct message, channel)},   {"template", offsetof(struct message, template)},
	        {"decision", offsetof(struct message, decision)}, {"reason", offsetof(struct message, reason)},
	        {"detail", offsetof(struct message, detail)},     {"type", offsetof(struct message, type)},
	};
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (str_eq(name, str_from(fields[i].name)))
			*(struct str *)((char *)message + fields[i].offset) = text;
}

static void read_object(struct summary *summary, struct json_item object, struct message *message)
{
	struct json_walk walk;
	struct json_item item;
	struct str name;
	json_walk_init(&walk, summary->json, object);
	while (json_next(&walk, &name, &item)) {
		if (item.kind == JSON_STRING)
			read_field(message, name, item.text);
		else if (item.kind == JSON_OBJECT && str_eq(name, STR("data")) && !message->journey.len)
			read_object(summary, item, message);
	}
}

static bool read_message(struct summary *summary, struct str json, struct message *message)
{
	struct json_item root;
	const char *why;
	*message = (struct message){0};
	if (!json_parse(summary->json, json, &root, &why))
		return false;
	read_object(summary, root, message);
	return true;
}

/* ---- counting ---- */

static struct cell *cell_of(struct summary *summary, const struct message *message)
{
	for (size_t i = 0; i < summary->cell_count; i++) {
		struct cell *cell = &summary->cells[i];
		if (str_eq(cell->node, message->node) && str_eq(cell->segment, message->segment) &&
		    str_eq(cell->journey, message->journey))
			return cell;
	}
	if (summary->cell_count == summary->cell_cap)
		summary->cells = mem_grow(summary->cells, &summary->cell_cap, sizeof *summary->cells);
	struct cell *cell = &summary->cells[summary->cell_count++];
	*cell = (struct cell){arena_str(&summary->arena, message->journey), arena_str(&summary->arena, message->node),
	                      arena_str(&summary->arena, message->segment), 0, summary->cell_count};
	return cell;
}

static struct ending *ending_of(struct summary *summary, const struct message *message, bool skipped)
{
	for (size_t i = 0; i < summary->ending_count; i++) {
		struct ending *ending = &summary->endings[i];
		if (ending->skipped == skipped && str_eq(ending->reason, message->reason) &&
		    str_eq(ending->detail, message->detail) && str_eq(ending->journey, message->journey))
			return ending;
	}
	if (summary->ending_count == summary->ending_cap)
		summary->endings = mem_grow(summary->endings, &summary->ending_cap, sizeof *summary->endings);
	struct ending *ending = &summary->endings[summary->ending_count++];
	*ending = (struct ending){arena_str(&summary->arena, message->journey),
	                          arena_str(&summary->arena, message->reason),
	                          arena_str(&summary->arena, message->detail), skipped, 0};
	return ending;
}

/* ---- the story ---- */

static void tell(struct summary *summary, struct instant at, struct str text)
{
	if (summary->story_count == summary->story_cap)
		summary->story = mem_grow(summary->story, &summary->story_cap, sizeof *summary->story);
	summary->story[summary->story_count++] = (struct told){at, text};
}

static bool in_story(const struct summary *summary, struct str customer)
{
	return summary->customer.len && str_eq(customer, summary->customer);
}

static void see_zone(struct summary *summary, struct str field, struct value value)
{
	if (value.kind != VALUE_STRING || !str_eq(field, STR("timezone")))
		return;
	struct str name = arena_str(&summary->arena, value_text(value));
	const struct zone *zone = zone_find(summary->zones, name, &summary->fixed);
	if (zone)
		summary->zone = zone;
}

void summary_event(struct summary *summary, const struct event *event)
{
	struct buf text = {0};
	if (!in_story(summary, event->customer))
		return;
	buf_printf(&text, "event    %.*s", STR_ARG(event->type->name));
	for (size_t i = 0; i < event->type->field_count; i++) {
		if (event->fields[i].kind == VALUE_ABSENT)
			continue;
		buf_printf(&text, "  %.*s ", STR_ARG(event->type->fields[i].name));
		value_print(event->fields[i], &text);
		see_zone(summary, event->type->fields[i].name, event->fields[i]);
	}
	tell(summary, event->time, arena_str(&summary->arena, buf_view(&text)));
	buf_release(&text);
}

static void tell_message(struct summary *summary, const struct message *message, const char *what, struct str detail)
{
	struct instant at = INSTANT_NONE;
	if (!in_story(summary, message->subject))
		return;
	instant_parse(message->time, &at);
	tell(summary, at,
	     arena_printf(&summary->arena, "%-8s %.*s%s%.*s  (%.*s%s%.*s)", what, STR_ARG(message->node),
	                  message->node.len && detail.len ? "  " : "", STR_ARG(detail), STR_ARG(message->journey),
	                  message->key.len ? " " : "", STR_ARG(message->key)));
}

void summary_action(struct summary *summary, struct str json)
{
	struct message message;
	if (!read_message(summary, json, &message))
		return;
	cell_of(summary, &message)->count++;
	tell_message(summary, &message, "SEND", message.template);
}

void summary_decision(struct summary *summary, struct str json)
{
	struct message message;
	if (!read_message(summary, json, &message))
		return;
	bool skipped = str_eq(message.decision, STR("skipped")), exited = str_eq(message.decision, STR("exited"));
	if (!skipped && !exited)
		return;
	ending_of(summary, &message, skipped)->count++;
	struct str detail = message.detail.len ? arena_printf(&summary->arena, "%.*s: %.*s", STR_ARG(message.reason),
	                                                      STR_ARG(message.detail))
	                                       : arena_str(&summary->arena, message.reason);
	tell_message(summary, &message, skipped ? "skipped" : "exited", detail);
}

static struct event_count *count_of(struct summary *summary, const struct message *message)
{
	for (size_t i = 0; i < summary->record_count; i++)
		if (str_eq(summary->records[i].journey, message->journey) &&
		    str_eq(summary->records[i].event, message->type))
			return &summary->records[i];
	if (summary->record_count == summary->record_cap)
		summary->records = mem_grow(summary->records, &summary->record_cap, sizeof *summary->records);
	struct event_count *count = &summary->records[summary->record_count++];
	*count = (struct event_count){arena_str(&summary->arena, message->journey),
	                              arena_str(&summary->arena, message->type), 0};
	return count;
}

void summary_record(struct summary *summary, struct str json)
{
	struct message message;
	if (!read_message(summary, json, &message))
		return;
	count_of(summary, &message)->count++;
	tell_message(summary, &message, "record", message.type);
}

/* ---- printing ---- */

static uint64_t node_order(const struct summary *summary, const struct cell *cell)
{
	uint64_t first = cell->order;
	for (size_t i = 0; i < summary->cell_count; i++) {
		const struct cell *other = &summary->cells[i];
		if (str_eq(other->node, cell->node) && str_eq(other->journey, cell->journey) && other->order < first)
			first = other->order;
	}
	return first;
}

/* Rows are nodes in the order they were met, columns segments by name. */
struct grid {
	struct str journey, rows[256], columns[32];
	size_t row_count, column_count;
	uint64_t cells[256][32];
};

static size_t place(struct str *names, size_t *count, size_t most, struct str name)
{
	for (size_t i = 0; i < *count; i++)
		if (str_eq(names[i], name))
			return i;
	if (*count == most)
		return most - 1;
	names[*count] = name;
	return (*count)++;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void fill_grid(const struct summary *summary, struct str journey, struct grid *grid)
{
	*grid = (struct grid){.journey = journey};
	for (uint64_t order = 1; order <= summary->cell_count; order++)
		for (size_t i = 0; i < summary->cell_count; i++) {
			const struct cell *cell = &summary->cells[i];
			if (cell->order != order || !str_eq(cell->journey, journey))
				continue;
			place(grid->columns, &grid->column_count, 32, cell->segment);
			if (node_order(summary, cell) == order)
				place(grid->rows, &grid->row_count, 256, cell->node);
		}
	qsort(grid->columns, grid->column_count, sizeof *grid->columns, by_name);
	for (size_t i = 0; i < summary->cell_count; i++) {
		const struct cell *cell = &summary->cells[i];
		if (str_eq(cell->journey, journey))
			grid->cells[place(grid->rows, &grid->row_count, 256, cell->node)]
			           [place(grid->columns, &grid->column_count, 32, cell->segment)] += cell->count;
	}
}

static void print_grid(const struct grid *grid, struct buf *out)
{
	uint64_t all = 0;
	buf_printf(out, "\n%-16.*s", STR_ARG(grid->journey));
	for (size_t c = 0; c < grid->column_count; c++)
		buf_printf(out, " %22.*s", STR_ARG(grid->columns[c].len ? grid->columns[c] : STR("-")));
	buf_str(out, STR("      all\n"));
	for (size_t r = 0; r < grid->row_count; r++) {
		uint64_t sum = 0;
		buf_printf(out, "  %-14.*s", STR_ARG(grid->rows[r]));
		for (size_t c = 0; c < grid->column_count; c++) {
			sum += grid->cells[r][c];
			buf_printf(out, " %22llu", (unsigned long long)grid->cells[r][c]);
		}
		all += sum;
		buf_printf(out, " %8llu\n", (unsigned long long)sum);
	}
	buf_printf(out, "  %-14s %*s%8llu\n", "all sends", (int)(23 * grid->column_count), "", (unsigned long long)all);
}

static void print_grids(const struct summary *summary, struct buf *out)
{
	struct grid *grid = mem_alloc(sizeof *grid);
	for (size_t i = 0; i < summary->cell_count; i++) {
		struct str journey = summary->cells[i].journey;
		bool seen = false;
		for (size_t j = 0; j < i; j++)
			seen = seen || str_eq(summary->cells[j].journey, journey);
		if (seen)
			continue;
		fill_grid(summary, journey, grid);
		print_grid(grid, out);
	}
	free(grid);
}

static struct str about(struct str reason)
{
	for (int i = 0; i < REASON_COUNT; i++)
		if (str_eq(reason, reason_text((enum reason)i)))
			return reason_about((enum reason)i);
	return (struct str){0};
}

static void print_endings(const struct summary *summary, bool skipped, const char *title, struct buf *out)
{
	bool any = false;
	for (size_t i = 0; i < summary->ending_count; i++) {
		const struct ending *ending = &summary->endings[i];
		if (ending->skipped != skipped)
			continue;
		if (!any)
			buf_printf(out, "\n%s\n", title);
		any = true;
		struct str name = ending->detail.len ? ending->detail : ending->reason;
		buf_printf(out, "  %8llu  %-16.*s %.*s\n", (unsigned long long)ending->count, STR_ARG(name),
		           STR_ARG(about(ending->reason)));
	}
}

static void print_records(const struct summary *summary, struct buf *out)
{
	if (summary->record_count)
		buf_str(out, STR("\nWhat other systems were told, and by which journey\n"));
	for (size_t i = 0; i < summary->record_count; i++)
		buf_printf(out, "  %8llu  %-16.*s %.*s\n", (unsigned long long)summary->records[i].count,
		           STR_ARG(summary->records[i].event), STR_ARG(summary->records[i].journey));
}

static void print_moment(const struct summary *summary, struct instant at, struct buf *out)
{
	date_print(out, calendar_date(summary->zone, at));
	buf_char(out, ' ');
	daytime_print(out, (struct daytime){calendar_daytime(summary->zone, at).ms / 60000 * 60000});
}

static int by_moment(const void *a, const void *b)
{
	const struct told *x = a, *y = b;
	if (x->at.ms != y->at.ms)
		return x->at.ms < y->at.ms ? -1 : 1;
	return (x > y) - (x < y);
}

static void print_story(const struct summary *summary, struct buf *out)
{
	if (!summary->customer.len)
		return;
	buf_printf(out, "\nThe story of %.*s (times in %.*s)\n", STR_ARG(summary->customer),
	           STR_ARG(summary->zone->name));
	struct told *story = mem_alloc((summary->story_count + 1) * sizeof *story);
	memcpy(story, summary->story, summary->story_count * sizeof *story);
	qsort(story, summary->story_count, sizeof *story, by_moment);
	for (size_t i = 0; i < summary->story_count; i++) {
		buf_str(out, STR("  "));
		print_moment(summary, story[i].at, out);
		buf_printf(out, "  %.*s\n", STR_ARG(story[i].text));
	}
	free(story);
}

void summary_print(const struct summary *summary, const struct report *report, struct buf *out)
{
	const double *metrics = report->metrics;
	buf_printf(out, "%.0f events applied, %.0f duplicates dropped, %.0f late, %.0f of types not declared\n",
	           metrics[METRIC_EVENTS], metrics[METRIC_EVENTS_DUPLICATE], metrics[METRIC_EVENTS_LATE],
	           metrics[METRIC_EVENTS_UNKNOWN]);
	buf_printf(out, "%llu journeys entered, %.0f messages sent\n",
	           (unsigned long long)(report->decisions[DECISION_ENTERED][REASON_NONE] +
	                                report->decisions[DECISION_ENTERED][REASON_STARTED]),
	           metrics[METRIC_ACTIONS]);
	print_grids(summary, out);
	print_endings(summary, false, "Who left, and why", out);
	print_endings(summary, true, "What was not sent, and why", out);
	print_records(summary, out);
	print_story(summary, out);
}
