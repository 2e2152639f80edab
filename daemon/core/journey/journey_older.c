/* SPDX-License-Identifier: Apache-2.0 */
/* A version is its text of then under the rules of now. What is wrong with one hinders nobody: it is said, and the
 * people in it go on by the current version, at the node of the same name. */
#include "core/journey/journey_older.h"

#include "core/base/hash.h"

static int older_cmp(const void *a, const void *b)
{
	const struct journey *x = a, *y = b;
	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return (x->version_tag > y->version_tag) - (x->version_tag < y->version_tag);
}

bool journey_version_tag(struct str version, uint32_t *tag)
{
	*tag = 0;
	for (size_t i = 0; i < 8; i++) {
		char c = i < version.len ? version.ptr[i] : 0;
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		*tag = *tag << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return true;
}

static void names_alone(struct compiler *compiler, const struct doc *doc, struct journey *out)
{
	const struct doc *list = doc_get(doc, STR("nodes"));
	size_t count = list && list->kind == DOC_LIST ? list->count : 0;
	struct node *nodes = arena_zalloc(compiler->reader.arena, (count + 1) * sizeof(*nodes));
	for (size_t i = 0; i < count; i++) {
		const struct doc *name = doc_get(list->items[i], STR("name"));
		nodes[i].name = name && name->kind == DOC_SCALAR
		                        ? name->text
		                        : arena_printf(compiler->reader.arena, "node-%zu", i + 1);
	}
	*out = (struct journey){.nodes = nodes, .node_count = count};
}

static void warn(struct diag_list *diags, const struct journey_older *older, const struct diag_list *why)
{
	const struct diag *first = why->count ? why->items : NULL;
	struct diag *diag = diag_add(diags, DIAG_WARNING, DIAG_OLD_VERSION, (struct diag_range){0},
	                             "%.*s does not compile any more%s%.*s", STR_ARG(older->source.file->path),
	                             first ? ": " : "", STR_ARG(first ? first->message : (struct str){0}));
	diag_hint(diags, diag, "whoever is in it goes on by the current file, at the node of the same name");
}

static bool compile(struct compiler *compiler, struct journey_shared *shared, const struct journey_older *older,
                    struct journey *out)
{
	struct diag_list *diags = compiler->reader.diags, own;
	bool incomplete = compiler->incomplete;
	diag_init(&own, compiler->reader.arena);
	compiler->reader.diags = &own;
	bool good = journey_compile(compiler, shared, &older->source, out) && own.errors == 0;
	compiler->reader.diags = diags;
	compiler->incomplete = incomplete;
	if (!good) {
		warn(diags, older, &own);
		names_alone(compiler, older->source.doc, out);
	}
	diag_release(&own);
	return good;
}

static bool older_add(struct journey_set *set, struct compiler *compiler, struct journey_shared *shared,
                      const struct journey_older *older)
{
	const struct doc *name = doc_get(older->source.doc, STR("journey"));
	const struct journey *current =
	        name && name->kind == DOC_SCALAR ? journey_set_find(set, hash_tag(name->text)) : NULL;
	uint32_t tag;
	if (!current || !journey_version_tag(older->version, &tag) || tag == current->version_tag)
		return false;
	struct journey *out = (struct journey *)&set->older[set->older_count];
	compile(compiler, shared, older, out);
	out->name = current->name;
	out->tag = current->tag;
	out->version = older->version;
	out->version_tag = tag;
	out->current = current;
	set->older_count++;
	return true;
}

void journey_older_compile(struct journey_set *set, struct compiler *compiler, struct journey_shared *shared,
                           const struct journey_files *files)
{
	struct journey *journeys = (struct journey *)set->journeys;
	struct journey *older = arena_zalloc(&set->arena, (files->older_count + 1) * sizeof(*older));
	for (size_t i = 0; i < set->journey_count; i++) {
		journeys[i].current = &journeys[i];
		set->lively |= journeys[i].state != STATE_LIVE || journeys[i].migration_count;
	}
	set->older = older;
	for (size_t i = 0; i < files->older_count; i++)
		older_add(set, compiler, shared, &files->older[i]);
	if (set->older_count)
		qsort(older, set->older_count, sizeof(*older), older_cmp);
	for (size_t i = 0; i < set->older_count; i++)
		older[i].index = (uint32_t)(set->journey_count + i);
}

void journey_older_uses(const struct journey_set *set, uint32_t event, uint32_t *endings, size_t *count)
{
	for (size_t i = 0; i < set->older_count; i++)
		for (size_t k = 0; k < set->older[i].ending_count; k++)
			if (set->older[i].endings[k].event == event) {
				endings[(*count)++] = set->older[i].index;
				break;
			}
}

const struct journey *journey_set_find_older(const struct journey_set *set, uint32_t tag, uint32_t wanted)
{
	struct journey key = {.tag = tag, .version_tag = wanted};
	return set->older_count ? bsearch(&key, set->older, set->older_count, sizeof(key), older_cmp) : NULL;
}

const struct journey *journey_set_find_version(const struct journey_set *set, uint32_t tag, uint32_t wanted)
{
	const struct journey *current = journey_set_find(set, tag);
	if (!current || current->version_tag == wanted || set->older_count == 0)
		return current;
	const struct journey *older = journey_set_find_older(set, tag, wanted);
	return older && older->entry ? older : current;
}
