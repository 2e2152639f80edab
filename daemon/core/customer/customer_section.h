/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Behind the list of ended runs a record may hold sections: a tag's byte, a length of three bytes, then so many bytes.
 * Each is there only when it has something to say. One whose tag is not known is kept as it is and written back.
 */
#ifndef JD_CUSTOMER_SECTION_H
#define JD_CUSTOMER_SECTION_H

#include "core/base/pack.h"
#include "core/customer/customer.h"

enum section_tag {
	SECTION_LABELS = 'l',  /* of contacts: number among the contacts, count, labels */
	SECTION_WAITING = 'w', /* instances whose message waits: number among the instances, deferred, planned */
};

/* Reads to the end. False when they are malformed. */
bool customer_sections_read(struct customer *customer, struct unpack *in);
void customer_sections_write(const struct customer *customer, struct buf *out);

#endif
