/* SPDX-License-Identifier: Apache-2.0 */
#include "app/spans.h"

#include "app/invariant.h"
#include "app/outbox.h"

#include <stdlib.h>

static void span_release(struct span *span)
{
	buf_release(&span->outbox);
	buf_release(&span->text);
}

void spans_release(struct spans *spans)
{
	for (size_t i = 0; i < spans->count; i++)
		span_release(spans_at(spans, i));
	free(spans->items);
	*spans = (struct spans){0};
}

struct span *spans_at(const struct spans *spans, size_t index)
{
	return &spans->items[spans->head + index];
}

/* What of a span is behind M. */
static uint64_t behind(const struct span *span, uint64_t emitted)
{
	uint64_t first = span->first > emitted ? span->first : emitted + 1;
	return span->last >= first ? span->last + 1 - first : 0;
}

static void make_room(struct spans *spans)
{
	if (spans->head + spans->count < spans->cap)
		return;
	if (spans->head < spans->cap / 2 || spans->cap == 0) {
		spans->cap = spans->cap ? 2 * spans->cap : 64;
		spans->items = mem_realloc(spans->items, spans->cap * sizeof *spans->items);
		return;
	}
	memmove(spans->items, spans->items + spans->head, spans->count * sizeof *spans->items);
	spans->head = 0;
}

void spans_add(struct spans *spans, const struct span *span)
{
	make_room(spans);
	if (spans->count)
		invariant(spans_at(spans, spans->count - 1)->batch + 1 == span->batch, "batches follow one another");
	spans->items[spans->head + spans->count++] = *span;
	spans->bytes += span->bytes;
	spans->waiting += behind(span, spans->emitted);
}

void spans_emitted(struct spans *spans, uint64_t last)
{
	for (size_t i = 0; i < spans->count; i++) {
		struct span *span = spans_at(spans, i);
		if (span->first > last && span->last >= span->first)
			break;
		uint64_t done =
		        behind(span, spans->emitted) - behind(span, last > spans->emitted ? last : spans->emitted);
		spans->waiting -= done;
		if (span->last <= last)
			span_release(span);
	}
	if (last > spans->emitted)
		spans->emitted = last;
}

uint64_t spans_done(const struct spans *spans, uint64_t none)
{
	uint64_t done = none;
	for (size_t i = 0; i < spans->count && spans_at(spans, i)->last <= spans->emitted; i++)
		done = spans_at(spans, i)->batch;
	return done;
}

void spans_withdraw(struct spans *spans, const struct erasure *erasure)
{
	for (size_t i = 0; i < spans->count; i++)
		outbox_withdraw(&spans_at(spans, i)->outbox, erasure);
}

void spans_trim(struct spans *spans, uint64_t batch)
{
	while (spans->count && spans_at(spans, 0)->batch <= batch) {
		spans->bytes -= spans_at(spans, 0)->bytes;
		spans->waiting -= behind(spans_at(spans, 0), spans->emitted);
		span_release(spans_at(spans, 0));
		spans->head++;
		spans->count--;
	}
	if (spans->count == 0)
		spans->head = 0;
}
