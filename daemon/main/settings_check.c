/* SPDX-License-Identifier: Apache-2.0 */
#include "main/settings_check.h"

#include <string.h>

static const struct doc *scalar_at(const struct doc *doc, const char *map, const char *key)
{
	const struct doc *below = doc_get(doc, str_from(map)), *value = below ? doc_get(below, str_from(key)) : NULL;
	return value && value->kind == DOC_SCALAR && !doc_null(value) ? value : NULL;
}

static bool host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._[]:%/", c));
}

/* HOST:PORT with a port that there is; a broker may come without one, and behind a protocol such as SSL://. */
static bool address_good(struct str text, bool port_needed)
{
	size_t at = 0, colon = text.len, port = 0;
	const char *host = text.len > 3 ? memmem(text.ptr, text.len, "://", 3) : NULL;
	if (host)
		text = str_sub(text, (size_t)(host - text.ptr) + 3, text.len);
	for (colon = text.len; colon > 0 && text.ptr[colon - 1] != ':' && text.ptr[colon - 1] != ']';)
		colon--;
	bool given = colon > 0 && text.ptr[colon - 1] == ':';
	for (at = 0; at < text.len; at++)
		if (!host_byte(text.ptr[at]) || (text.ptr[at] == ':' && at + 1 < colon && text.ptr[0] != '['))
			return false;
	if (!given)
		return text.len > 0 && !port_needed;
	for (at = colon; at < text.len; at++) {
		if (text.ptr[at] < '0' || text.ptr[at] > '9' || port > 65535)
			return false;
		port = port * 10 + (size_t)(text.ptr[at] - '0');
	}
	return (colon > 1 || port_needed) && colon < text.len && port <= 65535;
}

static void report_address(struct doc_reader *reader, const struct doc *doc, size_t from, size_t to)
{
	diag_hint(reader->diags,
	          diag_add(reader->diags, DIAG_ERROR, DIAG_SETTING, doc_range(doc, from, to), "\"%.*s\" is no address",
	                   STR_ARG(str_sub(doc->text, from, to))),
	          "write HOST:PORT; several with a comma between them, where there can be several");
}

static void check_brokers(struct doc_reader *reader, const struct doc *doc)
{
	struct str text = doc->text;
	for (size_t from = 0, to; from <= text.len; from = to + 1) {
		for (to = from; to < text.len && text.ptr[to] != ',';)
			to++;
		size_t first = from, last = to;
		while (first < last && text.ptr[first] == ' ')
			first++;
		while (last > first && text.ptr[last - 1] == ' ')
			last--;
		if (first < last && !address_good(str_sub(text, first, last), false))
			report_address(reader, doc, first, last);
	}
}

void settings_check_addresses(struct doc_reader *reader, const struct doc *doc)
{
	const struct doc *brokers = scalar_at(doc, "kafka", "brokers"), *listen = scalar_at(doc, "http", "listen");
	if (brokers)
		check_brokers(reader, brokers);
	if (listen && listen->text.len && !address_good(listen->text, true))
		report_address(reader, listen, 0, listen->text.len);
}

bool settings_check_zone(struct doc_reader *reader, const struct doc *doc, const struct zone_set *zones)
{
	struct zone fixed;
	const struct doc *name = doc_get(doc, STR("timezone"));
	if (!name || name->kind != DOC_SCALAR || !name->text.len || zone_find(zones, name->text, &fixed))
		return true;
	struct str *names = arena_alloc(reader->arena, (zones->count + 1) * sizeof(*names));
	for (size_t i = 0; i < zones->count; i++)
		names[i] = zones->zones[i].name;
	struct diag *diag = diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_ZONE, name->range,
	                             "there is no time zone \"%.*s\"", STR_ARG(name->text));
	diag_suggest(reader->diags, diag, name->text, names, zones->count, NULL);
	if (!diag->hint.len)
		diag_hint(reader->diags, diag,
		          "write a name such as Europe/Berlin, UTC, or a fixed offset such as +08:00");
	return false;
}
