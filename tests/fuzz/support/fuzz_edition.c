/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fuzz_set.h"

#include "core/base/hash.h"

static bool names(const struct doc *doc, struct str journey)
{
	const struct doc *name = doc && doc->kind == DOC_MAP ? doc_get(doc, STR("journey")) : NULL;
	return name && name->kind == DOC_SCALAR && str_eq(name->text, journey);
}

/* What could not be read is not compiled: its errors are in a list of their own. */
static bool readable(const struct source_doc *docs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!docs[i].doc)
			return false;
	return true;
}

static struct journey_set *compile_before(const struct fuzz_files *files, const struct source_doc *older,
                                          struct str journey, const struct zone_set *zones)
{
	struct source_doc journeys[FUZZ_FILES_MAX];
	struct arena arena;
	struct diag_list diags;
	arena_init(&arena, 4096);
	diag_init(&diags, &arena);
	for (size_t i = 0; i < files->journey_count; i++)
		journeys[i] = names(files->journeys[i].doc, journey) ? *older : files->journeys[i];
	struct journey_set *set =
	        journey_set_compile(files->rules, files->rule_count, journeys, files->journey_count, zones, &diags);
	diag_release(&diags);
	arena_release(&arena);
	return set;
}

/* Of a text that never compiled some version is told all the same, as of one that does not any more. */
static struct journey_older add_before(struct fuzz_edition *edition, const struct fuzz_files *files,
                                       const struct source_doc *older, const struct zone_set *zones)
{
	const struct doc *name = older->doc->kind == DOC_MAP ? doc_get(older->doc, STR("journey")) : NULL;
	struct journey_older version = {*older, STR("0123456789ab")};
	if (!name || name->kind != DOC_SCALAR || !readable(files->rules, files->rule_count) ||
	    !readable(files->journeys, files->journey_count))
		return version;
	struct journey_set *set = compile_before(files, older, name->text, zones);
	const struct journey *was = set ? journey_set_find(set, hash_tag(name->text)) : NULL;
	if (was) {
		edition->before[edition->before_count++] = set;
		version.version = was->version;
	} else {
		journey_set_free(set);
	}
	return version;
}

void fuzz_edition_compile(struct fuzz_edition *edition, const struct fuzz_files *files, const struct zone_set *zones,
                          struct diag_list *diags)
{
	struct journey_older older[FUZZ_OLDER_MAX];
	struct journey_files all = {.rules = files->rules,
	                            .rule_count = files->rule_count,
	                            .journeys = files->journeys,
	                            .journey_count = files->journey_count,
	                            .older = older,
	                            .older_count = files->older_count};
	*edition = (struct fuzz_edition){0};
	for (size_t i = 0; i < files->older_count; i++)
		older[i] = add_before(edition, files, &files->older[i], zones);
	edition->set = journey_set_compile_all(&all, zones, diags);
}

void fuzz_edition_release(struct fuzz_edition *edition)
{
	journey_set_free(edition->set);
	for (size_t i = 0; i < edition->before_count; i++)
		journey_set_free(edition->before[i]);
}
