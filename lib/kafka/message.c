#include <inttypes.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/message.h"
#include "record/whole.h"

struct rc_message_maker {
	int envelopes;
	struct rc_whole whole;
	struct rc_span key_field, date_field;
	struct rc_json_hint key_hint, date_hint;
	uint64_t future;
	struct rc_buf key;    /* an unescaped one */
	struct rc_json value; /* of an envelope */
	struct rc_envelope_reader envelope;
};

int
rc_message_open(
    struct rc_message_maker **mp, const struct rc_dataset *d, const char *key_field, int envelopes)
{
	struct rc_message_maker *m;
	const char *key = key_field != NULL ? key_field : d->key.column;

	if ((m = calloc(1, sizeof(*m))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	m->envelopes = envelopes;
	m->whole =
	    (struct rc_whole){ d->columns.names, d->columns.count, d->key.field, d->key.column, 0 };
	m->key_field = (struct rc_span){ key, strlen(key) };
	if (d->cursor.column != NULL)
		m->date_field = (struct rc_span){ d->cursor.column, strlen(d->cursor.column) };
	*mp = m;
	return 0;
}

/* date_of: a row's date of publication.  A row without one is a row all the
 * same; it just moves no position. */
static long
date_of(struct rc_message_maker *m, const struct rc_json *json, uint64_t line)
{
	const struct rc_json_value *v =
	    m->date_field.p != NULL ? rc_json_get(json, m->date_field, &m->date_hint) : NULL;
	long days;

	if (v == NULL || v->kind != RC_JSON_STRING || rc_date_parse(v->raw, &days) != 0)
		return RC_MESSAGE_NO_DATE;
	if (days <= rc_date_today())
		return days;
	if (m->future++ == 0) /* with -q, too: somebody should correct it */
		rc_log_notice("<stdin>: line %" PRIu64 ": warning: %s: %.*s is in the future: the "
			      "record is sent, but moves no position",
		    line, m->date_field.p, RC_DATE_TEXT - 1, v->raw.p);
	return RC_MESSAGE_NO_DATE;
}

static int
from_row(struct rc_message_maker *m, const struct rc_record *rec, struct rc_message *msg,
    const char **field, const char **reason)
{
	const struct rc_json_value *v = rc_json_get(rec->json, m->key_field, &m->key_hint);
	int status = 0;

	if ((status = rc_whole_check(&m->whole, rec->json, field, reason)) != 0)
		return status;
	*msg = (struct rc_message){ .value = rec->text, .timestamp = -1, .line = rec->line };
	*field = m->key_field.p;
	*reason = "the key is missing";
	if (v == NULL || v->kind == RC_JSON_NULL)
		return RC_DATA;
	*reason = "the key is a list or an object";
	if (v->kind == RC_JSON_ARRAY || v->kind == RC_JSON_OBJECT)
		return RC_DATA;
	msg->key = v->raw;
	if (v->kind == RC_JSON_STRING)
		status = rc_json_text(v, &m->key, &msg->key);
	msg->date = date_of(m, rec->json, rec->line);
	return status;
}

static int
from_envelope(struct rc_message_maker *m, const struct rc_record *rec, struct rc_message *msg,
    int *found, const char **field, const char **reason)
{
	struct rc_envelope e;
	int status;

	*found = 0;
	if ((status = rc_envelope_read(&m->envelope, rec->json, &e, field, reason)) != 0)
		return status;
	if (e.kind >= RC_ENVELOPE_POSITION)
		return 0;
	*found = 1;
	*msg = (struct rc_message){ .topic = e.topic,
		.key = e.key,
		.value = e.value,
		.timestamp = e.timestamp,
		.headers = e.headers,
		.date = RC_MESSAGE_NO_DATE,
		.line = rec->line };
	if (e.value_is_json && rc_json_scan(&m->value, e.value.p, e.value.n) == 0)
		msg->date = date_of(m, &m->value, rec->line);
	return 0;
}

int
rc_message_make(struct rc_message_maker *m, const struct rc_record *rec, struct rc_message *msg,
    int *found, const char **field, const char **reason)
{
	if (m->envelopes)
		return from_envelope(m, rec, msg, found, field, reason);
	*found = 1;
	return from_row(m, rec, msg, field, reason);
}

uint64_t
rc_message_future(const struct rc_message_maker *m)
{
	return m->future;
}

struct rc_envelope_reader *
rc_message_reader(struct rc_message_maker *m)
{
	return &m->envelope;
}

void
rc_message_close(struct rc_message_maker *m)
{
	if (m == NULL)
		return;
	rc_buf_free(&m->key);
	rc_json_free(&m->value);
	rc_envelope_reader_free(&m->envelope);
	free(m);
}
