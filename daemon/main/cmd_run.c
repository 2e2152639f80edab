/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `journeyd run`: the daemon. One loop; the worker takes its turn after every turn of the loop and says when it wants
 * the next one. SIGTERM and SIGINT finish what was begun; SIGHUP loads journeys and rules anew, or changes nothing.
 */
#include "adapters/http/http.h"
#include "adapters/kafka/kafka_library.h"
#include "main/commands.h"
#include "main/health.h"
#include "main/load.h"
#include "main/log.h"
#include "main/ports.h"
#include "main/print.h"
#include "main/zones.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

struct run_options {
	const char *file;
};

static const struct option_row OPTIONS[] = {
        {"config", 'c', OPTION_TEXT, offsetof(struct run_options, file), "FILE", "settings (journeyd.yaml)", NULL},
        {0},
};

struct daemon {
	struct arena arena; /* of the settings */
	struct settings settings;
	struct zones zones;
	struct log log;
	struct report report;
	struct loop *loop;
	struct real_ports ports;
	struct worker *worker;
	struct health health;
	struct http *http;
	struct loop_signal terminate, interrupt, reload;
	struct loop_timer turn;
	char hash[16];  /* of the running rules */
	bool announced; /* systemd knows that we are ready */
	int exit_code;
};

/* ---- reading what it is to do ---- */

static bool read_settings(struct daemon *daemon, const char *file)
{
	struct diag_list diags;
	diag_init(&diags, &daemon->arena);
	bool good = settings_read(file, &(struct doc_reader){&daemon->arena, &diags}, &daemon->settings);
	print_findings(&diags, false);
	diag_release(&diags);
	daemon->log =
	        (struct log){daemon->settings.log.format == LOG_JSON, (enum report_level)daemon->settings.log.level};
	return good;
}

/* What the files hold now, or NULL, said. */
static struct rulebook *read_rules(struct daemon *daemon)
{
	struct str journeys = arena_str(&daemon->arena, daemon->settings.journeys);
	struct str rules = arena_str(&daemon->arena, daemon->settings.rules);
	struct load *load = load_new(journeys.ptr, rules.ptr, &daemon->zones.set);
	load_check_records(load, daemon->settings.kafka.outputs.records.len != 0);
	load_print(load, false);
	if (!load->set) {
		load_free(load);
		return NULL;
	}
	snprintf(daemon->hash, sizeof daemon->hash, "%.*s", STR_ARG(load->set->hash));
	struct rulebook *book = load_take_book(load);
	daemon->health.hash = str_from(daemon->hash);
	daemon->report.metrics[METRIC_RELOAD_OK] = 1;
	daemon->report.metrics[METRIC_RELOAD_TIME] = (double)time(NULL);
	return book;
}

/* The book's set alone, before the store says which older versions there are. */
static struct journey_set *set_alone(struct daemon *daemon, struct rulebook *book)
{
	struct diag_list said; /* all of it was printed when the files were read */
	diag_init(&said, &daemon->arena);
	struct journey_set *set = book->ops->compile(book, NULL, 0, &said);
	diag_release(&said);
	return set;
}

/* ---- turns ---- */

/* systemd is told once all is well, and what is wrong while it is not. */
static void tell_systemd(struct daemon *daemon)
{
	struct worker_status status;
	worker_status(daemon->worker, &status);
	if (status.ready && !daemon->announced) {
		daemon->announced = true;
		sd_notifyf(0, "READY=1\nSTATUS=%u shards run", status.shards_running);
	} else if (!status.ready && status.why[0]) {
		sd_notifyf(0, "STATUS=%s", status.why);
	}
	sd_notify(0, "WATCHDOG=1");
}

static void take_turn(void *owner)
{
	struct daemon *daemon = owner;
	struct worker_status status;
	struct clock *clock = daemon->ports.ports.clock;
	struct instant next = worker_turn(daemon->worker), now = clock->now(clock);
	worker_beat(daemon->worker);
	worker_status(daemon->worker, &status);
	if (status.state == WORKER_FAILED) { /* why has been said */
		daemon->exit_code = EXIT_COULD_NOT;
		loop_stop(daemon->loop);
	} else if (status.state == WORKER_STOPPED) {
		loop_stop(daemon->loop);
	}
	int64_t wait = next.ms - now.ms;
	loop_timer_start(daemon->loop, &daemon->turn, (struct duration){wait < 0 ? 0 : wait > 1000 ? 1000 : wait});
	tell_systemd(daemon);
}

static void on_timer(struct loop_timer *timer)
{
	(void)timer; /* the turn follows by itself */
}

static void on_terminate(struct loop_signal *signal)
{
	struct daemon *daemon = signal->owner;
	report_log(&daemon->report, REPORT_INFO, "", "stopping: finishing what was begun, handing the shards over");
	sd_notify(0, "STOPPING=1");
	worker_stop(daemon->worker);
}

static void on_reload(struct loop_signal *signal)
{
	struct daemon *daemon = signal->owner;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", now.tv_sec * 1000000LL + now.tv_nsec / 1000);
	struct rulebook *book = read_rules(daemon);
	if (book) {
		worker_go_by(daemon->worker, book); /* it says when they run */
	} else {
		daemon->report.metrics[METRIC_RELOAD_OK] = 0;
		report_log(&daemon->report, REPORT_ERROR, "",
		           "not reloaded: the files have errors (above); rules %s go on", daemon->hash);
	}
	sd_notify(0, "READY=1");
}

/* ---- life ---- */

static void start_signals(struct daemon *daemon)
{
	daemon->terminate = (struct loop_signal){.caught = on_terminate, .owner = daemon, .number = SIGTERM};
	daemon->interrupt = (struct loop_signal){.caught = on_terminate, .owner = daemon, .number = SIGINT};
	daemon->reload = (struct loop_signal){.caught = on_reload, .owner = daemon, .number = SIGHUP};
	loop_signal_start(daemon->loop, &daemon->terminate);
	loop_signal_start(daemon->loop, &daemon->interrupt);
	loop_signal_start(daemon->loop, &daemon->reload);
}

static void stop_signals(struct daemon *daemon)
{
	loop_signal_stop(daemon->loop, &daemon->terminate);
	loop_signal_stop(daemon->loop, &daemon->interrupt);
	loop_signal_stop(daemon->loop, &daemon->reload);
}

static bool start_http(struct daemon *daemon)
{
	char why[240];
	if (daemon->settings.http.listen.len == 0)
		return true;
	daemon->health.report = &daemon->report;
	daemon->health.worker = daemon->worker;
	daemon->http = http_new(daemon->loop, daemon->settings.http.listen, health_answer, &daemon->health, why);
	if (daemon->http)
		report_log(&daemon->report, REPORT_INFO, "", "health and metrics are on port %d",
		           http_port(daemon->http));
	else
		report_log(&daemon->report, REPORT_ERROR, "", "%s", why);
	return daemon->http != NULL;
}

static void say_what_runs(struct daemon *daemon)
{
	report_log(&daemon->report, REPORT_INFO, "", "journeyd %s starts with rules %s; librdkafka %s",
	           JOURNEYD_VERSION, daemon->hash, kafka_library_version());
	const char *hazard = kafka_library_hazard(&daemon->ports.kafka);
	if (hazard)
		report_log(&daemon->report, REPORT_WARN, "", "%s", hazard);
}

static int serve(struct daemon *daemon, struct rulebook *book, const struct zone *zone)
{
	if (getrandom(&daemon->settings.worker.lineage_seed, sizeof(uint64_t), 0) != sizeof(uint64_t))
		daemon->settings.worker.lineage_seed = (uint64_t)time(NULL) << 20 ^ (uint64_t)getpid();
	daemon->worker = worker_new(&daemon->settings.worker, &daemon->ports.ports, set_alone(daemon, book),
	                            &daemon->zones.set, zone, &daemon->report);
	worker_go_by(daemon->worker, book);
	if (start_http(daemon)) {
		say_what_runs(daemon);
		start_signals(daemon);
		daemon->turn = (struct loop_timer){.fired = on_timer, .owner = daemon};
		worker_start(daemon->worker);
		loop_after_turn(daemon->loop, take_turn, daemon);
		loop_timer_start(daemon->loop, &daemon->turn, (struct duration){0});
		loop_run(daemon->loop);
		loop_timer_stop(daemon->loop, &daemon->turn);
		stop_signals(daemon);
		report_log(&daemon->report, REPORT_INFO, "", "stopped");
	} else {
		daemon->exit_code = EXIT_CONFIG;
	}
	http_free(daemon->http);
	return daemon->exit_code;
}

static int start(struct daemon *daemon, const char *file)
{
	char why[240] = "";
	if (!read_settings(daemon, file))
		return EXIT_CONFIG;
	daemon->report = (struct report){.log = log_line, .owner = &daemon->log};
	const struct zone *zone = zones_find(&daemon->zones, daemon->settings.timezone);
	struct rulebook *book = zone ? read_rules(daemon) : NULL;
	if (!book)
		return EXIT_CONFIG;
	daemon->loop = loop_new();
	if (!real_ports_init(&daemon->ports, daemon->loop, &daemon->settings, &daemon->report, why)) {
		report_log(&daemon->report, REPORT_ERROR, "", "%s", why);
		book->ops->free(book);
		loop_free(daemon->loop);
		return EXIT_CONFIG;
	}
	int code = serve(daemon, book, zone);
	loop_after_turn(daemon->loop, NULL, NULL);
	real_ports_release(&daemon->ports);
	worker_free(daemon->worker);
	loop_free(daemon->loop);
	return code;
}

static int run_run(int argc, char **argv)
{
	struct run_options options = {.file = "journeyd.yaml"};
	int rest;
	enum options_result read = options_read(&CMD_RUN, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (rest) {
		fprintf(stderr, "journeyd run takes no arguments; the settings file goes with -c\n");
		return EXIT_USAGE;
	}
	struct daemon *daemon = mem_alloc(sizeof *daemon);
	*daemon = (struct daemon){0};
	arena_init(&daemon->arena, 16 << 10);
	zones_init(&daemon->zones);
	int code = start(daemon, options.file);
	zones_release(&daemon->zones);
	arena_release(&daemon->arena);
	free(daemon);
	return code;
}

const struct command CMD_RUN = {
        .name = "run",
        .arguments = "",
        .about = "Run the daemon: events from Kafka, customers in Redis, actions to Kafka",
        .details = "SIGTERM finishes what was begun and hands the shards over; SIGHUP loads journeys and rules anew.\n"
                   "Exit code 78 when the settings, journeys or rules are wrong.",
        .options = OPTIONS,
        .run = run_run,
};
