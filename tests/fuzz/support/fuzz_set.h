/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and journeys out of one text: files stand one after the other, with lines of --- between them. A file is a
 * journey when it begins with `journey:`, else one of rules. */
#ifndef JD_FUZZ_SET_H
#define JD_FUZZ_SET_H

#include "core/journey/journey_set.h"

enum { FUZZ_FILES_MAX = 64 };

struct fuzz_files {
	struct source_doc rules[FUZZ_FILES_MAX], journeys[FUZZ_FILES_MAX];
	size_t rule_count, journey_count;
};

/* Adds the text's files, as far as there is room; the text must outlive them. */
void fuzz_files_add(struct fuzz_files *files, struct str text, struct doc_reader *reader);

/* The set of tests/fuzz/language.yaml, which has nearly every word of the language. Kept for the program's life. */
struct fuzz_language {
	struct arena arena;
	struct diag_list diags;
	struct zone_set zones;
	struct fuzz_files files;
	struct journey_set *set;
};
const struct fuzz_language *fuzz_language(void);

/* Every finding stands in its file, and both ways of printing them work. */
void fuzz_check_findings(struct diag_list *diags);

#endif
