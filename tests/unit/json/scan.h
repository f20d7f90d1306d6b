/* scan.h - what the unit tests of json ask: the scanner, and jansson about the same bytes. */
#include "base/status.h"
#include "unit/oracle.h"

static struct rc_json json; /* one for all, as in the programs: it is used again */

/* same_members: the two have the same names and values, in the same bytes. */
static inline void
same_members(const struct rc_json *a, const struct rc_json *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		span_is("name", a->members[i].name, b->members[i].name);
		assert_int_equal(a->members[i].value.kind, b->members[i].value.kind);
		assert_ptr_equal(a->members[i].value.raw.p, b->members[i].value.raw.p);
		assert_int_equal(a->members[i].value.raw.n, b->members[i].value.raw.n);
	}
}

/* scan_inner: the same bytes, with what is called value cut into members in the same pass: nothing
 * else changes, and those are what a scan of it alone finds. */
static inline void
scan_inner(const char *p, size_t n, int status)
{
	struct rc_json outer = { .wraps = json.wraps }, inner = { 0 }, alone = { 0 };
	struct rc_json_hint hint = { 0 };
	const struct rc_json_value *value;

	outer.inner = &inner;
	assert_int_equal(rc_json_scan(&outer, p, n), status);
	if (status == 0) {
		same_members(&outer, &json);
		value = rc_json_get(&outer, (struct rc_span){ "value", 5 }, &hint);
		if (value != NULL && value->kind == RC_JSON_OBJECT &&
		    outer.inner_at == value->raw.p) {
			assert_int_equal(rc_json_scan(&alone, value->raw.p, value->raw.n), 0);
			same_members(&inner, &alone);
		}
	}
	rc_json_free(&outer);
	rc_json_free(&inner);
	rc_json_free(&alone);
}

/* scan: n bytes at p that are copied to an allocation of their size, which lives
 * until the next scan. */
static inline int
scan(const char *p, size_t n)
{
	static char *copy;
	int status;

	free(copy);
	copy = NULL;
	if (n == SIZE_MAX) /* free it, no more */
		return 0;
	copy = exact(p, n);
	status = rc_json_scan(&json, copy, n);
	scan_inner(copy, n, status);
	if (status == RC_DATA) {
		assert_non_null(json.reason);
		assert_true(json.at <= n);
		assert_int_equal(json.count, 0);
	} else {
		assert_int_equal(status, 0);
		assert_true(json.shape != 0);
	}
	return status;
}

static inline int
scan_text(const char *text)
{
	return scan(text, strlen(text));
}

static inline const char *
check(const char *p, size_t n)
{
	char *copy = exact(p, n);
	const char *reason = rc_json_check(copy, n);

	free(copy);
	return reason;
}

/* judge: the verdict on n bytes must be good, by themselves, and by jansson; and
 * the two must understand the same. */
static inline void
judge(const char *p, size_t n, enum verdict good)
{
	struct rc_span text = { p, n };
	json_t *value;
	enum verdict theirs = oracle(p, n, &value);
	int accepted = check(p, n) == NULL;

	if (good != UNKNOWN && accepted != (good == GOOD))
		fail_msg("%s: %s", show(text), accepted ? "taken" : "refused");
	if (theirs != UNKNOWN && accepted != (theirs == GOOD))
		fail_msg("%s: %s, unlike jansson", show(text), accepted ? "taken" : "refused");
	if (theirs == GOOD && json_is_object(value)) {
		assert_int_equal(scan(p, n), 0);
		same_object(&json, value);
	} else if (theirs != UNKNOWN) {
		assert_int_equal(scan(p, n), RC_DATA);
	}
	json_decref(value);
}

static inline int
close_all(void **state)
{
	(void)state;
	scan(NULL, SIZE_MAX);
	rc_json_free(&json);
	rc_json_free(&json);
	return json.members == NULL && json.count == 0 ? 0 : -1;
}
