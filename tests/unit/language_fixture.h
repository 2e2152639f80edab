/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and journeys written in a test, compiled as files are; findings one a line:
 * `journeys/a.journey.yaml:3:8 error 51: message; hint; known; first: path:line:col`. */
#ifndef JD_LANGUAGE_FIXTURE_H
#define JD_LANGUAGE_FIXTURE_H

#include "adapters/text/yaml.h"
#include "core/journey/journey_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture_file {
	const char *path; /* journeys/... or rules/... */
	const char *text;
};

struct fixture {
	struct arena arena;
	struct diag_list diags;
	struct buf findings;
	struct journey_set *set; /* NULL when there are errors */
};

static inline void fixture_print(struct fixture *fixture, const struct diag *diag)
{
	struct buf *out = &fixture->findings;
	if (diag->range.file) {
		struct diag_place place = diag_place(diag->range.file, diag->range.from);
		buf_printf(out, "%.*s:%u:%u ", STR_ARG(diag->range.file->path), place.line, place.column);
	}
	buf_printf(out, "%s %d: %.*s", diag->level == DIAG_ERROR ? "error" : "warning", (int)diag->code,
	           STR_ARG(diag->message));
	if (diag->hint.len)
		buf_printf(out, "; %.*s", STR_ARG(diag->hint));
	if (diag->known.len)
		buf_printf(out, "; %.*s", STR_ARG(diag->known));
	if (diag->related.file) {
		struct diag_place place = diag_place(diag->related.file, diag->related.from);
		buf_printf(out, "; %.*s: %.*s:%u:%u", STR_ARG(diag->related_message), STR_ARG(diag->related.file->path),
		           place.line, place.column);
	}
	buf_char(out, '\n');
}

static inline struct source_doc fixture_read(struct fixture *fixture, const struct fixture_file *from)
{
	struct diag_file *file = arena_alloc(&fixture->arena, sizeof *file);
	struct doc_reader reader = {&fixture->arena, &fixture->diags};
	*file = (struct diag_file){str_from(from->path), str_from(from->text)};
	return (struct source_doc){file, yaml_read(file, &reader)};
}

/* Files up to one without a path. */
static inline void fixture_compile(struct fixture *fixture, const struct fixture_file *files,
                                   const struct zone_set *zones)
{
	struct source_doc docs[2][64];
	size_t counts[2] = {0};
	*fixture = (struct fixture){0};
	arena_init(&fixture->arena, 16 * 1024);
	diag_init(&fixture->diags, &fixture->arena);
	for (; files->path; files++) {
		int journey = str_starts(str_from(files->path), STR("journeys/"));
		docs[journey][counts[journey]++] = fixture_read(fixture, files);
	}
	fixture->set = journey_set_compile(docs[0], counts[0], docs[1], counts[1], zones, &fixture->diags);
	diag_sort(&fixture->diags);
	for (size_t i = 0; i < fixture->diags.count; i++)
		fixture_print(fixture, &fixture->diags.items[i]);
	buf_char(&fixture->findings, '\0');
}

static inline void fixture_release(struct fixture *fixture)
{
	journey_set_free(fixture->set);
	buf_release(&fixture->findings);
	diag_release(&fixture->diags);
	arena_release(&fixture->arena);
}

/* Compiles and compares all findings; the set must be there exactly when there is no error. */
static inline void fixture_expect(const struct fixture_file *files, const char *findings)
{
	static const struct zone ZONES[] = {{.name = {"Asia/Shanghai", 13}}, {.name = {"Europe/Berlin", 13}}};
	static const struct zone_set SET = {.zones = ZONES, .count = 2};
	struct fixture fixture;
	fixture_compile(&fixture, files, &SET);
	assert_string_equal(fixture.findings.ptr, findings);
	assert_int_equal(fixture.set == NULL, fixture.diags.errors > 0);
	fixture_release(&fixture);
}

#endif
