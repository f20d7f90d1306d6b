#include <stdio.h>

#include "base/date.h"
#include "json/json.h"
#include "json/value.h"
#include "record/position.h"

/* whole_date: text is a date and nothing else. */
static int
whole_date(struct rc_span text, long *days)
{
	return text.n == RC_DATE_TEXT - 1 ? rc_date_parse(text, days) : -1;
}

int
rc_position_parse(struct rc_span text, int *found, long *days)
{
	const struct rc_span name = { "last_processed", 14 };
	const struct rc_json_value *v;
	struct rc_json_hint hint = { 0 };
	struct rc_json json = { 0 };
	int bad;

	text = rc_span_trim(text);
	*found = 0;
	if (text.n == 0)
		return 0;
	if (*text.p != '{') {
		*found = 1;
		return whole_date(text, days);
	}
	bad = rc_json_scan(&json, text.p, text.n) != 0;
	if (!bad && json.count > 0) {
		*found = 1;
		v = rc_json_get(&json, name, &hint);
		bad = v == NULL || v->kind != RC_JSON_STRING || v->escaped ||
		    whole_date(v->raw, days) != 0;
	}
	rc_json_free(&json);
	return bad ? -1 : 0;
}

void
rc_position_format(long days, char text[RC_POSITION_TEXT])
{
	char date[RC_DATE_TEXT];

	rc_date_format(days, date);
	snprintf(text, RC_POSITION_TEXT, "{\"last_processed\":\"%s\"}", date);
}
