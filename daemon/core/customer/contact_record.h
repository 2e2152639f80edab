/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of a customer's stored form about the contact policy; each is there only when it has something to say.
 */
#ifndef JD_CONTACT_RECORD_H
#define JD_CONTACT_RECORD_H

#include "core/base/pack.h"
#include "core/customer/customer.h"

/* For ever. */
enum {
	SECTION_LABELS = 32,  /* of contacts: number among the contacts, count, labels */
	SECTION_WAITING = 33, /* instances whose message waits: number among the instances, deferred, planned */
};

/* The whole sections, or nothing. */
void contact_record_write(const struct customer *customer, struct buf *out);
/* One of them, behind number and length; bad bytes set in->bad. Contacts and instances are read already. */
void contact_record_read(struct customer *customer, uint64_t section, struct unpack *in);

#endif
