/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events out of bad bytes. The input's first byte says by which mapping (0 to 4); up to an empty line follow headers,
 * `name: value`, of which `$key` is the record's key; the rest is the record's value. What is read must be the same
 * when it is read again, fit its declaration, and be lived through by a customer.
 */
#include "adapters/text/event_json.h"
#include "adapters/text/json.h"
#include "core/engine/engine.h"
#include "support/fuzz.h"
#include "support/fuzz_set.h"

enum { CHUNK = 16384, HEADERS_MAX = 16 };

static const struct event_alias ALIASES[] = {{STR("Order Completed"), STR("everything")},
                                             {STR("viewed"), STR("page_viewed")}};

static const struct event_mapping MAPPINGS[] = {
        {.format = EVENT_FORMAT_AUTO},
        {.format = EVENT_FORMAT_PLAIN,
         .id = STR("meta.id"),
         .type = STR("meta.type"),
         .time = STR("meta.at"),
         .customer = STR("who.id"),
         .data = STR("body.data"),
         .aliases = ALIASES,
         .alias_count = 2},
        {.format = EVENT_FORMAT_PLAIN, .customer = STR("$key"), .max_bytes = 2000},
        {.format = EVENT_FORMAT_CLOUDEVENTS, .customer = STR("data.order_id")},
        {.format = EVENT_FORMAT_SEGMENT, .aliases = ALIASES, .alias_count = 2},
};
enum { MAPPING_COUNT = sizeof MAPPINGS / sizeof *MAPPINGS };

static struct decoder *decoder(void)
{
	static struct decoder *made;
	if (!made)
		made = event_json_new(MAPPINGS, MAPPING_COUNT);
	return made;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_language();
	decoder();
	return 0;
}

struct input {
	struct record record;
	struct record_header headers[HEADERS_MAX];
};

static struct str next_line(struct str *rest)
{
	size_t end = 0;
	while (end < rest->len && rest->ptr[end] != '\n')
		end++;
	struct str line = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end < rest->len ? end + 1 : end, rest->len);
	return line;
}

static void take_header(struct input *input, struct str line)
{
	const char *colon = line.len ? memmem(line.ptr, line.len, ": ", 2) : NULL;
	size_t at = colon ? (size_t)(colon - line.ptr) : line.len;
	struct record_header header = {str_sub(line, 0, at), colon ? str_sub(line, at + 2, line.len) : (struct str){0}};
	if (str_eq(header.name, STR("$key")))
		input->record.key = header.value;
	else if (input->record.header_count < HEADERS_MAX)
		input->headers[input->record.header_count++] = header;
}

static void input_read(struct input *input, struct str bytes)
{
	struct str line;
	*input = (struct input){.record = {.origin = {0, 0, 1}, .timestamp = INSTANT_NONE}};
	input->record.headers = input->headers;
	if (bytes.len == 0)
		return;
	input->record.origin.topic = (uint16_t)((unsigned char)bytes.ptr[0] % MAPPING_COUNT);
	bytes = str_sub(bytes, 1, bytes.len);
	while ((line = next_line(&bytes)).len)
		take_header(input, line);
	input->record.value = bytes;
}

static void live(const struct event *event, struct arena *arena)
{
	const struct fuzz_language *language = fuzz_language();
	struct arena scratch;
	struct engine engine = {.set = language->set,
	                        .zones = &language->zones,
	                        .zone = &ZONE_UTC,
	                        .decide_not_entered = true,
	                        .scratch = &scratch};
	struct engine_output out;
	struct customer customer;
	struct buf record = {0};
	arena_init(&scratch, CHUNK);
	engine_output_init(&out, arena);
	customer_init(&customer, event->customer, language->set, arena);
	engine_event(&engine, &customer, event, INSTANT_NEVER, &out);
	fuzz_insist(engine_event(&engine, &customer, event, INSTANT_NEVER, &out) != ENGINE_APPLIED, "applied twice");
	customer_write(&customer, language->set, &record);
	fuzz_insist(customer_read(&customer, event->customer, buf_view(&record), language->set, arena),
	            "written but not read");
	buf_release(&record);
	arena_release(&scratch);
}

static void check_event(const struct event *event)
{
	fuzz_insist(event->time.ms >= 0 && event->time.ms <= INSTANT_MAX.ms, "a time beyond the calendar");
	fuzz_insist(event->customer.len > 0 && event->customer.len <= 256 && json_utf8_valid(event->customer),
	            "no name for a customer");
	for (size_t i = 0; i < event->type->field_count; i++) {
		const struct event_field *field = &event->type->fields[i];
		fuzz_insist(type_fits(field->type, event->fields[i]), "a field of another type");
		fuzz_insist(!field->required || event->fields[i].kind > VALUE_NULL, "a required field is missing");
	}
}

static void print_event(const struct event *event, struct buf *out)
{
	struct value all = {.kind = VALUE_LIST, .size = (int32_t)event->type->field_count, .items = event->fields};
	buf_printf(out, "%.*s %.*s %.*s ", STR_ARG(event->id), STR_ARG(event->customer), STR_ARG(event->type->name));
	instant_print(out, event->time);
	value_print_json(all, out);
}

static void decode(const struct record *record, struct arena *arena, struct buf *out)
{
	struct event event = {0};
	struct decode_error error = {0};
	const struct rules *rules = &fuzz_language()->set->rules;
	enum decode_result result = decoder()->ops->decode(decoder(), record, rules, arena, &event, &error);
	buf_printf(out, "%d %s", (int)result, error.message);
	if (result == DECODE_BAD)
		fuzz_insist(error.stage && error.message[0] && json_utf8_valid(str_from(error.message)),
		            "bad without a reason");
	if (result != DECODE_EVENT)
		return;
	check_event(&event);
	print_event(&event, out);
	live(&event, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input;
	struct arena arena;
	struct buf first = {0}, second = {0};
	arena_init(&arena, CHUNK);
	input_read(&input, (struct str){(const char *)bytes, size});
	decode(&input.record, &arena, &first);
	decode(&input.record, &arena, &second);
	fuzz_insist(str_eq(buf_view(&first), buf_view(&second)), "read differently");
	buf_release(&second);
	buf_release(&first);
	arena_release(&arena);
	return 0;
}
