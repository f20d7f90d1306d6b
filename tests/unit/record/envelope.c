/* Unit tests of envelope: what is written is read back as it was. */
#include "record/envelope.h"
#include "base/status.h"
#include "json/jsontext.h"
#include "record/envelope_put.h"
#include "unit/oracle.h"

static struct rc_envelope_reader reader;
static struct rc_json json = { .wraps = 1 };
static struct rc_buf line;

static int
close_all(void **state)
{
	(void)state;
	rc_envelope_reader_free(&reader);
	rc_json_free(&json);
	rc_buf_free(&line);
	return 0;
}

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

/* read_text: an envelope with ' for each ". */
static int
read_text(const char *text, struct rc_envelope *e, const char **field, const char **reason)
{
	line.len = 0;
	assert_int_equal(rc_buf_adds(&line, text), 0);
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] == '\'')
			line.data[i] = '"';
	assert_int_equal(rc_json_scan(&json, line.data, line.len), 0);
	return rc_envelope_read(&reader, &json, e, field, reason);
}

/* What another program may write. */
static void
test_other_writers(void **state)
{
	const char *field, *reason;
	struct rc_envelope e;

	(void)state;
	assert_int_equal(read_text("{'value':{'a':1}}", &e, &field, &reason), 0);
	assert_int_equal(e.kind, RC_ENVELOPE_RECORD);
	assert_true(e.topic.p == NULL && e.key.p == NULL && e.headers.n == 0);
	assert_true(e.partition == -1 && e.offset == -1 && e.timestamp == -1);
	span_is("value", e.value, SPAN("{\"a\":1}"));
	assert_int_equal(
	    read_text("{'value':'text','other':[1],'headers':null,'key':null,'offset':null,"
		      "'partition':null,'timestamp':null}",
		&e, &field, &reason),
	    0);
	span_is("value", e.value, SPAN("\"text\""));
	assert_true(e.value_is_json && e.offset == -1 && e.key.p == NULL && e.headers.n == 0);
	assert_int_equal(read_text("{'value':null,'key':''}", &e, &field, &reason), 0);
	assert_int_equal(e.kind, RC_ENVELOPE_TOMBSTONE);
	assert_true(e.key.p != NULL && e.key.n == 0);
	assert_int_equal(read_text("{'value_base64':''}", &e, &field, &reason), 0);
	assert_int_equal(e.kind, RC_ENVELOPE_RECORD);
	assert_true(e.value.p != NULL && e.value.n == 0 && !e.value_is_json);
	assert_int_equal(read_text("{'key_base64':'AA==','value':1}", &e, &field, &reason), 0);
	span_is("key", e.key, SPAN("\0"));
	assert_int_equal(
	    read_text("{'to\\u0070ic':'a\\u0062','partition':0,'offset':3}", &e, &field, &reason),
	    0);
	assert_int_equal(e.kind, RC_ENVELOPE_POSITION);
	span_is("topic", e.topic, SPAN("ab"));
}

/* A line without a value is a position only if it is nothing else. */
static void
test_only_positions(void **state)
{
	static const struct {
		const char *text;
		int good;
	} cases[] = { { "{'topic':'t','partition':0,'offset':3}", 1 },
		{ "{'topic':'t','partition':0,'offset':3,'timestamp':5}", 1 },
		{ "{'offset':3,'start':true,'skipped':2,'partition':0,'topic':'t'}", 1 },
		{ "{'topic':'t','partition':0,'offset':3,'start':1}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'skipped':-1}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'key':'a'}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'key':null}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'headers':[]}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'vaule':1}", 0 },
		{ "{'topic':'t','partition':0}", 0 }, { "{'offset':3}", 0 },
		{ "{'topic':'t','partition':0,'offset':9223372036854775807}", 0 }, { "{}", 0 },
		{ "{'reference_fiche':'a'}", 0 } };
	const char *field, *reason;
	struct rc_envelope e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int status = read_text(cases[i].text, &e, &field, &reason);

		if (status != (cases[i].good ? 0 : RC_DATA))
			fail_msg("%s: %d", cases[i].text, status);
		if (status == 0)
			assert_int_equal(e.kind, RC_ENVELOPE_POSITION);
	}
}

static void
test_is_another(void **state)
{
	(void)state;
	assert_false(rc_envelope_is_another(5, 4, 10, 10));
	assert_true(rc_envelope_is_another(5, 4, 9, 10));
	assert_true(rc_envelope_is_another(5, 4, 11, 10));
	assert_false(rc_envelope_is_another(5, 3, 9, 10)); /* the last was compacted away */
	assert_false(rc_envelope_is_another(5, 3, 10, 10));
	assert_true(rc_envelope_is_another(5, 3, 11, 10));
	assert_false(rc_envelope_is_another(5, 4, 11, -1));
	assert_false(rc_envelope_is_another(5, 4, -1, 10));
}

static void
test_bad(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ "{}", "value" },
		{ "{'topic':'t','partition':1}", "value" },
		{ "{'topic':'t','offset':null}", "value" },
		{ "{'topic':1,'value':1}", "topic" },
		{ "{'topic':['t'],'value':1}", "topic" },
		{ "{'partition':'1','value':1}", "partition" },
		{ "{'partition':-1,'value':1}", "partition" },
		{ "{'partition':1.0,'value':1}", "partition" },
		{ "{'partition':1e0,'value':1}", "partition" },
		{ "{'partition':2147483648,'value':1}", "partition" },
		{ "{'partition':99999999999999999999999,'value':1}", "partition" },
		{ "{'partition':true,'value':1}", "partition" },
		{ "{'offset':-1,'value':1}", "offset" },
		{ "{'offset':'5'}", "offset" },
		{ "{'offset':9223372036854775808}", "offset" },
		{ "{'offset':1.5}", "offset" },
		{ "{'offset':[]}", "offset" },
		{ "{'timestamp':'2024-04-18','value':1}", "timestamp" },
		{ "{'timestamp':-1,'value':1}", "timestamp" },
		{ "{'timestamp':1e12,'value':1}", "timestamp" },
		{ "{'key':1,'value':1}", "key" },
		{ "{'key':{},'value':1}", "key" },
		{ "{'key':true,'value':1}", "key" },
		{ "{'key_base64':'A','value':1}", "key_base64" },
		{ "{'key_base64':'!!!!','value':1}", "key_base64" },
		{ "{'key_base64':1,'value':1}", "key_base64" },
		{ "{'key_base64':null,'value':1}", "key_base64" },
		{ "{'headers':{},'value':1}", "headers" },
		{ "{'headers':'a','value':1}", "headers" },
		{ "{'headers':1,'value':1}", "headers" },
		{ "{'value_base64':'AA='}", "value_base64" },
		{ "{'value_base64':['AA==']}", "value_base64" },
		{ "{'value_base64':null}", "value_base64" },
	};
	const char *field, *reason;
	struct rc_envelope e;
	struct said said;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		field = reason = NULL;
		said_begin(&said);
		status = read_text(cases[i].text, &e, &field, &reason);
		said_end(&said);
		if (status != RC_DATA || field == NULL || strcmp(field, cases[i].field) != 0)
			fail_msg("%s: status %d, field %s", cases[i].text, status, field);
		assert_non_null(reason);
		assert_string_equal(said.text, "");
	}
}

static void
test_bad_headers(void **state)
{
	static const char *const cases[] = { "[1]", "['a']", "[null]", "[{}]", "[{'a':'b'}]",
		"[[]]", "[['a']]", "[[1,'b']]", "[[null,'b']]", "[['a',1]]", "[['a',true]]",
		"[['a',{}]]", "[['a',['b']]]", "[['a','b','c']]", "[['a','b',null]]",
		"[['a',null,'A']]", "[['a',null,'!!!!']]", "[['a',null,1]]", "[['a',null,null]]",
		"[['a',null,['AA==']]]", "[['a',null,'AA==','b']]", "[[['a'],'b']]" };
	const char *field, *reason;
	struct rc_envelope_header h;
	struct rc_envelope e;
	char text[128];
	int found;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		/* behind a good one */
		snprintf(text, sizeof(text), "{'value':1,'headers':[['x','y'],%s}", cases[i] + 1);
		assert_int_equal(read_text(text, &e, &field, &reason), 0);
		assert_int_equal(rc_envelope_next_header(&reader, &e.headers, &h, &found), 0);
		assert_int_equal(found, 1);
		span_is("header", h.name, SPAN("x"));
		span_is("header", h.value, SPAN("y"));
		if (rc_envelope_next_header(&reader, &e.headers, &h, &found) != RC_DATA)
			fail_msg("%s: taken", cases[i]);
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
		cmocka_unit_test(test_other_writers),
		cmocka_unit_test(test_only_positions),
		cmocka_unit_test(test_is_another),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bad_headers),
	};

	return cmocka_run_group_tests(tests, NULL, close_all);
}
