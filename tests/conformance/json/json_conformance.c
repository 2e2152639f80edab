/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public JSON parsing suite: y_ files must parse, n_ files must be refused, i_ files may go either way but must not
 * crash. Reads $JOURNEYD_SHARED/conformance/json, else ../shared/conformance/json beside the repository.
 */
#include "adapters/text/json.h"
#include "core/base/buf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 1 << 20, FILES_LEAST = 300 };

struct tally {
	struct json_parser *parser;
	size_t files, wrong, taken, refused; /* the last two of i_ */
};

/* Reads everything there is to read, so that a wrong place is found by the sanitizers. */
static size_t walk_all(const struct json_parser *parser, struct json_item item)
{
	struct json_walk walk;
	struct json_item below;
	struct str name = {0};
	size_t sum = 0;
	if (item.kind == JSON_STRING)
		for (size_t i = 0; i < item.text.len; i++)
			sum += (unsigned char)item.text.ptr[i];
	if (item.kind != JSON_LIST && item.kind != JSON_OBJECT)
		return sum;
	json_walk_init(&walk, parser, item);
	while (json_next(&walk, &name, &below))
		sum += name.len + walk_all(parser, below);
	return sum;
}

static struct str read_file(const char *path, char *room)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return (struct str){0};
	size_t len = fread(room, 1, FILE_MAX, file);
	fclose(file);
	return (struct str){room, len};
}

static void run_file(struct tally *tally, const char *folder, const char *name, char *room)
{
	char path[4096];
	const char *why = "";
	struct json_item root;
	bool whole = (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path;
	struct str text = whole ? read_file(path, room) : (struct str){0};
	if (!text.ptr) {
		printf("%s cannot be read\n", path);
		tally->wrong++;
		return;
	}
	bool parsed = json_parse(tally->parser, text, &root, &why);
	if (parsed)
		walk_all(tally->parser, root);
	tally->files++;
	if (name[0] == 'i')
		(*(parsed ? &tally->taken : &tally->refused))++;
	else if (parsed != (name[0] == 'y')) {
		printf("%s %s %s\n", name, parsed ? "was taken" : "was refused:", why);
		tally->wrong++;
	}
}

int main(void)
{
	const char *shared = getenv("JOURNEYD_SHARED");
	char folder[4000];
	const struct dirent *entry;
	snprintf(folder, sizeof folder, "%s/conformance/json", shared ? shared : SOURCE_DIR "/../shared");
	DIR *files = opendir(folder);
	if (!files) {
		printf("skipped: %s is not there\n", folder);
		return 0;
	}
	struct tally tally = {.parser = json_new(FILE_MAX)};
	char *room = mem_alloc(FILE_MAX);
	while ((entry = readdir(files)))
		if (entry->d_name[0] != '.')
			run_file(&tally, folder, entry->d_name, room);
	closedir(files);
	free(room);
	json_free(tally.parser);
	printf("%zu files, %zu wrong; of those left open %zu taken, %zu refused\n", tally.files, tally.wrong,
	       tally.taken, tally.refused);
	return tally.wrong || tally.files < FILES_LEAST;
}
