/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/zoneinfo.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MAX_BYTES = 1024, DEPTH_MAX = 4, FILE_MAX = 1 << 20 };

/* A file read once; links to it, of either kind, share its tables. */
struct seen {
	dev_t device;
	ino_t inode;
	size_t zone; /* in the load's list */
};

struct load {
	char path[PATH_MAX_BYTES]; /* of the file at hand; the zone's name begins at `root` */
	size_t root;
	struct arena *arena;
	struct diag_list *diags;
	struct zone *zones;
	struct seen *seen; /* by hash of the inode, open addressing; zone is one more, 0: free */
	size_t count, cap, seen_cap;
	struct buf bytes;
};

static bool read_file(struct load *load)
{
	int file = open(load->path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	buf_clear(&load->bytes);
	while (file >= 0 && got > 0 && load->bytes.len < FILE_MAX) {
		buf_reserve(&load->bytes, 8192);
		got = read(file, load->bytes.ptr + load->bytes.len, load->bytes.cap - load->bytes.len);
		if (got > 0)
			load->bytes.len += (size_t)got;
	}
	if (file >= 0)
		close(file);
	return file >= 0 && got == 0;
}

static struct seen *find_seen(struct load *load, const struct stat *info)
{
	size_t at = (size_t)info->st_ino * 0x9e3779b9u % load->seen_cap;
	struct seen *seen = &load->seen[at];
	while (seen->zone && (seen->inode != info->st_ino || seen->device != info->st_dev)) {
		at = (at + 1) % load->seen_cap;
		seen = &load->seen[at];
	}
	return seen;
}

/* Both lists at once, so that the table of files is never more than half full. */
static void grow(struct load *load)
{
	struct seen *old = load->seen;
	size_t old_cap = load->seen_cap;
	load->cap = load->cap ? 2 * load->cap : 1024;
	load->seen_cap = 2 * load->cap;
	load->zones = mem_realloc(load->zones, load->cap * sizeof *load->zones);
	load->seen = mem_alloc(load->seen_cap * sizeof *load->seen);
	memset(load->seen, 0, load->seen_cap * sizeof *load->seen);
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].zone)
			*find_seen(load, &(struct stat){.st_ino = old[i].inode, .st_dev = old[i].device}) = old[i];
	free(old);
}

static void warn_broken(struct load *load)
{
	diag_add(load->diags, DIAG_WARNING, DIAG_FILE, (struct diag_range){0}, "%s is a broken zone file and left out",
	         load->path);
}

/* What is no zone file (tables for people, lists of leap seconds) does not begin as one, and is passed over. */
static void add_file(struct load *load, const struct stat *info)
{
	if (load->count == load->cap)
		grow(load);
	struct seen *seen = find_seen(load, info);
	struct zone zone = {0};
	struct str name = arena_str(load->arena, str_from(load->path + load->root));
	if (seen->zone) {
		zone = load->zones[seen->zone - 1];
		zone.name = name;
	} else {
		if (!read_file(load) || !str_starts(buf_view(&load->bytes), STR("TZif")))
			return;
		if (!zone_read(name, buf_view(&load->bytes), load->arena, &zone)) {
			warn_broken(load);
			return;
		}
		*seen = (struct seen){info->st_dev, info->st_ino, load->count + 1};
	}
	load->zones[load->count++] = zone;
}

static bool passed_over(const char *name, int depth)
{
	static const char *const others[] = {"posix", "right", "posixrules", "localtime"};
	for (size_t i = 0; depth == 0 && i < sizeof others / sizeof *others; i++)
		if (strcmp(name, others[i]) == 0)
			return true;
	return name[0] == '.' || strchr(name, '.');
}

/* The path is that of a folder and is so again at the end. Links are followed, to a depth that no loop outlives. */
static void add_folder(struct load *load, int depth)
{
	size_t len = strlen(load->path);
	DIR *folder = depth <= DEPTH_MAX ? opendir(load->path) : NULL;
	const struct dirent *entry;
	struct stat info;
	while (folder && (entry = readdir(folder))) {
		if (passed_over(entry->d_name, depth) || len + strlen(entry->d_name) + 2 > sizeof load->path)
			continue;
		load->path[len] = '/';
		strcpy(load->path + len + 1, entry->d_name);
		if (stat(load->path, &info) == 0) {
			if (S_ISDIR(info.st_mode))
				add_folder(load, depth + 1);
			else if (S_ISREG(info.st_mode))
				add_file(load, &info);
		}
		load->path[len] = '\0';
	}
	if (folder)
		closedir(folder);
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct zone *)a)->name, ((const struct zone *)b)->name);
}

static void finish(struct load *load, struct zone_set *out)
{
	if (load->count == 0) {
		diag_add(load->diags, DIAG_ERROR, DIAG_EMPTY, (struct diag_range){0},
		         "%s holds no time zones; install the package tzdata, or set TZDIR to where they are",
		         load->path);
		*out = (struct zone_set){.zones = &ZONE_UTC, .count = 1};
		return;
	}
	struct zone *zones = arena_alloc(load->arena, load->count * sizeof *zones);
	memcpy(zones, load->zones, load->count * sizeof *zones);
	qsort(zones, load->count, sizeof *zones, by_name);
	*out = (struct zone_set){.zones = zones, .count = load->count};
}

void zoneinfo_load(const char *folder, struct arena *arena, struct diag_list *diags, struct zone_set *out)
{
	struct load load = {.arena = arena, .diags = diags};
	const char *chosen = folder ? folder : getenv("TZDIR");
	if (!chosen || !*chosen)
		chosen = "/usr/share/zoneinfo";
	snprintf(load.path, sizeof load.path, "%s", chosen);
	load.root = strlen(load.path) + 1;
	add_folder(&load, 0);
	finish(&load, out);
	free(load.zones);
	free(load.seen);
	buf_release(&load.bytes);
}
