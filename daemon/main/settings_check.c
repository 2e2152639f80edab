/* SPDX-License-Identifier: Apache-2.0 */
#include "main/settings_check.h"

#include <string.h>

static const struct doc *scalar_at(const struct doc *doc, const char *map, const char *key)
{
	const struct doc *below = doc_get(doc, str_from(map)), *value = below ? doc_get(below, str_from(key)) : NULL;
	return value && value->kind == DOC_SCALAR && !doc_null(value) ? value : NULL;
}

static bool host_good(struct str host)
{
	bool brackets = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!word && (!c || !strchr(brackets ? "-._[]:%" : "-._", c)))
			return false;
	}
	return true;
}

static bool port_good(struct str text)
{
	unsigned port = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || port > 65535)
			return false;
		port = port * 10 + (unsigned)(text.ptr[i] - '0');
	}
	return text.len > 0 && port <= 65535;
}

/* HOST:PORT. A broker may come without a port, and behind a protocol such as SSL://; to listen needs no host. */
static bool address_good(struct str text, bool listens)
{
	const char *protocol = text.len ? memmem(text.ptr, text.len, "://", 3) : NULL;
	if (protocol && !listens)
		text = str_sub(text, (size_t)(protocol - text.ptr) + 3, text.len);
	size_t colon = text.len;
	while (colon > 0 && text.ptr[colon - 1] != ':' && text.ptr[colon - 1] != ']')
		colon--;
	if (colon == 0 || text.ptr[colon - 1] == ']') /* that of an address in brackets is none */
		return text.len > 0 && !listens && host_good(text);
	return host_good(str_sub(text, 0, colon - 1)) && (colon > 1 || listens) &&
	       port_good(str_sub(text, colon, text.len));
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
