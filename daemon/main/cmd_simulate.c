/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd simulate`: recorded events on a virtual clock, through the daemon's own worker; nothing is sent. */
#include "main/commands.h"
#include "main/load.h"
#include "main/ordered_lines.h"
#include "main/print.h"
#include "main/simulation.h"
#include "main/summary.h"
#include "main/zones.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct simulate_options {
	const char *journeys, *rules, *events, *until, *zone, *actions, *decisions, *customer;
	int output;
};

enum { OUTPUT_SUMMARY, OUTPUT_NDJSON };
static const char *const OUTPUTS[] = {"summary", "ndjson", NULL};

#define AT(member) offsetof(struct simulate_options, member)
static const struct option_row OPTIONS[] = {
        {"journeys", 0, OPTION_TEXT, AT(journeys), "DIR", "journeys (journeys)", NULL},
        {"rules", 0, OPTION_TEXT, AT(rules), "DIR", "rules (rules)", NULL},
        {"events", 0, OPTION_TEXT, AT(events), "FILE", "events as NDJSON; - for standard input", NULL},
        {"until", 0, OPTION_TEXT, AT(until), "TIME", "play to this moment (RFC 3339); else to the last event", NULL},
        {"zone", 0, OPTION_TEXT, AT(zone), "NAME", "zone of those that name none (UTC)", NULL},
        {"output", 'o', OPTION_CHOICE, AT(output), "summary|ndjson", "to standard output: what to print (summary)",
         OUTPUTS},
        {"actions", 0, OPTION_TEXT, AT(actions), "FILE", "also write the actions there", NULL},
        {"decisions", 0, OPTION_TEXT, AT(decisions), "FILE", "also write the decisions there", NULL},
        {"customer", 0, OPTION_TEXT, AT(customer), "ID", "tell this customer's story in the summary", NULL},
        {0},
};

struct outputs {
	struct ordered_lines standard, actions, decisions;
	FILE *actions_file, *decisions_file;
	struct summary *summary; /* NULL: none is wanted */
};

static void on_message(void *owner, const struct sink_message *message)
{
	struct outputs *outputs = owner;
	if (message->topic == SINK_RECORDS) {
		ordered_lines_add(&outputs->standard, message->timestamp, message->value);
		if (outputs->summary)
			summary_record(outputs->summary, message->value);
	} else if (message->topic == SINK_ACTIONS) {
		ordered_lines_add(&outputs->standard, message->timestamp, message->value);
		ordered_lines_add(&outputs->actions, message->timestamp, message->value);
		if (outputs->summary)
			summary_action(outputs->summary, message->value);
	} else {
		ordered_lines_add(&outputs->decisions, message->timestamp, message->value);
		if (outputs->summary)
			summary_decision(outputs->summary, message->value);
	}
}

static void on_event(void *owner, const struct event *event)
{
	struct outputs *outputs = owner;
	if (outputs->summary)
		summary_event(outputs->summary, event);
}

/* False, said, when the file cannot be made; true for no file. */
static bool open_out(const char *path, FILE **out)
{
	*out = path ? fopen(path, "w") : NULL;
	if (!path || *out)
		return true;
	fprintf(stderr, "journeyd simulate: %s: %s\n", path, strerror(errno));
	return false;
}

static bool outputs_init(struct outputs *outputs, const struct simulate_options *options, const struct zone *zone,
                         const struct zone_set *zones)
{
	bool sort = !simulation_in_order(options->events), ndjson = options->output == OUTPUT_NDJSON;
	*outputs = (struct outputs){0};
	if (!open_out(options->actions, &outputs->actions_file))
		return false;
	if (!open_out(options->decisions, &outputs->decisions_file)) {
		if (outputs->actions_file)
			fclose(outputs->actions_file);
		return false;
	}
	ordered_lines_init(&outputs->standard, ndjson ? stdout : NULL, sort);
	ordered_lines_init(&outputs->actions, outputs->actions_file, sort);
	ordered_lines_init(&outputs->decisions, outputs->decisions_file, sort);
	if (!ndjson)
		outputs->summary = summary_new(str_from(options->customer), zone, zones);
	return true;
}

static bool outputs_finish(struct outputs *outputs)
{
	bool well = ordered_lines_finish(&outputs->standard);
	well = ordered_lines_finish(&outputs->actions) && well;
	well = ordered_lines_finish(&outputs->decisions) && well;
	ordered_lines_release(&outputs->standard);
	ordered_lines_release(&outputs->actions);
	ordered_lines_release(&outputs->decisions);
	if (outputs->actions_file)
		well = fclose(outputs->actions_file) == 0 && well;
	if (outputs->decisions_file)
		well = fclose(outputs->decisions_file) == 0 && well;
	if (!well)
		fprintf(stderr, "journeyd simulate: not everything could be written: %s\n", strerror(errno));
	return well;
}

static void print_summary(struct summary *summary, const struct simulation_result *result)
{
	struct buf out = {0};
	if (!summary)
		return;
	summary_print(summary, &result->report, &out);
	print_buf(&out, stdout);
	buf_release(&out);
	summary_free(summary);
}

static int play(const struct simulate_options *options, struct instant until, struct zones *zones,
                const struct zone *zone)
{
	struct outputs outputs;
	struct simulation_result result;
	struct load *load = load_new(options->journeys, options->rules, &zones->set);
	load_print(load, false);
	int code = load_exit(&load->diags);
	if (code != EXIT_OK || !outputs_init(&outputs, options, zone, &zones->set)) {
		load_free(load);
		return code != EXIT_OK ? code : EXIT_COULD_NOT;
	}
	struct simulation_settings settings = {
	        .events = options->events,
	        .until = until,
	        .decisions = outputs.summary || outputs.decisions_file,
	        .progress = isatty(STDERR_FILENO),
	        .set = load_take_set(load),
	        .zones = &zones->set,
	        .zone = zone,
	        .message = on_message,
	        .event = on_event,
	        .owner = &outputs,
	};
	bool well = simulation_run(&settings, &result);
	if (!well)
		fprintf(stderr, "journeyd simulate: %s\n", result.why);
	print_summary(outputs.summary, &result);
	well = outputs_finish(&outputs) && well;
	if (result.bad)
		fprintf(stderr, "%llu lines could not be read; everything else went on\n",
		        (unsigned long long)result.bad);
	return well ? (result.bad ? EXIT_PROBLEMS : EXIT_OK) : EXIT_COULD_NOT;
}

static int simulate_run(int argc, char **argv)
{
	struct simulate_options options = {.journeys = "journeys", .rules = "rules"};
	struct instant until = INSTANT_NEVER;
	int rest;
	enum options_result read = options_read(&CMD_SIMULATE, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (rest || !options.events) {
		fprintf(stderr, "journeyd simulate: %s\nTry: journeyd simulate --help\n",
		        rest ? "it takes options alone" : "which events? --events FILE, or - for standard input");
		return EXIT_USAGE;
	}
	if (options.until && !instant_parse(str_from(options.until), &until)) {
		fprintf(stderr, "journeyd simulate: --until %s is no moment; write 2026-05-10T00:00:00Z\n",
		        options.until);
		return EXIT_USAGE;
	}
	struct zones zones;
	zones_init(&zones);
	const struct zone *zone = zones_find(&zones, str_from(options.zone));
	int code = zone ? play(&options, until, &zones, zone) : EXIT_USAGE;
	zones_release(&zones);
	return code;
}

const struct command CMD_SIMULATE = {
        .name = "simulate",
        .arguments = "",
        .about = "Replay recorded events on a virtual clock and show what would be sent",
        .details = "Nothing is sent and no server is needed. Events are those of the daemon's default format, a line "
                   "each.\n"
                   "With -o ndjson the actions go to standard output, one a line, in order of time.",
        .options = OPTIONS,
        .run = simulate_run,
};
