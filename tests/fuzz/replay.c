/* SPDX-License-Identifier: Apache-2.0 */
/* The kept input again, without a fuzzer: DRIVER FILE-OR-FOLDER... An input that takes longer than a minute fails. */
#include "support/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECONDS_MAX = 60 };

static unsigned long replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) != 0) {
		perror(path);
		exit(1);
	}
	size_t size = (size_t)ftell(file);
	uint8_t *bytes = malloc(size ? size : 1);
	rewind(file);
	if (!bytes || fread(bytes, 1, size, file) != size) {
		perror(path);
		exit(1);
	}
	fclose(file);
	fprintf(stderr, "\r%s\n", path);
	alarm(SECONDS_MAX);
	LLVMFuzzerTestOneInput(bytes, size);
	alarm(0);
	free(bytes);
	return 1;
}

static unsigned long replay(const char *path)
{
	struct dirent **names;
	char below[4096];
	unsigned long count = 0;
	int found = scandir(path, &names, NULL, alphasort);
	if (found < 0)
		return replay_file(path);
	for (int i = 0; i < found; i++) {
		snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			count += replay(below);
		free(names[i]);
	}
	free(names);
	return count;
}

int main(int argc, char **argv)
{
	unsigned long count = 0;
	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		count += replay(argv[i]);
	printf("%lu inputs\n", count);
	return count ? 0 : 1;
}
