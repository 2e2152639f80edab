/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon says about itself: counters for the metrics page, and log lines with a subject. App counts and
 * speaks here; main decides where it goes. Names of metrics stand in one table (report.c), which the metrics page and
 * the docs are made from.
 */
#ifndef JD_REPORT_H
#define JD_REPORT_H

#include "core/engine/reason.h"
#include "ports/port.h"

#define REPORT_METRICS(X) \
	X(EVENTS, COUNTER, "journeyd_events_total", "Events applied to a customer.") \
	X(EVENTS_DUPLICATE, COUNTER, "journeyd_events_duplicate_total", "Events dropped because their id was seen.") \
	X(EVENTS_LATE, COUNTER, "journeyd_events_late_total", "Events older than their customer's latest time.") \
	X(EVENTS_FUTURE, COUNTER, "journeyd_events_future_total", "Events from the future, cut to now.") \
	X(EVENTS_FORGOTTEN, COUNTER, "journeyd_events_forgotten_total", \
	  "Events from before their customer was erased.") \
	X(ERASURES, COUNTER, "journeyd_erasures_total", "Customers erased.") \
	X(EVENTS_UNKNOWN, COUNTER, "journeyd_events_unknown_total", "Records of a type that rules/ does not declare.") \
	X(DEAD_LETTERS, COUNTER, "journeyd_dead_letters_total", "Records that could not be read.") \
	X(TICKS, COUNTER, "journeyd_ticks_total", "Tick records.") \
	X(TIMERS, COUNTER, "journeyd_timers_fired_total", "Due times that came.") \
	X(ACTIONS, COUNTER, "journeyd_actions_total", "Send-actions decided.") \
	X(RECORDS, COUNTER, "journeyd_records_total", "Records for other systems decided.") \
	X(FAULTS, COUNTER, "journeyd_expression_faults_total", "Expressions that failed.") \
	X(BAD_ZONES, COUNTER, "journeyd_bad_zones_total", "Customers with a zone name that does not exist.") \
	X(BAD_RECORDS, COUNTER, "journeyd_bad_customers_total", "Customer records that could not be decoded.") \
	X(BATCHES, COUNTER, "journeyd_batches_total", "Batches appended to the log.") \
	X(LOG_BYTES, COUNTER, "journeyd_log_bytes_total", "Bytes appended to the log.") \
	X(FLUSHES, COUNTER, "journeyd_flushes_total", "Flushes of records at rest.") \
	X(FLUSHED_RECORDS, COUNTER, "journeyd_flushed_records_total", "Records written at rest.") \
	X(EMITS, COUNTER, "journeyd_emits_total", "Transactions committed.") \
	X(EMITTED, COUNTER, "journeyd_emitted_total", "Messages committed to Kafka.") \
	X(DOUBTS, COUNTER, "journeyd_doubts_total", "Times that an outcome was unknown and had to be read back.") \
	X(SHARDS_OWNED, GAUGE, "journeyd_shards_owned", "Shards that run here.") \
	X(SHARDS_HELD, GAUGE, "journeyd_shards_held", "Shards stopped until a person looks.") \
	X(OUTBOX, GAUGE, "journeyd_outbox_entries", "Outbox entries not yet in Kafka.") \
	X(CACHED, GAUGE, "journeyd_customers_cached", "Customers in memory.") \
	X(LAG, GAUGE, "journeyd_time_lag_seconds", "How far the slowest shard's time is behind the clock.") \
	X(RELOAD_OK, GAUGE, "journeyd_config_last_reload_successful", "1 when the last reload was taken.") \
	X(RELOAD_TIME, GAUGE, "journeyd_config_last_reload_success_timestamp_seconds", "When rules were last loaded.")

enum metric {
#define X(name, kind, text, about) METRIC_##name,
	REPORT_METRICS(X)
#undef X
	        METRIC_COUNT
};

enum report_level { REPORT_ERROR, REPORT_WARN, REPORT_INFO, REPORT_DEBUG };

struct report {
	double metrics[METRIC_COUNT];
	uint64_t decisions[DECISION_COUNT][REASON_COUNT];
	/* subject: "shard=3 offset=120", may be empty. May be NULL: silence. */
	void (*log)(void *owner, enum report_level level, const char *subject, const char *message);
	void *owner;
};

static inline void report_count(struct report *report, enum metric metric, uint64_t by)
{
	report->metrics[metric] += (double)by;
}

__attribute__((format(printf, 4, 5))) void report_log(struct report *report, enum report_level level,
                                                      const char *subject, const char *format, ...);
/* The Prometheus text page. */
void report_print(const struct report *report, struct buf *out);

#endif
