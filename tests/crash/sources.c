/* SPDX-License-Identifier: Apache-2.0 */
#include "sources.h"

#include "adapters/text/files.h"
#include "adapters/text/yaml.h"
#include "adapters/text/yaml_book.h"

#include <stdio.h>
#include <stdlib.h>

static struct source_doc *read_docs(struct sources *sources, const char *folder, size_t *count)
{
	struct file_list files = {0};
	struct doc_reader reader = {&sources->arena, &sources->diags};
	files_find(str_from(folder), ".yaml", &sources->arena, &sources->diags, &files);
	struct source_doc *docs = arena_alloc(&sources->arena, (files.count + 1) * sizeof *docs);
	for (size_t i = 0; i < files.count; i++) {
		const struct diag_file *file = files_read(files.paths[i], 1 << 20, &sources->arena, &sources->diags);
		docs[i] = (struct source_doc){file, file ? yaml_read(file, &reader) : NULL};
	}
	*count = files.count;
	return docs;
}

void sources_init(struct sources *sources)
{
	*sources = (struct sources){0};
	arena_init(&sources->arena, 64 << 10);
	diag_init(&sources->diags, &sources->arena);
	sources->rules = read_docs(sources, SOURCE_DIR "/tests/crash/rules", &sources->rule_count);
	sources->journeys = read_docs(sources, SOURCE_DIR "/tests/crash/journeys", &sources->journey_count);
}

void sources_release(struct sources *sources)
{
	arena_release(&sources->arena);
}

static struct journey_set *compile(struct sources *sources, const struct source_doc *journeys, size_t count)
{
	struct journey_set *set = journey_set_compile(sources->rules, sources->rule_count, journeys, count,
	                                              &sources->zones, &sources->diags);
	if (!set) {
		struct buf text = {0};
		diag_print(&sources->diags, false, &text);
		fprintf(stderr, "%.*s", STR_ARG(buf_view(&text)));
		exit(3);
	}
	return set;
}

struct journey_set *sources_compile(struct sources *sources)
{
	return compile(sources, sources->journeys, sources->journey_count);
}

/* Up to three nodes in front, which do nothing that is seen. */
static struct str edited(const struct sources *sources, unsigned version, struct arena *arena)
{
	static const char NODES[] = "\nnodes:\n";
	struct str text = sources->journeys[0].file->text;
	const char *at = memmem(text.ptr, text.len, NODES, strlen(NODES));
	if (!at)
		exit(3);
	size_t head = (size_t)(at - text.ptr) + strlen(NODES);
	struct buf out = {0};
	buf_append(&out, text.ptr, head);
	for (unsigned i = 0; i < 1 + version % 3; i++)
		buf_printf(&out, "  - name: mark_%u_%u\n    set: { run: { mark: \"%u\" } }\n", version, i, version);
	buf_append(&out, text.ptr + head, text.len - head);
	struct str copy = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return copy;
}

static void edition_free(void *owner)
{
	arena_release(owner);
	free(owner);
}

struct rulebook *sources_book(struct sources *sources, unsigned version)
{
	struct arena *arena = mem_alloc(sizeof *arena);
	arena_init(arena, 16 << 10);
	struct source_doc *doc = arena_alloc(arena, sizeof *doc);
	struct diag_file *file = arena_zalloc(arena, sizeof *file);
	*file = (struct diag_file){sources->journeys[0].file->path, edited(sources, version, arena)};
	*doc = (struct source_doc){file, yaml_read(file, &(struct doc_reader){arena, &sources->diags})};
	struct yaml_book_files files = {.rules = sources->rules,
	                                .rule_count = sources->rule_count,
	                                .journeys = doc,
	                                .journey_count = 1,
	                                .zones = &sources->zones,
	                                .owner = arena,
	                                .owner_free = edition_free};
	struct journey_set *set = compile(sources, doc, 1);
	struct rulebook *book = yaml_book_new(&files, set);
	journey_set_free(set);
	return book;
}
