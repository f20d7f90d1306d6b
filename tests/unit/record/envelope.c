/* Unit tests of envelope: what other programs may write, and what is none. */
#include "unit/record/envelope_line.h"

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
		{ "{'topic':'t','partition':0,'offset':3,'assigned':false,'lost':false}", 1 },
		{ "{'topic':'t','partition':0,'offset':3,'assigned':1}", 0 },
		{ "{'topic':'t','partition':0,'assigned':true,'revoked':true}", 0 },
		{ "{'topic':'t','partition':0,'assigned':true,'lost':true}", 0 },
		{ "{'topic':'t','partition':0,'lost':true}", 0 },
		{ "{'topic':'t','partition':0,'epoch':3}", 0 },
		{ "{'topic':'t','assigned':true}", 0 }, { "{'partition':0,'assigned':true}", 0 },
		{ "{'topic':'t','partition':0,'claimed':true,'epoch':-1}", 0 },
		{ "{'topic':'t','partition':0,'claimed':true,'added':1}", 0 },
		{ "{'topic':'t','partition':0,'assigned':true,'key':null}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'key':'a'}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'key':null}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'headers':[]}", 0 },
		{ "{'topic':'t','partition':0,'offset':3,'vaule':1}", 0 },
		{ "{'topic':'t\\u0000u','partition':0,'offset':3}", 0 },
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
	assert_false(rc_envelope_is_another(5, 3, 11, 10)); /* and times went back */
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
		cmocka_unit_test(test_other_writers),
		cmocka_unit_test(test_only_positions),
		cmocka_unit_test(test_is_another),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bad_headers),
	};

	return cmocka_run_group_tests(tests, NULL, close_all);
}
