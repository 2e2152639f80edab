/* SPDX-License-Identifier: Apache-2.0 */
/* The rules and the journey beside this file: read once, compiled anew for each process and each reload. */
#ifndef JD_CRASH_SOURCES_H
#define JD_CRASH_SOURCES_H

#include "core/journey/journey_set.h"
#include "ports/rulebook.h"

struct sources {
	struct arena arena;
	struct diag_list diags;
	struct source_doc *rules, *journeys;
	size_t rule_count, journey_count;
	struct zone_set zones;
};

void sources_init(struct sources *sources);
void sources_release(struct sources *sources);
/* The caller's. Ends the program when they do not compile. */
struct journey_set *sources_compile(struct sources *sources);
/* A version of the journey, as a book; the caller's. All of them say the same, but their nodes stand elsewhere. */
struct rulebook *sources_book(struct sources *sources, unsigned version);

#endif
