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
	draft->node->wait = draft->source.wait;
}

static void exit_compile(struct node_draft *draft)
{
	draft->node->exit_as = draft->source.exit_as;
}

struct node_row {
	struct str key;
	enum node_kind kind;
	void (*compile)(struct node_draft *draft);
};

/* A sequence also has `send`, so it comes first. */
static const struct node_row NODE_KINDS[] = {
        {{"sequence", 8}, NODE_SEQUENCE, sequence_compile},
        {{"send", 4}, NODE_SEND, send_compile},
        {{"wait", 4}, NODE_WAIT, wait_compile},
        {{"exit", 4}, NODE_EXIT, exit_compile},
};
enum { NODE_KIND_COUNT = sizeof(NODE_KINDS) / sizeof(NODE_KINDS[0]) };

static const struct node_row *row_find(const struct doc *doc)
{
	for (size_t i = 0; i < NODE_KIND_COUNT; i++)
		if (doc_get(doc, NODE_KINDS[i].key))
			return &NODE_KINDS[i];
	return NULL;
}

static void report_kind(struct journey_build *build, const struct doc *doc)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct str keys[NODE_KIND_COUNT];
	for (size_t i = 0; i < NODE_KIND_COUNT; i++)
		keys[i] = NODE_KINDS[i].key;
	struct doc *first = doc->count ? doc->pairs[0].key : NULL;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_NODE, first ? first->range : doc->range,
	                             "no key says what kind of node this is");
	diag_suggest(diags, diag, first ? first->text : (struct str){0}, keys, NODE_KIND_COUNT, "kinds");
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
	doc_read(&compiler->reader, doc, NODE_FIELDS[row->kind], &draft.source);
	node->kind = row->kind;
	const struct doc *name = doc_get(doc, STR("name"));
	if (draft.source.name.len)
		node->name = draft.source.name;
	add_name(build, node->name, name ? name->range : doc->range);
	row->compile(&draft);
}

/* Nothing leads past an exit node. */
static void check_reachable(struct journey_build *build)
{
	const struct journey *journey = build->journey;
	for (size_t i = 0; i + 1 < journey->node_count; i++) {
		if (journey->nodes[i].kind != NODE_EXIT)
			continue;
		struct diag *diag = diag_add(build->compiler->reader.diags, DIAG_WARNING, DIAG_UNREACHABLE,
		                             journey->nodes[i + 1].range, "no customer comes to this node");
		diag->related = journey->nodes[i].range;
		diag->related_message = STR("everybody leaves here");
		return;
	}
}

void journey_nodes_compile(struct journey_build *build, const struct doc *list)
{
	struct compiler *compiler = build->compiler;
	if (!doc_expect(&compiler->reader, list, DOC_LIST, "nodes"))
		return;
	if (list->count == 0)
		diag_add(compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, list->range,
		         "a journey needs a node at least");
	struct node *nodes = arena_zalloc(compiler->reader.arena, (list->count + 1) * sizeof(*nodes));
	for (size_t i = 0; i < list->count; i++)
		node_compile(build, list->items[i], &nodes[i], i + 1);
	build->journey->nodes = nodes;
	build->journey->node_count = list->count;
	names_check(&compiler->reader, &(struct name_list){"node", false, build->names.items, build->names.count});
	check_reachable(build);
}
