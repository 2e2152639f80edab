/* SPDX-License-Identifier: Apache-2.0 */
#include "sources.h"

#include "adapters/text/files.h"
#include "adapters/text/yaml.h"

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

struct journey_set *sources_compile(struct sources *sources)
{
	struct journey_set *set = journey_set_compile(sources->rules, sources->rule_count, sources->journeys,
	                                              sources->journey_count, &sources->zones, &sources->diags);
	if (!set) {
		struct buf text = {0};
		diag_print(&sources->diags, false, &text);
		fprintf(stderr, "%.*s", STR_ARG(buf_view(&text)));
		exit(3);
	}
	return set;
}
