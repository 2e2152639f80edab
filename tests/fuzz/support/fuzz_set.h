/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and journeys out of one text: files stand one after the other, with lines of --- between them. A file is a
 * journey when it begins with `journey:`, else one of rules. After a first line `# before` comes a journey's older
 * text. */
#ifndef JD_FUZZ_SET_H
#define JD_FUZZ_SET_H

#include "adapters/lunar/lunar.h"
#include "core/journey/journey_set.h"

enum { FUZZ_FILES_MAX = 64, FUZZ_OLDER_MAX = 2 };

struct fuzz_files {
	struct source_doc rules[FUZZ_FILES_MAX], journeys[FUZZ_FILES_MAX];
	size_t rule_count, journey_count;
	struct source_doc older[FUZZ_OLDER_MAX]; /* those that can be read */
	size_t older_count;
};

/* Adds the text's files, as far as there is room; the text must outlive them. */
void fuzz_files_add(struct fuzz_files *files, struct str text, struct doc_reader *reader);

/* The sets of a journey's life: with each older text as it was, then as the files are, who began earlier still known.
 */
struct fuzz_edition {
	struct journey_set *before[FUZZ_OLDER_MAX]; /* those that compile */
	size_t before_count;
	struct journey_set *set; /* NULL: not without errors */
};
void fuzz_edition_compile(struct fuzz_edition *edition, const struct fuzz_files *files, const struct zone_set *zones,
                          struct diag_list *diags);
void fuzz_edition_release(struct fuzz_edition *edition);

/* The set of tests/fuzz/language.yaml, which has nearly every word of the language. Kept for the program's life. */
struct fuzz_language {
	struct arena arena;
	struct diag_list diags;
	struct zone_set zones;
	struct lunar lunar;
	struct fuzz_files files;
	struct fuzz_edition edition;
	struct journey_set *set; /* the edition's */
};
const struct fuzz_language *fuzz_language(void);

/* Every finding stands in its file, and both ways of printing them work. */
void fuzz_check_findings(struct diag_list *diags);

#endif
