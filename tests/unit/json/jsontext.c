/* Unit tests of jsontext, and of what json makes of texts with it. */
#include "json/jsontext.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "unit/oracle.h"

/* meaning: what a JSON string of n bytes, quotes and all, means; for free(). */
static struct rc_span
meaning(const char *p, size_t n)
{
	struct rc_json json = { 0 };
	struct rc_buf line = { 0 }, scratch = { 0 };
	struct rc_span text;
	char *copy;

	assert_int_equal(rc_buf_adds(&line, "{\"v\":"), 0);
	assert_int_equal(rc_buf_add(&line, p, n), 0);
	assert_int_equal(rc_buf_addc(&line, '}'), 0);
	copy = exact(line.data, line.len);
	assert_int_equal(rc_json_scan(&json, copy, line.len), 0);
	assert_int_equal(json.count, 1);
	/* what the scratch held before must not be seen */
	assert_int_equal(rc_buf_adds(&scratch, "old"), 0);
	assert_int_equal(rc_json_text(&json.members[0].value, &scratch, &text), 0);
	text.p = exact(text.p, text.n);
	rc_buf_free(&scratch);
	rc_buf_free(&line);
	rc_json_free(&json);
	free(copy);
	return text;
}

/* means: the string's meaning is want, for jansson too. */
static void
means(const char *p, size_t n, struct rc_span want)
{
	struct rc_span got = meaning(p, n);
	json_t *value;

	span_is(p, got, want);
	assert_int_equal(oracle(p, n, &value), GOOD);
	span_is("jansson", (struct rc_span){ json_string_value(value), json_string_length(value) },
	    want);
	json_decref(value);
	free((char *)got.p);
}

#define MEANS(json, text) means(json, sizeof(json) - 1, SPAN(text))

static void
test_meaning(void **state)
{
	(void)state;
	MEANS("\"\"", "");
	MEANS("\"a\"", "a");
	MEANS("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
	MEANS("\"a\\nb\"", "a\nb");
	MEANS("\"\\\\n\"", "\\n");
	MEANS("\"\\\\\\\\\"", "\\\\");
	MEANS("\"\\u0041\"", "A");
	MEANS("\"\\u0000\"", "\0");
	MEANS("\"a\\u0000b\\u0000\"", "a\0b\0");
	MEANS("\"\\u001f\\u007f\"", "\x1F\x7F");
	MEANS("\"\\u00e9\\u00E9\"", "\xC3\xA9\xC3\xA9");
	MEANS("\"\\u07ff\\u0800\"", "\xDF\xBF\xE0\xA0\x80");
	MEANS("\"\\uD7fF\\uE000\\uFfFf\"", "\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF");
	MEANS("\"\\ud83d\\ude00\"", "\xF0\x9F\x98\x80");
	MEANS("\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
	MEANS("\"x\\uD834\\uDD1Ey\\u00e9z\"", "x\xF0\x9D\x84\x9Ey\xC3\xA9z");
	MEANS("\"\xC3\xA9\\t\xF0\x9F\x98\x80\"", "\xC3\xA9\t\xF0\x9F\x98\x80");
	MEANS("\"\\u0022\\u005c\\u002F\"", "\"\\/");
}

/* Each code point, written as \u. */
static void
test_every_escape(void **state)
{
	char text[16], utf8[4];

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp += cp < 0x11000 ? 1 : 97) {
		uint32_t high = 0xD800 + ((cp - 0x10000) >> 10), low = 0xDC00 + (cp & 0x3FF);

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		if (cp < 0x10000)
			snprintf(text, sizeof(text), cp % 2 == 0 ? "\"\\u%04X\"" : "\"\\u%04x\"",
			    (unsigned)cp);
		else
			snprintf(text, sizeof(text), "\"\\u%04X\\u%04x\"", (unsigned)high,
			    (unsigned)low);
		means(text, strlen(text), (struct rc_span){ utf8, rc_utf8_put(utf8, cp) });
	}
}

/* round_trip: the text as JSON must mean the text, and only what must be escaped is. */
static void
round_trip(struct rc_span text)
{
	struct rc_buf out = { 0 };
	char *copy = exact(text.p, text.n);
	size_t length = 2;

	assert_int_equal(rc_buf_adds(&out, "..."), 0);
	assert_int_equal(rc_quote_put(&out, (struct rc_span){ copy, text.n }), 0);
	assert_memory_equal(out.data, "...", 3); /* it appends */
	means(out.data + 3, out.len - 3, text);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '"' || c == '\\' || (c < ' ' && strchr("\b\f\n\r\t", c) != NULL && c != 0))
			length += 2;
		else
			length += c < ' ' ? 6 : 1;
	}
	assert_int_equal(out.len - 3, length);
	rc_buf_free(&out);
	free(copy);
}

static void
test_put(void **state)
{
	struct rc_buf out = { 0 };
	char all[128];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++) {
		all[i] = (char)i;
		round_trip((struct rc_span){ all + i, 1 });
	}
	round_trip((struct rc_span){ all, sizeof(all) });
	round_trip(SPAN(""));
	round_trip((struct rc_span){ NULL, 0 });
	assert_int_equal(rc_quote_put(&out, SPAN("\xC3\xA9/\x7F\"\\\n\x1F\0\t")), 0);
	span_is("put", rc_buf_span(&out), SPAN("\"\xC3\xA9/\x7F\\\"\\\\\\n\\u001f\\u0000\\t\""));
	rc_buf_free(&out);
}

/* What is escaped, at each place of the sixteen-byte words. */
static void
test_put_runs(void **state)
{
	static const char stops[] = { '"', '\\', '\n', '\0', '\x1F', ' ', '\x7F', '!', '[', ']' };
	char text[48];

	(void)state;
	for (size_t n = 1; n <= sizeof(text); n++)
		for (size_t at = 0; at < n; at++)
			for (size_t k = 0; k < COUNT(stops); k++) {
				memset(text, 'x', n);
				text[at] = stops[k];
				round_trip((struct rc_span){ text, n });
			}
}

static void
test_random_texts(void **state)
{
	static const uint32_t limits[] = { 0x20, 0x7F, 0x100, 0x800, 0x3000, 0x10000, 0x110000 };
	uint64_t seed = random_seed();
	char text[4 * 100];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t count = random_below(&seed, 100), n = 0;

		while (count-- > 0) {
			uint32_t limit = limits[random_below(&seed, COUNT(limits))];
			uint32_t cp = (uint32_t)random_below(&seed, limit);

			if (random_below(&seed, 10) == 0)
				cp = random_below(&seed, 2) == 0 ? '"' : '\\';
			if (cp < 0xD800 || cp > 0xDFFF)
				n += rc_utf8_put(text + n, cp);
		}
		round_trip((struct rc_span){ text, n });
	}
}

/* compact: the JSON becomes want, and means what it did. */
static void
compact(const char *text, size_t n, const char *want)
{
	struct rc_buf out = { 0 };
	char *copy = exact(text, n);
	json_t *before, *after;

	assert_int_equal(rc_buf_adds(&out, "..."), 0);
	assert_int_equal(rc_jsontext_compact(&out, (struct rc_span){ copy, n }), 0);
	assert_memory_equal(out.data, "...", 3);
	span_is(text, (struct rc_span){ out.data + 3, out.len - 3 },
	    (struct rc_span){ want, strlen(want) });
	assert_int_equal(oracle(text, n, &before), GOOD);
	assert_int_equal(oracle(out.data + 3, out.len - 3, &after), GOOD);
	assert_true(json_equal(before, after));
	json_decref(before);
	json_decref(after);
	rc_buf_free(&out);
	free(copy);
}

#define COMPACT(json, want) compact(json, sizeof(json) - 1, want)

static void
test_compact(void **state)
{
	(void)state;
	COMPACT("{}", "{}");
	COMPACT(" \t\r\n{ \t\r\n} \t\r\n", "{}");
	COMPACT("1", "1");
	COMPACT(" \"a b\" ", "\"a b\"");
	COMPACT("{\n  \"a\" : [ 1 ,\r\n 2 ],\t\"b\":\"\" }\n", "{\"a\":[1,2],\"b\":\"\"}");
	COMPACT("[ \" \\\" [ 1 , 2 ] \", \"\\\\\" , \" \\\\\\\" \" ]",
	    "[\" \\\" [ 1 , 2 ] \",\"\\\\\",\" \\\\\\\" \"]");
	COMPACT("{ \" \" : \"\xC3\xA9 \\n \\u0020 \xF0\x9F\x98\x80\" }",
	    "{\" \":\"\xC3\xA9 \\n \\u0020 \xF0\x9F\x98\x80\"}");
	COMPACT("[ null , true , false , -0.5E+2 ]", "[null,true,false,-0.5E+2]");
}

/* random_json: append a value, with white space anywhere. */
static void
random_json(struct rc_buf *b, uint64_t *seed, int depth)
{
	static const char *const space[] = { "", "", "", " ", "\t", "\r\n", " \n  " };
	static const char *const scalars[] = { "null", "true", "false", "0", "-1.5e+3", "\"\"",
		"\" a \"", "\" \\\" \"", "\"\\\\\"", "\"\\\\\\\" , \"", "\"\xC3\xA9 : \"",
		"\"\\u0020 \\n\"" };
	size_t kind = depth == 0 ? 0 : random_below(seed, 4), count = random_below(seed, 5);

	assert_int_equal(rc_buf_adds(b, space[random_below(seed, COUNT(space))]), 0);
	if (kind < 2) {
		assert_int_equal(rc_buf_adds(b, scalars[random_below(seed, COUNT(scalars))]), 0);
	} else {
		assert_int_equal(rc_buf_addc(b, kind == 2 ? '[' : '{'), 0);
		assert_int_equal(rc_buf_adds(b, space[random_below(seed, COUNT(space))]), 0);
		for (size_t i = 0; i < count; i++) {
			if (i > 0)
				assert_int_equal(rc_buf_addc(b, ','), 0);
			if (kind == 3)
				assert_int_equal(rc_buf_printf(b, "%s\" %zu\\\"%s\"%s:",
						     space[random_below(seed, COUNT(space))], i,
						     i % 2 == 0 ? "\\\\" : " ",
						     space[random_below(seed, COUNT(space))]),
				    0);
			random_json(b, seed, depth - 1);
		}
		assert_int_equal(rc_buf_addc(b, kind == 2 ? ']' : '}'), 0);
	}
	assert_int_equal(rc_buf_adds(b, space[random_below(seed, COUNT(space))]), 0);
}

/* squeeze: drop the white space outside of strings, in place, the slow way. */
static void
squeeze(char *text)
{
	char *out = text;
	int inside = 0;

	for (const char *p = text; *p != '\0'; p++) {
		if (inside && *p == '\\')
			*out++ = *p++;
		else if (*p == '"')
			inside = !inside;
		else if (!inside && strchr(" \t\r\n", *p) != NULL)
			continue;
		*out++ = *p;
	}
	*out = '\0';
}

static void
test_random_json(void **state)
{
	uint64_t seed = random_seed();
	struct rc_buf b = { 0 };
	char *want;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		b.len = 0;
		random_json(&b, &seed, 5);
		assert_null(rc_json_check(b.data, b.len));
		assert_non_null(rc_buf_text(&b));
		want = exact(b.data, b.len + 1);
		squeeze(want);
		compact(b.data, b.len, want);
		free(want);
	}
	rc_buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meaning),
		cmocka_unit_test(test_every_escape),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_put_runs),
		cmocka_unit_test(test_random_texts),
		cmocka_unit_test(test_compact),
		cmocka_unit_test(test_random_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
