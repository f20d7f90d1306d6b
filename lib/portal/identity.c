#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "json/jsontext.h"
#include "json/within.h"
#include "portal/identity.h"

struct rc_identity_field {
	struct rc_path path;
	struct rc_json_hint hint;
	struct rc_within found;
	const struct rc_json_value *value; /* NULL: missing or null */
};

int
rc_identity_open(struct rc_identity *d, const struct rc_dataset *dataset)
{
	if ((d->fields = calloc(dataset->key.count + 1, sizeof(*d->fields))) == NULL) {
		rc_log_errno("no memory for a key");
		return RC_OSERR;
	}
	d->parts = dataset->key.count;
	d->has_version = dataset->key.version != NULL;
	for (size_t i = 0; i < d->parts; i++)
		d->fields[i].path = dataset->key.from[i];
	if (d->has_version)
		d->fields[d->parts].path = rc_path_make(dataset->key.version);
	return 0;
}

int
rc_identity_look(struct rc_identity *d, const struct rc_json *record, int *has_key)
{
	int status;

	*has_key = 1;
	for (size_t i = 0; i < d->parts + (size_t)d->has_version; i++) {
		struct rc_identity_field *f = &d->fields[i];

		if ((status = rc_within_get(record, &f->path, &f->hint, &f->found, &f->value)) != 0)
			return status;
		if (f->value != NULL && f->value->kind == RC_JSON_NULL)
			f->value = NULL;
		*has_key &= i == d->parts || f->value != NULL;
	}
	return 0;
}

/* put: append what v means, so that no two values give the same. */
static int
put(struct rc_identity *d, const struct rc_json_value *v, struct rc_buf *id)
{
	struct rc_span text;
	char head[1 + sizeof(size_t)] = { 0 };
	int status;

	if (v == NULL)
		return rc_buf_addc(id, 'n');
	text = v->raw;
	if (v->kind == RC_JSON_STRING && (status = rc_json_text(v, &d->scratch, &text)) != 0)
		return status;
	head[0] = v->kind == RC_JSON_STRING ? 's' : 'v';
	memcpy(head + 1, &text.n, sizeof(text.n));
	if ((status = rc_buf_add(id, head, sizeof(head))) != 0)
		return status;
	return rc_buf_add(id, text.p, text.n);
}

int
rc_identity_put(struct rc_identity *d, int has_key, struct rc_span text, struct rc_buf *id)
{
	int status = 0;

	id->len = 0;
	if (!has_key || !d->has_version)
		return rc_jsontext_compact(id, text);
	for (size_t i = 0; i <= d->parts && status == 0; i++)
		status = put(d, d->fields[i].value, id);
	return status;
}

int
rc_identity_name(const struct rc_identity *d, int has_key, struct rc_buf *out)
{
	int status = 0;

	out->len = 0;
	for (size_t i = 0; has_key && i < d->parts && status == 0; i++) {
		struct rc_span source = rc_json_source(d->fields[i].value);

		if (i > 0)
			status = rc_buf_adds(out, ", ");
		if (status == 0)
			status = rc_buf_add(out, source.p, source.n);
	}
	return status;
}

void
rc_identity_close(struct rc_identity *d)
{
	for (size_t i = 0; d->fields != NULL && i <= d->parts; i++)
		rc_within_free(&d->fields[i].found);
	free(d->fields);
	rc_buf_free(&d->scratch);
	*d = (struct rc_identity){ 0 };
}
