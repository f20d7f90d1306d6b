/* Unit tests of envelope_put: what is written is read back as it was. */
#include "record/envelope_put.h"
#include "json/jsontext.h"
#include "unit/record/envelope_line.h"

/* write_line: the message as a line, which must be one and a record. */
static void
write_line(const struct rc_envelope *e, const struct rc_envelope_header *headers, size_t count)
{
	json_t *value;

	line.len = 0;
	assert_int_equal(rc_envelope_put_begin(&line, e), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(rc_envelope_put_header(&line, &headers[i], i), 0);
	assert_int_equal(rc_envelope_put_end(&line, e), 0);
	assert_null(memchr(line.data, '\n', line.len));
	if (rc_json_scan(&json, line.data, line.len) != 0)
		fail_msg("%s at %zu of %s", json.reason, json.at, show(rc_buf_span(&line)));
	assert_int_equal(oracle(line.data, line.len, &value), GOOD);
	json_decref(value);
}

/* same: both spans are null, or the same bytes. */
static void
same(const char *what, struct rc_span got, struct rc_span want)
{
	if ((got.p == NULL) != (want.p == NULL))
		fail_msg("%s: %s is %s", show(rc_buf_span(&line)), what,
		    got.p == NULL ? "null" : "not null");
	span_is(what, got, want);
}

/* round_trip: write, read, compare all.  Whether the value went as JSON. */
static int
round_trip(const struct rc_envelope *e, const struct rc_envelope_header *headers, size_t count)
{
	const char *field = NULL, *reason = NULL;
	struct rc_envelope got;
	struct rc_envelope_header h;
	struct rc_span rest, value = e->value;
	int found;

	write_line(e, headers, count);
	if (rc_envelope_read(&reader, &json, &got, &field, &reason) != 0)
		fail_msg("%s: %s: %s", show(rc_buf_span(&line)), field, reason);
	assert_int_equal(got.kind, e->kind);
	same("topic", got.topic, e->topic);
	assert_int_equal(got.partition, e->partition);
	assert_true(got.offset == e->offset);
	assert_true(got.timestamp == e->timestamp);
	same("key", got.key, e->key);
	if (got.value_is_json) /* white space around JSON is no part of it */
		value = rc_span_trim(value);
	same("value", got.value, value);
	rest = got.headers;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rc_envelope_next_header(&reader, &rest, &h, &found), 0);
		assert_int_equal(found, 1);
		same("header name", h.name, headers[i].name);
		same("header value", h.value, headers[i].value);
	}
	assert_int_equal(rc_envelope_next_header(&reader, &rest, &h, &found), 0);
	assert_int_equal(found, 0);
	/* what headers left in the reader is not the key's or the value's */
	same("key", got.key, e->key);
	same("value", got.value, value);
	return got.value_is_json;
}

#define NOTHING                                                                                    \
	{                                                                                          \
		NULL, 0                                                                            \
	}
#define TEXT(literal)                                                                              \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}

/* Keys and header values: bytes of any kind. */
static const struct rc_span texts[] = { NOTHING, TEXT(""), TEXT("a"), TEXT("2024-04-0001"),
	TEXT("null"), TEXT("\"quoted\""), TEXT("back\\slash/"), TEXT("\\u0041"), TEXT("a\nb\tc\r"),
	TEXT("\x01\x1F\x7F"), TEXT("\0"), TEXT("a\0b\0"), TEXT("\xC3\xA9t\xC3\xA9"),
	TEXT("\xF0\x9F\x8D\x95"), TEXT("\xEF\xBB\xBF"), TEXT("\xC3"), TEXT("\xFF\xFE"),
	TEXT("caf\xE9"), TEXT("\xED\xA0\x80"), TEXT("\x80"), TEXT(" "), TEXT("{}"), TEXT("[1]"),
	TEXT("AA=="), TEXT("0123456789abcdef\"0123456789abcdef\xC3\xA9") };

/* Values: JSON, nearly JSON and anything else. */
static const struct rc_span values[] = { TEXT(""), TEXT(" "), TEXT("{}"), TEXT("{\"a\":1}"),
	TEXT("{ \"a\" : [ 1 , 2 ] }"), TEXT("{\"a\":1}\r"), TEXT(" {\"a\":\"b\\n\"}\t"),
	TEXT("{\"a\":\"\xC3\xA9\\u00e9\\ud83d\\ude00\\u0000\"}"), TEXT("[]"), TEXT("\"text\""),
	TEXT("\"\""), TEXT("\"esc\\\"aped\\\\\""), TEXT("12"), TEXT("-1.5e+30"), TEXT("true"),
	TEXT("false"), TEXT("null"), TEXT(" null "), TEXT("null\r"), TEXT("\tnull"), TEXT("nul"),
	TEXT("nulll"), TEXT("text"), TEXT("{\"a\":1"), TEXT("{\"a\":1}x"), TEXT("{\"a\":\"\n\"}"),
	TEXT("{\"a\":\"\\ud800\"}"), TEXT("\xEF\xBB\xBF{\"a\":1}"), TEXT("{\"a\":\"\xFF\"}"),
	TEXT("\0"), TEXT("{}\0"), TEXT("\xFF\xD8\xFF\xE0"), TEXT("\xC3\xA9"), TEXT("\n"),
	TEXT("\nx\n"), TEXT("NaN"), TEXT("01"), TEXT("{'a':1}") };

static void
test_round_trip(void **state)
{
	struct rc_envelope e = { .topic = TEXT("rappel_conso"), .partition = 3, .offset = 42 };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t k = 0; k < COUNT(values); k++) {
			struct rc_envelope_header headers[] = { { TEXT("a"), texts[i] },
				{ TEXT(""), texts[(i + 7) % COUNT(texts)] },
				{ TEXT("\xC3\xA9 \"\\\n"), texts[(i + k) % COUNT(texts)] } };
			int is_json = oracle(values[k].p, values[k].n, NULL) == GOOD &&
			    !rc_span_is(rc_span_trim(values[k]), "null");

			e.key = texts[i];
			e.value = values[k];
			e.timestamp = k % 3 == 0 ? -1 : (int64_t)k;
			assert_int_equal(
			    round_trip(&e, headers, (i + k) % (COUNT(headers) + 1)), is_json);
		}
}

static void
test_tombstones(void **state)
{
	struct rc_envelope e = {
		.kind = RC_ENVELOPE_TOMBSTONE, .topic = TEXT("t"), .timestamp = 5
	};
	const struct rc_envelope_header header = { TEXT("a"), TEXT("b") };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		e.key = texts[i];
		round_trip(&e, &header, i % 2);
	}
}

static void
test_numbers(void **state)
{
	static const int64_t numbers[] = { 0, 1, 9, 10, 2147483647, 2147483648, 1713398400000,
		INT64_MAX - 10, INT64_MAX - 1 };
	struct rc_envelope e = { .topic = TEXT("t"), .key = TEXT("k"), .value = TEXT("1") };

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		e.offset = e.timestamp = numbers[i];
		e.partition = numbers[i] > INT32_MAX ? INT32_MAX : (int32_t)numbers[i];
		round_trip(&e, NULL, 0);
	}
}

/* The line itself, as the manual has it. */
static void
test_format(void **state)
{
	struct rc_envelope e = { .topic = TEXT("t"),
		.partition = 1,
		.offset = 2,
		.timestamp = 3,
		.key = TEXT("k"),
		.value = TEXT("{\"a\": 1}") };
	const struct rc_envelope_header headers[] = { { TEXT("n"), TEXT("v") },
		{ TEXT("n"), NOTHING }, { TEXT("b"), TEXT("\xFF") } };

	(void)state;
	write_line(&e, headers, COUNT(headers));
	span_is("record", rc_buf_span(&line),
	    SPAN("{\"topic\":\"t\",\"partition\":1,\"offset\":2,\"timestamp\":3,\"key\":\"k\","
		 "\"headers\":[[\"n\",\"v\"],[\"n\",null],[\"b\",null,\"/w==\"]],\"value\":{\"a\": "
		 "1}}"));
	e = (struct rc_envelope){
		.kind = RC_ENVELOPE_TOMBSTONE, .topic = TEXT("t"), .timestamp = -1
	};
	write_line(&e, NULL, 0);
	span_is("tombstone", rc_buf_span(&line),
	    SPAN("{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestamp\":null,\"key\":null,"
		 "\"headers\":[],\"value\":null}"));
	e = (struct rc_envelope){
		.topic = TEXT("t"), .timestamp = -1, .key = TEXT("\xFF"), .value = TEXT("null")
	};
	write_line(&e, NULL, 0);
	span_is("bytes", rc_buf_span(&line),
	    SPAN("{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestamp\":null,"
		 "\"key_base64\":\"/w==\",\"headers\":[],\"value_base64\":\"bnVsbA==\"}"));
}

/* JSON over several lines is put on one; its texts stay as they are. */
static void
test_value_of_several_lines(void **state)
{
	struct rc_envelope e = { .topic = TEXT("t"),
		.value = TEXT("{\n \"a b\" : \" \\n \" ,\r\n \"c\" : [ 1 ]\n}\n") },
			   got;
	const char *field, *reason;

	(void)state;
	write_line(&e, NULL, 0);
	assert_int_equal(rc_envelope_read(&reader, &json, &got, &field, &reason), 0);
	assert_true(got.kind == RC_ENVELOPE_RECORD && got.value_is_json);
	span_is("value", got.value, SPAN("{\"a b\":\" \\n \",\"c\":[1]}"));
}

/* A value that is JSON by itself is that within the line too, one level deeper. */
static void
test_deep_values(void **state)
{
	struct rc_envelope e = { .topic = TEXT("t") };
	struct rc_buf deep = { 0 };

	(void)state;
	for (size_t depth = RC_JSON_DEPTH - 3; depth <= RC_JSON_DEPTH + 3; depth++) {
		deep.len = 0;
		for (size_t i = 0; i < depth; i++)
			assert_int_equal(rc_buf_addc(&deep, '['), 0);
		for (size_t i = 0; i < depth; i++)
			assert_int_equal(rc_buf_addc(&deep, ']'), 0);
		e.value = rc_buf_span(&deep);
		assert_int_equal(round_trip(&e, NULL, 0), depth <= RC_JSON_DEPTH);
	}
	rc_buf_free(&deep);
}

/* A name cannot go as Base64, but the line must remain one that can be read. */
static void
test_header_names(void **state)
{
	struct rc_envelope e = { .topic = TEXT("t"), .key = TEXT("k"), .value = TEXT("1") }, got;
	const struct rc_envelope_header headers[] = { { TEXT("caf\xE9\"\xE2\x82z"), TEXT("v") },
		{ TEXT("caf\xC3\xA9"), TEXT("w") } };
	struct rc_envelope_header h;
	const char *field, *reason;
	int found;

	(void)state;
	write_line(&e, headers, COUNT(headers));
	assert_int_equal(rc_envelope_read(&reader, &json, &got, &field, &reason), 0);
	span_is("key", got.key, SPAN("k"));
	span_is("value", got.value, SPAN("1"));
	assert_int_equal(rc_envelope_next_header(&reader, &got.headers, &h, &found), 0);
	span_is("name", h.name, SPAN("caf\xEF\xBF\xBD\"\xEF\xBF\xBD\xEF\xBF\xBDz"));
	span_is("header", h.value, SPAN("v"));
	assert_int_equal(rc_envelope_next_header(&reader, &got.headers, &h, &found), 0);
	span_is("name", h.name, headers[1].name);
}

static void
test_positions(void **state)
{
	static const struct rc_span topics[] = { TEXT("rappel_conso"), TEXT("a\"b\\"),
		TEXT("\xC3\xA9"), TEXT("") };
	const char *field, *reason;
	struct rc_envelope e;

	(void)state;
	for (size_t i = 0; i < COUNT(topics); i++) {
		line.len = 0;
		struct rc_envelope put = { .topic = topics[i],
			.partition = 7,
			.offset = INT64_MAX - 1,
			.timestamp = i % 2 ? INT64_MAX : -1,
			.start = i > 1,
			.skipped = i > 2 ? 9 : 0 };

		assert_int_equal(rc_envelope_put_position(&line, &put), 0);
		assert_int_equal(rc_json_scan(&json, line.data, line.len), 0);
		assert_int_equal(rc_envelope_read(&reader, &json, &e, &field, &reason), 0);
		assert_int_equal(e.kind, RC_ENVELOPE_POSITION);
		span_is("topic", e.topic, topics[i]);
		assert_int_equal(e.partition, 7);
		assert_true(e.offset == INT64_MAX - 1);
		assert_true(e.timestamp == put.timestamp);
		assert_int_equal(e.start, put.start);
		assert_true(e.skipped == put.skipped);
	}
	line.len = 0;
	e = (struct rc_envelope){ .topic = SPAN("t"), .timestamp = -1 };
	assert_int_equal(rc_envelope_put_position(&line, &e), 0);
	span_is(
	    "position", rc_buf_span(&line), SPAN("{\"topic\":\"t\",\"partition\":0,\"offset\":0}"));
}

/* What is said of a partition of a group, and the least that each says. */
static void
test_claims(void **state)
{
	static const char *const words[] = { "\"assigned\":true", "\"claimed\":true",
		"\"revoked\":true", "\"revoked\":true,\"lost\":true", "\"released\":true" };
	const char *field, *reason;
	struct rc_envelope e;

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++)
		for (int full = 0; full < 2; full++) {
			struct rc_envelope put = { .topic = SPAN("a\"b"),
				.partition = 7,
				.offset = full ? 0 : -1,
				.timestamp = full ? INT64_MAX : -1,
				.epoch = full ? INT64_MAX : 0,
				.partitions = full ? 12 : 0,
				.added = full,
				.claim = (enum rc_envelope_claim)i };

			line.len = 0;
			assert_int_equal(rc_envelope_put_claim(&line, &put), 0);
			assert_int_equal(rc_buf_addc(&line, '\0'), 0);
			line.len--;
			assert_non_null(strstr(line.data, words[i]));
			assert_int_equal(rc_json_scan(&json, line.data, line.len), 0);
			assert_int_equal(rc_envelope_read(&reader, &json, &e, &field, &reason), 0);
			assert_int_equal(e.kind, RC_ENVELOPE_CLAIM);
			assert_int_equal(e.claim, put.claim);
			span_is("topic", e.topic, put.topic);
			assert_int_equal(e.partition, 7);
			assert_true(e.offset == put.offset && e.timestamp == put.timestamp);
			assert_true(e.epoch == put.epoch && e.partitions == put.partitions);
			assert_int_equal(e.added, put.added);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_tombstones),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_value_of_several_lines),
		cmocka_unit_test(test_deep_values),
		cmocka_unit_test(test_header_names),
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_claims),
	};

	return cmocka_run_group_tests(tests, NULL, close_all);
}
