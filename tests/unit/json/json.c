/* Unit tests of json: its grammar (RFC 8259), what it makes of members, arrays.
 * What jansson thinks of the same bytes is the second opinion. */
#include <time.h>

#include "base/status.h"
#include "unit/oracle.h"

static struct rc_json json; /* one for all, as in the programs: it is used again */

/* scan: n bytes at p that are copied to an allocation of their size, which lives
 * until the next scan. */
static int
scan(const char *p, size_t n)
{
	static char *copy;
	int status;

	free(copy);
	copy = NULL;
	if (n == SIZE_MAX) /* free it, no more */
		return 0;
	copy = exact(p, n);
	status = rc_json_scan(&json, copy, n);
	if (status == RC_DATA) {
		assert_non_null(json.reason);
		assert_true(json.at <= n);
		assert_int_equal(json.count, 0);
	} else {
		assert_int_equal(status, 0);
		assert_true(json.shape != 0);
	}
	return status;
}

static int
scan_text(const char *text)
{
	return scan(text, strlen(text));
}

static const char *
check(const char *p, size_t n)
{
	char *copy = exact(p, n);
	const char *reason = rc_json_check(copy, n);

	free(copy);
	return reason;
}

/* judge: the verdict on n bytes must be good, by themselves, and by jansson; and
 * the two must understand the same. */
static void
judge(const char *p, size_t n, enum verdict good)
{
	struct rc_span text = { p, n };
	json_t *value;
	enum verdict theirs = oracle(p, n, &value);
	int accepted = check(p, n) == NULL;

	if (good != UNKNOWN && accepted != (good == GOOD))
		fail_msg("%s: %s", show(text), accepted ? "taken" : "refused");
	if (theirs != UNKNOWN && accepted != (theirs == GOOD))
		fail_msg("%s: %s, unlike jansson", show(text), accepted ? "taken" : "refused");
	if (theirs == GOOD && json_is_object(value)) {
		assert_int_equal(scan(p, n), 0);
		same_object(&json, value);
	} else if (theirs != UNKNOWN) {
		assert_int_equal(scan(p, n), RC_DATA);
	}
	json_decref(value);
}

/* judge_in: the value in a frame, such as {"v":%}. */
static void
judge_in(const char *before, struct rc_span value, const char *after, enum verdict good)
{
	struct rc_buf line = { 0 };

	assert_int_equal(rc_buf_adds(&line, before), 0);
	assert_int_equal(rc_buf_add(&line, value.p, value.n), 0);
	assert_int_equal(rc_buf_adds(&line, after), 0);
	judge(line.data, line.len, good);
	rc_buf_free(&line);
}

/* A value, and whether it is one: by itself, and at each place a value can be. */
struct text {
	const char *p;
	size_t n;
	enum verdict good;
};

#define Y(literal)                                                                                 \
	{                                                                                          \
		"" literal, sizeof(literal) - 1, GOOD                                              \
	}
#define N(literal)                                                                                 \
	{                                                                                          \
		"" literal, sizeof(literal) - 1, BAD                                               \
	}

static void
judge_values(const struct text *texts, size_t count)
{
	static const char *const frames[][2] = { { "", "" }, { " \t\r\n", " \t\r\n" },
		{ "{\"v\":", "}" }, { "{\"a\":1,\"v\":", ",\"z\":null}" },
		{ " { \"v\" :\t", "\r\n} " }, { "[", "]" }, { "[0,", " ,[]]" },
		{ "{\"v\":[{\"v\":", "}]}" } };
	struct rc_buf line = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct rc_span value = { texts[i].p, texts[i].n };

		for (size_t k = 0; k < COUNT(frames); k++)
			judge_in(frames[k][0], value, frames[k][1], texts[i].good);
		if (texts[i].good != GOOD)
			continue;
		/* no part of an object is one */
		line.len = 0;
		assert_int_equal(rc_buf_printf(&line, "{\"v\":"), 0);
		assert_int_equal(rc_buf_add(&line, value.p, value.n), 0);
		for (size_t n = 0; n <= line.len; n++)
			assert_int_equal(scan(line.data, n), RC_DATA);
	}
	rc_buf_free(&line);
}

static void
test_words(void **state)
{
	static const struct text texts[] = { Y("null"), Y("true"), Y("false"), N("Null"), N("NULL"),
		N("nul"), N("nulll"), N("nullnull"), N("null null"), N("TRUE"), N("True"), N("tru"),
		N("truee"), N("fals"), N("falsey"), N("FALSE"), N("undefined"), N("None"), N("nil"),
		N("n"), N("t"), N("f"), N("yes"), N("nu\\u006cl"), N("'null'"), N("true1"),
		N("1true"), N("null\0"), N("nul\0"), N("\0null"), N("\0"), N("null;"), N("*"),
		N("//\n1"), N("/**/1"), N("1/**/"), N("#\n1"), N("a"), N("\\"), N("\xC3\xA9"),
		N("\xFF"), N("\x7F"), N("=1"), N("<null>"), N("`null`") };

	(void)state;
	judge_values(texts, COUNT(texts));
}

static void
test_numbers(void **state)
{
	static const struct text texts[] = { Y("0"), Y("-0"), Y("1"), Y("-1"), Y("9"), Y("10"),
		Y("123"), Y("-123"), Y("1234567890"), Y("9223372036854775807"),
		Y("-9223372036854775808"), Y("9223372036854775808"), /* jansson's end */
		Y("100000000000000000000000000000000000000000000000000000"), Y("0.0"), Y("-0.0"),
		Y("0.5"), Y("1.5"), Y("-1.50"), Y("0.000000000000000000000000000000000001"),
		Y("123.456789"), Y("1e2"), Y("1E2"), Y("1e+2"), Y("1E+2"), Y("1e-2"), Y("1E-2"),
		Y("0e0"), Y("0e+1"), Y("0E-1"), Y("1e00"), Y("1e-007"), Y("1.5e3"), Y("-1.5E+3"),
		Y("0.1e10"), Y("1e308"), Y("1e999"), Y("-1e999"), Y("1e-999"), Y("-0e-0"), N("00"),
		N("01"), N("-01"), N("-00"), N("007"), N("0123"), N("1."), N("0."), N("-1."),
		N("-."), N("."), N(".5"), N("-.5"), N("1.e1"), N("1.e"), N(".e1"), N("0.e0"),
		N("+1"), N("+0"), N("+"), N("-"), N("--1"), N("-+1"), N("+-1"), N("- 1"), N("1-"),
		N("1+"), N("1-1"), N("1+1"), N("e"), N("e1"), N("E1"), N("1e"), N("1E"), N("1e+"),
		N("1e-"), N("1e+-1"), N("1e1.5"), N("1e1e1"), N("1e 1"), N("1 e1"), N("1 .5"),
		N("1. 5"), N("1 2"), N("1..2"), N("1.2.3"), N("1.-2"), N("0x1"), N("0x"), N("0X1F"),
		N("1x"), N("0b1"), N("0o7"), N("1f"), N("1L"), N("1_000"), N("1,5e"), N("1'000"),
		N("NaN"), N("nan"), N("-NaN"), N("Infinity"), N("-Infinity"), N("+Infinity"),
		N("inf"), N("-inf"), N("Inf"), N("$1"), N("1%"),
		N("\xEF\xBC\x91"), /* fullwidth 1 */
		N("1\0"), N("-\0001"), N("1\xC2\xA0"), N("0.1\x80"), N("1\\u0030") };

	(void)state;
	judge_values(texts, COUNT(texts));
}

static void
test_strings(void **state)
{
	static const struct text texts[] = { Y("\"\""), Y("\"a\""), Y("\" \""), Y("\"/\""),
		Y("\"\x7F\""), Y("\"'\""), Y("\"{}[]:,\""), Y("\"null\""), Y("\"//\""),
		Y("\"\\\"\""), Y("\"\\\\\""), Y("\"\\/\""), Y("\"\\b\""), Y("\"\\f\""),
		Y("\"\\n\""), Y("\"\\r\""), Y("\"\\t\""), Y("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
		Y("\"\\\\\\\\\""), Y("\"\\\\u0000\""), Y("\"\\\\n\""), Y("\"\\\\\\\"\""),
		Y("\"\\u0000\""), Y("\"a\\u0000b\""), Y("\"\\u0001\""), Y("\"\\u001f\""),
		Y("\"\\u0022\""), Y("\"\\u005C\""), Y("\"\\u007F\""), Y("\"\\u0080\""),
		Y("\"\\u00e9\""), Y("\"\\u00E9\""), Y("\"\\u07ff\""), Y("\"\\u0800\""),
		Y("\"\\uaBcD\""), Y("\"\\uD7FF\""), Y("\"\\uE000\""), Y("\"\\uFDD0\""),
		Y("\"\\uFFFD\""), Y("\"\\uFFFE\""), Y("\"\\uffff\""), Y("\"\\u00e9\\u00e9\""),
		Y("\"\\uD800\\uDC00\""), Y("\"\\ud83d\\ude00\""), Y("\"\\uD83D\\uDE00\""),
		Y("\"\\udbff\\udfff\""), Y("\"\\uD834\\uDD1E\\uD834\\uDD1E\""),
		Y("\"x\\uD834\\uDD1Ey\""), Y("\"\xC2\x80\""), Y("\"\xC3\xA9\""), Y("\"\xDF\xBF\""),
		Y("\"\xE0\xA0\x80\""), Y("\"\xE2\x82\xAC\""), Y("\"\xED\x9F\xBF\""),
		Y("\"\xEE\x80\x80\""), Y("\"\xEF\xBF\xBD\""), Y("\"\xEF\xBF\xBF\""),
		Y("\"\xEF\xBB\xBF\""), /* a mark, but inside a string */
		Y("\"\xE2\x80\xA8\xE2\x80\xA9\""), Y("\"\xF0\x90\x80\x80\""),
		Y("\"\xF0\x9F\x98\x80\""), Y("\"\xF4\x8F\xBF\xBF\""), N("\""), N("\"a"), N("a\""),
		N("'a'"), N("\"a'"), N("\"a\"\""), N("\"a\"b"), N("\"a\"\"b\""), N("\"a\" \"b\""),
		N("\\\"a\\\""), N("\"\\\""), N("\"\\"), N("\"a\\"), N("\"\\\\\\\""), N("\"\\a\""),
		N("\"\\v\""), N("\"\\0\""), N("\"\\x41\""), N("\"\\'\""), N("\"\\e\""),
		N("\"\\B\""), N("\"\\N\""), N("\"\\ \""), N("\"\\\n\""), N("\"\\\0\""),
		N("\"\\\xC3\xA9\""), N("\"\\\xFF\""), N("\"\\1\""), N("\"\\U00e9\""), N("\"\\u\""),
		N("\"\\u0\""), N("\"\\u00\""), N("\"\\u000\""), N("\"\\u00e\""), N("\"\\u00g0\""),
		N("\"\\ug000\""), N("\"\\u000G\""), N("\"\\u 041\""), N("\"\\u+041\""),
		N("\"\\u-041\""), N("\"\\u0x41\""), N("\"\\u{41}\""), N("\"\\u004`\""),
		N("\"\\u004@\""), N("\"\\u004/\""), N("\"\\u004:\""), N("\"\\u004\x11\""),
		N("\"\\u00\\u00\""), N("\"\\u004"), N("\"\\u"), N("\"\\u0041"),
		N("\"\\u004\xC3\xA9\""),
		/* a digit with a bit changed is no digit: case must not be folded too far */
		N("\"\\u001\x10\""), N("\"\\u00\x01\x01\""), N("\"\\u00!!\""), N("\"\\u00&&\""),
		N("\"\0\""), N("\"a\0b\""), N("\"\x01\""), N("\"\b\""), N("\"\t\""), N("\"\n\""),
		N("\"\v\""), N("\"\f\""), N("\"\r\""), N("\"\x1B\""), N("\"\x1F\""),
		N("\"\\uD800\""), N("\"\\uDBFF\""), N("\"\\uDC00\""), N("\"\\uDFFF\""),
		N("\"\\ud800x\""), N("\"\\uD800\\n\""), N("\"\\uD800\\\\\""),
		N("\"\\uD800\\u0041\""), N("\"\\uD800\\uD800\""), N("\"\\uD800\\uD800\\uDC00\""),
		N("\"\\uDC00\\uD800\""), N("\"\\uDE00\\uD83D\""), N("\"\\uD800\\uDBFF\""),
		N("\"\\uD800\\uE000\""), N("\"\\uD800\\uDC0\""), N("\"\\uD800\\uDC0g\""),
		N("\"\\uD800\\\""), N("\"\\uD800\\u\""), N("\"\\uD800"), N("\"\\uD800\\"),
		N("\"\\uD800\\u"), N("\"\\uD800\\uDC0"), N("\"\\uD800 \\uDC00\""),
		N("\"\\uD800\\UDC00\""), N("\"\\uD800/uDC00\""), N("\"\\uD834\\uDD1E\\uD834\""),
		N("\"\\uDD1E\\uD834\\uDD1E\""), N("\"\\uD800\xED\xB0\x80\""), N("\"\x80\""),
		N("\"\xBF\""), N("\"\xC0\x80\""), N("\"\xC0\xAF\""), N("\"\xC1\xBF\""),
		N("\"\xC2\""), N("\"\xC3(\""), N("\"\xC3\xC3\""), N("\"\xC3"), N("\"\xDF\x7F\""),
		N("\"\xE0\x80\x80\""), N("\"\xE0\x80\xAF\""), N("\"\xE0\x9F\xBF\""),
		N("\"\xE2\x82\""), N("\"\xE2\""), N("\"\xE2\x82"), N("\"\xE2"),
		N("\"\xE2\x28\xA1\""), N("\"\xE2\x82\x28\""), N("\"\xED\xA0\x80\""),
		N("\"\xED\xAF\xBF\""), N("\"\xED\xB0\x80\""), N("\"\xED\xBF\xBF\""),
		N("\"\xED\xA0\xBD\xED\xB8\x80\""), N("\"\xF0\x80\x80\x80\""),
		N("\"\xF0\x8F\xBF\xBF\""), N("\"\xF0\x9F\x98\""), N("\"\xF0\x9F\""), N("\"\xF0\""),
		N("\"\xF0\x9F\x98"), N("\"\xF0\x9F"), N("\"\xF0"), N("\"\xF0\x28\x8C\xBC\""),
		N("\"\xF0\x90\x28\xBC\""), N("\"\xF0\x90\x8C\x28\""), N("\"\xF4\x90\x80\x80\""),
		N("\"\xF5\x80\x80\x80\""), N("\"\xF8\x88\x80\x80\x80\""),
		N("\"\xFC\x84\x80\x80\x80\x80\""), N("\"\xFE\""), N("\"\xFF\""), N("\"a\xFF\""),
		N("\"\xE9t\xE9\""), /* Latin-1 */ N("\"\xC3\xA9\xA9\"") };

	(void)state;
	judge_values(texts, COUNT(texts));
}

static void
test_structures(void **state)
{
	static const struct text texts[] = { Y("{}"), Y("[]"), Y("[[]]"), Y("[{}]"), Y("{\"\":0}"),
		Y("{\"a\":{}}"), Y("{\"a\":[]}"), Y("[[],[]]"), Y("[{},{}]"), Y("[1,2]"),
		Y("[1,\"a\",null,true,{},[]]"), Y("{\"a\":1,\"b\":2}"), Y("{\"a\":1,\"a\":2}"),
		Y("[[[]],[[]]]"), Y("{\"a\":[{\"b\":[{\"c\":[]}]}]}"), Y("[{\"a\":[]},[{}],{}]"),
		Y("[[{}],{\"a\":[]},[[]]]"), Y("{\"\\u0061\":1}"), Y("{\"\xC3\xA9\":1}"),
		Y(" [ ] "), Y("\t{\n}\r"), Y("[\n1\t,\r2 ]"), Y("{ \"a\"\t:\n1\r,\"b\" : 2 }"),
		N(","), N(":"), N("]"), N("}"), N("["), N("{"), N("[["), N("[{"), N("{]"), N("[}"),
		N("[]]"), N("{}}"), N("[[]"), N("[{]}"), N("{\"a\":[}]"), N("[[}]"),
		N("{\"a\":{]}"), N("[1}"), N("{\"a\":1]"), N("[1"), N("[1,"), N("[,"), N("[,]"),
		N("[,1]"), N("[1,]"), N("[1,,2]"), N("[1,2,,]"), N("[1 2]"), N("[1:2]"), N("[1;2]"),
		N("[1,2"), N("[\"a\""), N("[\"a\",\n"), N("[\"a\"\n"), N("[\"a\":1]"), N("[1]2"),
		N("[1] [2]"), N("[][]"), N("[]{}"), N("{}[]"), N("{}{}"), N("{} 1"), N("{}x"),
		N("[],"), N("{},"), N("[]\0"), N("{}\0"), N("{\0}"), N("[\0]"), N("{,"), N("{,}"),
		N("{,\"a\":1}"), N("{\"a\":1,}"), N("{\"a\":1,,\"b\":2}"), N("{\"a\":1,,}"),
		N("{\"a\"}"), N("{\"a\":}"), N("{\"a\":,\"b\":1}"), N("{\"a\""), N("{\"a\":"),
		N("{\"a\":1"), N("{\"a\":1,"), N("{\"a\",1}"), N("{\"a\" 1}"), N("{\"a\"::1}"),
		N("{\"a\":1:2}"), N("{\"a\":1 \"b\":2}"), N("{\"a\":1;\"b\":2}"), N("{:1}"),
		N("{1:1}"), N("{a:1}"), N("{'a':1}"), N("{null:1}"), N("{[]:1}"), N("{{}:1}"),
		N("{{}}"), N("{[]}"), N("{1}"), N("{\"a\":1 2}"), N("{\"a\":1}}"), N("{\"a\"=1}"),
		N("{\"a\"=>1}"), N("{\"a:1}"), N("{\"a\\\":1}"), N("{\"\xFF\":1}"),
		N("{\"\\x\":1}"), N("{\"\n\":1}"), N("{\"\\uD800\":1}"), N("{/**/}"), N("[//\n]"),
		N("[...]"), N("(1)"), N("[1,\"a\" \"b\"]"), N("{\"a\":\"b\"\"c\"}"),
		/* what only looks like white space */
		N("\v1"), N("1\v"), N("[\v]"), N("[1\f]"), N("{\f}"), N("[\xC2\xA0]"),
		N("\xC2\xA0{}"), N("{}\xC2\xA0"), N("[1,\xC2\xA0 2]"), N("[\xE2\x80\x83]"),
		N("[\xE2\x80\xA8]"), N("[\xC2\x85]"), N("[\b]"), N("[\x1C]"), N("[\x7F]"),
		N("[\\n]"), N("\xEF\xBB\xBF"), N("\xEF\xBB\xBF{}"), N("\xEF\xBB\xBF[]"),
		N(" \xEF\xBB\xBF{}"), N("{\xEF\xBB\xBF}"), N("{}\xEF\xBB\xBF"), N("\xEF\xBB{}"),
		N("\xEF"), N("\xFF\xFE{\0}\0"), N("\xFE\xFF\0{\0}"), N("{\0}\0"), N("\0{\0}"),
		N("\x1E{}"), N("(){}") };

	(void)state;
	judge_values(texts, COUNT(texts));
	judge_in("", SPAN(""), "", BAD);
	judge_in("", SPAN(" \t\r\n"), "", BAD);
	judge_in("{\"v\":", SPAN(" "), "}", BAD);
}

/* Every text of up to so many tokens. */
static void
judge_all(
    const char *const *tokens, size_t count, size_t longest, const char *before, const char *after)
{
	size_t digits[8] = { 0 }, k;
	char text[128];

	for (size_t length = 1; length <= longest; length++) {
		do {
			strcpy(text, before);
			for (k = 0; k < length; k++)
				strcat(text, tokens[digits[k]]);
			strcat(text, after);
			judge(text, strlen(text), UNKNOWN);
			for (k = 0; k < length && ++digits[k] == count; k++)
				digits[k] = 0;
		} while (k < length);
	}
}

static void
test_every_structure(void **state)
{
	static const char *const tokens[] = { "[", "]", "{", "}", ",", ":", "\"a\"", "1" };

	(void)state;
	judge_all(tokens, COUNT(tokens), 6, "", "");
	judge_all(tokens, COUNT(tokens), 5, "{\"a\":[", "}");
	judge_all(tokens, COUNT(tokens), 5, "{\"a\":{", "]}");
}

static void
test_every_number(void **state)
{
	static const char *const tokens[] = { "0", "1", "-", "+", ".", "e", "E" };

	(void)state;
	judge_all(tokens, COUNT(tokens), 5, "", "");
	judge_all(tokens, COUNT(tokens), 5, "{\"a\":-1", "}");
}

static void
test_every_string(void **state)
{
	static const char *const tokens[] = { "\\", "u", "\"", "00e9", "D83D", "dE00", "n", "\n",
		"\xC3", "\xA9", "\xED", "\xF0\x9F" };

	(void)state;
	judge_all(tokens, COUNT(tokens), 4, "{\"a\":\"", "\"}");
	judge_all(tokens, COUNT(tokens), 3, "{\"\\uD83D", "\":\"\"}");
}

/* All of the two-byte sequences, and of longer ones those next to a border. */
static void
test_every_utf8(void **state)
{
	static const unsigned char leads[] = { 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
		0xF1, 0xF3, 0xF4, 0xF5, 0xFF };
	static const unsigned char seconds[] = { 0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
		0xC0, 0xFF };
	static const unsigned char rest[] = { 0x20, 0x7F, 0x80, 0xBF, 0xC0 };
	char text[] = "{\"a\":\"....\"}";

	(void)state;
	for (unsigned i = 0; i < 0x10000; i++) {
		memcpy(text + 6, "..", 2);
		text[8] = (char)(i >> 8);
		text[9] = (char)(i & 0xFF);
		judge(text, sizeof(text) - 1, UNKNOWN);
	}
	for (size_t i = 0; i < COUNT(leads); i++)
		for (size_t k = 0; k < COUNT(seconds); k++)
			for (size_t l = 0; l < COUNT(rest) * COUNT(rest); l++) {
				text[6] = (char)leads[i];
				text[7] = (char)seconds[k];
				text[8] = (char)rest[l / COUNT(rest)];
				text[9] = (char)rest[l % COUNT(rest)];
				judge(text, sizeof(text) - 1, UNKNOWN);
			}
}

/* What stops a run of plain characters, at each place of the sixteen-byte words. */
static void
test_runs(void **state)
{
	static const char *const stops[] = { "", " ", "\"", "\\", "\\\"", "\\u00e9", "\xC3\xA9",
		"\xC3", "\x1F", "\x7F", "\xF0\x9F\x98\x80" };
	static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyzABCD";
	char text[160];

	(void)state;
	for (int n = 0; n <= 40; n++)
		for (int at = 0; at <= n; at++)
			for (size_t k = 0; k < COUNT(stops); k++) {
				snprintf(text, sizeof(text), "{\"a\":\"%.*s%s%.*s\"}", at, plain,
				    stops[k], n - at, plain + at);
				judge(text, strlen(text), UNKNOWN);
				snprintf(text, sizeof(text), "{\"%.*s%s%.*s\":[]}", at, plain,
				    stops[k], n - at, plain + at);
				judge(text, strlen(text), UNKNOWN);
			}
}

/* What is well-formed is not always a record. */
static void
test_records_are_objects(void **state)
{
	static const char *const others[] = { "null", "true", "0", "\"\"", "\"{}\"", "[]", "[{}]",
		" [{\"a\":1}]\r", "" };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(scan_text(others[i]), RC_DATA);
	assert_int_equal(scan_text("{}"), 0);
	assert_int_equal(json.count, 0);
	assert_int_equal(scan_text("\r\n\t {\t} \r"), 0);
}

static void
test_reasons(void **state)
{
	static const struct {
		const char *text, *reason;
		size_t at;
	} cases[] = {
		{ "", "it ends too early", 0 },
		{ "  ", "it ends too early", 2 },
		{ "{", "it ends too early", 1 },
		{ "{\"a\":1", "it ends too early", 6 },
		{ "{\"a\":\"b", "it ends too early", 7 },
		{ "{\"a\":[1,", "it ends too early", 8 },
		{ "{\"a\":{\"b\"", "it ends too early", 9 },
		{ "{\"a\":\"\\", "it ends too early", 7 },
		{ "\xEF\xBB\xBF{}", "a byte order mark", 0 },
		{ "[]", "expected a JSON object", 0 },
		{ " 1", "expected a JSON object", 1 },
		{ "{1", "expected a name in quotes", 1 },
		{ "{\"a\":1,}", "expected a name in quotes", 7 },
		{ "{\"a\" 1}", "expected ':'", 5 },
		{ "{\"a\":}", "expected a value", 5 },
		{ "{\"a\":tru}", "expected a value", 5 },
		{ "{\"a\":[1,]}", "expected a value", 8 },
		{ "{\"a\":1 2}", "expected ',' or '}'", 7 },
		{ "{\"a\":{\"b\":1]}", "expected ',' or '}'", 11 },
		{ "{\"a\":[1}", "expected ',' or ']'", 7 },
		{ "{\"a\":-}", "expected a digit", 6 },
		{ "{\"a\":1.}", "expected a digit", 7 },
		{ "{\"a\":1e}", "expected a digit", 7 },
		{ "{\"a\":01}", "a number with a leading zero", 6 },
		{ "{\"a\":\"\n\"}", "a control character in a string", 6 },
		{ "{\"a\":\"b\xE9\"}", "invalid UTF-8", 7 },
		{ "{\"a\":\"\\x\"}", "no such escape in a string", 7 },
		{ "{\"a\":\"\\u12\"}", "\\u without four hexadecimal digits", 7 },
		{ "{\"a\":\"\\uDC00\"}", "a lone surrogate", 7 },
		{ "{\"a\":\"\\uD800\"}", "a lone surrogate", 12 },
		{ "{} {", "more behind the value", 3 },
	};
	const char *reason;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(scan_text(cases[i].text), RC_DATA);
		if (strcmp(json.reason, cases[i].reason) != 0 || json.at != cases[i].at)
			fail_msg("%s: \"%s\" at %zu", cases[i].text, json.reason, json.at);
		reason = check(cases[i].text, strlen(cases[i].text));
		if (cases[i].text[0] == '{' &&
		    (reason == NULL || strcmp(reason, cases[i].reason) != 0))
			fail_msg(
			    "%s: checked: \"%s\"", cases[i].text, reason != NULL ? reason : "good");
	}
}

/* nest: append levels of open, then a value, then as many of close. */
static void
nest(struct rc_buf *b, size_t levels, const char *const open[2], const char *value,
    const char *const close[2])
{
	for (size_t i = 0; i < levels; i++)
		assert_int_equal(rc_buf_adds(b, open[i % 2]), 0);
	assert_int_equal(rc_buf_adds(b, value), 0);
	for (size_t i = levels; i-- > 0;)
		assert_int_equal(rc_buf_adds(b, close[i % 2]), 0);
}

static void
test_depth(void **state)
{
	static const struct {
		const char *open[2], *value, *close[2];
		size_t more; /* levels in the innermost one */
	} kinds[] = {
		{ { "[", "[" }, "", { "]", "]" }, 0 },
		{ { "[", "[" }, "\"a\"", { "]", "]" }, 0 },
		{ { "[0,", "[[]," }, "0", { ",[]]", ",{}]" }, 1 },
		{ { "{\"a\":", "{\"a\":" }, "1", { "}", "}" }, 0 },
		{ { "{\"a\":", "{\"a\":" }, "{}", { "}", "}" }, 1 },
		{ { "{\"a\":", "{\"b\":{},\"a\":" }, "[]", { ",\"z\":[]}", "}" }, 1 },
		{ { "{\"a\":", "[" }, "1", { "}", "]" }, 0 },
		{ { "[", "{\"a\":" }, "1", { "]", "}" }, 0 },
		{ { "[{},", "{\"x\":[],\"a\":" }, "1", { ",[]]", ",\"y\":{}}" }, 1 },
	};
	static const size_t depths[] = { 1, 2, 63, 64, 65, 500, 510, 511, 512, 513, 514, 600, 10000,
		1000000 };
	struct rc_buf b = { 0 };
	const char *reason;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (size_t k = 0; k < COUNT(depths); k++) {
			size_t levels = depths[k] + kinds[i].more;

			b.len = 0;
			nest(&b, depths[k], kinds[i].open, kinds[i].value, kinds[i].close);
			reason = check(b.data, b.len);
			if ((reason == NULL) != (levels <= RC_JSON_DEPTH))
				fail_msg("%zu of %s: %s", levels, kinds[i].open[0], reason);
			if (reason != NULL)
				assert_string_equal(reason, "nested too deep");
			/* as a member's value it is one level deeper */
			b.len = 0;
			assert_int_equal(rc_buf_adds(&b, "{\"v\":"), 0);
			nest(&b, depths[k], kinds[i].open, kinds[i].value, kinds[i].close);
			assert_int_equal(rc_buf_addc(&b, '}'), 0);
			if ((scan(b.data, b.len) == 0) != (levels + 1 <= RC_JSON_DEPTH))
				fail_msg("%zu of %s as a member", levels, kinds[i].open[0]);
			if (levels + 1 > RC_JSON_DEPTH)
				assert_string_equal(json.reason, "nested too deep");
			/* never closed */
			b.len = 0;
			for (size_t level = 0; level < depths[k]; level++)
				assert_int_equal(rc_buf_adds(&b, kinds[i].open[level % 2]), 0);
			assert_non_null(check(b.data, b.len));
		}
	rc_buf_free(&b);
}

/* What has a record in it may be a level deeper. */
static void
test_wrapped_depth(void **state)
{
	static const char *const open[2] = { "[", "{\"a\":" }, *const close[2] = { "]", "}" };
	struct rc_buf b = { 0 };

	(void)state;
	for (size_t levels = RC_JSON_DEPTH - 2; levels <= RC_JSON_DEPTH + 2; levels++)
		for (int wraps = 0; wraps <= 1; wraps++) {
			b.len = 0;
			assert_int_equal(rc_buf_adds(&b, "{\"v\":"), 0);
			nest(&b, levels, open, "0", close);
			assert_int_equal(rc_buf_addc(&b, '}'), 0);
			json.wraps = wraps;
			assert_int_equal(scan(b.data, b.len),
			    levels + 1 <= RC_JSON_DEPTH + (size_t)wraps ? 0 : RC_DATA);
		}
	json.wraps = 0;
	rc_buf_free(&b);
}

/* Levels side by side are not counted. */
static void
test_wide_is_not_deep(void **state)
{
	struct rc_buf b = { 0 };

	(void)state;
	assert_int_equal(rc_buf_addc(&b, '['), 0);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(rc_buf_adds(&b, i % 2 == 0 ? "[{}]," : "{\"a\":[]},"), 0);
	assert_int_equal(rc_buf_adds(&b, "0]"), 0);
	judge(b.data, b.len, GOOD);
	rc_buf_free(&b);
}

static const struct rc_json_value *
get(const char *name, struct rc_json_hint *hint)
{
	return rc_json_get(&json, (struct rc_span){ name, strlen(name) }, hint);
}

/* member: fail unless the i'th is called name and has this raw value. */
static void
member(size_t i, const char *name, enum rc_json_kind kind, const char *raw)
{
	assert_true(i < json.count);
	if (!rc_span_is(json.members[i].name, name) ||
	    !rc_span_is(json.members[i].value.raw, raw) || json.members[i].value.kind != kind)
		fail_msg("member %zu is not %s, %s", i, name, raw);
}

static void
test_members(void **state)
{
	static const char line[] = " {\"n\" : null,\"t\":true, \"f\":false,\"i\":-1.5E+3 ,"
				   "\"s\":\"x\",\"e\":\"\",\"a\":[1, {\"]\":\"}\"} ],"
				   "\"o\": { \"a\" : [ ] } ,\"\":0,\"\xC3\xA9\":\"\xC3\xA9\\n\"}\r";

	(void)state;
	assert_int_equal(scan_text(line), 0);
	assert_int_equal(json.count, 10);
	member(0, "n", RC_JSON_NULL, "null");
	member(1, "t", RC_JSON_TRUE, "true");
	member(2, "f", RC_JSON_FALSE, "false");
	member(3, "i", RC_JSON_NUMBER, "-1.5E+3");
	member(4, "s", RC_JSON_STRING, "x");
	member(5, "e", RC_JSON_STRING, "");
	member(6, "a", RC_JSON_ARRAY, "[1, {\"]\":\"}\"} ]");
	member(7, "o", RC_JSON_OBJECT, "{ \"a\" : [ ] }");
	member(8, "", RC_JSON_NUMBER, "0");
	member(9, "\xC3\xA9", RC_JSON_STRING, "\xC3\xA9\\n");
	assert_true(json.members[9].value.escaped && json.members[9].value.wide);
	assert_false(json.members[4].value.escaped || json.members[4].value.wide);
	judge(line, sizeof(line) - 1, GOOD);
}

static void
test_repeated_names(void **state)
{
	(void)state;
	assert_int_equal(scan_text("{\"a\":1,\"b\":2,\"a\":\"3\",\"c\":4,\"b\":[],\"a\":null}"), 0);
	assert_int_equal(json.count, 3);
	member(0, "a", RC_JSON_NULL, "null");
	member(1, "b", RC_JSON_ARRAY, "[]");
	member(2, "c", RC_JSON_NUMBER, "4");
	/* the same name, written another way; and other names that look like it */
	assert_int_equal(
	    scan_text("{\"a\\/\":1,\"a/\":2,\"\\u0061/\":3,\"a\\\\/\":4,\"A/\":5,\"a/ \":6}"), 0);
	assert_int_equal(json.count, 4);
	member(0, "a/", RC_JSON_NUMBER, "3");
	member(1, "a\\/", RC_JSON_NUMBER, "4");
	member(2, "A/", RC_JSON_NUMBER, "5");
	member(3, "a/ ", RC_JSON_NUMBER, "6");
	assert_int_equal(
	    scan_text("{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2,\"\":3,\"\":4}"), 0);
	assert_int_equal(json.count, 2);
	member(0, "\xF0\x9F\x98\x80", RC_JSON_NUMBER, "2");
	member(1, "", RC_JSON_NUMBER, "4");
	/* U+0000 does not end a name (jansson cannot tell) */
	assert_int_equal(
	    scan_text("{\"a\\u0000b\":1,\"a\\u0000c\":2,\"a\":3,\"\\u0061\\u0000b\":4}"), 0);
	assert_int_equal(json.count, 3);
	span_is("name", json.members[0].name, SPAN("a\0b"));
	span_is("value", json.members[0].value.raw, SPAN("4"));
	span_is("name", json.members[1].name, SPAN("a\0c"));
	span_is("name", json.members[2].name, SPAN("a"));
}

/* shape_of: scan the line; every name must be found, by old hints and by new. */
static uint64_t
shape_of(const char *line)
{
	static struct rc_json_hint hints[4];
	static const char *const names[] = { "a", "b", "c", "a\"" };
	json_t *want;

	assert_int_equal(scan_text(line), 0);
	assert_int_equal(oracle(line, strlen(line), &want), GOOD);
	same_object(&json, want);
	for (size_t i = 0; i < COUNT(names); i++)
		for (int again = 0; again < 2; again++) {
			struct rc_json_hint fresh = { 0 };
			const struct rc_json_value *v = get(names[i], &hints[i]);

			assert_ptr_equal(v, get(names[i], &fresh));
			assert_int_equal(v != NULL, json_object_get(want, names[i]) != NULL);
			if (v != NULL)
				same_value(v, json_object_get(want, names[i]));
		}
	json_decref(want);
	return json.shape;
}

static void
test_shapes(void **state)
{
	static const char *const lines[] = { "{}", "{\"a\":1}", "{\"b\":1}", "{\"a\":1,\"b\":2}",
		"{\"b\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"a\":2}",
		"{\"a\":1,\"b\":2,\"a\":3}", "{\"\\u0061\":1,\"b\":2}", "{\"a\":1,\"\\u0062\":2}",
		"{\"a\\\"\":1}", "{\"a\\\"\":1,\"b\":2}", "{\"\":1}", "{\"\":1,\"\":2}",
		"{\"ab\":1}", "{\"a\":1,\"\":2}", "{\"\":1,\"a\":2}",
		"{\"c\":[],\"a\":{\"b\":1}}" };
	uint64_t first;

	(void)state;
	/* as a stream has it: the same shape again and again */
	first = shape_of("{\"a\":1,\"b\":2}");
	assert_int_equal(shape_of("{\"a\":\"x\",\"b\":null}"), first);
	assert_int_equal(shape_of(" { \"a\" : [ 1 ] , \"b\" : {} } "), first);
	assert_int_equal(scan_text("{\"a\":1,\"b\":}"), RC_DATA); /* a bad line between */
	assert_int_equal(shape_of("{\"a\":3,\"b\":4}"), first);
	assert_true(shape_of("{\"b\":1,\"a\":2}") != first);
	/* every shape after every other, twice */
	for (size_t i = 0; i < COUNT(lines); i++)
		for (size_t k = 0; k < COUNT(lines); k++) {
			shape_of(lines[i]);
			shape_of(lines[k]);
			first = shape_of(lines[k]);
			if (strstr(lines[k], "\\") == NULL && strstr(lines[i], "\\") == NULL &&
			    i != k)
				assert_true(shape_of(lines[i]) != first);
		}
}

/* After a bad line there is nothing to be found. */
static void
test_bad_line_has_no_members(void **state)
{
	static const char escaped[] = "{\"\\u0061\":1,\"\\u0062\\n\":22222}";
	struct rc_json_hint hint = { 0 };

	(void)state;
	assert_int_equal(scan_text("{\"a\":1}"), 0);
	assert_non_null(get("a", &hint));
	assert_int_equal(scan_text("{\"a\":1"), RC_DATA);
	assert_null(get("a", &hint));
	assert_int_equal(scan_text("{\"a\":2}"), 0);
	span_is("a", get("a", &hint)->raw, SPAN("2"));
	/* names that need unescaping, cut off at each byte, and then a good line */
	for (size_t n = 0; n < sizeof(escaped) - 1; n++) {
		assert_int_equal(scan(escaped, n), RC_DATA);
		assert_int_equal(scan_text("{\"\\u0061\":1}"), 0);
		span_is("a", get("a", &hint)->raw, SPAN("1"));
	}
}

/* seconds: of processor time that a scan of count members takes. */
static double
seconds(size_t count, const char *format, size_t expected)
{
	struct rc_buf line = { 0 };
	clock_t start;

	assert_int_equal(rc_buf_addc(&line, '{'), 0);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rc_buf_adds(&line, i > 0 ? ",\"" : "\""), 0);
		assert_int_equal(rc_buf_printf(&line, "%s%zu", format, expected == 1 ? 0 : i), 0);
		assert_int_equal(rc_buf_printf(&line, "\":%zu", i), 0);
	}
	assert_int_equal(rc_buf_addc(&line, '}'), 0);
	start = clock();
	for (int again = 0; again < 3; again++)
		assert_int_equal(scan(line.data, line.len), 0);
	assert_int_equal(json.count, expected);
	assert_true(atol(json.members[json.count - 1].value.raw.p) == (long)count - 1);
	rc_buf_free(&line);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void
test_many_members(void **state)
{
	static const char *const formats[] = { "", "a_long_name_that_all_of_them_begin_with_",
		"\\u0061" };
	enum { MANY = 100000 };

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		/* What is quadratic takes a minute. */
		assert_true(seconds(MANY, formats[i], MANY) < 3);
		assert_true(seconds(MANY, formats[i], 1) < 3);
	}
	assert_int_equal(scan_text("{\"a\":1}"), 0);
	assert_int_equal(json.count, 1);
}

/* Each name begins the next one. */
static void
test_nested_names(void **state)
{
	enum { MANY = 600 };
	struct rc_buf b = { 0 };
	char name[MANY];

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t n = 0; n < MANY; n++)
		assert_int_equal(
		    rc_buf_printf(&b, "%s%.*s\":%zu", n == 0 ? "{\"" : ",\"", (int)n, name, n), 0);
	assert_int_equal(rc_buf_addc(&b, '}'), 0);
	assert_int_equal(scan(b.data, b.len), 0);
	assert_int_equal(json.count, MANY);
	for (size_t n = 0; n < MANY; n++) {
		struct rc_json_hint hint = { 0 };
		const struct rc_json_value *v =
		    rc_json_get(&json, (struct rc_span){ name, n }, &hint);

		assert_non_null(v);
		assert_int_equal(atol(v->raw.p), n);
	}
	rc_buf_free(&b);
}

static void
test_get(void **state)
{
	struct rc_json_hint hint = { 0 };

	(void)state;
	assert_int_equal(scan_text("{\"ab\":1,\"a\":2,\"abc\":3,\"\":4,\"a\\u0000\":5}"), 0);
	span_is("a", get("a", &(struct rc_json_hint){ 0 })->raw, SPAN("2"));
	span_is("ab", get("ab", &(struct rc_json_hint){ 0 })->raw, SPAN("1"));
	span_is("empty", get("", &(struct rc_json_hint){ 0 })->raw, SPAN("4"));
	assert_null(get("b", &(struct rc_json_hint){ 0 }));
	assert_null(get("A", &(struct rc_json_hint){ 0 }));
	assert_null(get("abcd", &hint));
	assert_null(get("abcd", &hint));
	span_is("a and NUL", rc_json_get(&json, SPAN("a\0"), &(struct rc_json_hint){ 0 })->raw,
	    SPAN("5"));
}

/* elements: fail unless the array's elements are want, one after the other, each
 * followed by a bar. */
static void
elements(const char *array, const char *want)
{
	size_t n = strlen(array);
	char *copy = exact(array, n);
	struct rc_span rest = { copy, n };
	struct rc_json_value v;
	struct rc_buf got = { 0 };

	while (rc_json_next_element(&rest, &v)) {
		assert_int_equal(rc_buf_add(&got, v.raw.p, v.raw.n), 0);
		assert_int_equal(rc_buf_addc(&got, '|'), 0);
	}
	assert_int_equal(rc_json_next_element(&rest, &v), 0); /* it stays at the end */
	span_is(array, rc_buf_span(&got), (struct rc_span){ want, strlen(want) });
	rc_buf_free(&got);
	free(copy);
	judge(array, n, GOOD);
}

static void
test_elements(void **state)
{
	struct rc_span rest = SPAN("[null,true,false,-1,\"\xC3\xA9\",\"\\n\",[],{}]");
	struct rc_json_value v;

	(void)state;
	elements("[]", "");
	elements("[ \t\r\n]", "");
	elements("[1]", "1|");
	elements("[ 1 ]", "1|");
	elements("[1,2,3]", "1|2|3|");
	elements("[\n1\t, 2\r,3 ]", "1|2|3|");
	elements("[\"a\",\"\",\"]\",\",\"]", "a||]|,|");
	elements("[[],[[]],[1,2]]", "[]|[[]]|[1,2]|");
	elements("[{},{\"a\":[1]},null]", "{}|{\"a\":[1]}|null|");
	elements("[[ 1 , 2 ],\"\\\"]\"]", "[ 1 , 2 ]|\\\"]|");
	for (enum rc_json_kind kind = RC_JSON_NULL; kind <= RC_JSON_OBJECT; kind++) {
		static const enum rc_json_kind kinds[] = { RC_JSON_NULL, RC_JSON_TRUE,
			RC_JSON_FALSE, RC_JSON_NUMBER, RC_JSON_STRING, RC_JSON_STRING,
			RC_JSON_ARRAY, RC_JSON_OBJECT };

		assert_int_equal(rc_json_next_element(&rest, &v), 1);
		assert_int_equal(v.kind, kinds[kind]);
		assert_int_equal(v.wide, kind == 4);
		assert_int_equal(v.escaped, kind == 5);
	}
}

/* As deep as an array in a record can be. */
static void
test_deep_elements(void **state)
{
	struct rc_buf b = { 0 };
	struct rc_json_value v;
	struct rc_span rest;

	(void)state;
	assert_int_equal(rc_buf_adds(&b, "{\"a\":"), 0);
	for (int i = 0; i < RC_JSON_DEPTH - 1; i++)
		assert_int_equal(rc_buf_addc(&b, '['), 0);
	for (int i = 0; i < RC_JSON_DEPTH - 1; i++)
		assert_int_equal(rc_buf_addc(&b, ']'), 0);
	assert_int_equal(rc_buf_addc(&b, '}'), 0);
	assert_int_equal(scan(b.data, b.len), 0);
	v = json.members[0].value;
	for (int i = 0; i < RC_JSON_DEPTH - 2; i++) {
		rest = v.raw;
		assert_int_equal(rc_json_next_element(&rest, &v), 1);
		assert_int_equal(v.kind, RC_JSON_ARRAY);
	}
	span_is("innermost", v.raw, SPAN("[]"));
	rc_buf_free(&b);
}

static int
close_all(void **state)
{
	(void)state;
	scan(NULL, SIZE_MAX);
	rc_json_free(&json);
	rc_json_free(&json);
	return json.members == NULL && json.count == 0 ? 0 : -1;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_structures),
		cmocka_unit_test(test_every_structure),
		cmocka_unit_test(test_every_number),
		cmocka_unit_test(test_every_string),
		cmocka_unit_test(test_every_utf8),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_records_are_objects),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_wrapped_depth),
		cmocka_unit_test(test_wide_is_not_deep),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_repeated_names),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_bad_line_has_no_members),
		cmocka_unit_test(test_many_members),
		cmocka_unit_test(test_nested_names),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_deep_elements),
	};

	return cmocka_run_group_tests(tests, NULL, close_all);
}
