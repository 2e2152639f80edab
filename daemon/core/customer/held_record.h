/* SPDX-License-Identifier: Apache-2.0 */
/* The section of a customer's stored form about instances that a pause holds; hardly anybody has one. */
#ifndef JD_HELD_RECORD_H
#define JD_HELD_RECORD_H

#include "core/customer/customer.h"

/* What is in the section, or nothing. */
void held_write(const struct customer *customer, struct buf *out);
/* What is in it, behind number and length; the instances are read already. */
void held_read(struct customer *customer, struct unpack *in);

#endif
