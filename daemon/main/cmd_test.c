/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd test`: plays NAME.journey-test.yaml stories on a virtual clock, through the daemon's own engine step. */
#include "adapters/text/files.h"
#include "adapters/text/yaml.h"
#include "core/base/json_write.h"
#include "core/story/story.h"
#include "main/commands.h"
#include "main/edition.h"
#include "main/load.h"
#include "main/zones.h"

#include <sys/stat.h>

struct test_options {
	const char *journeys, *rules, *zone, *junit;
	int output;
	bool coverage;
};

static const char *const OUTPUTS[] = {"text", "json", NULL};

#define AT(member) offsetof(struct test_options, member)
static const struct option_row OPTIONS[] = {
        {"journeys", 0, OPTION_TEXT, AT(journeys), "DIR", "journeys (default: PATH when it is a folder, else journeys)",
         NULL},
        {"rules", 0, OPTION_TEXT, AT(rules), "DIR", "rules (rules)", NULL},
        {"zone", 0, OPTION_TEXT, AT(zone), "NAME", "zone of those that name none (UTC)", NULL},
        {"output", 'o', OPTION_CHOICE, AT(output), "text|json", "form (text)", OUTPUTS},
        {"junit", 0, OPTION_TEXT, AT(junit), "FILE", "also write the results as JUnit XML", NULL},
        {"coverage", 0, OPTION_FLAG, AT(coverage), NULL, "show which nodes no story reaches", NULL},
        {0},
};

struct session {
	const struct test_options *options;
	struct load *load;
	struct story_context context;
	struct editions editions;
	struct buf text, json, junit;
	size_t files, passed, failed, nodes, reached;
};

static void xml_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		struct str named = c == '<'   ? STR("&lt;")
		                   : c == '&' ? STR("&amp;")
		                   : c == '"' ? STR("&quot;")
		                              : (struct str){&c, 1};
		buf_str(out, named);
	}
}

struct played {
	const struct story_file *file;
	const struct story *story;
	const struct story_result *result;
	struct str timeline;
};

static void tell_json(struct buf *out, const struct played *played)
{
	buf_str(out, out->len ? STR(",\n") : STR(""));
	buf_str(out, STR("{\"journey\":"));
	json_str(out, played->file->journey->name);
	buf_str(out, STR(",\"test\":"));
	json_str(out, played->story->name);
	buf_printf(out, ",\"passed\":%s,\"sends\":%zu,\"timeline\":", played->result->passed ? "true" : "false",
	           played->result->sends);
	json_str(out, played->timeline);
	buf_char(out, '}');
}

static void tell_junit(struct buf *out, const struct played *played)
{
	buf_str(out, STR("  <testcase classname=\""));
	xml_text(out, played->file->journey->name);
	buf_str(out, STR("\" name=\""));
	xml_text(out, played->story->name);
	if (played->result->passed) {
		buf_str(out, STR("\"/>\n"));
		return;
	}
	buf_str(out, STR("\">\n    <failure>"));
	xml_text(out, played->timeline);
	buf_str(out, STR("</failure>\n  </testcase>\n"));
}

static void tell_text(struct buf *out, const struct played *played)
{
	buf_printf(out, "%s %.*s: %.*s\n", played->result->passed ? "ok    " : "FAILED",
	           STR_ARG(played->file->journey->name), STR_ARG(played->story->name));
	if (!played->result->passed)
		buf_str(out, played->timeline);
}

static void play_one(struct session *session, const struct story_file *file, const struct story *story,
                     struct story_coverage *coverage)
{
	struct arena arena;
	struct story_result result;
	struct buf timeline = {0};
	arena_init(&arena, 16 << 10);
	struct story_stage stage = {&session->context, &arena, coverage};
	story_play(&stage, file, story, &result);
	story_print(&result, &timeline);
	struct played played = {file, story, &result, buf_view(&timeline)};
	tell_text(&session->text, &played);
	tell_json(&session->json, &played);
	tell_junit(&session->junit, &played);
	*(result.passed ? &session->passed : &session->failed) += 1;
	buf_release(&timeline);
	arena_release(&arena);
}

static void tell_coverage(struct session *session, const struct story_file *file, const struct story_coverage *coverage)
{
	for (size_t i = 0; i < coverage->count; i++) {
		session->nodes++;
		session->reached += coverage->hits[i] > 0;
		if (!coverage->hits[i] && session->options->coverage)
			buf_printf(&session->text, "no story reaches %.*s: %.*s\n", STR_ARG(file->journey->name),
			           STR_ARG(coverage->names[i]));
	}
}

static void play_file(struct session *session, struct str path)
{
	struct load *load = session->load;
	struct doc_reader reader = {&load->arena, &load->diags};
	struct story_file file;
	struct story_coverage coverage;
	size_t before = load->diags.errors;
	const struct diag_file *text = files_read(path, 4 << 20, &load->arena, &load->diags);
	const struct doc *doc = text ? yaml_read(text, &reader) : NULL;
	session->files++;
	if (!doc || !story_file_read(&reader, doc, &session->context, &file) || load->diags.errors > before)
		return;
	story_coverage_init(&coverage, file.journey, &load->arena);
	for (size_t i = 0; i < file.count; i++)
		play_one(session, &file, &file.stories[i], &coverage);
	tell_coverage(session, &file, &coverage);
}

static void play_paths(struct session *session, int count, char **paths)
{
	struct load *load = session->load;
	for (int i = 0; i < count; i++) {
		struct file_list files = {0};
		if (!files_find(str_from(paths[i]), ".journey-test.yaml", &load->arena, &load->diags, &files))
			continue;
		for (size_t f = 0; f < files.count; f++)
			play_file(session, files.paths[f]);
	}
}

static bool write_junit(struct session *session)
{
	FILE *out = fopen(session->options->junit, "w");
	if (!out) {
		perror(session->options->junit);
		return false;
	}
	int written = fprintf(out,
	                      "<?xml version=\"1.0\"?>\n<testsuite name=\"journeyd\" tests=\"%zu\" "
	                      "failures=\"%zu\">\n%.*s</testsuite>\n",
	                      session->passed + session->failed, session->failed, STR_ARG(buf_view(&session->junit)));
	bool good = fclose(out) == 0 && written > 0;
	if (!good)
		perror(session->options->junit);
	return good;
}

static int close_session(struct session *session)
{
	bool json = session->options->output == 1;
	load_print(session->load, false);
	int code = load_exit(&session->load->diags);
	if (json)
		printf("[%.*s]\n", STR_ARG(buf_view(&session->json)));
	else
		printf("%.*s%zu passed, %zu failed; %zu of %zu nodes reached\n", STR_ARG(buf_view(&session->text)),
		       session->passed, session->failed, session->reached, session->nodes);
	if (session->options->junit && !write_junit(session))
		code = EXIT_COULD_NOT;
	buf_release(&session->text);
	buf_release(&session->json);
	buf_release(&session->junit);
	if (code != EXIT_OK || session->failed)
		return code == EXIT_OK ? EXIT_PROBLEMS : code;
	if (session->passed == 0) {
		fprintf(stderr, "journeyd test: no journey test was found\n");
		return EXIT_NOTHING;
	}
	return EXIT_OK;
}

static bool is_folder(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int test_run(int argc, char **argv)
{
	struct test_options options = {.rules = "rules"};
	static char fallback[] = "journeys";
	char *standard[] = {fallback};
	int rest;
	enum options_result read = options_read(&CMD_TEST, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	char **paths = rest ? argv : standard;
	if (!options.journeys)
		options.journeys = is_folder(paths[0]) ? paths[0] : fallback;
	struct zones zones;
	zones_init(&zones);
	const struct zone *zone = zones_find(&zones, str_from(options.zone));
	struct session session = {.options = &options};
	int code = EXIT_USAGE;
	if (zone) {
		session.load = load_new(options.journeys, options.rules, &zones.set);
		session.context = (struct story_context){.set = session.load->set,
		                                         .zones = &zones.set,
		                                         .zone = zone,
		                                         .edition = edition_read,
		                                         .owner = &session.editions};
		session.editions.load = session.load;
		if (session.load->set)
			play_paths(&session, rest ? rest : 1, paths);
		code = close_session(&session);
		editions_release(&session.editions);
		load_free(session.load);
	}
	zones_release(&zones);
	return code;
}

const struct command CMD_TEST = {
        .name = "test",
        .arguments = "[PATH...]",
        .about = "Play journey tests on a virtual clock",
        .details =
                "PATH is a NAME.journey-test.yaml or a folder with such files (default: journeys). A failed story is\n"
                "shown as one timeline: - was expected and did not happen, + happened and was not expected.",
        .options = OPTIONS,
        .run = test_run,
};
