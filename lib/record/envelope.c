#include <inttypes.h>

#include "base/base64.h"
#include "base/status.h"
#include "record/envelope.h"

enum {
	TOPIC,
	PARTITION,
	OFFSET,
	TIMESTAMP,
	START,
	ADDED,
	SKIPPED, /* up to here: what a position may have */
	EPOCH,
	PARTITIONS,
	ASSIGNED,
	CLAIMED,
	REVOKED,
	LOST,
	RELEASED, /* up to here: what a claim may have, too */
	KEY,
	KEY_BASE64,
	HEADERS,
	VALUE,
	VALUE_BASE64,
	NAMES
};

static const char *const names[NAMES] = { "topic", "partition", "offset", "timestamp", "start",
	"added", "skipped", "epoch", "partitions", "assigned", "claimed", "revoked", "lost",
	"released", "key", "key_base64", "headers", "value", "value_base64" };

/* The reading of one line. */
struct reading {
	struct rc_envelope_reader *r;
	const struct rc_json *json;
	const char *field;
	const char *reason;
};

static int
bad(struct reading *g, int name, const char *reason)
{
	g->field = names[name];
	g->reason = reason;
	return RC_DATA;
}

static const struct rc_json_value *
get(struct reading *g, int name)
{
	struct rc_span s = { names[name], strlen(names[name]) };

	return rc_json_get(g->json, s, &g->r->hints[name]);
}

/* number: a whole number from 0 to max, or *value as it is where there is none. */
static int
number(struct reading *g, int name, int64_t max, int64_t *value)
{
	const struct rc_json_value *v = get(g, name);

	if (v == NULL || v->kind == RC_JSON_NULL)
		return 0;
	if (v->kind != RC_JSON_NUMBER)
		return bad(g, name, "not a number");
	*value = rc_span_number(v->raw, max);
	return *value >= 0 ? 0 : bad(g, name, "not a whole number in its range");
}

/* decode: the bytes that a text in Base64 stands for, into buf. */
static int
decode(struct rc_envelope_reader *r, const struct rc_json_value *v, struct rc_buf *buf,
    struct rc_span *bytes)
{
	struct rc_span text;
	int status;

	if (v->kind != RC_JSON_STRING)
		return RC_DATA;
	buf->len = 0;
	/* room, for the span of nothing must not look like the lack of one */
	if ((status = rc_json_text(v, &r->coded, &text)) == 0 &&
	    (status = rc_buf_reserve(buf, 1)) == 0)
		status = rc_base64_get(buf, text);
	*bytes = rc_buf_span(buf);
	return status;
}

/* base64: a member of bytes, decoded into buf. */
static int
base64(struct reading *g, int name, const struct rc_json_value *v, struct rc_buf *buf,
    struct rc_span *bytes)
{
	int status = decode(g->r, v, buf, bytes);

	return status == RC_DATA ? bad(g, name, "not Base64") : status;
}

static int
read_key(struct reading *g, struct rc_envelope *e)
{
	const struct rc_json_value *v = get(g, KEY), *coded = get(g, KEY_BASE64);

	if (coded != NULL)
		return base64(g, KEY_BASE64, coded, &g->r->key, &e->key);
	if (v == NULL || v->kind == RC_JSON_NULL)
		return 0;
	if (v->kind != RC_JSON_STRING)
		return bad(g, KEY, "neither a text nor null");
	return rc_json_text(v, &g->r->key, &e->key);
}

/* flag: whether a member is true. */
static int
flag(struct reading *g, int name, int *set)
{
	const struct rc_json_value *v = get(g, name);

	*set = v != NULL && v->kind == RC_JSON_TRUE;
	return v == NULL || *set || v->kind == RC_JSON_FALSE
	    ? 0
	    : bad(g, name, "neither true nor false");
}

/* read_claim: what a line says of a partition of a group; *found is 0 if it says nothing. */
static int
read_claim(struct reading *g, struct rc_envelope *e, int *found)
{
	static const struct {
		int name;
		enum rc_envelope_claim claim;
	} words[] = { { ASSIGNED, RC_ENVELOPE_ASSIGNED }, { CLAIMED, RC_ENVELOPE_CLAIMED },
		{ REVOKED, RC_ENVELOPE_REVOKED }, { RELEASED, RC_ENVELOPE_RELEASED } };
	int status, set, lost;

	*found = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if ((status = flag(g, words[i].name, &set)) != 0)
			return status;
		if (set)
			e->claim = words[i].claim;
		*found += set;
	}
	if ((status = flag(g, LOST, &lost)) != 0 || *found == 0)
		return status;
	e->kind = RC_ENVELOPE_CLAIM;
	if (*found > 1 || (lost && e->claim != RC_ENVELOPE_REVOKED))
		return bad(g, ASSIGNED, "more than one thing at once is said of a partition");
	if (lost)
		e->claim = RC_ENVELOPE_LOST;
	if (e->topic.p == NULL || e->partition < 0)
		return bad(g, PARTITION, "missing, or the topic: what is this said of?");
	if ((status = flag(g, ADDED, &e->added)) != 0)
		return status;
	status = number(g, PARTITIONS, INT32_MAX, &e->partitions);
	return status != 0 ? status : number(g, EPOCH, INT64_MAX, &e->epoch);
}

/* read_position: a line without a value is one only if it has nothing but a place. */
static int
read_position(struct reading *g, struct rc_envelope *e)
{
	size_t known = 0;
	int status, claim;

	e->kind = RC_ENVELOPE_POSITION;
	for (int i = 0; i <= RELEASED; i++)
		known += get(g, i) != NULL;
	if (known == 0)
		return bad(g, VALUE, "missing: a row? it is read without -e");
	if (known < g->json->count)
		return bad(g, VALUE, "missing, but there is more than a position");
	if ((status = read_claim(g, e, &claim)) != 0 || claim)
		return status;
	if (rc_envelope_lacks(e) != NULL)
		return bad(g, VALUE, "missing, and it is no position either");
	if ((status = flag(g, START, &e->start)) != 0 || (status = flag(g, ADDED, &e->added)) != 0)
		return status;
	return number(g, SKIPPED, INT64_MAX, &e->skipped);
}

static int
read_value(struct reading *g, struct rc_envelope *e)
{
	const struct rc_json_value *v = get(g, VALUE), *coded = get(g, VALUE_BASE64);

	if (coded != NULL)
		return base64(g, VALUE_BASE64, coded, &g->r->value, &e->value);
	if (v == NULL)
		return read_position(g, e);
	if (v->kind == RC_JSON_NULL) {
		e->kind = RC_ENVELOPE_TOMBSTONE;
		return 0;
	}
	e->value = v->raw;
	e->value_is_json = 1;
	if (v->kind == RC_JSON_STRING) { /* with its quotes */
		e->value.p--;
		e->value.n += 2;
	}
	return 0;
}

static int
read_line(struct reading *g, struct rc_envelope *e)
{
	const struct rc_json_value *topic = get(g, TOPIC), *headers = get(g, HEADERS);
	int64_t partition = -1;
	int status;

	if (topic != NULL && topic->kind == RC_JSON_STRING)
		status = rc_json_text(topic, &g->r->topic, &e->topic);
	else
		status = topic == NULL ? 0 : bad(g, TOPIC, "not a text");
	if (status == 0 && e->topic.n > 0 && memchr(e->topic.p, '\0', e->topic.n) != NULL)
		status = bad(g, TOPIC, "U+0000 is not allowed in a topic's name");
	if (status == 0)
		status = number(g, PARTITION, INT32_MAX, &partition);
	e->partition = (int32_t)partition;
	if (status == 0)
		status = number(g, OFFSET, INT64_MAX - 1, &e->offset); /* there is a next */
	if (status == 0)
		status = number(g, TIMESTAMP, INT64_MAX, &e->timestamp);
	if (status == 0)
		status = read_key(g, e);
	if (status == 0 && headers != NULL && headers->kind != RC_JSON_NULL) {
		if (headers->kind != RC_JSON_ARRAY)
			return bad(g, HEADERS, "not a list");
		e->headers = headers->raw;
	}
	return status == 0 ? read_value(g, e) : status;
}

int
rc_envelope_read(struct rc_envelope_reader *r, const struct rc_json *json, struct rc_envelope *e,
    const char **field, const char **reason)
{
	struct reading g = { r, json, NULL, NULL };
	int status;

	*e = (struct rc_envelope){ .partition = -1, .offset = -1, .timestamp = -1 };
	status = read_line(&g, e);
	*field = g.field;
	*reason = g.reason;
	return status;
}

const char *
rc_envelope_lacks(const struct rc_envelope *e)
{
	if (e->topic.p == NULL)
		return names[TOPIC];
	if (e->partition < 0)
		return names[PARTITION];
	return e->offset < 0 ? names[OFFSET] : NULL;
}

int
rc_envelope_read_position(struct rc_envelope_reader *r, struct rc_json *json, struct rc_span line,
    struct rc_envelope *e, int *found, const char **field, const char **why)
{
	int status;

	*found = 1;
	*field = "";
	*why = "not a JSON object";
	if (line.p == NULL)
		return RC_DATA;
	line = rc_span_trim(line);
	*found = line.n > 0;
	if (!*found)
		return 0;
	if ((status = rc_json_scan(json, line.p, line.n)) != 0)
		return status;
	*found = json->count > 0;
	if (!*found)
		return 0;
	if ((status = rc_envelope_read(r, json, e, field, why)) != 0)
		return status;
	*field = "";
	*why = "not {\"topic\":T,\"partition\":P,\"offset\":N}";
	*found = e->kind != RC_ENVELOPE_CLAIM || e->offset >= 0;
	if (*found && rc_envelope_lacks(e) != NULL)
		return RC_DATA;
	e->offset += e->kind < RC_ENVELOPE_POSITION && e->offset < INT64_MAX;
	return 0;
}

int
rc_envelope_next_header(
    struct rc_envelope_reader *r, struct rc_span *rest, struct rc_envelope_header *h, int *found)
{
	struct rc_json_value pair, name, value, coded, more;
	struct rc_span in;
	int status;

	*found = 0;
	if (rest->n == 0 || !rc_json_next_element(rest, &pair))
		return 0;
	in = pair.raw;
	if (pair.kind != RC_JSON_ARRAY || !rc_json_next_element(&in, &name) ||
	    name.kind != RC_JSON_STRING || !rc_json_next_element(&in, &value))
		return RC_DATA;
	*found = 1;
	if ((status = rc_json_text(&name, &r->name, &h->name)) != 0)
		return status;
	if (value.kind == RC_JSON_STRING)
		return rc_json_next_element(&in, &more)
		    ? RC_DATA
		    : rc_json_text(&value, &r->header, &h->value);
	h->value = (struct rc_span){ NULL, 0 };
	if (value.kind != RC_JSON_NULL)
		return RC_DATA;
	if (!rc_json_next_element(&in, &coded))
		return 0;
	if (rc_json_next_element(&in, &more))
		return RC_DATA;
	return decode(r, &coded, &r->header, &h->value);
}

void
rc_envelope_reader_free(struct rc_envelope_reader *r)
{
	rc_buf_free(&r->topic);
	rc_buf_free(&r->key);
	rc_buf_free(&r->value);
	rc_buf_free(&r->name);
	rc_buf_free(&r->header);
	rc_buf_free(&r->coded);
}

int
rc_envelope_is_another(int64_t next, int64_t at, int64_t ms, int64_t last_ms)
{
	return ms >= 0 && last_ms >= 0 && at == next - 1 && ms != last_ms;
}
