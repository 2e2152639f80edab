/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders of what people wrote. */
#ifndef JD_FILES_H
#define JD_FILES_H

#include "core/diag.h"

/* The whole file into the arena; NULL when it cannot be read or is larger than max bytes (reported). */
const struct diag_file *files_read(struct str path, size_t max, struct arena *arena, struct diag_list *diags);

struct file_list {
	struct str *paths; /* bytewise order */
	size_t count;
};

/* Every regular file below `path` (a folder, or a single file) whose name ends with `suffix`; hidden ones are passed
 * over, links to folders are followed once. False when the path cannot be read (reported). */
bool files_find(struct str path, const char *suffix, struct arena *arena, struct diag_list *diags,
                struct file_list *out);

#endif
