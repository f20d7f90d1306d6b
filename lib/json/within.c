#include "json/within.h"
#include "base/status.h"

/* into_object: *v becomes its member of that name; *there: whether it has one. */
static int
into_object(struct rc_json *json, struct rc_span name, struct rc_json_value *v, int *there)
{
	const struct rc_json_value *member;
	struct rc_json_hint hint = { 0 };
	int status = rc_json_scan(json, v->raw.p, v->raw.n);

	*there = 0;
	if (status != 0) /* nested too deep for a record, all the same */
		return status == RC_DATA ? 0 : status;
	if ((member = rc_json_get(json, name, &hint)) != NULL) {
		*v = *member;
		*there = 1;
	}
	return 0;
}

/* into_array: *v becomes its element of that index, which counts from 0; whether it has one. */
static int
into_array(struct rc_span index, struct rc_json_value *v)
{
	int64_t left = rc_span_number(index, 1000000);
	struct rc_span rest = v->raw;

	if (left < 0)
		return 0;
	while (rc_json_next_element(&rest, v))
		if (left-- == 0)
			return 1;
	return 0;
}

int
rc_within_find(const struct rc_json *record, const struct rc_path *path, struct rc_json_hint *hint,
    struct rc_within *found, const struct rc_json_value **value)
{
	const struct rc_json_value *v = rc_json_get(record, path->first, hint);
	struct rc_span rest = path->rest;
	int status, there = v != NULL;

	*value = v;
	if (v == NULL)
		return 0;
	found->value = *v;
	/* what is within null is null */
	while (there && rest.n > 0 && found->value.kind != RC_JSON_NULL) {
		struct rc_span step = rc_path_step(&rest);

		if (found->value.kind == RC_JSON_ARRAY)
			there = into_array(step, &found->value);
		else if (found->value.kind != RC_JSON_OBJECT)
			there = 0;
		else if ((status = into_object(&found->json, step, &found->value, &there)) != 0)
			return status;
	}
	*value = there ? &found->value : NULL;
	return 0;
}

void
rc_within_free(struct rc_within *found)
{
	rc_json_free(&found->json);
}
