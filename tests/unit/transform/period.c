/* Unit tests of period. */
#include "transform/period.h"
#include "unit/unit.h"

/* is: the text gives these two dates; NULL is none. */
static void
is(struct rc_span text, const char *start, const char *end)
{
	struct rc_span none = { "", 0 }, copy = { exact(text.p, text.n), text.n }, got[2];
	const char *want[2] = { start, end };

	got[0] = got[1] = none;
	rc_period_find(copy, &got[0], &got[1]);
	for (int i = 0; i < 2; i++) {
		if ((got[i].p == NULL) != (want[i] == NULL))
			fail_msg("%s: %s is %sthere", show(text), i == 0 ? "start" : "end",
			    got[i].p == NULL ? "not " : "");
		if (want[i] != NULL)
			span_is(show(text), got[i], (struct rc_span){ want[i], strlen(want[i]) });
	}
	free((char *)copy.p);
}

#define IS(text, start, end) is(SPAN(text), start, end)

static void
test_two_dates(void **state)
{
	(void)state;
	IS("Du 01/12/2021 au 24/12/2021", "01/12/2021", "24/12/2021");
	IS("01/12/202124/12/2021", "01/12/2021", "24/12/2021");
	IS("24/12/2021 01/12/2021", "24/12/2021", "01/12/2021"); /* they are not compared */
	IS("01/12/2021 01/12/2021", "01/12/2021", "01/12/2021");
	IS("Depuis le 01/12/2021 jusqu'au 24/12/2021", "01/12/2021", "24/12/2021");
	IS("jusqu'au 24/12/2021 depuis le 01/12/2021", "24/12/2021", "01/12/2021");
	IS("\xC3\xA0 01/12/2021\xC3\xA9"
	   "24/12/2021\xC3\xA0",
	    "01/12/2021", "24/12/2021");
}

static void
test_one_date(void **state)
{
	(void)state;
	IS("Depuis le 01/12/2021", "01/12/2021", NULL);
	IS("DEPUIS LE 01/12/2021", "01/12/2021", NULL);
	IS("01/12/2021 dEpUiS lE", "01/12/2021", NULL);
	IS("Jusqu'au 24/12/2021", NULL, "24/12/2021");
	IS("JUSQU\xE2\x80\x99"
	   "AU 24/12/2021",
	    NULL, "24/12/2021");
	IS("24/12/2021jusqu", NULL, "24/12/2021");
	IS("Depuis le 01/12/2021 jusqu'\xC3\xA0 nouvel ordre", "01/12/2021", NULL);
	IS("jusqu'ici depuis le 01/12/2021", "01/12/2021", NULL);
	IS("depuis 01/12/2021", NULL, NULL);
	IS("depuis  le 01/12/2021", NULL, NULL);
	IS("depuis\nle 01/12/2021", NULL, NULL);
	IS("depuisle 01/12/2021", NULL, NULL);
	IS("jusq 24/12/2021", NULL, NULL);
	IS("le 24/12/2021", NULL, NULL);
	IS("24/12/2021", NULL, NULL);
	IS("depuis l 24/12/2021 depuis l", NULL, NULL);
}

static void
test_other_numbers_of_dates(void **state)
{
	(void)state;
	IS("", NULL, NULL);
	IS("depuis le", NULL, NULL);
	IS("jusqu'au", NULL, NULL);
	IS("depuis le 01/12/2021, 02/12/2021, 03/12/2021", NULL, NULL);
	IS("01/12/2021 02/12/2021 03/12/2021 04/12/2021", NULL, NULL);
}

static void
test_what_is_a_date(void **state)
{
	(void)state;
	IS("depuis le 1/12/2021", NULL, NULL);
	IS("depuis le 01/2/2021", NULL, NULL);
	IS("depuis le 01/12/21", NULL, NULL);
	IS("depuis le 01/12/202", NULL, NULL);
	IS("depuis le 01-12-2021", NULL, NULL);
	IS("depuis le 01.12.2021", NULL, NULL);
	IS("depuis le 01/12 /2021", NULL, NULL);
	IS("depuis le 2021/12/01", NULL, NULL);
	IS("depuis le 01/12-2021", NULL, NULL);
	IS("depuis le 0a/12/2021", NULL, NULL);
	IS("depuis le 01/12/2O21", NULL, NULL);
	/* the old system looked at the pattern, not at the calendar */
	IS("depuis le 99/99/9999", "99/99/9999", NULL);
	IS("depuis le 00/00/0000", "00/00/0000", NULL);
	/* nor at what is around it */
	IS("depuis le 101/12/20215", "01/12/2021", NULL);
	IS("depuis le 2021/12/01/12/2021", "01/12/2021", NULL);
	IS("depuis le 01/12/2021/12/2022", "01/12/2021", NULL);
	IS("depuis le x01/12/2021x", "01/12/2021", NULL);
	IS("depuis le 01/12/2021\0jusqu", "01/12/2021", NULL);
	IS("depuis\0le 01/12/2021", NULL, NULL);
}

/* At each end of the text, and wherever between. */
static void
test_places(void **state)
{
	char text[64];

	(void)state;
	for (size_t n = 0; n <= 20; n++)
		for (size_t k = 0; k <= 20; k++) {
			memset(text, '/', sizeof(text));
			memcpy(text + n, "01/12/2021", 10);
			memcpy(text + n + 10 + k, "24/12/2021", 10);
			is((struct rc_span){ text, n + k + 20 }, "01/12/2021", "24/12/2021");
			is((struct rc_span){ text, n + k + 19 }, NULL, NULL);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_dates),
		cmocka_unit_test(test_one_date),
		cmocka_unit_test(test_other_numbers_of_dates),
		cmocka_unit_test(test_what_is_a_date),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
