/* SPDX-License-Identifier: Apache-2.0 */
#include "main/print.h"

#include <stdlib.h>
#include <unistd.h>

void print_buf(const struct buf *text, FILE *out)
{
	if (text->len)
		fwrite(text->ptr, 1, text->len, out);
}

void print_findings(struct diag_list *diags, bool json)
{
	struct buf out = {0};
	diag_sort(diags);
	if (json)
		diag_print_json(diags, &out);
	else
		diag_print(diags, print_colour(STDERR_FILENO), &out);
	print_buf(&out, json ? stdout : stderr);
	buf_release(&out);
}

bool print_colour(int fd)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	return isatty(fd) && !(no_colour && *no_colour) && !(term && str_eq(str_from(term), STR("dumb")));
}
