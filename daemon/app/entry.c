/* SPDX-License-Identifier: Apache-2.0 */
#include "app/entry.h"

enum { ENTRY_FORMAT = 1 };

void entry_begin(const struct entry *entry, struct buf *out)
{
	pack_u64(out, ENTRY_FORMAT);
	pack_u64(out, entry->batch);
	pack_i64(out, entry->now.ms);
	pack_str(out, entry->config);
	pack_str(out, entry->meta);
	pack_u64(out, entry->record_count);
}

void entry_add(struct buf *out, struct str id, struct str record)
{
	pack_str(out, id);
	pack_str(out, record);
}

void entry_finish(const struct entry *entry, struct buf *out)
{
	pack_u64(out, entry->outbox_count);
	pack_str(out, entry->source);
	pack_str(out, entry->outbox);
}

static void skip_records(struct unpack *in, size_t count)
{
	for (size_t i = 0; i < 2 * count && !in->bad; i++)
		unpack_str(in);
}

bool entry_read(struct entry *entry, struct str bytes)
{
	struct unpack in = unpack_init(bytes);
	if (unpack_u64(&in) != ENTRY_FORMAT)
		return false;
	entry->batch = unpack_u64(&in);
	entry->now.ms = unpack_i64(&in);
	entry->config = unpack_str(&in);
	entry->meta = unpack_str(&in);
	entry->record_count = unpack_u64(&in);
	if (entry->record_count > bytes.len)
		return false;
	entry->records = in;
	skip_records(&in, entry->record_count);
	entry->records.end = in.at;
	entry->outbox_count = unpack_u64(&in);
	entry->source = unpack_str(&in);
	entry->outbox = unpack_str(&in);
	return !in.bad && unpack_done(&in);
}

bool entry_record(struct entry *entry, struct str *id, struct str *record)
{
	if (unpack_done(&entry->records))
		return false;
	*id = unpack_str(&entry->records);
	*record = unpack_str(&entry->records);
	return !entry->records.bad;
}
