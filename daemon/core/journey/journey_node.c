/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of node, one row each: the key that tells it, and how it is compiled. Its keys are in NODE_FIELDS. */
#include "core/journey/journey_compile.h"

struct node_draft {
	struct journey_build *build;
	const struct doc *doc;
	struct node_source source;
	struct node *node;
};

static void sequence_compile(struct node_draft *draft)
{
	struct sequence *sequence = &draft->node->sequence;
	journey_sequence_compile(draft->build, draft->doc, &draft->source.sequence, sequence);
	struct str *names = arena_alloc(draft->build->compiler->reader.arena, (sequence->count + 1) * sizeof(*names));
	for (size_t i = 0; i < sequence->count; i++)
		names[i] = sequence->touches[i].name;
	struct field_list list = {names, sequence->count};
	journey_send_compile(draft->build, &draft->source.send, &list, &sequence->send);
}

static void send_compile(struct node_draft *draft)
{
	struct field_list names = {&draft->node->name, 1};
	journey_send_compile(draft->build, &draft->source.send, &names, &draft->node->send);
}

static void wait_compile(struct node_draft *draft)
{
	if (draft->source.wait)
		journey_wait_compile(draft->build, draft->source.wait, &draft->node->wait);
}

static void split_compile(struct node_draft *draft)
{
	journey_split_compile(draft->build, &draft->source.split, draft->node);
}

static void goto_compile(struct node_draft *draft)
{
	if (draft->source.jump)
		journey_goto_compile(draft->build, draft->source.jump, draft->node);
}

static void set_compile(struct node_draft *draft)
{
	struct expr_env env = journey_build_env(draft->build, SCOPE_NODE, NULL);
	const struct settings_target targets[] = {{draft->source.set.profile, true, &env},
	                                          {draft->source.set.run, false, &env}};
	journey_settings_compile(draft->build, targets, 2, &draft->node->set);
	if (draft->node->set.count == 0)
		diag_hint(draft->build->compiler->reader.diags,
		          diag_add(draft->build->compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, draft->doc->range,
		                   "this node sets nothing"),
		          "give it `profile:` or `run:`, each a map of names and expressions");
}

static void wait_for_compile(struct node_draft *draft)
{
	journey_wait_for_compile(draft->build, &draft->source.wait_for, draft->node);
}

static void experiment_compile(struct node_draft *draft)
{
	journey_experiment_compile(draft->build, &draft->source.experiment, draft->node);
}

static void task_compile(struct node_draft *draft)
{
	struct field_list names = {&draft->node->name, 1};
	draft->source.task.channel = STR("task");
	journey_send_compile(draft->build, &draft->source.task, &names, &draft->node->send);
}

static void emit_compile(struct node_draft *draft)
{
	journey_emit_compile(draft->build, &draft->source.emit, draft->node);
}

static void start_compile(struct node_draft *draft)
{
	if (draft->source.start)
		journey_start_compile(draft->build, draft->source.start, draft->node);
}

static void exit_compile(struct node_draft *draft)
{
	draft->node->exit_as = draft->source.exit_as;
}

struct node_row {
	struct str key;
	enum node_kind kind;
	void (*compile)(struct node_draft *draft);
	const struct field *fields; /* NULL: NODE_FIELDS of the kind */
};

/* A sequence also has `send`, so it comes first. */
static const struct node_row NODE_KINDS[] = {
        {{"sequence", 8}, NODE_SEQUENCE, sequence_compile, NULL},
        {{"send", 4}, NODE_SEND, send_compile, NULL},
        {{"wait", 4}, NODE_WAIT, wait_compile, NULL},
        {{"exit", 4}, NODE_EXIT, exit_compile, NULL},
        {{"split", 5}, NODE_SPLIT, split_compile, NULL},
        {{"goto", 4}, NODE_GOTO, goto_compile, NULL},
        {{"set", 3}, NODE_SET, set_compile, NULL},
        {{"wait_for", 8}, NODE_WAIT_FOR, wait_for_compile, NULL},
        {{"experiment", 10}, NODE_EXPERIMENT, experiment_compile, NULL},
        {{"emit", 4}, NODE_EMIT, emit_compile, NULL},
        {{"task", 4}, NODE_SEND, task_compile, TASK_NODE_FIELDS},
        {{"start_journey", 13}, NODE_START, start_compile, NULL},
};
enum { NODE_KIND_COUNT = sizeof(NODE_KINDS) / sizeof(NODE_KINDS[0]) };

static const struct node_row *row_find(const struct doc *doc)
{
	for (size_t i = 0; i < NODE_KIND_COUNT; i++)
		if (doc_get(doc, NODE_KINDS[i].key))
			return &NODE_KINDS[i];
	return NULL;
}

/* The key that is likely misspelt: the nearest to a kind; else the first that is not the name. */
static const struct doc *kind_meant(const struct doc *doc, const struct str *kinds)
{
	const struct doc *first = NULL;
	for (size_t i = 0; i < doc->count; i++) {
		const struct doc *key = doc->pairs[i].key;
		if (str_eq(key->text, STR("name")) || str_eq(key->text, STR("about")))
			continue;
		if (diag_nearest(key->text, kinds, NODE_KIND_COUNT))
			return key;
		first = first ? first : key;
	}
	return first;
}

static void report_kind(struct journey_build *build, const struct doc *doc)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct str keys[NODE_KIND_COUNT];
	for (size_t i = 0; i < NODE_KIND_COUNT; i++)
		keys[i] = NODE_KINDS[i].key;
	const struct doc *meant = kind_meant(doc, keys);
	struct diag_range range = meant ? meant->range : doc->count ? doc->pairs[0].key->range : doc->range;
	struct diag *diag =
	        diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_NODE, range, "no key says what kind of node this is");
	diag_suggest(diags, diag, meant ? meant->text : (struct str){0}, keys, NODE_KIND_COUNT, "kinds");
}

static void add_name(struct journey_build *build, struct str name, struct diag_range range)
{
	struct named *named = arena_list_add(&build->names, build->compiler->reader.arena, sizeof(*named));
	*named = (struct named){name, range};
}

static void node_compile(struct journey_build *build, const struct doc *doc, struct node *node, size_t number)
{
	struct compiler *compiler = build->compiler;
	node->range = doc->range;
	node->name = arena_printf(compiler->reader.arena, "node-%zu", number);
	if (!doc_expect(&compiler->reader, doc, DOC_MAP, "a node"))
		return;
	const struct node_row *row = row_find(doc);
	if (!row) {
		report_kind(build, doc);
		return;
	}
	struct node_draft draft = {.build = build, .doc = doc, .node = node};
	doc_read(&compiler->reader, doc, row->fields ? row->fields : NODE_FIELDS[row->kind], &draft.source);
	node->kind = row->kind;
	const struct doc *name = doc_get(doc, STR("name"));
	if (draft.source.name.len)
		node->name = draft.source.name;
	add_name(build, node->name, name ? name->range : doc->range);
	row->compile(&draft);
}

/* Room for all that could be nodes: every item of every list below. */
static size_t count_items(const struct doc *doc)
{
	size_t count = doc->kind == DOC_LIST ? doc->count : 0;
	for (size_t i = 0; doc->kind != DOC_SCALAR && i < doc->count; i++)
		count += count_items(doc->kind == DOC_LIST ? doc->items[i] : doc->pairs[i].value);
	return count;
}

uint32_t journey_list_compile(struct journey_build *build, const struct doc *list, uint32_t parent)
{
	uint32_t first = NODE_END, last = NODE_END;
	for (size_t i = 0; i < list->count; i++) {
		uint32_t number = (uint32_t)build->node_count++;
		struct node *node = &build->nodes[number];
		node->next = NODE_END;
		build->parents[number] = parent;
		if (last != NODE_END)
			build->nodes[last].next = number;
		else
			first = number;
		last = number;
		node_compile(build, list->items[i], node, number + 1);
	}
	return first;
}

void journey_nodes_compile(struct journey_build *build, const struct doc *list)
{
	struct compiler *compiler = build->compiler;
	if (!doc_expect(&compiler->reader, list, DOC_LIST, "nodes"))
		return;
	if (list->count == 0)
		diag_add(compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, list->range,
		         "a journey needs a node at least");
	size_t room = count_items(list);
	build->nodes = arena_zalloc(compiler->reader.arena, (room + 1) * sizeof(*build->nodes));
	build->parents = arena_zalloc(compiler->reader.arena, (room + 1) * sizeof(*build->parents));
	journey_list_compile(build, list, NODE_END);
	build->journey->nodes = build->nodes;
	build->journey->node_count = build->node_count;
	names_check(&compiler->reader, &(struct name_list){"node", false, build->names.items, build->names.count});
	journey_ways_link(build);
	journey_ways_check(build);
	journey_variants_check(build);
	journey_values_keep(build);
	build->journey->variants = build->variants.items;
	build->journey->variant_count = build->variants.count;
}
