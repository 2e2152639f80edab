/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fuzz_set.h"

#include "adapters/text/files.h"
#include "adapters/text/yaml.h"
#include "adapters/text/zoneinfo.h"
#include "support/fuzz.h"

#include <stdio.h>

enum { CHUNK = 65536 };

static const struct str OLDER = STR("# before\n");

static struct str next_file(struct str *rest)
{
	for (size_t at = 0; at + 4 <= rest->len; at++) {
		if ((at > 0 && rest->ptr[at - 1] != '\n') || memcmp(rest->ptr + at, "---\n", 4) != 0)
			continue;
		struct str file = str_sub(*rest, 0, at);
		*rest = str_sub(*rest, at + 4, rest->len);
		return file;
	}
	struct str file = *rest;
	*rest = (struct str){0};
	return file;
}

/* Each file in memory of its own, so that a byte read behind it is seen. */
static struct diag_file *file_of(struct str text, size_t number, struct arena *arena)
{
	static const char key[] = "journey: ";
	struct diag_file *file = arena_alloc(arena, sizeof *file);
	file->text = text;
	if (str_starts(text, STR("journey: "))) {
		size_t from = sizeof key - 1, to = from;
		while (to < text.len && text.ptr[to] != '\n' && text.ptr[to] != '/' && to < from + 60)
			to++;
		file->path = arena_printf(arena, "journeys/%.*s.journey.yaml", (int)(to - from), text.ptr + from);
	} else {
		file->path = arena_printf(arena, "rules/%zu.yaml", number);
	}
	return file;
}

/* What is wrong with it is nobody's mistake now. */
static void add_older(struct fuzz_files *files, struct str text, struct arena *arena)
{
	struct diag_list diags;
	struct doc_reader reader = {arena, &diags};
	if (files->older_count == FUZZ_OLDER_MAX)
		return;
	diag_init(&diags, arena);
	struct diag_file *file = file_of(text, 0, arena);
	struct source_doc read = {file, yaml_read(file, &reader)};
	if (read.doc && diags.errors == 0)
		files->older[files->older_count++] = read;
	diag_release(&diags);
}

void fuzz_files_add(struct fuzz_files *files, struct str text, struct doc_reader *reader)
{
	while (text.len && files->rule_count < FUZZ_FILES_MAX && files->journey_count < FUZZ_FILES_MAX) {
		struct str next = next_file(&text);
		if (str_starts(next, OLDER)) {
			add_older(files, str_sub(next, OLDER.len, next.len), reader->arena);
			continue;
		}
		struct diag_file *file = file_of(next, files->rule_count + files->journey_count, reader->arena);
		struct source_doc read = {file, yaml_read(file, reader)};
		if (str_starts(file->path, STR("journeys/")))
			files->journeys[files->journey_count++] = read;
		else
			files->rules[files->rule_count++] = read;
	}
}

static void language_init(struct fuzz_language *language)
{
	struct doc_reader reader = {&language->arena, &language->diags};
	arena_init(&language->arena, CHUNK);
	diag_init(&language->diags, &language->arena);
	zoneinfo_load(NULL, &language->arena, &language->diags, &language->zones);
	const struct diag_file *file = files_read(STR(FUZZ_DIR "/language.yaml"), CHUNK, reader.arena, reader.diags);
	fuzz_insist(file != NULL, "there is no " FUZZ_DIR "/language.yaml");
	fuzz_files_add(&language->files, file->text, &reader);
	lunar_init(&language->lunar);
	language->zones.chinese = &language->lunar.source;
	fuzz_edition_compile(&language->edition, &language->files, &language->zones, &language->diags);
	language->set = language->edition.set;
	fuzz_insist(language->edition.before_count == language->files.older_count,
	            "language.yaml: an older text is wrong");
	if (language->set)
		return;
	struct buf text = {0};
	diag_print(&language->diags, false, &text);
	fprintf(stderr, "%.*s", STR_ARG(buf_view(&text)));
	fuzz_insist(false, "language.yaml does not compile");
}

const struct fuzz_language *fuzz_language(void)
{
	static struct fuzz_language language;
	if (!language.set)
		language_init(&language);
	return &language;
}

void fuzz_check_findings(struct diag_list *diags)
{
	struct buf text = {0};
	for (size_t i = 0; i < diags->count; i++) {
		struct diag_range range = diags->items[i].range;
		fuzz_insist(range.from <= range.to, "a finding ends before it begins");
		fuzz_insist(!range.file || range.to <= range.file->text.len, "a finding stands behind its file");
		fuzz_insist(diags->items[i].message.len > 0, "a finding says nothing");
	}
	diag_sort(diags);
	diag_print(diags, false, &text);
	diag_print_json(diags, &text);
	buf_release(&text);
}
