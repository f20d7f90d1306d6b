#include "json/looks.h"

/* has: whether the object has a member of that name. */
static int
has(const struct rc_json *json, const char *name)
{
	struct rc_json_hint hint = { 0 };

	return rc_json_get(json, (struct rc_span){ name, strlen(name) }, &hint) != NULL;
}

enum rc_looks
rc_looks_at(const struct rc_json *json, const char *portal_key, const char *row_key)
{
	if (has(json, "topic") && has(json, "partition") && has(json, "offset"))
		return RC_LOOKS_ENVELOPE;
	if (has(json, "tool") && has(json, "reason"))
		return RC_LOOKS_REJECT;
	if (has(json, "total_count") && has(json, "results"))
		return RC_LOOKS_PAGE;
	if (has(json, row_key) && strcmp(row_key, portal_key) != 0)
		return RC_LOOKS_ROW;
	return has(json, portal_key) ? RC_LOOKS_RECORD : RC_LOOKS_UNKNOWN;
}

const char *
rc_looks_advice(enum rc_looks looks)
{
	switch (looks) {
	case RC_LOOKS_ENVELOPE:
		return "an envelope of rc-consume -e? read it with -e";
	case RC_LOOKS_REJECT:
		return "a record that was set aside? jq -c .record has it";
	case RC_LOOKS_PAGE:
		return "a page of the portal's API? jq -c '.results[]' has its records";
	case RC_LOOKS_RECORD:
		return "a record of the portal? rc-transform comes first";
	case RC_LOOKS_ROW:
		return "a row? it is read without -e";
	case RC_LOOKS_UNKNOWN:
		break;
	}
	return NULL;
}

const char *
rc_looks_no_record(enum rc_looks looks)
{
	switch (looks) {
	case RC_LOOKS_ENVELOPE:
		return "an envelope of rc-consume -e? what is in Kafka are rows";
	case RC_LOOKS_ROW:
		return "a row? it needs no rc-transform";
	case RC_LOOKS_REJECT:
	case RC_LOOKS_PAGE:
		return rc_looks_advice(looks);
	case RC_LOOKS_RECORD:
	case RC_LOOKS_UNKNOWN:
		break;
	}
	return NULL;
}

const char *
rc_looks_no_text(enum rc_json_kind kind)
{
	return kind == RC_JSON_ARRAY ? "a list, where a text is expected"
	    : kind == RC_JSON_OBJECT ? "an object, where a text is expected"
	    : kind == RC_JSON_NUMBER ? "a number, where a text is expected"
				     : "a truth value, where a text is expected";
}

/* starts: whether the line begins with the n bytes at text. */
static int
starts(struct rc_span line, const char *text, size_t n)
{
	return line.n >= n && memcmp(line.p, text, n) == 0;
}

const char *
rc_looks_line(struct rc_span line, int cut)
{
	line = rc_span_trim(line);
	if (line.n == 0)
		return NULL;
	if (starts(line, "\x1f\x8b", 2) || starts(line, "\x28\xb5\x2f\xfd", 4) ||
	    starts(line, "PK\x03\x04", 4))
		return "compressed? gzip -dc, or the like, comes first";
	if (starts(line, "\xff\xfe", 2) || starts(line, "\xfe\xff", 2))
		return "UTF-16? iconv -f UTF-16 -t UTF-8 comes first";
	if (*line.p == '<')
		return "a web page, or XML?";
	if (*line.p == '[' && line.n > 1)
		return "a list? jq -c '.[]' makes a line of each item";
	if (line.n == 1 && (*line.p == '{' || *line.p == '['))
		return "pretty-printed? jq -c . makes a line of each value";
	if (cut && *line.p == '{' && strchr(",:{[", line.p[line.n - 1]) != NULL)
		return "pretty-printed? jq -c . makes a line of each value";
	if (*line.p != '{' &&
	    (memchr(line.p, ';', line.n) != NULL || memchr(line.p, ',', line.n) != NULL))
		return "CSV? the portal's export in JSON lines is wanted";
	return NULL;
}
