#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/failure.h"

int
rc_failure_keep(struct rc_failure *f, const char *what, const char *why, const char *more)
{
	size_t n = strlen(why);
	int status;

	while (n > 0 && (why[n - 1] == '\n' || why[n - 1] == ' '))
		n--;
	f->text.len = 0;
	status = rc_buf_printf(&f->text, "%s: %.*s%s%s", what, (int)n, why,
	    more != NULL ? ": " : "", more != NULL ? more : "");
	return status == 0 && rc_buf_text(&f->text) == NULL ? RC_OSERR : status;
}

int
rc_failure_of(struct rc_failure *f, const char *what, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *more = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	int status;

	if (state != NULL && strcmp(state, "55P03") == 0)
		more = "another session has it locked: let that end, then run it again";
	snprintf(f->state, sizeof(f->state), "%s", state != NULL ? state : "");
	if (why != NULL && strstr(why, "statement pooling mode") != NULL) { /* pgbouncer's words */
		status = rc_failure_keep(f, what, "the pooler gives each statement another session",
		    "have it give each transaction one (pool_mode = transaction)");
		return status != 0 ? status : RC_CONFIG;
	}
	status = rc_failure_keep(f, what, why != NULL ? why : PQresultErrorMessage(result), more);
	return status != 0 ? status : rc_sqlstate_status(result);
}

int
rc_failure_is(const struct rc_failure *f)
{
	return f->text.len > 0;
}

void
rc_failure_report(struct rc_failure *f)
{
	if (rc_failure_is(f))
		rc_log_error("%s", f->text.data);
	rc_failure_clear(f);
}

void
rc_failure_clear(struct rc_failure *f)
{
	f->text.len = 0;
	f->state[0] = '\0';
}

void
rc_failure_free(struct rc_failure *f)
{
	rc_buf_free(&f->text);
}
