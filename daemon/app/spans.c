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

/* Passes over what is wholly emitted by now. */
static void advance(struct spans *spans)
{
	for (; spans->done < spans->count && spans_at(spans, spans->done)->last <= spans->emitted; spans->done++)
		span_release(spans_at(spans, spans->done));
}

void spans_add(struct spans *spans, const struct span *span)
{
	make_room(spans);
	if (spans->count)
		invariant(spans_at(spans, spans->count - 1)->batch + 1 == span->batch, "batches follow one another");
	spans->items[spans->head + spans->count++] = *span;
	spans->bytes += span->bytes;
	spans->waiting += behind(span, spans->emitted);
	advance(spans);
}

void spans_emitted(struct spans *spans, uint64_t last)
{
	invariant(last >= spans->emitted, "what is in Kafka stays there");
	for (size_t i = spans->done; i < spans->count && spans_at(spans, i)->first <= last; i++)
		spans->waiting -= behind(spans_at(spans, i), spans->emitted) - behind(spans_at(spans, i), last);
	spans->emitted = last;
	advance(spans);
}

uint64_t spans_done(const struct spans *spans, uint64_t none)
{
	return spans->done ? spans_at(spans, spans->done - 1)->batch : none;
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
		spans->done -= spans->done > 0;
	}
	if (spans->count == 0)
		spans->head = 0;
}
