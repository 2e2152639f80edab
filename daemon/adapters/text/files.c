/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_LIMIT = 64, READ_STEP = 64 << 10 };

static struct diag_file *file_new(struct arena *arena, struct str path)
{
	struct diag_file *file = arena_zalloc(arena, sizeof *file);
	file->path = arena_str(arena, path);
	return file;
}

/* A finding about a file as a whole: it has a path and no text to show. */
static void report(struct diag_list *diags, const struct diag_file *file, const char *why)
{
	diag_add(diags, DIAG_ERROR, DIAG_FILE, (struct diag_range){file, 0, 0}, "cannot be read: %s", why);
}

static void report_path(struct diag_list *diags, struct str path, const char *why)
{
	report(diags, file_new(diags->arena, path), why);
}

/* ---- one file --------------------------------------------------------------------------------------------------- */

/* Up to max + 1 bytes, so that the caller sees when there are more. False on an error, with errno. */
static bool read_up_to(int fd, size_t max, struct buf *out)
{
	while (out->len <= max) {
		size_t step = max + 1 - out->len < READ_STEP ? max + 1 - out->len : READ_STEP;
		buf_reserve(out, step);
		ssize_t got = read(fd, out->ptr + out->len, step);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		out->len += (size_t)got;
	}
	return true;
}

/* Opened without waiting: a pipe that nobody writes to must not stop us. NULL when all is well, else why not. */
static const char *open_file(const char *path, int *fd)
{
	struct stat about;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, &about) < 0)
		return strerror(errno);
	if (S_ISDIR(about.st_mode))
		return "it is a folder";
	return S_ISREG(about.st_mode) || S_ISCHR(about.st_mode) ? NULL : "it is not a file";
}

static const struct diag_file *keep_text(struct diag_file *file, const struct buf *bytes, size_t max,
                                         struct arena *arena, struct diag_list *diags)
{
	if (bytes->len > max) {
		diag_add(diags, DIAG_ERROR, DIAG_TOO_LARGE, (struct diag_range){file, 0, 0},
		         "the file is larger than %zu bytes", max);
		return NULL;
	}
	file->text = arena_str(arena, buf_view(bytes));
	return file;
}

const struct diag_file *files_read(struct str path, size_t max, struct arena *arena, struct diag_list *diags)
{
	struct diag_file *file = file_new(arena, path);
	const struct diag_file *kept = NULL;
	struct buf bytes = {0};
	int fd;
	const char *why = open_file(file->path.ptr, &fd);
	if (!why && !read_up_to(fd, max, &bytes))
		why = strerror(errno);
	if (why)
		report(diags, file, why);
	else
		kept = keep_text(file, &bytes, max, arena, diags);
	if (fd >= 0)
		close(fd);
	buf_release(&bytes);
	return kept;
}

/* ---- folders ---------------------------------------------------------------------------------------------------- */

struct folder_id {
	dev_t device;
	ino_t inode;
};

struct finder {
	struct str suffix;
	struct arena *arena;
	struct diag_list *diags;
	struct buf found;   /* struct str */
	struct buf visited; /* struct folder_id: a link back up ends here */
	bool ok;
};

static bool visit_once(struct finder *finder, const struct stat *about)
{
	struct folder_id id = {about->st_dev, about->st_ino}, *ids = (struct folder_id *)(void *)finder->visited.ptr;
	for (size_t i = 0; i < finder->visited.len / sizeof id; i++)
		if (ids[i].device == id.device && ids[i].inode == id.inode)
			return false;
	buf_append(&finder->visited, &id, sizeof id);
	return true;
}

static bool ends_with(struct str text, struct str tail)
{
	return text.len >= tail.len && str_eq(str_sub(text, text.len - tail.len, text.len), tail);
}

static void fail(struct finder *finder, struct str path, const char *why)
{
	report_path(finder->diags, path, why);
	finder->ok = false;
}

static void find_folder(struct finder *finder, struct str path, unsigned depth);

/* path ends with a NUL byte. */
static void find_path(struct finder *finder, struct str path, unsigned depth)
{
	struct stat about;
	if (stat(path.ptr, &about) < 0)
		fail(finder, path, strerror(errno));
	else if (S_ISDIR(about.st_mode) && depth == DEPTH_LIMIT)
		fail(finder, path, "folders are nested too deep");
	else if (S_ISDIR(about.st_mode) && visit_once(finder, &about))
		find_folder(finder, path, depth);
	else if (S_ISREG(about.st_mode) && ends_with(path, finder->suffix))
		buf_append(&finder->found, &path, sizeof path);
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void read_names(struct finder *finder, DIR *folder, struct str path, struct buf *names)
{
	const char *slash = path.len && path.ptr[path.len - 1] == '/' ? "" : "/";
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(folder);
		if (!entry)
			break;
		if (entry->d_name[0] == '.')
			continue;
		struct str name = arena_printf(finder->arena, "%.*s%s%s", STR_ARG(path), slash, entry->d_name);
		buf_append(names, &name, sizeof name);
	}
	if (errno)
		fail(finder, path, strerror(errno)); /* half a folder is not what was meant */
}

/* In order of names, so that which of two links is followed does not depend on the file system. */
static void find_folder(struct finder *finder, struct str path, unsigned depth)
{
	struct buf names = {0};
	DIR *folder = opendir(path.ptr);
	if (!folder) {
		fail(finder, path, strerror(errno));
		return;
	}
	read_names(finder, folder, path, &names);
	closedir(folder);
	struct str *items = (struct str *)(void *)names.ptr;
	size_t count = names.len / sizeof *items;
	if (count)
		qsort(items, count, sizeof *items, by_name);
	for (size_t i = 0; i < count; i++)
		find_path(finder, items[i], depth + 1);
	buf_release(&names);
}

bool files_find(struct str path, const char *suffix, struct arena *arena, struct diag_list *diags,
                struct file_list *out)
{
	struct finder finder = {.suffix = str_from(suffix), .arena = arena, .diags = diags, .ok = true};
	find_path(&finder, arena_str(arena, path), 0);
	out->count = finder.found.len / sizeof(struct str);
	out->paths = arena_alloc(arena, finder.found.len);
	if (finder.found.len) {
		memcpy(out->paths, finder.found.ptr, finder.found.len);
		qsort(out->paths, out->count, sizeof *out->paths, by_name);
	}
	buf_release(&finder.found);
	buf_release(&finder.visited);
	return finder.ok;
}
