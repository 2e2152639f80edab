/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules and journeys out of bad texts. Each file is compiled with the rules of language.yaml, unless its first line is
 * `# alone`; what compiles is lived by a customer, the first half of it by older texts (a first line `# before`). Every
 * mistake must be told at its place.
 */
#include "support/fuzz.h"
#include "support/fuzz_life.h"
#include "support/fuzz_set.h"

enum { CHUNK = 65536, EVENTS = 30 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_language();
	return 0;
}

static void live(const struct fuzz_edition *edition, struct str text)
{
	struct fuzz_life life = {edition->set, &fuzz_language()->zones, text,
	                         EVENTS,       edition->before,         edition->before_count};
	fuzz_live(&life);
}

/* The set must be there exactly when nothing is wrong. */
static void compile(const struct fuzz_files *files, struct str text, struct diag_list *diags)
{
	struct fuzz_edition edition;
	fuzz_edition_compile(&edition, files, &fuzz_language()->zones, diags);
	fuzz_check_findings(diags);
	fuzz_insist((edition.set == NULL) == (diags->errors > 0), "a set with errors, or none without");
	if (edition.set)
		live(&edition, text);
	fuzz_edition_release(&edition);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct str text = {(const char *)bytes, size};
	struct fuzz_files files = {0};
	struct arena arena;
	struct diag_list diags;
	arena_init(&arena, CHUNK);
	diag_init(&diags, &arena);
	struct doc_reader reader = {&arena, &diags};
	if (!str_starts(text, STR("# alone\n"))) {
		files = fuzz_language()->files;
		files.journey_count = files.older_count = 0;
	}
	fuzz_files_add(&files, text, &reader);
	compile(&files, text, &diags);
	diag_release(&diags);
	arena_release(&arena);
	return 0;
}
