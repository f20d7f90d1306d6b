/* Unit tests of date. */
#include <limits.h>

#include "base/date.h"
#include "unit/unit.h"

/* parse: -1, or 0 and *days; the text is a copy that ends where its memory ends. */
static int
parse(struct rc_span text, long *days)
{
	char *copy = exact(text.p, text.n);
	int status = rc_date_parse((struct rc_span){ copy, text.n }, days);

	free(copy);
	return status;
}

/* is: the text starts with the date of this day. */
static void
is(const char *text, long want)
{
	long days = LONG_MIN;

	if (parse((struct rc_span){ text, strlen(text) }, &days) != 0 || days != want)
		fail_msg("%s: got %ld, want %ld", text, days, want);
}

static void
test_known_days(void **state)
{
	(void)state;
	is("1970-01-01", 0);
	is("1970-01-02", 1);
	is("1969-12-31", -1);
	is("2000-01-01", 10957);
	is("2000-02-29", 11016);
	is("2000-03-01", 11017);
	is("2024-04-18", 19831);
	is("1900-03-01", -25508);
	is("1600-01-01", -135140);
	is("0000-01-01", -719528);
	is("0000-03-01", -719468);
	is("9999-12-31", 2932896);
}

/* at: the text is that instant, in seconds; LONG_MIN: it is none. */
static void
at(const char *text, long want)
{
	char *copy = exact(text, strlen(text));
	int64_t us = 0;
	int status = rc_date_instant((struct rc_span){ copy, strlen(text) }, &us);

	free(copy);
	if (want == LONG_MIN ? status != -1 : status != 0 || us != (int64_t)want * 1000000)
		fail_msg("%s: status %d, got %ld us", text, status, (long)us);
}

static void
test_instants(void **state)
{
	static const char *const none[] = { "2024-02-30", "2024-04-18T", "2024-04-18T08",
		"2024-04-18T08:", "2024-04-18T08:1", "2024-04-18T08:15:", "2024-04-18T08:15x",
		"2024-04-18T08:15:00+", "2024-04-18T08:15:00+0",
		"2024-04-18T08:15:00+02:", "2024-04-18T08:15:00+02:0", "2024-04-18T08:15:00Zx",
		"2024-04-18X08:15" };
	int64_t us;

	(void)state;
	at("1970-01-01", 0);
	at("1970-01-01T00:00", 0);
	at("1970-01-01 00:01:02", 62);
	at("1970-01-01T00:01:02Z", 62);
	at("1970-01-01T02:01:02+02:00", 62);
	at("1969-12-31T22:31:02-01:30", 62);
	at("1970-01-01T02:01:02+0200", 62);
	at("1970-01-01T02:01:02+02", 62);
	at("2024-10-27T02:30:00+02:00", 1729989000);
	at("2024-10-27T02:10:00+01:00", 1729991400);
	for (size_t i = 0; i < COUNT(none); i++)
		at(none[i], LONG_MIN);
	assert_int_equal(
	    rc_date_instant((struct rc_span){ "1970-01-01T00:00:01.25Z", 23 }, &us), 0);
	assert_int_equal(us, 1250000);
}

/* Day after day, by a calendar of the test's own. */
static void
test_every_day(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	char text[RC_DATE_TEXT], want[32];
	long day = -719528, got;

	(void)state;
	for (int y = 0; y <= 9999; y++)
		for (int m = 1; m <= 12; m++) {
			int leap = m == 2 && (y % 400 == 0 || (y % 4 == 0 && y % 100 != 0));

			for (int d = 1; d <= lengths[m - 1] + leap; d++, day++) {
				rc_date_format(day, text);
				if (atoi(text) != y || atoi(text + 5) != m || atoi(text + 8) != d ||
				    strlen(text) != 10 || text[4] != '-' || text[7] != '-')
					fail_msg("day %ld: %s", day, text);
				got = LONG_MIN;
				if (rc_date_parse((struct rc_span){ text, 10 }, &got) != 0 ||
				    got != day)
					fail_msg("%s: %ld, not %ld", text, got, day);
			}
			snprintf(
			    want, sizeof(want), "%04d-%02d-%02d", y, m, lengths[m - 1] + leap + 1);
			assert_int_equal(rc_date_parse((struct rc_span){ want, 10 }, &got), -1);
		}
	assert_int_equal(day, 2932897);
}

static void
test_what_follows(void **state)
{
	(void)state;
	is("2024-04-18T09:30:00+00:00", 19831);
	is("2024-04-18 09:30", 19831);
	is("2024-04-18-", 19831);
	is("2024-04-18\n", 19831);
	is("2024-04-18x", 19831);
}

static void
test_no_date(void **state)
{
	static const char *const texts[] = { "", "2", "2024-04-1", "2024-04-", "2024-04", "2024",
		"2024-4-18", "2024-04-180", "2024-04-1800", "02024-04-18", "20240418", "2024/04/18",
		"2024.04.18", "2024-04/18", "18/04/2024", "18-04-2024", " 2024-04-18", "-024-04-18",
		"+024-04-18", "2024-+4-18", "2024--4-18", "2024-04- 8", "2024-04-1x", "2024-0x-18",
		"202x-04-18", "x024-04-18", "2024-00-18", "2024-13-18", "2024-99-18", "2024-04-00",
		"2024-04-31", "2024-04-99", "2024-01-32", "2024-02-30", "2023-02-29", "1900-02-29",
		"2100-02-29", "2200-02-29", "0100-02-29", "9900-02-29", "2024-06-31", "2024-09-31",
		"2024-11-31", "2024-12-32", "null", "0000-00-00", "2024\342\200\22304-18" };
	long days = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (parse((struct rc_span){ texts[i], strlen(texts[i]) }, &days) != -1)
			fail_msg("%s: taken", texts[i]);
	assert_int_equal(parse(SPAN("2024-04\0018"), &days), -1);
	assert_int_equal(parse(SPAN("2024-04-1\0"), &days), -1);
	assert_int_equal(parse(SPAN("2024-04-18\0"), &days), 0);
	is("2000-02-29", 11016);
	is("2400-02-29", 157113);
	is("0000-02-29", -719469);
	is("0004-02-29", -718008);
}

static void
test_out_of_range(void **state)
{
	static const long early[] = { -719529, -719530, -1000000, -10000000, LONG_MIN + 1,
		LONG_MIN };
	static const long late[] = { 2932897, 2932898, 10000000, LONG_MAX - 1, LONG_MAX };
	char text[RC_DATE_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(early); i++) {
		rc_date_format(early[i], text);
		assert_string_equal(text, "0000-01-01");
	}
	for (size_t i = 0; i < COUNT(late); i++) {
		rc_date_format(late[i], text);
		assert_string_equal(text, "9999-12-31");
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_days),
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_what_follows),
		cmocka_unit_test(test_no_date),
		cmocka_unit_test(test_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
