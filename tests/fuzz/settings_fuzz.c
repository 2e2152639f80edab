/* SPDX-License-Identifier: Apache-2.0 */
/* journeyd.yaml out of bad texts: read, and printed both ways. */
#include "main/settings.h"
#include "support/fuzz.h"
#include "support/fuzz_set.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNK = 16384 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* Other files are named relative to it, below /proc/self/fd: there are none. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct settings settings = {0};
	struct arena arena;
	struct diag_list diags;
	struct buf text = {0};
	char path[64];
	int file = memfd_create("journeyd.yaml", 0);
	fuzz_insist(file >= 0 && write(file, bytes, size) == (ssize_t)size && lseek(file, 0, SEEK_SET) == 0,
	            "no file in memory");
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	arena_init(&arena, CHUNK);
	diag_init(&diags, &arena);
	struct doc_reader reader = {&arena, &diags};
	bool right = settings_read(path, &reader, &settings);
	fuzz_check_findings(&diags);
	fuzz_insist(right == (diags.errors == 0), "settings with errors, or none without");
	if (right) {
		settings_print(&settings, false, &text);
		settings_print(&settings, true, &text);
	}
	buf_release(&text);
	diag_release(&diags);
	arena_release(&arena);
	close(file);
	return 0;
}
