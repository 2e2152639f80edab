/* SPDX-License-Identifier: Apache-2.0 */
/* The passes: rules, then each journey, then what only the whole can tell. */
#include "core/journey/journey_set.h"

#include "core/base/hash.h"
#include "core/journey/journey_compile.h"
#include "core/journey/journey_older.h"
#include "core/journey/journey_set_check.h"
#include "core/rules/rules_compile.h"

static int journey_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct journey *)a)->name, ((const struct journey *)b)->name);
}

/* A file that is none of ours is said, not passed over. */
static bool is_journey(struct compiler *compiler, const struct source_doc *source)
{
	if (!source->doc || !doc_expect(&compiler->reader, source->doc, DOC_MAP, "a journey"))
		return false;
	if (doc_get(source->doc, STR("journey")))
		return true;
	struct diag_list *diags = compiler->reader.diags;
	const struct doc *first = source->doc->count ? source->doc->pairs[0].key : NULL;
	static const struct str KEY = {"journey", 7};
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_FILE_KIND, first ? first->range : source->doc->range,
	                             "this file has no key `journey`");
	diag_suggest(diags, diag, first ? first->text : (struct str){0}, &KEY, 1, NULL);
	if (diag->hint.len == 0)
		diag_hint(diags, diag, "a journey begins with `journey: NAME`; rules belong into the rules folder");
	return false;
}

static void journeys_compile(struct journey_set *set, struct compiler *compiler, struct journey_shared *shared,
                             const struct journey_sources *sources)
{
	struct journey *journeys = arena_zalloc(&set->arena, (sources->count + 1) * sizeof(*journeys));
	struct arena_list names = {0};
	journey_faces_compile(compiler, sources->docs, sources->count, shared);
	size_t count = 0;
	for (size_t i = 0; i < sources->count; i++) {
		if (!is_journey(compiler, &sources->docs[i]))
			continue;
		const struct doc *key = doc_get(sources->docs[i].doc, STR("journey"));
		struct journey journey = {0};
		bool good = journey_compile(compiler, shared, &sources->docs[i], &journey);
		if (journey.name.len) {
			struct named *named = arena_list_add(&names, &set->arena, sizeof(*named));
			*named = (struct named){journey.name, key->range};
		}
		if (good)
			journeys[count++] = journey;
	}
	names_check(&compiler->reader, &(struct name_list){"journey", true, names.items, names.count});
	if (count)
		qsort(journeys, count, sizeof(*journeys), journey_cmp);
	for (size_t i = 0; i < count; i++)
		journeys[i].index = (uint32_t)i;
	set->journeys = journeys;
	set->journey_count = count;
}

struct tag_index {
	uint32_t tag, index;
};

static int tag_cmp(const void *a, const void *b)
{
	const struct tag_index *x = a, *y = b;
	return (x->tag > y->tag) - (x->tag < y->tag);
}

static void tags_compile(struct journey_set *set)
{
	size_t count = set->journey_count;
	struct tag_index *sorted = arena_alloc(&set->arena, (count + 1) * sizeof(*sorted));
	uint32_t *by_tag = arena_alloc(&set->arena, (count + 1) * sizeof(*by_tag));
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct tag_index){set->journeys[i].tag, (uint32_t)i};
	if (count)
		qsort(sorted, count, sizeof(*sorted), tag_cmp);
	for (size_t i = 0; i < count; i++)
		by_tag[i] = sorted[i].index;
	set->by_tag = by_tag;
}

static bool ends_by(const struct journey *journey, uint32_t event)
{
	for (size_t i = 0; i < journey->ending_count; i++)
		if (journey->endings[i].event == event)
			return true;
	return false;
}

/* In the order in which sends at one instant go: by priority, then by name. */
static void entry_add(const struct journey_set *set, uint32_t *entries, size_t count, uint32_t journey)
{
	for (; count > 0 && set->journeys[entries[count - 1]].priority < set->journeys[journey].priority; count--)
		entries[count] = entries[count - 1];
	entries[count] = journey;
}

static void mark_awaited(struct event_uses *uses, const struct awaited *awaited, size_t count)
{
	for (size_t i = 0; i < count; i++)
		uses[awaited[i].event].awaited = true;
}

static void awaited_compile(const struct journey *journey, struct event_uses *uses)
{
	for (size_t i = 0; i < journey->node_count; i++) {
		const struct wait_for *wait = &journey->nodes[i].wait_for;
		if (journey->nodes[i].kind != NODE_WAIT_FOR)
			continue;
		mark_awaited(uses, wait->events, wait->count);
		mark_awaited(uses, wait->restarts, wait->restart_count);
	}
}

static void uses_compile(struct journey_set *set)
{
	size_t events = set->rules.event_count, journeys = set->journey_count + set->older_count;
	struct event_uses *uses = arena_zalloc(&set->arena, (events + 1) * sizeof(*uses));
	for (size_t e = 0; e < events; e++) {
		uint32_t *entries = arena_alloc(&set->arena, (2 * journeys + 1) * sizeof(*entries));
		uint32_t *endings = entries + journeys;
		journey_older_uses(set, (uint32_t)e, endings, &uses[e].ending_count);
		for (uint32_t j = 0; j < set->journey_count; j++) {
			if (set->journeys[j].entry->index == e)
				entry_add(set, entries, uses[e].entry_count++, j);
			if (ends_by(&set->journeys[j], (uint32_t)e))
				endings[uses[e].ending_count++] = j;
		}
		uses[e].entries = entries;
		uses[e].endings = endings;
	}
	for (size_t i = 0; i < set->journey_count; i++)
		awaited_compile(&set->journeys[i], uses);
	for (size_t i = 0; i < set->older_count; i++)
		awaited_compile(&set->older[i], uses);
	set->uses = uses;
}

static void watched_compile(struct journey_set *set)
{
	uint32_t *watched = arena_alloc(&set->arena, (set->journey_count + 1) * sizeof(*watched));
	for (uint32_t i = 0; i < set->journey_count; i++)
		if (set->journeys[i].enters.kind == ENTRY_YEARLY || set->journeys[i].enters.kind == ENTRY_SEGMENT)
			watched[set->watched_count++] = i;
	set->watched = watched;
}

struct doc_hash {
	struct hash128 hash;
};

static int doc_hash_cmp(const void *a, const void *b)
{
	const struct doc_hash *x = a, *y = b;
	if (x->hash.high != y->hash.high)
		return x->hash.high < y->hash.high ? -1 : 1;
	return (x->hash.low > y->hash.low) - (x->hash.low < y->hash.low);
}

static void hash_docs(const struct journey_sources *sources, struct doc_hash *out)
{
	struct buf text = {0};
	for (size_t i = 0; i < sources->count; i++) {
		buf_clear(&text);
		doc_print_canonical(sources->docs[i].doc, &text);
		out[i].hash = hash128(0, buf_view(&text));
	}
	buf_release(&text);
}

/* Of the sorted hashes of all documents: moving a file, or splitting the list of templates, is no other meaning for a
 * journey, but the set says honestly that its files changed only when their contents did. */
static void hash_compile(struct journey_set *set, const struct journey_sources *rules,
                         const struct journey_sources *journeys)
{
	size_t count = rules->count + journeys->count;
	struct doc_hash *hashes = arena_zalloc(&set->arena, (count + 1) * sizeof(*hashes));
	char hex[32];
	hash_docs(rules, hashes);
	hash_docs(journeys, hashes + rules->count);
	if (count)
		qsort(hashes, count, sizeof(*hashes), doc_hash_cmp);
	hash128_hex(hash128(0, (struct str){(const char *)hashes, count * sizeof(*hashes)}), hex);
	set->hash = arena_str(&set->arena, (struct str){hex, 12});
}

/* Whoever read the folder has said that it is empty, or could not be read. */
static bool told_empty(const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->count; i++)
		if (diags->items[i].code == DIAG_NO_JOURNEYS || diags->items[i].code == DIAG_FILE)
			return true;
	return false;
}

static void set_compile(struct journey_set *set, struct compiler *compiler, const struct journey_files *files)
{
	const struct journey_sources *rules = &(struct journey_sources){files->rules, files->rule_count};
	const struct journey_sources *journeys = &(struct journey_sources){files->journeys, files->journey_count};
	struct diag_list *diags = compiler->reader.diags;
	rules_compile(compiler, rules->docs, rules->count);
	struct journey_shared shared = {0};
	shared.segments_used = arena_zalloc(&set->arena, set->rules.segment_count + 1);
	shared.templates_used = arena_zalloc(&set->arena, set->rules.template_count + 1);
	if (journeys->count == 0 && !told_empty(diags))
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_NO_JOURNEYS, (struct diag_range){0}, "there is no journey"),
		          "a journey is a file named NAME.journey.yaml");
	journeys_compile(set, compiler, &shared, journeys);
	journey_set_check(set, compiler, &shared, journeys);
	if (diags->errors || compiler->incomplete)
		return;
	set->made = shared.made.items;
	set->made_count = shared.made.count;
	tags_compile(set);
	journey_older_compile(set, compiler, &shared, files);
	uses_compile(set);
	watched_compile(set);
	hash_compile(set, rules, journeys);
}

struct journey_set *journey_set_compile(const struct source_doc *rules, size_t rule_count,
                                        const struct source_doc *journeys, size_t journey_count,
                                        const struct zone_set *zones, struct diag_list *diags)
{
	struct journey_files files = {
	        .rules = rules, .journeys = journeys, .rule_count = rule_count, .journey_count = journey_count};
	return journey_set_compile_all(&files, zones, diags);
}

struct journey_set *journey_set_compile_all(const struct journey_files *files, const struct zone_set *zones,
                                            struct diag_list *diags)
{
	struct journey_set *set = mem_alloc(sizeof(*set));
	*set = (struct journey_set){0};
	arena_init(&set->arena, 64 * 1024);
	struct compiler compiler = {.reader = {&set->arena, diags}, .zones = zones, .rules = &set->rules};
	set_compile(set, &compiler, files);
	if (diags->errors == 0 && !compiler.incomplete)
		return set;
	journey_set_free(set);
	return NULL;
}

void journey_set_free(struct journey_set *set)
{
	if (!set)
		return;
	if (set->sources_free)
		set->sources_free(set->sources);
	arena_release(&set->arena);
	free(set);
}

const struct journey *journey_set_find(const struct journey_set *set, uint32_t tag)
{
	size_t from = 0, to = set->journey_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct journey *journey = &set->journeys[set->by_tag[middle]];
		if (journey->tag == tag)
			return journey;
		if (journey->tag < tag)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}
