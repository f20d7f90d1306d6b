/* Unit tests of line_splitter. */
#include "base/line_splitter.h"
#include "unit/unit.h"

struct seen {
	struct rc_buf text; /* each line with a | behind it */
	int stop_at;        /* a line that starts so ends the call; 0: none does */
};

static int
on_line(void *to, struct rc_span line)
{
	struct seen *seen = to;

	assert_int_equal(rc_buf_add(&seen->text, line.p, line.n), 0);
	assert_int_equal(rc_buf_addc(&seen->text, '|'), 0);
	return seen->stop_at != 0 && line.n > 0 && line.p[0] == seen->stop_at ? 99 : 0;
}

static void
test_any_cut(void **state) /* the same lines, wherever the bytes are cut */
{
	static const char text[] = "one\n\ntwo\r\nthree";
	const size_t n = sizeof(text) - 1;

	(void)state;
	for (size_t a = 0; a <= n; a++)
		for (size_t b = a; b <= n; b++) {
			struct rc_line_splitter s = { 0 };
			struct seen seen = { 0 };
			const size_t cuts[] = { 0, a, b, n };

			for (size_t i = 0; i + 1 < COUNT(cuts); i++) {
				char *piece = exact(text + cuts[i], cuts[i + 1] - cuts[i]);

				assert_int_equal(rc_line_splitter_feed(&s, piece,
						     cuts[i + 1] - cuts[i], on_line, &seen),
				    0);
				free(piece);
			}
			assert_int_equal(rc_line_splitter_end(&s, on_line, &seen), 0);
			span_is("lines", rc_buf_span(&seen.text), SPAN("one||two\r|three|"));
			rc_line_splitter_free(&s);
			rc_buf_free(&seen.text);
		}
}

static void
test_forget_and_stop(void **state)
{
	struct rc_line_splitter s = { 0 };
	struct seen seen = { .stop_at = 'x' };

	(void)state;
	assert_int_equal(rc_line_splitter_feed(&s, "ab", 2, on_line, &seen), 0);
	rc_line_splitter_forget(&s);
	assert_int_equal(rc_line_splitter_feed(&s, "c\nx\nd\n", 6, on_line, &seen), 99);
	span_is("lines", rc_buf_span(&seen.text), SPAN("c|x|"));
	rc_line_splitter_free(&s);
	rc_buf_free(&seen.text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_cut),
		cmocka_unit_test(test_forget_and_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
