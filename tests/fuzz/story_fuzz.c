/* SPDX-License-Identifier: Apache-2.0 */
/* Journey tests out of bad texts, read and played against the journeys of language.yaml. */
#include "adapters/text/yaml.h"
#include "core/story/story.h"
#include "support/fuzz.h"
#include "support/fuzz_set.h"

enum { CHUNK = 65536, STORIES_MAX = 8 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_language();
	return 0;
}

static void play(const struct story_context *context, const struct story_file *file, struct arena *arena)
{
	struct story_coverage coverage;
	struct buf text = {0};
	story_coverage_init(&coverage, file->journey, arena);
	for (size_t i = 0; i < file->count && i < STORIES_MAX; i++) {
		struct story_stage stage = {context, arena, &coverage};
		struct story_result result;
		story_play(&stage, file, &file->stories[i], &result);
		story_print(&result, &text);
	}
	buf_release(&text);
}

/* Of the journey that has an older text in language.yaml, whatever the file is called. */
static bool edition(void *owner, const struct doc *from, const struct journey *journey, struct story_edition *out)
{
	const struct fuzz_language *language = fuzz_language();
	struct diag_list *diags = owner;
	for (size_t i = 0; i < language->set->older_count; i++) {
		if (language->set->older[i].current != journey)
			continue;
		*out = (struct story_edition){language->edition.before[i], language->set};
		return true;
	}
	diag_add(diags, DIAG_ERROR, DIAG_STORY, from->range, "has no older text");
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct fuzz_language *language = fuzz_language();
	struct arena arena;
	struct diag_list diags;
	struct story_context context = {.set = language->set,
	                                .zones = &language->zones,
	                                .zone = &ZONE_UTC,
	                                .edition = edition,
	                                .owner = &diags};
	struct story_file stories;
	arena_init(&arena, CHUNK);
	diag_init(&diags, &arena);
	struct doc_reader reader = {&arena, &diags};
	struct diag_file file = {STR("journeys/a.journey-test.yaml"), {(const char *)bytes, size}};
	struct doc *doc = yaml_read(&file, &reader);
	size_t slips = diags.errors; /* of the YAML, such as a key that stands twice */
	bool right = doc && story_file_read(&reader, doc, &context, &stories);
	fuzz_check_findings(&diags);
	fuzz_insist(!doc || right == (diags.errors == slips), "stories with errors, or none without");
	if (right && slips == 0)
		play(&context, &stories, &arena);
	diag_release(&diags);
	arena_release(&arena);
	return 0;
}
