/* Unit tests of secrets. */
#include "base/secrets.h"
#include "unit/unit.h"

static void
shows(const char *url, const char *text, const char *want)
{
	struct rc_secrets s = { 0 };
	char out[64];

	assert_int_equal(rc_secrets_add_url(&s, url), 0);
	rc_secrets_mask(&s, text, out, sizeof(out));
	assert_string_equal(out, want);
	rc_secrets_free(&s);
}

static void
masks(void **state)
{
	(void)state;
	shows("http://u:geheim@h:1", "in 'http://u:geheim@h:1'", "in 'http://***@h:1'");
	shows("http://u:geheim@h:1", "the password geheim", "the password ***");
	shows("http://u:geheim@h:1", "a user u, two geheimgeheim", "a user u, two ******");
	shows("u:ge@heim@h", "heim is not, ge@heim is", "heim is not, *** is");
	shows("http://u:a%40b%2fc@h", "a@b/c and a%40b%2fc", "*** and ***");
	shows("http://u:a%4@h", "a%4", "***");
	shows("http://geheim@h", "geheim", "***");
	shows("http://@h", "h", "h");
	shows("http://u:@h", "u: h", "u: h");
	shows("http://u:p@h", "u:p, p and u", "***, p and u");
	shows("http://h", "http://h", "http://h");
	shows("", "x", "x");
}

static void
fits(void **state)
{
	struct rc_secrets s = { 0 };
	char out[8];

	(void)state;
	assert_int_equal(rc_secrets_add(&s, (struct rc_span){ "geheim", 6 }), 0);
	rc_secrets_mask(&s, "a geheim b", out, sizeof(out));
	assert_string_equal(out, "a ***");
	rc_secrets_mask(&s, "abcdefghijk", out, sizeof(out));
	assert_string_equal(out, "abcd");
	rc_secrets_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks),
		cmocka_unit_test(fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
