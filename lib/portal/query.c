#include <inttypes.h>

#include "base/buf.h"
#include "base/date.h"
#include "portal/odsql.h"
#include "portal/query.h"

/* put_date: append " and" where it is not the first condition, and a comparison
 * of the cursor. */
static int
put_date(struct rc_buf *out, const struct rc_query *q, const char *operator, struct rc_span date)
{
	int status = out->len == 0 ? 0 : rc_buf_adds(out, " and ");

	if (status == 0 && (status = rc_odsql_field(out, q->dataset->cursor.field)) == 0 &&
	    (status = rc_buf_adds(out, operator)) == 0)
		status = rc_odsql_date(out, date);
	return status;
}

/* put_day: as put_date(), with a day. */
static int
put_day(struct rc_buf *out, const struct rc_query *q, const char *operator, long days)
{
	char text[RC_DATE_TEXT];

	rc_date_format(days, text);
	return put_date(out, q, operator,(struct rc_span){ text, strlen(text) });
}

/* put_from: a condition that leaves out what is older than from.  A record without
 * a date is not older; without since and until there may be such. */
static int
put_from(struct rc_buf *out, const struct rc_query *q, struct rc_span from)
{
	struct rc_buf part = { 0 };
	int status;

	if (q->has_since || q->has_until)
		return put_date(out, q, " >= ", from);
	if ((status = put_date(&part, q, " >= ", from)) == 0 &&
	    (status = rc_buf_adds(&part, " or ")) == 0 &&
	    (status = rc_odsql_field(&part, q->dataset->cursor.field)) == 0 &&
	    (status = rc_buf_adds(&part, " is null")) == 0)
		status = rc_buf_printf(
		    out, "%s(%.*s)", out->len == 0 ? "" : " and ", (int)part.len, part.data);
	rc_buf_free(&part);
	return status;
}

static int
put_where(struct rc_buf *out, const struct rc_query *q, struct rc_span from)
{
	int status = 0;

	if (q->where != NULL)
		status = rc_buf_printf(out, "(%s)", q->where);
	if (status == 0 && q->has_since)
		status = put_day(out, q, " > ", q->since);
	if (status == 0 && q->has_until)
		status = q->dataset->cursor.has_time ? put_day(out, q, " < ", q->until + 1)
						     : put_day(out, q, " <= ", q->until);
	if (status == 0 && from.n > 0)
		status = put_from(out, q, from);
	return status;
}

/* put_order: oldest first.  Key and version make it one order, so that pages do
 * not overlap. */
static int
put_order(struct rc_buf *out, const struct rc_dataset *d)
{
	const char *fields[] = { d->cursor.field, d->key.field, d->key.version };
	int status = 0;

	for (size_t i = 0; i < 3 && status == 0; i++) {
		if (fields[i] == NULL)
			continue;
		if (i > 0)
			status = rc_buf_adds(out, ", ");
		if (status == 0 && (status = rc_odsql_field(out, fields[i])) == 0)
			status = rc_buf_adds(out, " asc");
	}
	return status;
}

int
rc_query_dataset(struct rc_buf *path, const struct rc_dataset *d)
{
	struct rc_span id = { d->id, strlen(d->id) };
	int status = rc_buf_adds(path, "/api/explore/v2.1/catalog/datasets/");

	return status != 0 ? status : rc_odsql_encode(path, id);
}

static int
put_path(struct rc_buf *path, const struct rc_query *q, const char *endpoint,
    const struct rc_query_part *part)
{
	struct rc_buf text = { 0 };
	int status;

	if ((status = rc_query_dataset(path, q->dataset)) != 0 ||
	    (status = rc_buf_printf(path, "/%s?order_by=", endpoint)) != 0 ||
	    (status = put_order(&text, q->dataset)) != 0 ||
	    (status = rc_odsql_encode(path, rc_buf_span(&text))) != 0)
		goto out;
	text.len = 0;
	if ((status = put_where(&text, q, part->from)) == 0 && text.len > 0 &&
	    (status = rc_buf_adds(path, "&where=")) == 0)
		status = rc_odsql_encode(path, rc_buf_span(&text));
	if (status == 0 && part->limit != UINT64_MAX)
		status = rc_buf_printf(path, "&limit=%" PRIu64, part->limit);
out:
	rc_buf_free(&text);
	return status;
}

int
rc_query_export(struct rc_buf *path, const struct rc_query *q, const struct rc_query_part *part)
{
	return put_path(path, q, "exports/jsonl", part);
}

int
rc_query_page(struct rc_buf *path, const struct rc_query *q, const struct rc_query_part *part)
{
	int status = put_path(path, q, "records", part);

	if (status == 0 && part->offset > 0)
		status = rc_buf_printf(path, "&offset=%" PRIu64, part->offset);
	return status;
}
