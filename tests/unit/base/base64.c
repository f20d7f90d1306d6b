/* Unit tests of base64. */
#include "base/base64.h"
#include "base/status.h"
#include "unit/unit.h"

/* both: the bytes are this text, and the text is these bytes. */
static void
both(struct rc_span bytes, const char *text)
{
	struct rc_buf out = { 0 };
	char *copy = exact(bytes.p, bytes.n);
	size_t n = strlen(text);

	assert_int_equal(rc_buf_adds(&out, "<"), 0);
	assert_int_equal(rc_base64_put(&out, (struct rc_span){ copy, bytes.n }), 0);
	assert_int_equal(out.data[0], '<'); /* it appends */
	span_is("put", (struct rc_span){ out.data + 1, out.len - 1 }, (struct rc_span){ text, n });
	free(copy);
	copy = exact(text, n);
	out.len = 1;
	assert_int_equal(rc_base64_get(&out, (struct rc_span){ copy, n }), 0);
	assert_int_equal(out.data[0], '<');
	span_is("get", (struct rc_span){ out.data + 1, out.len - 1 }, bytes);
	free(copy);
	rc_buf_free(&out);
}

#define BOTH(bytes, text) both(SPAN(bytes), text)

static void
test_vectors(void **state) /* of RFC 4648, section 10, and a few more */
{
	(void)state;
	BOTH("", "");
	BOTH("f", "Zg==");
	BOTH("fo", "Zm8=");
	BOTH("foo", "Zm9v");
	BOTH("foob", "Zm9vYg==");
	BOTH("fooba", "Zm9vYmE=");
	BOTH("foobar", "Zm9vYmFy");
	BOTH("null", "bnVsbA==");
	BOTH("\0", "AA==");
	BOTH("\0\0", "AAA=");
	BOTH("\0\0\0", "AAAA");
	BOTH("\xFF", "/w==");
	BOTH("\xFF\xFF\xFF", "////");
	BOTH("\xFB\xEF\xBE", "++++");
	BOTH("\x00\x10\x83\x10\x51\x87\x20\x92\x8B\x30\xD3\x8F\x41\x14\x93\x51\x55\x97\x61\x96\x9B"
	     "\x71\xD7\x9F\x82\x18\xA3\x92\x59\xA7\xA2\x9A\xAB\xB2\xDB\xAF\xC3\x1C\xB3\xD3\x5D\xB7"
	     "\xE3\x9E\xBB\xF3\xDF\xBF",
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

static void
test_bad(void **state)
{
	static const struct rc_span texts[] = { { "A", 1 }, { "AA", 2 }, { "AAA", 3 },
		{ "AAAAA", 5 }, { "=", 1 }, { "==", 2 }, { "====", 4 }, { "A===", 4 },
		{ "===A", 4 }, { "=AAA", 4 }, { "A=AA", 4 }, { "AA=A", 4 }, { "A==A", 4 },
		{ "AA==AAAA", 8 }, { "AAA=AAAA", 8 }, { "AA==AA==", 8 }, { "AAAA====", 8 },
		{ "AAAAA===", 8 }, { "AA= ", 4 }, { "AA=\n", 4 }, { "AA A", 4 }, { " AAA", 4 },
		{ "AAA\n", 4 }, { "AAAA\n", 5 }, { "AA\r\n", 4 }, { "AA-_", 4 }, { "AA.A", 4 },
		{ "AA\0A", 4 }, { "\0\0\0\0", 4 }, { "AA@A", 4 }, { "AA[A", 4 }, { "AA`A", 4 },
		{ "AA{A", 4 }, { "AA:A", 4 }, { "AA,A", 4 }, { "AA\xC3\xA9", 4 },
		{ "\xFF\xFF\xFF\xFF", 4 }, { "AAA\\", 4 } };
	struct rc_buf out = { 0 };

	(void)state;
	assert_int_equal(rc_buf_adds(&out, "kept"), 0);
	for (size_t i = 0; i < COUNT(texts); i++) {
		char *copy = exact(texts[i].p, texts[i].n);

		if (rc_base64_get(&out, (struct rc_span){ copy, texts[i].n }) != RC_DATA)
			fail_msg("%s: taken", show(texts[i]));
		span_is("out", rc_buf_span(&out), SPAN("kept"));
		free(copy);
	}
	rc_buf_free(&out);
}

/* Every byte at every place, and every length. */
static void
test_round_trip(void **state)
{
	struct rc_buf text = { 0 }, back = { 0 };
	uint64_t seed = 20240418;
	char bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i & 0xFF);
	for (size_t n = 0; n <= sizeof(bytes); n++)
		for (int again = 0; again < 20; again++) {
			text.len = back.len = 0;
			assert_int_equal(rc_base64_put(&text, (struct rc_span){ bytes, n }), 0);
			assert_int_equal(text.len, (n + 2) / 3 * 4);
			assert_int_equal(rc_base64_get(&back, rc_buf_span(&text)), 0);
			span_is("back", rc_buf_span(&back), (struct rc_span){ bytes, n });
			for (size_t i = 0; i < n; i++)
				bytes[i] = (char)random_below(&seed, 256);
		}
	rc_buf_free(&text);
	rc_buf_free(&back);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
