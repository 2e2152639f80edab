/* SPDX-License-Identifier: Apache-2.0 */
#include "main/edition.h"

#include "adapters/text/files.h"
#include "adapters/text/yaml.h"

#include <stdlib.h>

enum { FILE_MAX = 4 << 20 };

void editions_release(struct editions *editions)
{
	for (size_t i = 0; i < editions->count; i++)
		journey_set_free(editions->sets[i]);
	free(editions->sets);
	free(editions->read);
	*editions = (struct editions){0};
}

/* Warnings about the files as they are were said when they were loaded. */
static struct journey_set *compile(struct editions *editions, const struct journey_files *files)
{
	struct load *load = editions->load;
	struct diag_list own;
	diag_init(&own, &load->arena);
	struct journey_set *set = journey_set_compile_all(files, load->zones, &own);
	for (size_t i = 0; i < own.count; i++) {
		const struct diag *found = &own.items[i];
		if (found->level != DIAG_ERROR && found->code != DIAG_OLD_VERSION)
			continue;
		struct diag *diag = diag_add(&load->diags, found->level, found->code, found->range, "%.*s",
		                             STR_ARG(found->message));
		diag->hint = found->hint;
		diag->known = found->known;
		diag->related = found->related;
		diag->related_message = found->related_message;
	}
	diag_release(&own);
	if (!set)
		return NULL;
	if (editions->count == editions->cap)
		editions->sets = mem_grow(editions->sets, &editions->cap, sizeof *editions->sets);
	editions->sets[editions->count++] = set;
	return set;
}

static struct str path_beside(struct load *load, const struct doc *from)
{
	struct str folder = from->range.file->path;
	while (folder.len && folder.ptr[folder.len - 1] != '/')
		folder.len--;
	if (from->text.len && from->text.ptr[0] == '/')
		folder.len = 0;
	return arena_printf(&load->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(from->text));
}

static struct source_doc read_file(struct load *load, struct str path)
{
	struct doc_reader reader = {&load->arena, &load->diags};
	const struct diag_file *file = files_read(path, FILE_MAX, &load->arena, &load->diags);
	return (struct source_doc){file, file ? yaml_read(file, &reader) : NULL};
}

static const struct journey *find(const struct journey_set *set, struct str name)
{
	for (size_t i = 0; set && i < set->journey_count; i++)
		if (str_eq(set->journeys[i].name, name))
			return &set->journeys[i];
	return NULL;
}

/* The set in which this text is the journey. */
static struct journey_set *compile_before(struct editions *editions, const struct source_doc *older,
                                          const struct journey *journey)
{
	struct load *load = editions->load;
	struct source_doc *docs = arena_alloc(&load->arena, (load->journey_doc_count + 1) * sizeof *docs);
	for (size_t i = 0; i < load->journey_doc_count; i++)
		docs[i] = load->journey_docs[i].doc == journey->doc ? *older : load->journey_docs[i];
	struct journey_files files = {.rules = load->rule_docs,
	                              .rule_count = load->rule_doc_count,
	                              .journeys = docs,
	                              .journey_count = load->journey_doc_count};
	return compile(editions, &files);
}

static bool refuse(struct editions *editions, const struct doc *from, const char *why, const struct journey *journey)
{
	diag_add(&editions->load->diags, DIAG_ERROR, DIAG_STORY, from->range, "%.*s %s \"%.*s\"", STR_ARG(from->text),
	         why, STR_ARG(journey->name));
	return false;
}

/* Where what is wrong with the file is said: at the first story that names it. */
struct edition_asked {
	const struct doc *from;
	struct str path;
	const struct journey *journey;
};

static bool read_once(struct editions *editions, const struct edition_asked *request, struct story_edition *out)
{
	struct load *load = editions->load;
	const struct doc *from = request->from;
	const struct journey *journey = request->journey;
	struct source_doc older = read_file(load, request->path);
	if (!older.doc)
		return false;
	const struct doc *name = doc_get(older.doc, STR("journey"));
	if (!name || !str_eq(name->text, journey->name))
		return refuse(editions, from, "does not hold the journey", journey);
	out->before = compile_before(editions, &older, journey);
	const struct journey *was = find(out->before, journey->name);
	if (!was)
		return false;
	bool another = was->version_tag != journey->version_tag; /* else only its state changes, and nobody moves */
	if (!another && was->state == journey->state && was->on_resume == journey->on_resume)
		return refuse(editions, from, "means the same as what is now the journey", journey);
	struct journey_older version = {older, was->version};
	struct journey_files files = {.rules = load->rule_docs,
	                              .rule_count = load->rule_doc_count,
	                              .journeys = load->journey_docs,
	                              .journey_count = load->journey_doc_count,
	                              .older = &version,
	                              .older_count = another};
	out->after = compile(editions, &files);
	return out->after != NULL;
}

bool edition_read(void *owner, const struct doc *from, const struct journey *journey, struct story_edition *out)
{
	struct editions *editions = owner;
	struct edition_asked request = {from, path_beside(editions->load, from), journey};
	for (size_t i = 0; i < editions->read_count; i++) {
		if (editions->read[i].journey != journey || !str_eq(editions->read[i].path, request.path))
			continue;
		*out = editions->read[i].edition;
		return editions->read[i].good;
	}
	*out = (struct story_edition){0};
	bool good = read_once(editions, &request, out);
	if (editions->read_count == editions->read_cap)
		editions->read = mem_grow(editions->read, &editions->read_cap, sizeof *editions->read);
	editions->read[editions->read_count++] = (struct edition_known){request.path, journey, *out, good};
	return good;
}
