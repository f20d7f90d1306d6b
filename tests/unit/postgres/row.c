/* Unit tests of row: what COPY is sent is taken apart again. */
#include "postgres/row.h"
#include "base/status.h"
#include "unit/unit.h"

static struct rc_dataset *d;
static struct rc_row_maker *m;
static struct rc_json json;
static struct rc_buf out, full;

static const char description[] =
    "{\"name\":\"t\",\"portal\":{\"url\":\"http://"
    "a\",\"dataset\":\"i\"},\"key\":{\"column\":\"k\"},"
    "\"cursor\":{\"column\":\"a\"},\"topic\":{\"name\":\"t\"},\"table\":\"t\",\"columns\":["
    "{\"name\":\"a\",\"op\":\"keep\"},{\"name\":\"k\",\"op\":\"keep\",\"from\":\"key\"},"
    "{\"name\":\"\xC3\xA9\",\"op\":\"keep\"}]}";

enum { COLUMNS = 3, NUMBER = 70000 };

static int
open_all(void **state)
{
	if (folder_enter(state) != 0)
		return -1;
	write_file("t.json", description, sizeof(description) - 1);
	return rc_dataset_open(&d, "t.json") != 0 ? -1 : rc_row_open(&m, d);
}

static int
close_all(void **state)
{
	rc_row_close(m);
	rc_row_close(NULL);
	rc_dataset_free(d);
	rc_json_free(&json);
	rc_buf_free(&out);
	rc_buf_free(&full);
	return folder_leave(state);
}

static uint32_t
number(const char *p, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* put_bare: the row of a record, behind what out holds. */
static int
put_bare(const char *text, struct rc_span *key, const char **field, const char **reason)
{
	assert_int_equal(rc_json_scan(&json, text, strlen(text)), 0);
	return rc_row_put(m, &json, NUMBER, &out, key, field, reason);
}

/* put: the same, with null for what the record does not name. */
static int
put(const char *text, struct rc_span *key, const char **field, const char **reason)
{
	static const char nulls[] = "{\"a\":null,\"k\":null,\"\xC3\xA9\":null";

	full.len = 0;
	assert_int_equal(rc_buf_adds(&full, nulls), 0);
	assert_int_equal(rc_buf_adds(&full, strcmp(text, "{}") != 0 ? "," : ""), 0);
	assert_int_equal(rc_buf_adds(&full, text + 1), 0);
	return put_bare(rc_buf_text(&full), key, field, reason);
}

/* row_is: the row behind "before" in out has these columns; NULL's p is NULL. */
static void
row_is(const char *what, int tombstone, const struct rc_span want[COLUMNS])
{
	char *row = exact(out.data + 6, out.len - 6);
	const char *p = row, *end = row + out.len - 6;

	assert_memory_equal(out.data, "before", 6);
	assert_true(end - p >= 15);
	assert_int_equal(number(p, 2), COLUMNS + 2);
	assert_int_equal(number(p + 2, 4), 4);
	assert_int_equal(number(p + 6, 4), NUMBER);
	assert_int_equal(number(p + 10, 4), 1);
	assert_int_equal(p[14], tombstone);
	p += 15;
	for (size_t i = 0; i < COLUMNS; i++) {
		uint32_t n;

		assert_true(end - p >= 4);
		n = number(p, 4);
		p += 4;
		if (want[i].p == NULL) {
			assert_int_equal(n, UINT32_MAX);
			continue;
		}
		assert_true(n <= (size_t)(end - p));
		span_is(what, (struct rc_span){ p, n }, want[i]);
		p += n;
	}
	assert_ptr_equal(p, end);
	free(row);
}

/* is: the row of the record has these columns. */
static void
is(const char *text, struct rc_span a, struct rc_span k, struct rc_span e)
{
	const struct rc_span want[COLUMNS] = { a, k, e };
	const char *field, *reason;
	struct rc_span key = { NULL, 0 };

	out.len = 0;
	assert_int_equal(rc_buf_adds(&out, "before"), 0);
	assert_int_equal(put(text, &key, &field, &reason), 0);
	assert_true(key.p >= out.data + 6 && key.p + key.n <= out.data + out.len);
	span_is("key", key, k);
	row_is(text, 0, want);
}

#define NOTHING ((struct rc_span){ NULL, 0 })

static void
test_rows(void **state)
{
	static char text[70100];
	struct rc_span big;

	(void)state;
	is("{\"a\":\"x\",\"k\":\"1\",\"\xC3\xA9\":\"y\"}", SPAN("x"), SPAN("1"), SPAN("y"));
	is("{\"\xC3\xA9\":\"y\",\"k\":\"1\",\"a\":\"x\"}", SPAN("x"), SPAN("1"), SPAN("y"));
	is("{\"k\":\"1\"}", NOTHING, SPAN("1"), NOTHING);
	is("{\"k\":\"1\",\"a\":null,\"\\u00e9\":\"\"}", NOTHING, SPAN("1"), SPAN(""));
	is("{\"k\":\"\"}", NOTHING, SPAN(""), NOTHING);
	is("{\"k\":\"a\\n\\\"\\u00e9\",\"a\":\"\xC3\xA9\\ud83d\\ude00\\\\\"}",
	    SPAN("\xC3\xA9\xF0\x9F\x98\x80\\"), SPAN("a\n\"\xC3\xA9"), NOTHING);
	is("{\"k\":12,\"a\":-1.50e+3,\"\xC3\xA9\":true}", SPAN("-1.50e+3"), SPAN("12"),
	    SPAN("true"));
	is("{\"k\":false,\"a\":\"null\",\"\xC3\xA9\":\"\\\\N\"}", SPAN("null"), SPAN("false"),
	    SPAN("\\N"));
	is("{\"k\":\"1\",\"k\":\"2\",\"a\":\"\\t\",\"a\":\"\\b\"}", SPAN("\b"), SPAN("2"), NOTHING);
	/* a length that needs three bytes */
	memset(text, 'x', sizeof(text));
	memcpy(text, "{\"k\":\"1\",\"a\":\"", 14);
	memcpy(text + 14 + 70000, "\"}", 3);
	big = (struct rc_span){ text + 14, 70000 };
	is(text, big, SPAN("1"), NOTHING);
}

static void
test_bad(void **state)
{
	static const struct {
		const char *text, *field, *reason;
	} cases[] = {
		{ "{}", "k", "missing" },
		{ "{\"a\":\"x\"}", "k", "missing" },
		{ "{\"k\":null}", "k", "missing" },
		{ "{\"K\":\"1\"}", "k", "missing" },
		{ "{\"k\":[\"1\"]}", "k", "list" },
		{ "{\"k\":{}}", "k", "object" },
		{ "{\"k\":\"1\",\"a\":[]}", "a", "list" },
		{ "{\"k\":\"1\",\"\xC3\xA9\":{\"a\":1}}", "\xC3\xA9", "object" },
		{ "{\"k\":\"1\",\"a\":\"x\\u0000\"}", "a", "U+0000" },
		{ "{\"k\":\"\\u0000\"}", "k", "U+0000" },
	};
	const char *field, *reason;
	struct rc_span key;
	struct said said;
	int status;

	(void)state;
	out.len = 0;
	assert_int_equal(rc_buf_adds(&out, "before"), 0);
	/* K is named here, so that nothing is said below */
	said_begin(&said);
	status = put("{\"k\":\"1\",\"K\":1}", &key, &field, &reason);
	said_end(&said);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		out.len = 6;
		field = reason = NULL;
		said_begin(&said);
		status = put(cases[i].text, &key, &field, &reason);
		said_end(&said);
		if (status != RC_DATA || field == NULL || strcmp(field, cases[i].field) != 0 ||
		    reason == NULL || strstr(reason, cases[i].reason) == NULL)
			fail_msg("%s: status %d, field %s, reason %s", cases[i].text, status, field,
			    reason);
		assert_string_equal(said.text, "");
		span_is("out", rc_buf_span(&out), SPAN("before"));
	}
}

/* A row that lacks a column is none, and what it seems to be is told. */
static void
test_whole(void **state)
{
	static const struct {
		const char *text, *field, *reason;
	} cases[] = {
		{ "{}", "a", "lacks this column" },
		{ "{\"k\":\"1\",\"a\":null}", "\xC3\xA9", "lacks this column" },
		{ "{\"key\":\"1\",\"a\":null}", "k", "rc-transform comes first" },
		{ "{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"value\":{}}", "a", "-e" },
		{ "{\"tool\":\"t\",\"reason\":\"r\",\"record\":{}}", "a", "jq -c .record" },
		{ "{\"total_count\":1,\"results\":[]}", "a", ".results" },
	};
	const char *field, *reason;
	struct rc_span key;

	(void)state;
	out.len = 0;
	for (int round = 0; round < 2; round++) /* a good one between changes nothing */
		for (size_t i = 0; i < COUNT(cases); i++) {
			assert_int_equal(put_bare(cases[i].text, &key, &field, &reason), RC_DATA);
			assert_string_equal(field, cases[i].field);
			assert_non_null(strstr(reason, cases[i].reason));
			assert_int_equal(out.len, 0);
			assert_int_equal(put("{\"k\":\"1\"}", &key, &field, &reason), 0);
			out.len = 0;
		}
}

/* What is no column is named once, whatever the records look like. */
static void
test_strangers(void **state)
{
	static const char *const texts[] = { "{\"k\":\"1\",\"b\":1}", "{\"k\":\"1\",\"b\":2}",
		"{\"b\":1,\"k\":\"1\"}", "{\"k\":\"1\",\"b\":1,\"b\":2,\"B\":3}", "{\"k\":\"1\"}",
		"{\"k\":\"1\",\"bb\":1}", "{\"k\":\"1\",\"\":1}", "{\"\\u0062\":1,\"k\":\"1\"}",
		"{\"k\":\"1\",\"\":2,\"bb\":1,\"B\":1}" };
	static const size_t lines[] = { 1, 0, 0, 1, 0, 1, 1, 0, 0 };
	const char *field, *reason;
	struct rc_span key;
	struct said said;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		said_begin(&said);
		status = put(texts[i], &key, &field, &reason);
		said_end(&said);
		assert_int_equal(status, 0);
		if (lines_said(&said) != lines[i])
			fail_msg("%s: %s", texts[i], said.text);
		if (i == 0)
			assert_non_null(strstr(said.text, "b: "));
	}
}

static void
test_header_and_trailer(void **state)
{
	(void)state;
	out.len = 0;
	assert_int_equal(rc_row_header(&out), 0);
	/* the signature, no flags, no extension */
	span_is("header", rc_buf_span(&out),
	    SPAN("PGCOPY\n\xFF\r\n\0"
		 "\0\0\0\0"
		 "\0\0\0\0"));
	out.len = 0;
	assert_int_equal(rc_row_trailer(&out), 0);
	span_is("trailer", rc_buf_span(&out), SPAN("\xFF\xFF"));
}

static void
test_tombstone(void **state)
{
	const struct rc_span want[COLUMNS] = { NOTHING, SPAN("a\"k"), NOTHING };
	struct rc_span key = { NULL, 0 };

	(void)state;
	out.len = 0;
	assert_int_equal(rc_buf_adds(&out, "before"), 0);
	assert_int_equal(rc_row_put_tombstone(m, SPAN("a\"k"), NUMBER, &out, &key), 0);
	span_is("key", key, want[1]);
	row_is("tombstone", 1, want);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_tombstone),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_header_and_trailer),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
