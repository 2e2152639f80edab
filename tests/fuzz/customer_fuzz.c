/* SPDX-License-Identifier: Apache-2.0 */
/* Customer records out of bad bytes: whatever is read without complaint must be written, read again to the same bytes,
 * and be lived on by a customer. */
#include "core/customer/customer.h"
#include "support/fuzz.h"
#include "support/fuzz_life.h"
#include "support/fuzz_set.h"

enum { EVENTS = 3 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_language();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct fuzz_language *language = fuzz_language();
	struct str record = {(const char *)bytes, size};
	struct fuzz_life life = {language->set, &language->zones,         record,
	                         EVENTS,        language->edition.before, language->edition.before_count};
	struct instant erased;
	customer_peek_due(record);
	customer_peek_erased(record, &erased);
	fuzz_live_on(&life, record);
	return 0;
}
