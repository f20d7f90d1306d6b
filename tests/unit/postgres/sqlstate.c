/* Unit tests of sqlstate. */
#include "postgres/sqlstate.h"
#include "base/status.h"
#include "unit/unit.h"

static void
test_status(void **state)
{
	static const struct {
		const char *state;
		int status;
	} cases[] = { { "08006", RC_UNREACHABLE }, { "08P01", RC_UNREACHABLE },
		{ "0A000", RC_CONFIG }, { "21000", RC_DATA }, { "22P02", RC_DATA },
		{ "23505", RC_DATA }, { "25006", RC_TEMPFAIL }, { "25P02", RC_CONFIG },
		{ "28P01", RC_DENIED }, { "28000", RC_DENIED }, { "3D000", RC_CONFIG },
		{ "40001", RC_TEMPFAIL }, { "40P01", RC_TEMPFAIL }, { "42501", RC_DENIED },
		{ "42P01", RC_CONFIG }, { "44000", RC_DATA }, { "53300", RC_TEMPFAIL },
		{ "54000", RC_DATA }, { "54011", RC_CONFIG }, { "55000", RC_CONFIG },
		{ "55P03", RC_TEMPFAIL }, { "57014", RC_TEMPFAIL }, { "57P03", RC_TEMPFAIL },
		{ "58030", RC_TEMPFAIL }, { "P0001", RC_DATA }, { "P0002", RC_DATA },
		{ "P0004", RC_DATA }, { "XX000", RC_IO }, { "RC001", RC_DATA }, { "", RC_DATA } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (rc_sqlstate_of(cases[i].state) != cases[i].status)
			fail_msg("%s: %d", cases[i].state, rc_sqlstate_of(cases[i].state));
}

static void
cut(const char *text, const char *want, const char *sqlstate)
{
	char copy[400], got[RC_SQLSTATE_SIZE];

	snprintf(copy, sizeof(copy), "%s", text);
	rc_sqlstate_cut(copy, got);
	assert_string_equal(copy, want);
	assert_string_equal(got, sqlstate);
}

static void
test_cut(void **state)
{
	(void)state;
	cut("", "", "");
	cut("connection to server on socket \"/s\" failed: No such file or directory\n",
	    "connection to server on socket \"/s\" failed: No such file or directory\n", "");
	cut("failed: FATAL:  28P01: password authentication failed for user \"a\"\n"
	    "LOCATION:  auth_failed, auth.c:326\n",
	    "failed: FATAL:  password authentication failed for user \"a\"\n", "28P01");
	cut("failed: FATAL:  3D000: la base n'existe pas\nEMPLACEMENT : InitPostgres, "
	    "postinit.c:902",
	    "failed: FATAL:  la base n'existe pas\n", "3D000");
	/* of two servers the last counts */
	cut("one failed: FATAL:  57P03: starting\nLOCATION:  a, b.c:1\ntwo failed: FATAL:  53300: "
	    "full\n",
	    "one failed: FATAL:  starting\ntwo failed: FATAL:  full\n", "53300");
	/* what only looks like it */
	cut("failed: FATAL:  28p01: x", "failed: FATAL:  28p01: x", "");
	cut("failed: FATAL:  28P01", "failed: FATAL:  28P01", "");
	cut("failed: main.c:12", "failed: main.c:12", "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_status),
		cmocka_unit_test(test_cut) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
