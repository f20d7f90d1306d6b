/* Unit tests of within. */
#include "json/within.h"
#include "unit/unit.h"

static const char record[] =
    "{\"a\":1,\"geo\":{\"lon\":2.5,\"lat\":null,\"\\u0062\":[10,{\"c\":\"x\\ty\"},[]],"
    "\"d\":1,\"d\":2},\"none\":null,\"list\":[\"p\",\"q\"],\"e.f\":3}";

/* has: the value at path is want; NULL: there is none. */
static void
has(const char *text, const char *want)
{
	struct rc_path path = rc_path_make(text);
	const struct rc_json_value *v;
	struct rc_json_hint hint = { 0 };
	struct rc_within found = { 0 };
	struct rc_json json = { 0 };
	char *copy = exact(record, sizeof(record) - 1);

	assert_int_equal(rc_json_scan(&json, copy, sizeof(record) - 1), 0);
	for (int i = 0; i < 2; i++) { /* with a hint, too */
		assert_int_equal(rc_within_get(&json, &path, &hint, &found, &v), 0);
		if (want == NULL)
			assert_null(v);
		else
			assert_true(v != NULL && rc_span_is(v->raw, want));
	}
	rc_within_free(&found);
	rc_json_free(&json);
	free(copy);
}

static void
finds(void **state)
{
	(void)state;
	has("a", "1");
	has("geo.lon", "2.5");
	has("geo.lat", "null");
	has("geo.b.0", "10");
	has("geo.b.1.c", "x\\ty");
	has("geo.b.2", "[]");
	has("geo.d", "2");
	has("list.0", "p");
	has("list.1", "q");
	has("none", "null");
	has("none.a.b.0", "null");
	has("geo.lat.x", "null");
}

static void
finds_none(void **state)
{
	static const char *const paths[] = { "b", "", ".", "a.b", "a.0", "geo.x", "geo.0",
		"geo.b.3", "geo.b.-1", "geo.b.00x", "geo.b.2.0", "list.2", "list.p", "list.0.0",
		"e.f", "geo.lon.x", "list.99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		has(paths[i], NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(finds_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
