/* cut: a text in pieces, whatever the texts that cut it are. */
#include "transform/cut.h"
#include "unit/unit.h"

/* pieces: what s is cut into, with '/' between the pieces. */
static void
pieces(const char *s, const struct rc_span *texts, size_t count, const char *want)
{
	struct rc_span rest = { s, strlen(s) }, before;
	const char *next[4] = { NULL };
	char got[256] = "";
	int more;

	do {
		more = rc_cut(&rest, texts, count, next, &before);
		strncat(got, before.p, before.n);
		strcat(got, more ? "/" : "");
	} while (more);
	assert_string_equal(got, want);
	assert_int_equal(rest.n, 0);
}

static void
test_cut(void **state)
{
	static const struct rc_span one[] = { { "|", 1 } }, two[] = { { "|", 1 }, { "¤", 2 } };
	static const struct rc_span same[] = { { "||", 2 }, { "|", 1 } };
	static const struct rc_span later[] = { { "|", 1 }, { "||", 2 } };

	(void)state;
	pieces("", one, 1, "");
	pieces("a", one, 1, "a");
	pieces("|", one, 1, "/");
	pieces("a|b|", one, 1, "a/b/");
	pieces("a|b", one, 0, "a|b");
	pieces("a¤b|c¤¤d", two, 2, "a/b/c//d");
	pieces("é¤è|", two, 2, "é/è/"); /* é and ¤ begin with one byte or another */
	pieces("\xc2", two, 2, "\xc2"); /* half of ¤ */
	pieces("a||b|c|||d", same, 2, "a/b/c//d");
	pieces("a||b", later, 2, "a//b"); /* the first of them counts */
}

static void
test_find(void **state)
{
	const char *s = "abcabd";

	(void)state;
	assert_ptr_equal(
	    rc_cut_find((struct rc_span){ s, 6 }, (struct rc_span){ "abd", 3 }), s + 3);
	assert_ptr_equal(
	    rc_cut_find((struct rc_span){ s, 5 }, (struct rc_span){ "abd", 3 }), s + 5);
	assert_ptr_equal(rc_cut_find((struct rc_span){ s, 0 }, (struct rc_span){ "a", 1 }), s);
	assert_ptr_equal(
	    rc_cut_find((struct rc_span){ NULL, 0 }, (struct rc_span){ "a", 1 }), NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_cut),
		cmocka_unit_test(test_find) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
