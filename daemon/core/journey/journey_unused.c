/* SPDX-License-Identifier: Apache-2.0 */
/* Told from the texts, in one pass over every file: `profile.income` anywhere is a reader of it. That may take a remark
 * in a text for a reader, and never a reader for none. */
#include "core/journey/journey_unused.h"

#include "core/rules/arena_list.h"

enum root { ROOT_PROFILE, ROOT_TRAIT, ROOT_TABLE, ROOT_TOPICS, ROOT_COUNT };

/* What expressions call it, the key of its file, and what people call one of them. */
static const struct {
	struct str root, key;
	const char *what;
} ROOTS[] = {
        [ROOT_PROFILE] = {{"profile", 7}, {"profile", 7}, "attribute"},
        [ROOT_TRAIT] = {{"trait", 5}, {"traits", 6}, "trait"},
        [ROOT_TABLE] = {{"table", 5}, {"tables", 6}, "table"},
        [ROOT_TOPICS] = {{"topics", 6}, {"topics", 6}, "tree of topics"},
};

struct mention {
	enum root root;
	struct str name;
};

struct mentions {
	struct arena *arena;
	struct arena_list read, set; /* struct mention; once sorted, for looking up */
	bool all[ROOT_COUNT];        /* by a computed name: any of them may be meant */
	bool hours;
};

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void mention_add(struct mentions *mentions, struct arena_list *list, enum root root, struct str name)
{
	struct mention *mention = arena_list_add(list, mentions->arena, sizeof(*mention));
	*mention = (struct mention){root, name};
}

static size_t skip_spaces(struct str text, size_t at)
{
	while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\n'))
		at++;
	return at;
}

/* What stands behind the word of a root: `.name`, or `[`. */
static void scan_root(struct mentions *mentions, struct str text, size_t at, enum root root)
{
	at = skip_spaces(text, at);
	if (at < text.len && text.ptr[at] == '[')
		mentions->all[root] = true;
	if (at == text.len || text.ptr[at] != '.')
		return;
	size_t from = skip_spaces(text, at + 1), to = from;
	while (to < text.len && word_char(text.ptr[to]))
		to++;
	mention_add(mentions, &mentions->read, root, str_sub(text, from, to));
}

static void scan_text(struct mentions *mentions, struct str text)
{
	for (size_t from = 0, to; from < text.len; from = to + 1) {
		to = from;
		while (to < text.len && word_char(text.ptr[to]))
			to++;
		struct str word = str_sub(text, from, to);
		for (size_t i = 0; word.len && i < ROOT_COUNT; i++)
			if (str_eq(word, ROOTS[i].root))
				scan_root(mentions, text, to, (enum root)i);
		mentions->hours = mentions->hours || str_eq(word, STR("is_open"));
	}
}

static void scan_set(struct mentions *mentions, const struct doc *map)
{
	for (size_t i = 0; map && map->kind == DOC_MAP && i < map->count; i++)
		mention_add(mentions, &mentions->set, ROOT_PROFILE, map->pairs[i].key->text);
}

static void scan(struct mentions *mentions, const struct doc *doc)
{
	if (doc->kind == DOC_SCALAR)
		scan_text(mentions, doc->text);
	for (size_t i = 0; doc->kind == DOC_LIST && i < doc->count; i++)
		scan(mentions, doc->items[i]);
	for (size_t i = 0; doc->kind == DOC_MAP && i < doc->count; i++) {
		const struct doc_pair *pair = &doc->pairs[i];
		if (str_eq(pair->key->text, STR("about")))
			continue;
		if (str_eq(pair->key->text, STR("sets")))
			scan_set(mentions, pair->value);
		if (str_eq(pair->key->text, STR("set")) && pair->value->kind == DOC_MAP)
			scan_set(mentions, doc_get(pair->value, STR("profile")));
		if (str_eq(pair->key->text, STR("tree")) && pair->value->kind == DOC_SCALAR) /* of a segment */
			mention_add(mentions, &mentions->read, ROOT_TOPICS, pair->value->text);
		if (str_eq(pair->key->text, STR("window")) || str_eq(pair->key->text, STR("window_of"))) /* of a wait */
			mentions->hours = true;
		scan(mentions, pair->value);
	}
}

static void scan_files(struct mentions *mentions, const struct source_doc *docs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (docs[i].doc)
			scan(mentions, docs[i].doc);
}

static int mention_cmp(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	return x->root != y->root ? (x->root > y->root) - (x->root < y->root) : str_cmp(x->name, y->name);
}

static void sort(struct arena_list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(struct mention), mention_cmp);
}

static bool mentioned(const struct arena_list *list, enum root root, struct str name)
{
	struct mention wanted = {root, name};
	return list->count && bsearch(&wanted, list->items, list->count, sizeof(wanted), mention_cmp);
}

/* `timezone` is read by every date. */
static void check_name(const struct mentions *mentions, struct diag_list *diags, enum root root, const struct doc *key)
{
	struct str name = key->text;
	bool attribute = root == ROOT_PROFILE;
	if (attribute && str_eq(name, STR("timezone")))
		return;
	if (!mentions->all[root] && !mentioned(&mentions->read, root, name)) {
		diag_add(diags, DIAG_WARNING, DIAG_UNUSED, key->range, "nothing reads the %s \"%.*s\"",
		         ROOTS[root].what, STR_ARG(name));
		return;
	}
	if (!attribute || mentioned(&mentions->set, root, name))
		return;
	struct diag *diag = diag_add(diags, DIAG_WARNING, DIAG_NEVER_SET, key->range,
	                             "nothing sets the attribute \"%.*s\", so it never has a value", STR_ARG(name));
	diag_hint(diags, diag, "an event sets it with `sets: { %.*s: event.FIELD }`", STR_ARG(name));
}

static void check_file(const struct mentions *mentions, struct diag_list *diags, const struct doc *doc)
{
	const struct doc *hours = doc_get(doc, STR("opening_hours"));
	for (size_t i = 0; i < ROOT_COUNT; i++) {
		const struct doc *named = doc_get(doc, ROOTS[i].key);
		if (i == ROOT_TOPICS && named)
			check_name(mentions, diags, ROOT_TOPICS, named);
		for (size_t k = 0; named && named->kind == DOC_MAP && k < named->count; k++)
			check_name(mentions, diags, (enum root)i, named->pairs[k].key);
	}
	if (hours && !mentions->hours)
		diag_add(diags, DIAG_WARNING, DIAG_UNUSED, doc->pairs[0].key->range,
		         "nothing asks whether a place is open, so these hours have no effect");
}

void journey_unused_check(const struct journey_files *files, struct doc_reader *reader)
{
	struct mentions mentions = {.arena = reader->arena};
	scan_files(&mentions, files->rules, files->rule_count);
	scan_files(&mentions, files->journeys, files->journey_count);
	sort(&mentions.read);
	sort(&mentions.set);
	for (size_t i = 0; i < files->rule_count; i++)
		if (files->rules[i].doc && files->rules[i].doc->kind == DOC_MAP)
			check_file(&mentions, reader->diags, files->rules[i].doc);
}
