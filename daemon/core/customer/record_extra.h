/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands behind the fixed parts of a customer's stored form: sections, each a number, a length and so many bytes.
 * Most customers have none. A section that this version does not know is kept as it is and
 * written back.
 */
#ifndef JD_RECORD_EXTRA_H
#define JD_RECORD_EXTRA_H

#include "core/base/pack.h"
#include "core/customer/customer.h"

/* For ever. */
enum record_section {
	SECTION_VALUES = 1,   /* of instances: their variants and what nodes set in them */
	SECTION_WATCHES = 2,  /* of journeys that let in by the calendar or by segment */
	SECTION_TRAITS = 16,  /* moments of traits (trait_record.h) */
	SECTION_LABELS = 17,  /* of contacts: number among the contacts, count, labels */
	SECTION_WAITING = 18, /* instances whose message waits: number among the instances, deferred, planned */
	SECTION_HELD = 24,    /* instances that a pause holds (held_record.h) */
	SECTION_ENTERED = 28, /* entries that caps count (entered_record.h) */
};

void record_extra_write(const struct customer *customer, const struct journey_set *set, struct buf *out);
/* Everything up to the end of in; bad bytes set in->bad. */
void record_extra_read(struct unpack *in, struct customer *customer, const struct journey_set *set);

#endif
