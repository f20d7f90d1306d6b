/* Unit tests of hash. */
#include "base/hash.h"
#include "unit/unit.h"

/* from_bytes: a word as the reference has it, which is the machine's own only where the lowest
 * byte comes first. */
static uint64_t
from_bytes(const char *hex)
{
	unsigned char bytes[8];
	uint64_t word;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		unsigned value;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &value), 1);
		bytes[i] = (unsigned char)value;
	}
	memcpy(&word, bytes, sizeof(word));
	return word;
}

static void
test_reference(void **state) /* the answers of another implementation, OpenSSL's */
{
	static const struct {
		size_t n;
		const char *hash;
	} cases[] = {
		{ 0, "a3817f04ba25a8e66df67214c7550293" },
		{ 7, "a1f1ebbed8dbc153c0b84aa61ff08239" },
		{ 8, "3b62a9ba6258f5610f83e264f31497b4" },
		{ 15, "5493e99933b0a8117e08ec0f97cfc3d9" },
	};
	struct rc_hash_key key = { from_bytes("0001020304050607"), from_bytes("08090a0b0c0d0e0f") };
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rc_hash hash = rc_hash_keyed(key, (struct rc_span){ text, cases[i].n });

		assert_true(hash.a == from_bytes(cases[i].hash));
		assert_true(hash.b == from_bytes(cases[i].hash + 16));
	}
}

static void
test_key(void **state) /* each process has its own */
{
	struct rc_hash before, hash;
	struct rc_span text = { "abc", 3 };

	(void)state;
	assert_int_equal(rc_hash_setup(), 0);
	before = rc_hash(text);
	assert_true(rc_hash(text).a == before.a && rc_hash(text).b == before.b);
	assert_true(rc_hash((struct rc_span){ "abd", 3 }).a != before.a);
	assert_int_equal(rc_hash_setup(), 0);
	hash = rc_hash(text);
	assert_true(hash.a != before.a && hash.b != before.b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
