/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/event_text.h"

#include "core/base/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { SHOWN = 36 }; /* bytes of a text */

/* The most of the text that fits into so many bytes without cutting a character. */
static size_t cut(const char *text, size_t len, size_t most)
{
	if (len <= most)
		return len;
	while (most && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* Headers may hold any bytes, and a sentence may quote them. */
static void show_only_text(char *message, size_t len)
{
	for (size_t at = 0, length; at < len; at += length) {
		length = utf8_len(message + at, len - at);
		if (length == 0 || (unsigned char)message[at] < 0x20 || message[at] == 0x7f) {
			message[at] = '?';
			length = 1;
		}
	}
}

bool event_refuse(const struct event_reader *reader, const char *stage, const char *format, ...)
{
	char message[1024];
	size_t room = sizeof reader->error->message - 1, len;
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	len = cut(message, strlen(message), room);
	memcpy(reader->error->message, message, len);
	reader->error->message[len] = '\0';
	show_only_text(reader->error->message, len);
	reader->error->stage = stage;
	return false;
}

static void describe_text(struct str text, struct event_found *out)
{
	char shown[SHOWN + 1];
	size_t len = cut(text.ptr, text.len, SHOWN);
	for (size_t i = 0; i < len; i++)
		shown[i] = (unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f ? '?' : text.ptr[i];
	snprintf(out->text, sizeof out->text, "the string \"%.*s%s\"", (int)len, shown, len < text.len ? "..." : "");
}

struct event_found event_describe(struct json_item item)
{
	struct event_found found = {"nothing"};
	switch (item.kind) {
	case JSON_NONE:
		break;
	case JSON_NULL:
		snprintf(found.text, sizeof found.text, "null");
		break;
	case JSON_BOOL:
		snprintf(found.text, sizeof found.text, "%s", item.b ? "true" : "false");
		break;
	case JSON_INT:
		snprintf(found.text, sizeof found.text, "the number %" PRId64, item.i);
		break;
	case JSON_DOUBLE:
		snprintf(found.text, sizeof found.text, "the number %.15g", item.d);
		break;
	case JSON_STRING:
		describe_text(item.text, &found);
		break;
	case JSON_LIST:
		snprintf(found.text, sizeof found.text, "a list");
		break;
	case JSON_OBJECT:
		snprintf(found.text, sizeof found.text, "an object");
		break;
	}
	return found;
}
