#include <stdio.h>

#include "json/json.h"
#include "json/value.h"
#include "portal/http.h"
#include "portal/said.h"

void
rc_said_member(const struct rc_buf *answer, const char *name, char *text, size_t room)
{
	struct rc_json_hint hint = { 0 };
	struct rc_buf scratch = { 0 };
	struct rc_json json = { 0 };
	const struct rc_json_value *v;
	struct rc_span said;

	*text = '\0';
	if (rc_json_scan(&json, answer->data, answer->len) == 0 &&
	    (v = rc_json_get(&json, (struct rc_span){ name, strlen(name) }, &hint)) != NULL &&
	    v->kind == RC_JSON_STRING && rc_json_text(v, &scratch, &said) == 0)
		snprintf(text, room, "%.*s", (int)said.n, said.p);
	rc_buf_free(&scratch);
	rc_json_free(&json);
}

void
rc_said_why(struct rc_buf *answer, char *text, size_t room)
{
	rc_said_member(answer, "message", text, room);
	if (*text == '\0')
		rc_said_member(answer, "error", text, room); /* the form of its 429 */
	if (*text == '\0' && rc_buf_text(answer) != NULL)
		snprintf(text, room, "%s",
		    rc_http_is_web(answer->data) ? "it sends a web page: a firewall's, perhaps"
						 : "it does not say why");
}
