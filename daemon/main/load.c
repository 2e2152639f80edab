/* SPDX-License-Identifier: Apache-2.0 */
#include "main/load.h"

#include "adapters/text/files.h"
#include "adapters/text/yaml.h"
#include "adapters/text/yaml_book.h"
#include "core/journey/journey_unused.h"
#include "main/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 16 << 20, CHUNK = 64 << 10 };

struct sources {
	struct source_doc *docs;
	size_t count;
};

static void say_empty(struct load *load, const char *path, const char *suffix)
{
	bool journeys = strcmp(suffix, ".yaml") != 0;
	struct diag *diag = diag_add(&load->diags, DIAG_ERROR, journeys ? DIAG_NO_JOURNEYS : DIAG_EMPTY,
	                             (struct diag_range){0}, "%s holds no %s file", path, suffix);
	if (journeys)
		diag_hint(&load->diags, diag, "a journey is a file named NAME%s", suffix);
}

static struct sources read_folder(struct load *load, const char *path, const char *suffix)
{
	struct sources sources = {0};
	struct file_list files = {0};
	struct doc_reader reader = {&load->arena, &load->diags};
	if (!path || !files_find(str_from(path), suffix, &load->arena, &load->diags, &files))
		return sources;
	if (files.count == 0)
		say_empty(load, path, suffix);
	sources.docs = arena_alloc(&load->arena, (files.count + 1) * sizeof *sources.docs);
	for (size_t i = 0; i < files.count; i++) {
		const struct diag_file *file = files_read(files.paths[i], FILE_MAX, &load->arena, &load->diags);
		if (!file)
			continue;
		sources.docs[sources.count++] = (struct source_doc){file, yaml_read(file, &reader)};
	}
	return sources;
}

struct load *load_new(const char *journeys, const char *rules, const struct zone_set *zones)
{
	struct load *load = mem_alloc(sizeof *load);
	*load = (struct load){0};
	arena_init(&load->arena, CHUNK);
	diag_init(&load->diags, &load->arena);
	struct sources rule_docs = read_folder(load, rules, ".yaml");
	struct sources journey_docs = read_folder(load, journeys, ".journey.yaml");
	load->files = rule_docs.count + journey_docs.count;
	load->journeys = journey_docs.count;
	load->rule_docs = rule_docs.docs;
	load->rule_doc_count = rule_docs.count;
	load->journey_docs = journey_docs.docs;
	load->journey_doc_count = journey_docs.count;
	load->zones = zones;
	struct journey_files files = {.rules = rule_docs.docs,
	                              .journeys = journey_docs.docs,
	                              .rule_count = rule_docs.count,
	                              .journey_count = journey_docs.count};
	load->set = journey_set_compile_all(&files, zones, &load->diags);
	if (load->set)
		journey_unused_check(&files, &(struct doc_reader){&load->arena, &load->diags});
	if (load->diags.errors) {
		journey_set_free(load->set);
		load->set = NULL;
	}
	return load;
}

void load_free(struct load *load)
{
	if (!load)
		return;
	journey_set_free(load->set);
	diag_release(&load->diags);
	arena_release(&load->arena);
	free(load);
}

static void check_node(struct load *load, const struct node *node)
{
	if (node->kind != NODE_EMIT || !node->emit.outward)
		return;
	struct diag *diag = diag_add(&load->diags, DIAG_ERROR, DIAG_NO_TOPIC, node->range,
	                             "this tells other systems of \"%.*s\", but the settings name no topic for it",
	                             STR_ARG(node->emit.event->name));
	diag_hint(&load->diags, diag, "set kafka.outputs.records in journeyd.yaml");
}

void load_check_records(struct load *load, bool has_topic)
{
	if (!load->set || has_topic)
		return;
	const struct journey_set *set = load->set;
	for (size_t i = 0; i < set->journey_count; i++)
		for (size_t k = 0; k < set->journeys[i].node_count; k++)
			check_node(load, &set->journeys[i].nodes[k]);
	if (load->diags.errors == 0)
		return;
	journey_set_free(load->set);
	load->set = NULL;
}

static void free_sources(void *owner)
{
	struct load *load = owner;
	load->set = NULL; /* it is what is being freed */
	load_free(load);
}

struct journey_set *load_take_set(struct load *load)
{
	load->set->sources = load;
	load->set->sources_free = free_sources;
	return load->set;
}

static void free_load(void *owner)
{
	load_free(owner);
}

struct rulebook *load_take_book(struct load *load)
{
	struct yaml_book_files files = {.rules = load->rule_docs,
	                                .journeys = load->journey_docs,
	                                .rule_count = load->rule_doc_count,
	                                .journey_count = load->journey_doc_count,
	                                .zones = load->zones,
	                                .owner = load,
	                                .owner_free = free_load};
	struct rulebook *book = yaml_book_new(&files, load->set);
	journey_set_free(load->set);
	load->set = NULL;
	return book;
}

void load_print(struct load *load, bool json)
{
	print_findings(&load->diags, json);
}

enum exit_code load_exit(const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->count; i++)
		if (diags->items[i].code == DIAG_FILE && diags->items[i].level == DIAG_ERROR)
			return EXIT_COULD_NOT;
	return diags->errors ? EXIT_PROBLEMS : EXIT_OK;
}
