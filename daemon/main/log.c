/* SPDX-License-Identifier: Apache-2.0 */
#include "main/log.h"

#include "core/base/json_write.h"

#include <time.h>
#include <unistd.h>

static const char *const LEVELS[] = {"error", "warn", "info", "debug"};

static struct instant wall_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (struct instant){now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000};
}

static void json_subject(struct buf *out, const char *subject)
{
	while (*subject) {
		size_t len = strcspn(subject, " "), name = strcspn(subject, "= ");
		if (name < len) {
			buf_char(out, ',');
			json_str(out, (struct str){subject, name});
			buf_char(out, ':');
			json_str(out, (struct str){subject + name + 1, len - name - 1});
		}
		subject += len + (subject[len] == ' ');
	}
}

static void write_json(struct buf *out, enum report_level level, const char *subject, const char *message)
{
	buf_str(out, STR("{\"time\":"));
	json_instant(out, wall_now());
	buf_printf(out, ",\"level\":\"%s\"", LEVELS[level]);
	json_subject(out, subject);
	buf_str(out, STR(",\"msg\":"));
	json_str(out, str_from(message));
	buf_str(out, STR("}\n"));
}

static void write_logfmt(struct buf *out, enum report_level level, const char *subject, const char *message)
{
	buf_str(out, STR("time="));
	instant_print(out, wall_now());
	buf_printf(out, " level=%s %s%smsg=", LEVELS[level], subject, *subject ? " " : "");
	json_str(out, str_from(message));
	buf_char(out, '\n');
}

void log_line(void *owner, enum report_level level, const char *subject, const char *message)
{
	const struct log *log = owner;
	struct buf out = {0};
	if (level > log->level)
		return;
	(log->json ? write_json : write_logfmt)(&out, level, subject, message);
	ssize_t written = write(STDERR_FILENO, out.ptr, out.len);
	(void)written; /* nowhere to say that the log cannot be written */
	buf_release(&out);
}
