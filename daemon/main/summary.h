/* SPDX-License-Identifier: Apache-2.0 */
/* What a marketer wants to see of a run: sends by node and segment, who left and why, what was not sent and why, and
 * one customer's story. */
#ifndef JD_SUMMARY_H
#define JD_SUMMARY_H

#include "app/report.h"
#include "core/calendar.h"
#include "core/event.h"

struct summary;

/* customer: whose story is kept; may be empty. The story's times are shown in the zone that the customer's events name
 * in a field `timezone`, else in this one. Zones must outlive the summary. */
struct summary *summary_new(struct str customer, const struct zone *zone, const struct zone_set *zones);
void summary_free(struct summary *summary);

void summary_event(struct summary *summary, const struct event *event);
/* An action's, a decision's, or a record's JSON. */
void summary_action(struct summary *summary, struct str json);
void summary_decision(struct summary *summary, struct str json);
void summary_record(struct summary *summary, struct str json);
void summary_print(const struct summary *summary, const struct report *report, struct buf *out);

#endif
