/* Unit tests of grammar: RFC 8259.  What jansson thinks of the same bytes is the second
 * opinion. */
#include "unit/json/scan.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, close_all);
}
