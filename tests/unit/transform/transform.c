/* Unit tests of transform: each operation, one column at a time. */
#include "transform/transform.h"
#include "base/status.h"
#include "json/jsontext.h"
#include "unit/oracle.h"

static struct rc_dataset *d;
static struct rc_transform *t;
static struct rc_json json;
static struct rc_buf line, out;

static int
close_all(void **state)
{
	rc_json_free(&json);
	rc_buf_free(&line);
	rc_buf_free(&out);
	return folder_leave(state);
}

static int
close_one(void **state)
{
	(void)state;
	rc_transform_close(t);
	rc_transform_close(NULL);
	rc_dataset_free(d);
	t = NULL;
	d = NULL;
	return 0;
}

/* quoted: line becomes the text with " for each '. */
static void
quoted(const char *text)
{
	line.len = 0;
	assert_int_equal(rc_buf_adds(&line, text), 0);
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] == '\'')
			line.data[i] = '"';
}

/* with: from now on, the column x is made like this, out of src. */
static void
with(const char *column)
{
	char text[1000];

	close_one(NULL);
	snprintf(text, sizeof(text),
	    "{'name':'t','absent':'null','portal':{'url':'http://"
	    "a','dataset':'i'},'key':{'column':'key'},"
	    "'cursor':{'column':'key'},'topic':{'name':'t'},'table':'t','columns':["
	    "{'name':'x',%s},{'name':'key','op':'keep','from':'k'}]}",
	    column);
	quoted(text);
	write_file("t.json", line.data, line.len);
	assert_int_equal(rc_dataset_open(&d, "t.json"), 0);
	assert_int_equal(rc_transform_open(&t, d), 0);
}

/* put: the row of a record that has these members beside its key. */
static int
put(const char *members, const char **field, const char **reason)
{
	char text[2000];

	snprintf(text, sizeof(text), "{'k':'1'%s%s}", *members != '\0' ? "," : "", members);
	quoted(text);
	assert_int_equal(rc_json_scan(&json, line.data, line.len), 0);
	out.len = 0;
	assert_int_equal(rc_buf_adds(&out, "before"), 0);
	return rc_transform_record(t, &json, &out, field, reason);
}

/* is: x becomes want, which is JSON. */
static void
is(const char *members, const char *want)
{
	const char *field, *reason;
	struct rc_buf compact = { 0 };
	struct rc_span row;
	json_t *got, *value;
	int status;

	if ((status = put(members, &field, &reason)) != 0)
		fail_msg("%s: %d: %s: %s", members, status, field, reason);
	assert_memory_equal(out.data, "before", 6);
	row = (struct rc_span){ out.data + 6, out.len - 6 };
	assert_int_equal(oracle(row.p, row.n, &got), GOOD);
	/* x, then the key, and nothing else, in few bytes */
	assert_int_equal(rc_json_scan(&json, row.p, row.n), 0);
	assert_int_equal(json.count, 2);
	span_is("first", json.members[0].name, SPAN("x"));
	span_is("second", json.members[1].name, SPAN("key"));
	span_is("key", json.members[1].value.raw, SPAN("1"));
	assert_int_equal(rc_jsontext_compact(&compact, row), 0);
	span_is("compact", row, rc_buf_span(&compact));
	quoted(want);
	assert_int_equal(oracle(line.data, line.len, &value), GOOD);
	if (!json_equal(json_object_get(got, "x"), value))
		fail_msg("%s: got %s", members, show(row));
	json_decref(value);
	json_decref(got);
	rc_buf_free(&compact);
}

/* bad: the record is refused, for its field src and this reason. */
static void
bad(const char *members, const char *want)
{
	const char *field = NULL, *reason = NULL;
	struct said said;
	int status;

	said_begin(&said);
	status = put(members, &field, &reason);
	said_end(&said);
	if (status != RC_DATA || reason == NULL || strstr(reason, want) == NULL)
		fail_msg("%s: status %d, %s", members, status, reason);
	assert_string_equal(field, "src");
	assert_string_equal(said.text, "");
	span_is("out", rc_buf_span(&out), SPAN("before"));
}

static void
test_keep(void **state)
{
	(void)state;
	with("'op':'keep','from':'src'");
	is("'src':'a b'", "'a b'");
	is("'src':''", "''");
	is("'src':'\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8D\x95'",
	    "'\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8D\x95'");
	is("'src':'\\u00e9\\n\\t\\/\\\\ \\u0000'", "'\\u00e9\\n\\t\\/\\\\ \\u0000'");
	is("'src':null", "null");
	is("", "null");
	is("'x':'not this'", "null");
	is("'src':-1.5e3", "-1.5e3");
	is("'src':true", "true");
	is("'src':false", "false");
	is("'src':'old','src':'new'", "'new'");
	is("'s\\u0072c':'a'", "'a'");
	bad("'src':[]", "list");
	bad("'src':['a']", "list");
	bad("'src':{}", "object");
	bad("'src':{'a':'b'}", "object");
}

static void
test_keep_lists(void **state)
{
	(void)state;
	with("'op':'keep','from':'src','lists':true");
	is("'src':'a|b'", "'a|b'");
	is("'src':['a']", "'a'");
	is("'src':['a','b']", "'a\\nb'");
	is("'src': [ 'a' , 'b' ]", "'a\\nb'");
	is("'src':['','a','','b','']", "'a\\nb'");
	is("'src':[null,'a',null]", "'a'");
	is("'src':[]", "null");
	is("'src':['']", "null");
	is("'src':[null]", "null");
	is("'src':[' a ','\xC3\xA9']", "' a \\n\xC3\xA9'"); /* kept as they are */
	is("'src':['a\\u0000','\\'\\n']", "'a\\u0000\\n\\'\\n'");
	is("'src':null", "null");
	bad("'src':[1]", "list");
	bad("'src':['a',true]", "list");
	bad("'src':['a',['b']]", "list");
	bad("'src':[{}]", "list");
	bad("'src':{}", "object");
}

static void
test_unaccent(void **state)
{
	(void)state;
	with("'op':'unaccent','from':'src'");
	is("'src':'abc'", "'abc'");
	is("'src':' a  b '", "' a  b '");
	is("'src':'\xC3\xA9t\xC3\xA9 \xE2\x80\x99\xE2\x80\xA6'", "'ete \\u0027...'");
	is("'src':'\\u00e9t\\u00E9'", "'ete'");
	is("'src':'\\ud835\\udc00'", "'A'");
	is("'src':'a|b\\nc\\\\\\/'", "'a|b\\nc\\\\/'");
	is("'src':'\\'\xC3\xA9\\''", "'\\'e\\''");
	is("'src':'\\u0022\\u005c\\u000a'", "'\\'\\\\\\n'"); /* they must be escaped again */
	is("'src':'a\\u0000b'", "'a\\u0000b'");
	is("'src':'\\\\u00e9'", "'\\\\u00e9'"); /* no escape but a backslash and a u */
	is("'src':'\\b\\f\\r\\t'", "'\\b\\f\\r\\t'");
	is("'src':''", "null");
	is("'src':null", "null");
	is("", "null");
	is("'src':'\xEE\x80\x80'", "''"); /* nothing is left of it */
	is("'src':'\\ue000'", "''");
	bad("'src':1", "number");
	bad("'src':true", "truth value");
	bad("'src':false", "truth value");
	bad("'src':['a']", "list");
	bad("'src':[]", "list");
	bad("'src':{}", "object");
}

static void
test_list(void **state)
{
	(void)state;
	with("'op':'list','from':'src','split':['|','\xC2\xA4']");
	is("'src':'a'", "'a'");
	is("'src':'a|b\xC2\xA4"
	   "c'",
	    "'a\\nb\\nc'");
	is("'src':' a | b\\t\\n|\\r c '", "'a\\nb\\nc'");
	is("'src':'|a||b|'", "'a\\nb'");
	is("'src':'a|  |b'", "'a\\nb'");
	is("'src':'|'", "''");
	is("'src':' '", "''");
	is("'src':'||\xC2\xA4'", "''");
	is("'src':'a\\u007cb\\u00a4c'", "'a\\nb\\nc'"); /* the text counts, not how it is written */
	is("'src':'\xC3\xA9|\xE2\x82\xAC'", "'e\\nEUR'");
	is("'src':'a$b'", "'a$b'");
	is("'src':'a\\nb'", "'a\\nb'");
	is("'src':''", "null");
	is("'src':null", "null");
	is("", "null");
	is("'src':['a','b']", "'a\\nb'");
	is("'src':['a|b',' c ']", "'a\\nb\\nc'");
	is("'src':[]", "null");
	is("'src':['']", "null");
	is("'src':['',null]", "null");
	is("'src':[' ']", "''");
	is("'src':[null,'\xC3\xA9']", "'e'");
	is("'src':['a\\u0000b|c']", "'a\\u0000b\\nc'");
	bad("'src':1", "number");
	bad("'src':{}", "object");
	bad("'src':[1]", "list");
	bad("'src':['a',['b']]", "list");
	bad("'src':['a',{}]", "list");
	bad("'src':[true]", "list");
}

static void
test_separators(void **state)
{
	(void)state;
	with("'op':'list','from':'src','split':['<br>','b'],'space':['$','##']");
	is("'src':'1<br>2b3<b>4<br'", "'1\\n2\\n3<\\n>4<\\nr'");
	is("'src':'$1$2$$3$'", "'1 2  3'");
	is("'src':'1##2#3##'", "'1 2#3'");
	is("'src':'1$<br>$2'", "'1\\n2'");
	is("'src':'$'", "''");
	is("'src':'$b##'", "''");
	is("'src':'\xC3\xA9$\xC3\xA9'", "'e e'");
	with("'op':'list','from':'src','split':'|','space':'$'");
	is("'src':'$1|2$3$'", "'1\\n2 3'");
	is("'src':['$1$','2$3']", "'1\\n2 3'");
}

static void
test_join(void **state)
{
	(void)state;
	with("'op':'join','from':['src','b','c','d','e']");
	is("'src':'1','b':'2','c':'3','d':'4','e':'5'", "'1\\n2\\n3\\n4\\n5'");
	is("'e':'5','src':'1'", "'1\\n5'"); /* the description's order */
	is("'src':'1','b':null,'c':'','e':'5'", "'1\\n5'");
	is("'src':' 1 ','b':' '", "' 1 \\n '"); /* without split, nothing is trimmed */
	is("'src':'\xC3\xA9|','b':'\\u00e9$'", "'e|\\ne$'");
	is("'src':'\xEE\x80\x80','b':'2'", "'2'");
	is("'src':'\xEE\x80\x80'", "''");
	is("", "null");
	is("'src':'','b':''", "null");
	is("'src':null,'b':'','e':null", "null");
	is("'b':'\\'\\n\\u0000'", "'\\'\\n\\u0000'");
	bad("'src':['a']", "list");
	bad("'b':'1','src':2", "number");
	bad("'src':{}", "object");
	with("'op':'join','from':['b','src'],'split':['|'],'space':['$']");
	is("'b':'1|2','src':'3$4| '", "'1\\n2\\n3 4'");
	is("'b':['1','2|3'],'src':['4']", "'1\\n2\\n3\\n4'");
	is("'b':['']", "null");
	is("'b':['|'],'src':null", "''");
	bad("'b':'1','src':[2]", "list");
}

static void
test_date(void **state)
{
	(void)state;
	with("'op':'date','from':'src'");
	is("'src':'2024-04-18'", "'2024-04-18'");
	is("'src':'2024-04-18T09:30:00+00:00'", "'2024-04-18'");
	is("'src':'2024-04-18 x'", "'2024-04-18'");
	is("'src':'2024\\u002d04-18'", "'2024-04-18'");
	is("'src':'2024-02-29'", "'2024-02-29'");
	is("'src':null", "null");
	is("'src':''", "null");
	is("", "null");
	bad("'src':'2023-02-29'", "date");
	bad("'src':'18/04/2024'", "date");
	bad("'src':' 2024-04-18'", "date");
	bad("'src':'2024-04-1'", "date");
	bad("'src':'2024-04-181'", "date");
	bad("'src':' '", "date");
	bad("'src':20240418", "number");
	bad("'src':true", "truth value");
	bad("'src':['2024-04-18']", "list");
	bad("'src':{}", "object");
}

static void
test_period(void **state)
{
	(void)state;
	with("'op':'period','part':'start','from':'src'");
	is("'src':'Du 01/12/2021 au 24/12/2021'", "'01/12/2021'");
	is("'src':'Depuis le 01/12/2021'", "'01/12/2021'");
	is("'src':'Jusqu\xE2\x80\x99"
	   "au 24/12/2021'",
	    "null");
	is("'src':'01\\/12\\/2021 24\\/12\\/2021'", "'01/12/2021'");
	is("'src':'rien'", "null");
	is("'src':''", "null");
	is("'src':null", "null");
	is("", "null");
	bad("'src':1", "number");
	bad("'src':['01/12/2021']", "list");
	bad("'src':{}", "object");
	with("'op':'period','part':'end','from':'src'");
	is("'src':'Du 01/12/2021 au 24/12/2021'", "'24/12/2021'");
	is("'src':'Depuis le 01/12/2021'", "null");
	is("'src':'Jusqu\xE2\x80\x99"
	   "au 24/12/2021'",
	    "'24/12/2021'");
	is("'src':'\\u0030\\u0031/12/2021 jusqu'", "'01/12/2021'");
}

/* The key must be a number, or a text with something in it. */
static void
test_key(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = { { "{}", "missing" }, { "{\"k\":null}", "missing" },
		{ "{\"key\":\"1\"}", "a row" }, { "{\"k\":\"\"}", "text" },
		{ "{\"k\":true}", "text" }, { "{\"k\":[\"1\"]}", "text" }, { "{\"k\":{}}", "text" },
		{ "{\"k\":\"1\",\"k\":\"\"}", "text" } };
	const char *field, *reason;

	(void)state;
	with("'op':'keep','from':'src'");
	for (size_t i = 0; i < COUNT(cases); i++) {
		field = reason = NULL;
		out.len = 0;
		assert_int_equal(rc_json_scan(&json, cases[i].text, strlen(cases[i].text)), 0);
		if (rc_transform_record(t, &json, &out, &field, &reason) != RC_DATA ||
		    strstr(reason, cases[i].reason) == NULL || strcmp(field, "k") != 0)
			fail_msg("%s: %s: %s", cases[i].text, field, reason);
		assert_int_equal(out.len, 0);
	}
	is("'src':'a'", "'a'"); /* and the next record is good again */
}

/* The row itself; what it has no column for is gone. */
static void
test_row(void **state)
{
	const char *field, *reason;

	(void)state;
	with("'op':'unaccent','from':'src'");
	assert_int_equal(put("'z':[1],'src' : 'c\xC3\xB4t\xC3\xA9 \\'a\\''", &field, &reason), 0);
	span_is("row", rc_buf_span(&out), SPAN("before{\"x\":\"cote \\\"a\\\"\",\"key\":\"1\"}"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_keep, close_one),
		cmocka_unit_test_teardown(test_keep_lists, close_one),
		cmocka_unit_test_teardown(test_unaccent, close_one),
		cmocka_unit_test_teardown(test_list, close_one),
		cmocka_unit_test_teardown(test_separators, close_one),
		cmocka_unit_test_teardown(test_join, close_one),
		cmocka_unit_test_teardown(test_date, close_one),
		cmocka_unit_test_teardown(test_period, close_one),
		cmocka_unit_test_teardown(test_key, close_one),
		cmocka_unit_test_teardown(test_row, close_one),
	};

	return cmocka_run_group_tests(tests, folder_enter, close_all);
}
