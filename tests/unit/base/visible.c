/* Unit tests of visible. */
#include "base/visible.h"
#include "base/utf8.h"
#include "unit/unit.h"

static const char *
put(struct rc_span text, char *out, size_t room)
{
	size_t n = rc_visible_put(out, room, text);

	assert_int_equal(n, strlen(out));
	assert_true(strlen(out) < room);
	return out;
}

static void
test_texts(void **state)
{
	const struct {
		struct rc_span text;
		const char *shown;
	} cases[] = {
		{ SPAN(""), "" },
		{ SPAN("plain, \\ and \"quoted\""), "plain, \\ and \"quoted\"" },
		{ SPAN("d\303\251j\303\240 \342\202\254 \360\237\230\200"),
		    "d\303\251j\303\240 \342\202\254 \360\237\230\200" },
		{ SPAN("a\nb\tc\rd"), "a b c\\x0dd" },
		{ SPAN("\033[2J\a\0z\177"), "\\x1b[2J\\x07\\x00z\\x7f" },
		{ SPAN("\302\205\302\233m\302\240"), "\\u0085\\u009bm\302\240" },
		{ SPAN("\342\200\256abc\342\200\254"), "\\u202eabc\\u202c" },
		{ SPAN("\342\201\246\342\201\251\342\200\217\330\234"),
		    "\\u2066\\u2069\\u200f\\u061c" },
		{ SPAN("\342\200\250\357\273\277"), "\\u2028\\ufeff" },
		{ SPAN("\233m\377\303z"), "\\x9bm\\xff\\xc3z" },
		{ SPAN("cut \342\202"), "cut " },
		{ SPAN("cut \360\237\230"), "cut " },
		{ SPAN("not \202"), "not \\x82" },
	};
	char out[128];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(put(cases[i].text, out, sizeof(out)), cases[i].shown);
}

static void
test_room(void **state) /* what is cut is cut between characters */
{
	const struct {
		size_t room;
		const char *shown;
	} cases[] = { { 1, "" }, { 2, "a" }, { 3, "a" }, { 4, "a\303\251" }, { 5, "a\303\251" },
		{ 7, "a\303\251" }, { 8, "a\303\251\\x1b" }, { 9, "a\303\251\\x1bz" } };
	char out[16];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    put(SPAN("a\303\251\033z"), out, cases[i].room), cases[i].shown);
}

static void
test_all(void **state) /* no character is shown as a control */
{
	char in[4], out[16];

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		size_t n = rc_utf8_put(in, cp);

		put((struct rc_span){ in, n }, out, sizeof(out));
		for (const char *p = out; *p != '\0'; p++)
			assert_true((unsigned char)*p >= ' ' && *p != 0x7F);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
