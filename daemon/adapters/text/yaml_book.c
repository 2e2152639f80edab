/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/yaml_book.h"

#include "adapters/text/yaml.h"

#include <stdlib.h>

enum { CHUNK = 16 << 10 };

struct yaml_book {
	struct rulebook base;
	struct yaml_book_files files;
	struct arena arena; /* of the texts' list */
	uint32_t uses;      /* one for itself, one for each set */
};

/* What a set points into besides the book's own documents. */
struct edition {
	struct yaml_book *book;
	struct arena arena;
};

static void book_drop(struct yaml_book *book)
{
	if (--book->uses)
		return;
	book->files.owner_free(book->files.owner);
	arena_release(&book->arena);
	free(book);
}

static void edition_free(void *sources)
{
	struct edition *edition = sources;
	arena_release(&edition->arena);
	book_drop(edition->book);
	free(edition);
}

/* Texts that are no YAML any more are told like those that do not compile. */
static bool read_older(const struct store_source *source, struct arena *arena, struct diag_list *diags,
                       struct journey_older *out)
{
	struct diag_list own;
	struct diag_file *file = arena_zalloc(arena, sizeof *file);
	diag_init(&own, arena);
	file->path = arena_printf(arena, "%.*s as of %.*s", STR_ARG(source->journey), STR_ARG(source->version));
	file->text = arena_str(arena, source->text);
	out->source = (struct source_doc){file, yaml_read(file, &(struct doc_reader){arena, &own})};
	out->version = arena_str(arena, source->version);
	if (!out->source.doc)
		diag_add(diags, DIAG_WARNING, DIAG_OLD_VERSION, (struct diag_range){0}, "%.*s cannot be read any more",
		         STR_ARG(file->path));
	diag_release(&own);
	return out->source.doc != NULL;
}

static struct journey_set *compile(struct rulebook *base, const struct store_source *older, size_t count,
                                   struct diag_list *diags)
{
	struct yaml_book *book = (struct yaml_book *)base;
	struct edition *edition = mem_alloc(sizeof *edition);
	*edition = (struct edition){.book = book};
	arena_init(&edition->arena, CHUNK);
	book->uses++;
	struct journey_older *read = arena_alloc(&edition->arena, (count + 1) * sizeof *read);
	struct journey_files files = {.rules = book->files.rules,
	                              .journeys = book->files.journeys,
	                              .rule_count = book->files.rule_count,
	                              .journey_count = book->files.journey_count,
	                              .older = read};
	for (size_t i = 0; i < count; i++)
		files.older_count += read_older(&older[i], &edition->arena, diags, &read[files.older_count]);
	struct journey_set *set = journey_set_compile_all(&files, book->files.zones, diags);
	if (!set) {
		edition_free(edition);
		return NULL;
	}
	set->sources = edition;
	set->sources_free = edition_free;
	return set;
}

static void book_free(struct rulebook *base)
{
	book_drop((struct yaml_book *)base);
}

static const struct rulebook_ops OPS = {compile, book_free};

static struct str text_of(const struct yaml_book_files *files, const struct doc *doc)
{
	for (size_t i = 0; i < files->journey_count; i++)
		if (files->journeys[i].doc == doc)
			return files->journeys[i].file->text;
	return (struct str){0};
}

struct rulebook *yaml_book_new(const struct yaml_book_files *files, const struct journey_set *set)
{
	struct yaml_book *book = mem_alloc(sizeof *book);
	*book = (struct yaml_book){.base = {.ops = &OPS, .count = set->journey_count}, .files = *files, .uses = 1};
	arena_init(&book->arena, CHUNK);
	struct store_source *texts = arena_alloc(&book->arena, (set->journey_count + 1) * sizeof *texts);
	for (size_t i = 0; i < set->journey_count; i++)
		texts[i] = (struct store_source){.journey = arena_str(&book->arena, set->journeys[i].name),
		                                 .version = arena_str(&book->arena, set->journeys[i].version),
		                                 .text = text_of(files, set->journeys[i].doc)};
	book->base.texts = texts;
	return &book->base;
}
