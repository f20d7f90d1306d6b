#include <stdint.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "json/looks.h"
#include "postgres/row.h"
#include "record/whole.h"

#define MAX_WARNINGS 20 /* of members that are no columns */

struct rc_row_maker {
	const struct rc_dataset *dataset;
	struct rc_whole whole;
	struct rc_json_hint *hints;
	size_t key;           /* index of the key's column */
	uint64_t shape;       /* the last one whose members were looked through */
	struct rc_buf warned; /* names that were warned of, up to a NUL, which ends each */
	struct rc_buf text;
};

int
rc_row_open(struct rc_row_maker **mp, const struct rc_dataset *d)
{
	struct rc_row_maker *m;

	if ((m = calloc(1, sizeof(*m))) == NULL ||
	    (m->hints = calloc(d->columns.count, sizeof(*m->hints))) == NULL) {
		rc_log_errno("no memory");
		rc_row_close(m);
		return RC_OSERR;
	}
	m->dataset = d;
	m->key = (size_t)rc_dataset_column(d, d->key.column);
	m->whole =
	    (struct rc_whole){ d->columns.names, d->columns.count, d->key.field, d->key.column, 0 };
	*mp = m;
	return 0;
}

/* warn_once: that a member is no column.  Of the names, the first few are reported. */
static int
warn_once(struct rc_row_maker *m, struct rc_span name)
{
	size_t n = 0, count = 0;
	int status;

	for (size_t i = 0; i < m->warned.len; i += n + 1, count++) {
		n = strlen(m->warned.data + i);
		if (n == strnlen(name.p, name.n) && memcmp(m->warned.data + i, name.p, n) == 0)
			return 0;
	}
	if (count > MAX_WARNINGS)
		return 0;
	if ((status = rc_buf_add(&m->warned, name.p, strnlen(name.p, name.n))) != 0 ||
	    (status = rc_buf_addc(&m->warned, '\0')) != 0)
		return status;
	if (count == MAX_WARNINGS)
		rc_log_warn("more names that are not columns: left out, too");
	else
		rc_log_warn("%.*s: no column of that name: it is left out", (int)name.n, name.p);
	return 0;
}

/* look_through: the members of a record of a new shape. */
static int
look_through(struct rc_row_maker *m, const struct rc_json *json)
{
	int status = 0;

	for (size_t i = 0; i < json->count && status == 0; i++) {
		struct rc_span name = json->members[i].name;
		size_t k = 0;

		while (k < m->dataset->columns.count &&
		    !(m->dataset->columns.names[k].n == name.n &&
			memcmp(m->dataset->columns.names[k].p, name.p, name.n) == 0))
			k++;
		if (k == m->dataset->columns.count)
			status = warn_once(m, name);
	}
	m->shape = json->shape;
	return status;
}

static void
put16(char *p, unsigned v)
{
	p[0] = (char)(v >> 8 & 0xFF);
	p[1] = (char)(v & 0xFF);
}

static void
put32(char *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xFFFF);
}

/* put_field: a text, or null where p is NULL. */
static int
put_field(struct rc_buf *out, struct rc_span text)
{
	int status;

	if ((status = rc_buf_reserve(out, text.n + 4)) != 0)
		return status;
	put32(out->data + out->len, text.p != NULL ? (uint32_t)text.n : UINT32_MAX);
	out->len += 4;
	return text.p != NULL ? rc_buf_add(out, text.p, text.n) : 0;
}

/* text_of: what a value is as a text; p is NULL for null. */
static int
text_of(struct rc_row_maker *m, const struct rc_json_value *v, struct rc_span *text,
    const char **reason)
{
	int status;

	*text = (struct rc_span){ NULL, 0 };
	if (v == NULL || v->kind == RC_JSON_NULL)
		return 0;
	if (v->kind == RC_JSON_ARRAY || v->kind == RC_JSON_OBJECT) {
		*reason = rc_looks_no_text(v->kind);
		return RC_DATA;
	}
	*text = v->raw;
	if (v->kind != RC_JSON_STRING || !v->escaped)
		return 0;
	if ((status = rc_json_text(v, &m->text, text)) == 0 &&
	    memchr(text->p, '\0', text->n) != NULL) {
		*reason = "U+0000 is not allowed in PostgreSQL text";
		return RC_DATA;
	}
	return status;
}

#define START 15 /* bytes of what put_start() puts */

/* put_start: the number of fields, and the first two: number and whether it is a tombstone. */
static int
put_start(const struct rc_row_maker *m, size_t number, int tombstone, struct rc_buf *out)
{
	char *p;
	int status;

	if ((status = rc_buf_reserve(out, START)) != 0)
		return status;
	p = out->data + out->len;
	put16(p, (unsigned)m->dataset->columns.count + 2);
	put32(p + 2, 4);
	put32(p + 6, (uint32_t)number);
	put32(p + 10, 1);
	p[14] = (char)tombstone;
	out->len += START;
	return 0;
}

int
rc_row_put(struct rc_row_maker *m, const struct rc_json *json, size_t number, struct rc_buf *out,
    struct rc_span *key, const char **field, const char **reason)
{
	size_t before = out->len, key_at = 0;
	struct rc_span text;
	int status;

	if ((status = rc_whole_check(&m->whole, json, field, reason)) != 0)
		return status;
	if (json->shape != m->shape && (status = look_through(m, json)) != 0)
		return status;
	status = put_start(m, number, 0, out);
	for (size_t i = 0; i < m->dataset->columns.count && status == 0; i++) {
		*field = m->dataset->columns.names[i].p;
		status = text_of(m, rc_json_get(json, m->dataset->columns.names[i], &m->hints[i]),
		    &text, reason);
		if (status == 0 && i == m->key && text.p == NULL) {
			*reason = "the key is missing";
			status = RC_DATA;
		}
		if (status == 0 && i == m->key) {
			key_at = out->len + 4;
			key->n = text.n;
		}
		if (status == 0)
			status = put_field(out, text);
	}
	if (status != 0)
		out->len = before;
	else
		key->p = out->data + key_at;
	return status;
}

int
rc_row_put_tombstone(struct rc_row_maker *m, struct rc_span key, size_t number, struct rc_buf *out,
    struct rc_span *put)
{
	static const struct rc_span null = { NULL, 0 };
	size_t key_at = 0;
	int status = put_start(m, number, 1, out);

	for (size_t i = 0; i < m->dataset->columns.count && status == 0; i++) {
		if (i == m->key)
			key_at = out->len + 4;
		status = put_field(out, i == m->key ? key : null);
	}
	if (status == 0)
		*put = (struct rc_span){ out->data + key_at, key.n };
	return status;
}

int
rc_row_plain(struct rc_buf *out, struct rc_span row)
{
	size_t fields = (size_t)(unsigned char)row.p[0] << 8 | (unsigned char)row.p[1];
	int status;

	if ((status = rc_buf_reserve(out, row.n)) != 0)
		return status;
	put16(out->data + out->len, (unsigned)fields - 2);
	out->len += 2;
	return rc_buf_add(out, row.p + START, row.n - START);
}

int
rc_row_header(struct rc_buf *out)
{
	static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";

	return rc_buf_add(out, header, sizeof(header) - 1);
}

int
rc_row_trailer(struct rc_buf *out)
{
	return rc_buf_add(out, "\377\377", 2);
}

void
rc_row_close(struct rc_row_maker *m)
{
	if (m == NULL)
		return;
	free(m->hints);
	rc_buf_free(&m->warned);
	rc_buf_free(&m->text);
	free(m);
}
