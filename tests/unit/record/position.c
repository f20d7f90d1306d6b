/* Unit tests of position. */
#include <limits.h>

#include "base/date.h"
#include "record/position.h"
#include "unit/unit.h"

enum { NOTHING = -9999998, WRONG = -9999999 }; /* instead of a day */

static void
is(struct rc_span text, long want)
{
	char *copy = exact(text.p, text.n);
	int found = 77, status;
	long days = WRONG;

	status = rc_position_parse((struct rc_span){ copy, text.n }, &found, &days);
	free(copy);
	if (want == WRONG) {
		if (status != -1)
			fail_msg("%s: taken", show(text));
		return;
	}
	if (status != 0 || found != (want != NOTHING) || (want != NOTHING && days != want))
		fail_msg("%s: status %d, there %d, day %ld", show(text), status, found, days);
}

#define IS(text, want) is(SPAN(text), want)

static void
test_parse(void **state)
{
	(void)state;
	IS("{\"last_processed\":\"2024-04-18\"}", 19831);
	IS("{\"last_processed\":\"2024-04-18\"}\n", 19831);
	IS("\t\r\n { \"last_processed\" : \"2024-04-18\" } \n\n", 19831);
	IS("{\"a\":[1],\"last_processed\":\"2024-04-18\",\"b\":null}", 19831);
	IS("{\"last_processed\":\"2001-01-01\",\"last_processed\":\"2024-04-18\"}", 19831);
	IS("{\"last\\u005fprocessed\":\"2024-04-18\"}", 19831);
	IS("2024-04-18", 19831);
	IS(" 2024-04-18\r\n", 19831);
	IS("", NOTHING);
	IS(" \t\r\n", NOTHING);
	IS("{}", NOTHING);
	IS(" { } \n", NOTHING);
}

static void
test_wrong(void **state)
{
	(void)state;
	IS("{\"last_processed\":\"2024-04-18T00:00\"}", WRONG);
	IS("{\"last_processed\":\"2024-04-18 \"}", WRONG);
	IS("{\"last_processed\":\"2024-02-30\"}", WRONG);
	IS("{\"last_processed\":\"\"}", WRONG);
	IS("{\"last_processed\":null}", WRONG);
	IS("{\"last_processed\":20240418}", WRONG);
	IS("{\"last_processed\":[\"2024-04-18\"]}", WRONG);
	IS("{\"last_processed\":{}}", WRONG);
	IS("{\"LAST_PROCESSED\":\"2024-04-18\"}", WRONG);
	IS("{\"last_processed \":\"2024-04-18\"}", WRONG);
	IS("{\"a\":1}", WRONG);
	IS("{\"last_processed\":\"2024-04-18\"", WRONG);
	IS("{\"last_processed\":\"2024-04-18\"}{}", WRONG);
	IS("{\"last_processed\":\"2024-04-18\"}\n{\"last_processed\":\"2024-04-19\"}", WRONG);
	IS("{", WRONG);
	IS("}", WRONG);
	IS("[]", WRONG);
	IS("null", WRONG);
	IS("\"2024-04-18\"", WRONG);
	IS("2024-04-18T00:00:00", WRONG);
	IS("2024-04-18 2024-04-19", WRONG);
	IS("2024-04-18,", WRONG);
	IS("2024-04-1", WRONG);
	IS("2024-13-01", WRONG);
	IS("yesterday", WRONG);
	IS("\0", WRONG);
	IS("2024-04-18\0", WRONG);
	IS("\xEF\xBB\xBF"
	   "2024-04-18",
	    WRONG);
	IS("\xEF\xBB\xBF{}", WRONG);
	IS("\v", WRONG);
}

static void
test_format(void **state)
{
	char text[RC_POSITION_TEXT];

	(void)state;
	rc_position_format(19831, text);
	assert_string_equal(text, "{\"last_processed\":\"2024-04-18\"}");
	rc_position_format(LONG_MAX, text);
	assert_string_equal(text, "{\"last_processed\":\"9999-12-31\"}");
	for (long day = -719528; day <= 2932896; day += 12345) {
		rc_position_format(day, text);
		is((struct rc_span){ text, strlen(text) }, day);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
