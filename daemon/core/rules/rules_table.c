/* SPDX-License-Identifier: Apache-2.0 */
/* Parameter tables and topic trees: constants that expressions read as maps, `table.NAME` and `topics.NAME`. */
#include "core/doc_scalar.h"
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

enum { TABLE_ROWS_MAX = 10000, TOPICS_MAX = 5000, TOPIC_DEPTH_MAX = 8 };

static void add_constant(struct rules_build *build, struct str path, struct value value, struct type type)
{
	struct rules_constant *constant = arena_list_add(&build->constants, build->arena, sizeof(*constant));
	*constant = (struct rules_constant){path, type};
	*(struct value *)arena_list_add(&build->constant_values, build->arena, sizeof(value)) = value;
}

/* ---- tables ---- */

static struct value scalar_value(const struct doc *doc, struct type *type)
{
	struct scalar scalar = scalar_resolve(doc);
	switch (scalar.type) {
	case SCALAR_NULL:
		type->kind = TYPE_NULL;
		return value_null();
	case SCALAR_BOOL:
		type->kind = TYPE_BOOL;
		return value_bool(scalar.boolean);
	case SCALAR_INT:
		type->kind = TYPE_INT;
		return value_int(scalar.integer);
	case SCALAR_DOUBLE:
		type->kind = TYPE_DOUBLE;
		return value_double(scalar.number);
	case SCALAR_TEXT:
		break;
	}
	type->kind = TYPE_STRING;
	return value_str(doc->text);
}

/* The type of all values together: rows that differ are of any type. */
static void join_type(struct type *all, struct type type, bool first)
{
	if (first)
		*all = type;
	else if (all->kind != type.kind || type.kind == TYPE_LIST || type.kind == TYPE_MAP)
		*all = (struct type){all->kind == type.kind ? type.kind : TYPE_DYN, NULL};
}

static struct value doc_value(struct rules_build *build, const struct doc *doc, struct type *type)
{
	if (doc->kind == DOC_SCALAR)
		return scalar_value(doc, type);
	bool map = doc->kind == DOC_MAP;
	struct type *elem = arena_zalloc(build->arena, sizeof(*elem)), one;
	struct value_entry *entries = arena_zalloc(build->arena, (doc->count + 1) * sizeof(*entries));
	struct value *items = arena_zalloc(build->arena, (doc->count + 1) * sizeof(*items));
	for (size_t i = 0; i < doc->count; i++) {
		one = (struct type){TYPE_DYN, NULL};
		items[i] = doc_value(build, map ? doc->pairs[i].value : doc->items[i], &one);
		if (map)
			entries[i] = (struct value_entry){value_str(doc->pairs[i].key->text), items[i]};
		join_type(elem, one, i == 0);
	}
	*type = (struct type){map ? TYPE_MAP : TYPE_LIST, elem};
	struct value value = {.kind = map ? VALUE_MAP : VALUE_LIST, .size = (int32_t)doc->count};
	if (map)
		value.entries = entries;
	else
		value.items = items;
	return value;
}

static void table_read(struct rules_build *build, const struct doc *key, const struct doc *rows)
{
	struct doc_reader *reader = &build->compiler->reader;
	struct type type = {TYPE_DYN, NULL};
	if (!rules_identifier(build, key, "a table") || !doc_expect(reader, rows, DOC_MAP, "a table"))
		return;
	if (rows->count == 0 || rows->count > TABLE_ROWS_MAX) {
		diag_add(reader->diags, DIAG_ERROR, rows->count ? DIAG_TOO_LARGE : DIAG_EMPTY, rows->range,
		         "a table has from 1 to %d rows", TABLE_ROWS_MAX);
		return;
	}
	rules_name(build, &build->table_names, key->text, key->range);
	struct value value = doc_value(build, rows, &type);
	add_constant(build, arena_printf(build->arena, "table.%.*s", STR_ARG(key->text)), value, type);
}

void rules_read_tables(struct rules_build *build, const struct doc *doc)
{
	struct tables_source source = {0};
	struct doc_reader *reader = &build->compiler->reader;
	doc_read(reader, doc, TABLES_FIELDS, &source);
	if (!source.tables || !doc_expect(reader, source.tables, DOC_MAP, "tables"))
		return;
	for (size_t i = 0; i < source.tables->count; i++)
		table_read(build, source.tables->pairs[i].key, source.tables->pairs[i].value);
}

void rules_end_tables(struct rules_build *build)
{
	rules_check_names(build, &build->table_names, "table", false);
}

/* ---- topics ---- */

struct topic {
	struct str path, name, parent, next; /* parent: empty at the top; next: the first again after the last */
	struct value children;               /* paths */
	int depth;
};

struct topic_walk {
	struct rules_build *build;
	struct arena_list topics; /* struct topic */
	struct arena_list names;
};

static struct str path_of(struct rules_build *build, struct str parent, struct str name)
{
	return parent.len ? arena_printf(build->arena, "%.*s/%.*s", STR_ARG(parent), STR_ARG(name)) : name;
}

static struct doc *child_name(const struct doc *doc, size_t i)
{
	if (doc->kind == DOC_SCALAR)
		return (struct doc *)doc;
	return doc->kind == DOC_MAP ? doc->pairs[i].key : doc->items[i];
}

static size_t child_count(const struct doc *doc)
{
	if (doc->kind == DOC_SCALAR)
		return doc_null(doc) ? 0 : 1;
	return doc->count;
}

static struct value child_paths(struct rules_build *build, const struct doc *doc, struct str parent)
{
	size_t count = child_count(doc);
	struct value *items = arena_zalloc(build->arena, (count + 1) * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = value_str(path_of(build, parent, child_name(doc, i)->text));
	return (struct value){.kind = VALUE_LIST, .size = (int32_t)count, .items = items};
}

static bool topic_good(struct topic_walk *walk, const struct doc *name, int depth)
{
	struct diag_list *diags = walk->build->compiler->reader.diags;
	struct str text;
	if (!compiler_name(walk->build->compiler, name, &text))
		return false;
	if (memchr(text.ptr, '/', text.len)) {
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, name->range, "a topic's name cannot hold a /"),
		          "put what is below it into its own map or list");
		return false;
	}
	if (depth < TOPIC_DEPTH_MAX && walk->topics.count < TOPICS_MAX)
		return true;
	diag_add(diags, DIAG_ERROR, DIAG_TOO_LARGE, name->range, "a tree has %d topics and %d levels at most",
	         TOPICS_MAX, TOPIC_DEPTH_MAX);
	return false;
}

/* A map's topics have what is below them as its values; a list's and a single name have nothing below. */
static void topics_walk(struct topic_walk *walk, const struct doc *doc, struct str parent, int depth)
{
	struct rules_build *build = walk->build;
	size_t count = child_count(doc);
	for (size_t i = 0; i < count; i++) {
		const struct doc *name = child_name(doc, i), *below = doc->kind == DOC_MAP ? doc->pairs[i].value : NULL;
		if (!topic_good(walk, name, depth))
			continue;
		struct str path = path_of(build, parent, name->text);
		struct topic *topic = arena_list_add(&walk->topics, build->arena, sizeof(*topic));
		*topic = (struct topic){.path = path, .name = name->text, .parent = parent, .depth = depth + 1};
		topic->next = path_of(build, parent, child_name(doc, (i + 1) % count)->text);
		topic->children = (struct value){.kind = VALUE_LIST};
		rules_name(build, &walk->names, path, name->range);
		if (!below)
			continue;
		topic->children = child_paths(build, below, path);
		topics_walk(walk, below, path, depth + 1);
	}
}

static int topic_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct topic *)a)->path, ((const struct topic *)b)->path);
}

static struct value topic_value(struct rules_build *build, const struct topic *topic)
{
	enum { FACTS = 7 };
	const char *slash = memchr(topic->path.ptr, '/', topic->path.len);
	struct str top = slash ? str_sub(topic->path, 0, (size_t)(slash - topic->path.ptr)) : topic->path;
	struct value_entry *entries = arena_zalloc(build->arena, FACTS * sizeof(*entries));
	int32_t count = 0;
	entries[count++] = (struct value_entry){value_str(STR("name")), value_str(topic->name)};
	entries[count++] = (struct value_entry){value_str(STR("top")), value_str(top)};
	entries[count++] = (struct value_entry){value_str(STR("next")), value_str(topic->next)};
	entries[count++] = (struct value_entry){value_str(STR("depth")), value_int(topic->depth)};
	entries[count++] = (struct value_entry){value_str(STR("children")), topic->children};
	if (topic->children.size)
		entries[count++] = (struct value_entry){value_str(STR("first")), topic->children.items[0]};
	if (topic->parent.len)
		entries[count++] = (struct value_entry){value_str(STR("parent")), value_str(topic->parent)};
	return (struct value){.kind = VALUE_MAP, .size = count, .entries = entries};
}

static void topics_finish(struct topic_walk *walk, struct str name)
{
	static const struct type facts = {TYPE_MAP, NULL};
	struct rules_build *build = walk->build;
	size_t count = walk->topics.count;
	if (count)
		qsort(walk->topics.items, count, sizeof(struct topic), topic_cmp);
	const struct topic *topics = walk->topics.items;
	struct value_entry *entries = arena_zalloc(build->arena, (count + 1) * sizeof(*entries));
	struct str *paths = arena_zalloc(build->arena, (count + 1) * sizeof(*paths));
	for (size_t i = 0; i < count; i++) {
		paths[i] = topics[i].path;
		entries[i] = (struct value_entry){value_str(topics[i].path), topic_value(build, &topics[i])};
	}
	struct value value = {.kind = VALUE_MAP, .size = (int32_t)count, .entries = entries};
	add_constant(build, arena_printf(build->arena, "topics.%.*s", STR_ARG(name)), value,
	             (struct type){TYPE_MAP, &facts});
	struct topic_tree *tree = arena_list_add(&build->trees, build->arena, sizeof(*tree));
	*tree = (struct topic_tree){name, paths, count};
}

void rules_read_topics(struct rules_build *build, const struct doc *doc)
{
	struct topics_source source = {0};
	struct topic_walk walk = {.build = build};
	doc_read(&build->compiler->reader, doc, TOPICS_FIELDS, &source);
	const struct doc *name = doc_get(doc, STR("topics"));
	if (!source.tree || source.name.len == 0 || !rules_identifier(build, name, "a tree of topics"))
		return;
	topics_walk(&walk, source.tree, (struct str){0}, 0);
	rules_check_names(build, &walk.names, "topic", false);
	if (walk.topics.count == 0)
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, source.tree->range,
		         "no topic is named");
	rules_name(build, &build->tree_names, source.name, name->range);
	topics_finish(&walk, source.name);
}

void rules_end_topics(struct rules_build *build)
{
	rules_check_names(build, &build->tree_names, "tree of topics", false);
	build->rules->trees = build->trees.items;
	build->rules->tree_count = build->trees.count;
	build->rules->constants = build->constants.items;
	build->rules->constant_values = build->constant_values.items;
	build->rules->constant_count = build->constants.count;
}
