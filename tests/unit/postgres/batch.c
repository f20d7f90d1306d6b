/* Unit tests of batch. */
#include "postgres/batch.h"
#include "unit/unit.h"

static struct rc_batch b;

static int
close_one(void **state)
{
	(void)state;
	rc_batch_free(&b);
	rc_batch_free(&b);
	return b.list == NULL && b.count == 0 && b.rows.data == NULL ? 0 : -1;
}

/* add: a row "row:KEY" with this key, whose record is "raw:KEY". */
static void
add(const char *key, int tombstone)
{
	struct rc_batch_row row = { .row = b.rows.len, .line = b.count + 1, .offset = 70 };
	char raw[64];

	assert_int_equal(rc_buf_adds(&b.rows, "row:"), 0);
	row.key = b.rows.len;
	row.key_n = strlen(key);
	row.tombstone = tombstone;
	assert_int_equal(rc_buf_adds(&b.rows, key), 0);
	row.row_n = tombstone ? 0 : b.rows.len - row.row;
	snprintf(raw, sizeof(raw), "raw:%s", key);
	assert_int_equal(rc_batch_add(&b, &row, (struct rc_span){ raw, strlen(raw) }), 0);
}

/* states: one letter for each row: l, s or r. */
static void
states(const char *want)
{
	static const char letters[] = {
		[RC_BATCH_LOAD] = 'l', [RC_BATCH_SUPERSEDED] = 's', [RC_BATCH_REJECTED] = 'r'
	};
	char got[64] = "";

	assert_true(b.count < sizeof(got));
	for (size_t i = 0; i < b.count; i++)
		got[i] = letters[b.list[i].state];
	assert_string_equal(got, want);
}

/* order: the keys of the rows that are to be loaded. */
static void
order(const char *want)
{
	char got[64] = "";
	size_t n = 0;

	for (size_t i = 0; i < b.loads; i++) {
		const struct rc_batch_row *row = &b.list[b.order[i].index];

		assert_memory_equal(b.order[i].key.p, b.rows.data + row->key, row->key_n);
		assert_true(n + row->key_n + 2 < sizeof(got));
		memcpy(got + n, b.order[i].key.p, b.order[i].key.n);
		n += b.order[i].key.n;
		got[n++] = ' ';
	}
	assert_string_equal(got, want);
}

static void
test_last_wins(void **state)
{
	static const char *const keys[] = { "a", "b", "a", "ab", "c", "b", "a", "" };

	(void)state;
	assert_int_equal(rc_batch_settle(&b), 0); /* of nothing */
	for (size_t i = 0; i < COUNT(keys); i++)
		add(keys[i], 0);
	assert_int_equal(rc_batch_settle(&b), 0);
	states("ssslllll");
	order(" a ab b c ");
	assert_int_equal(rc_batch_settle(&b), 0); /* again: the same */
	states("ssslllll");
	order(" a ab b c ");
	add("ab", 0);
	add("", 0);
	assert_int_equal(rc_batch_settle(&b), 0);
	states("sssslllsll");
}

static void
test_kept_as_added(void **state)
{
	(void)state;
	add("a", 0);
	add("bcd", 0);
	assert_int_equal(b.count, 2);
	assert_int_equal(b.list[1].line, 2);
	assert_int_equal(b.list[1].offset, 70);
	span_is("row", (struct rc_span){ b.rows.data + b.list[1].row, b.list[1].row_n },
	    SPAN("row:bcd"));
	span_is(
	    "key", (struct rc_span){ b.rows.data + b.list[1].key, b.list[1].key_n }, SPAN("bcd"));
	span_is(
	    "raw", (struct rc_span){ b.raw.data + b.list[0].raw, b.list[0].raw_n }, SPAN("raw:a"));
	span_is("raw", (struct rc_span){ b.raw.data + b.list[1].raw, b.list[1].raw_n },
	    SPAN("raw:bcd"));
	assert_int_equal(rc_batch_bytes(&b), strlen("row:arow:bcdraw:araw:bcd"));
}

static void
test_tombstones(void **state)
{
	(void)state;
	add("a", 0);
	add("a", 1); /* deletes it: only this counts */
	add("b", 1);
	add("b", 0);
	add("c", 1);
	add("c", 1);
	assert_int_equal(rc_batch_settle(&b), 0);
	states("slslsl");
	assert_true(b.list[1].tombstone && !b.list[3].tombstone);
}

/* What is rejected replaces nothing, and what it had replaced is back. */
static void
test_rejected(void **state)
{
	(void)state;
	add("a", 0);
	add("a", 0);
	add("b", 0);
	add("a", 0);
	b.list[1].state = RC_BATCH_REJECTED;
	assert_int_equal(rc_batch_settle(&b), 0);
	states("srll");
	b.list[3].state = RC_BATCH_REJECTED;
	assert_int_equal(rc_batch_settle(&b), 0);
	states("lrlr");
	b.list[0].state = RC_BATCH_REJECTED;
	b.list[2].state = RC_BATCH_REJECTED;
	assert_int_equal(rc_batch_settle(&b), 0);
	states("rrrr");
}

static void
test_cut(void **state)
{
	size_t bytes;

	(void)state;
	add("a", 0);
	add("b", 0);
	bytes = rc_batch_bytes(&b);
	add("a", 0);
	add("c", 0);
	assert_int_equal(rc_batch_settle(&b), 0);
	states("slll");
	rc_batch_cut(&b, 9);
	rc_batch_cut(&b, 4);
	assert_int_equal(b.count, 4);
	rc_batch_cut(&b, 2);
	assert_int_equal(b.count, 2);
	assert_int_equal(rc_batch_bytes(&b), bytes);
	assert_int_equal(rc_batch_settle(&b), 0);
	states("ll");
	add("b", 0); /* over what was cut off */
	assert_int_equal(rc_batch_settle(&b), 0);
	states("lsl");
	span_is("rows", rc_buf_span(&b.rows), SPAN("row:arow:brow:b"));
	span_is("raw", rc_buf_span(&b.raw), SPAN("raw:araw:braw:b"));
	rc_batch_cut(&b, 0);
	assert_int_equal(b.count, 0);
	assert_int_equal(rc_batch_bytes(&b), 0);
	add("a", 0);
	assert_int_equal(rc_batch_settle(&b), 0);
	states("l");
}

/* Any number of rows and keys: a row is superseded if its key comes again. */
static void
test_many(void **state)
{
	static const size_t counts[] = { 1, 500, 512, 513, 1024, 1025, 5000, 20000 };
	uint64_t seed = 20240418;
	char key[32];

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++)
		for (size_t keys = 1; keys <= counts[i]; keys = keys * 30 + 1) {
			static size_t last[20000];
			size_t *of = calloc(counts[i], sizeof(*of));

			assert_non_null(of);
			rc_batch_cut(&b, 0);
			for (size_t k = 0; k < counts[i]; k++) {
				of[k] = random_below(&seed, keys);
				snprintf(key, sizeof(key), "2024-%zu", of[k]);
				add(key, k % 7 == 0);
				last[of[k]] = k;
			}
			assert_int_equal(rc_batch_settle(&b), 0);
			for (size_t k = 0; k < counts[i]; k++)
				assert_int_equal(b.list[k].state,
				    last[of[k]] == k ? RC_BATCH_LOAD : RC_BATCH_SUPERSEDED);
			free(of);
		}
}

/* Keys of which each begins the next one. */
static void
test_nested_keys(void **state)
{
	char key[56];

	(void)state;
	for (size_t n = 0; n < 20 * sizeof(key); n++) {
		memset(key, (int)('a' + n / sizeof(key)), sizeof(key));
		key[n % sizeof(key)] = '\0';
		if (n % sizeof(key) > 0)
			add(key, 0);
	}
	assert_int_equal(rc_batch_settle(&b), 0);
	for (size_t i = 0; i < b.count; i++)
		assert_int_equal(b.list[i].state, RC_BATCH_LOAD);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_last_wins, close_one),
		cmocka_unit_test_teardown(test_kept_as_added, close_one),
		cmocka_unit_test_teardown(test_tombstones, close_one),
		cmocka_unit_test_teardown(test_rejected, close_one),
		cmocka_unit_test_teardown(test_cut, close_one),
		cmocka_unit_test_teardown(test_many, close_one),
		cmocka_unit_test_teardown(test_nested_keys, close_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
