/* SPDX-License-Identifier: Apache-2.0 */
/* The section of a customer's stored form about entries that a cap counts; who is in no such journey has none. */
#ifndef JD_ENTERED_RECORD_H
#define JD_ENTERED_RECORD_H

#include "core/customer/customer.h"

/* What is in the section, or nothing. */
void entered_write(const struct customer *customer, struct buf *out);
/* What is in it, behind number and length. */
void entered_read(struct customer *customer, struct unpack *in);

#endif
