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

/* put_dates: the conditions of a record's date; nothing where any is wanted. */
static int
put_dates(struct rc_buf *out, const struct rc_query *q, struct rc_span from)
{
	int status = 0;

	if (q->has_since)
		status = put_day(out, q, " > ", q->since);
	if (status == 0 && q->has_until)
		status = q->dataset->cursor.has_time ? put_day(out, q, " < ", q->until + 1)
						     : put_day(out, q, " <= ", q->until);
	if (status == 0 && from.n > 0)
		status = put_date(out, q, " >= ", from);
	return status;
}

/* put_null: whether the date is null, or is not. */
static int
put_null(struct rc_buf *out, const struct rc_query *q, const char *is)
{
	int status = rc_odsql_field(out, q->dataset->cursor.field);

	return status != 0 ? status : rc_buf_adds(out, is);
}

/* put_cursor: the dates, and whether a record may have none, which is true of no comparison. */
static int
put_cursor(struct rc_buf *out, const struct rc_query *q, const struct rc_query_part *part)
{
	int undated = part->only != RC_QUERY_DATED && q->dataset->cursor.nulls != RC_NULLS_EXCLUDE;
	int status;

	if (q->dataset->cursor.field == NULL)
		return 0;
	if (part->only == RC_QUERY_UNDATED)
		return put_null(out, q, " is null");
	if ((status = put_dates(out, q, part->from)) != 0)
		return status;
	if (out->len == 0)
		return undated ? 0 : put_null(out, q, " is not null");
	if (undated && (status = rc_buf_adds(out, " or ")) == 0)
		status = put_null(out, q, " is null");
	return status;
}

/* add_condition: one more that has to be true, too. */
static int
add_condition(struct rc_buf *out, struct rc_span text)
{
	if (text.n == 0)
		return 0;
	return rc_buf_printf(out, "%s(%.*s)", out->len > 0 ? " and " : "", (int)text.n, text.p);
}

static int
put_where(struct rc_buf *out, const struct rc_query *q, const struct rc_query_part *part)
{
	const char *const given[] = { q->dataset->where, q->where };
	struct rc_buf cursor = { 0 };
	int status = put_cursor(&cursor, q, part);

	for (size_t i = 0; i < 2 && status == 0; i++)
		if (given[i] != NULL)
			status = add_condition(out, (struct rc_span){ given[i], strlen(given[i]) });
	if (status == 0)
		status = add_condition(out, rc_buf_span(&cursor));
	rc_buf_free(&cursor);
	return status;
}

/* put_order: oldest first.  Key and version make it one order, so that pages do
 * not overlap. */
static int
put_order(struct rc_buf *out, const struct rc_dataset *d)
{
	int status = 0;

	for (size_t i = 0; i < d->key.count + 2 && status == 0; i++) {
		const char *field = i == 0 ? d->cursor.field
		    : i <= d->key.count    ? d->key.from[i - 1].text
					   : d->key.version;

		if (field == NULL || (i > 0 && i <= d->key.count && d->key.from[i - 1].rest.n > 0))
			continue;
		if (out->len > 0)
			status = rc_buf_adds(out, ", ");
		if (status == 0 && (status = rc_odsql_field(out, field)) == 0)
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

/* put_newest: of the cursor alone, or of the key, for a record's other fields may be large, or bad.
 */
static int
put_newest(struct rc_buf *path, const struct rc_dataset *d)
{
	const struct rc_path *key = &d->key.from[0];
	struct rc_buf field = { 0 };
	int status;

	if (d->cursor.field == NULL && key->rest.n > 0)
		status = rc_buf_add(&field, key->first.p, key->first.n);
	else
		status =
		    rc_odsql_field(&field, d->cursor.field != NULL ? d->cursor.field : key->text);
	if (status == 0 && (status = rc_odsql_encode(path, rc_buf_span(&field))) == 0 &&
	    (status = rc_buf_adds(path, "%20desc&select=")) == 0)
		status = rc_odsql_encode(path, rc_buf_span(&field));
	rc_buf_free(&field);
	return status;
}

static int
put_endpoint(struct rc_buf *path, const struct rc_query *q, const char *endpoint,
    const struct rc_query_part *part)
{
	struct rc_buf text = { 0 };
	int status;

	if ((status = rc_query_dataset(path, q->dataset)) != 0 ||
	    (status = rc_buf_printf(path, "/%s?order_by=", endpoint)) != 0)
		goto out;
	if (part->newest)
		status = put_newest(path, q->dataset);
	else if ((status = put_order(&text, q->dataset)) == 0)
		status = rc_odsql_encode(path, rc_buf_span(&text));
	text.len = 0;
	if (status == 0 && (status = put_where(&text, q, part)) == 0 && text.len > 0 &&
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
	return put_endpoint(path, q, "exports/jsonl", part);
}

int
rc_query_page(struct rc_buf *path, const struct rc_query *q, const struct rc_query_part *part)
{
	int status = put_endpoint(path, q, "records", part);

	if (status == 0 && part->offset > 0)
		status = rc_buf_printf(path, "&offset=%" PRIu64, part->offset);
	return status;
}
