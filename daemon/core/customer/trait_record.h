/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The traits' moments in a customer's record: a section behind everything else, left out when there are none.
 *
 *   tag 4 | length | shape | count | moments        for each trait that has any inside its window
 *
 * shape is the kind and whether there is a window: a trait declared anew in another way begins anew. Of a moment only
 * what the kind needs is written; the first time is told from the customer's latest, each other from the one before.
 * A trait that the rules no longer have is passed over, and gone once the record is written again.
 */
#ifndef JD_TRAIT_RECORD_H
#define JD_TRAIT_RECORD_H

#include "core/base/pack.h"
#include "core/customer/customer.h"

void trait_record_write(const struct customer *customer, const struct rules *rules, struct buf *out);
/* in is the section alone; bad bytes set in->bad. */
void trait_record_read(struct customer *customer, const struct rules *rules, struct unpack *in);

#endif
