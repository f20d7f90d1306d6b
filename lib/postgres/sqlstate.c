#include <string.h>

#include "base/status.h"
#include "postgres/sqlstate.h"

int
rc_sqlstate_of(const char *state)
{
	static const struct {
		const char *prefix; /* the first that fits counts */
		int status;
	} list[] = {
		{ "08", RC_UNREACHABLE },
		{ "0A", RC_CONFIG },
		{ "25006", RC_TEMPFAIL }, /* read only: a standby, perhaps for a while */
		{ "25P03", RC_TEMPFAIL }, /* time limits of a session */
		{ "25P04", RC_TEMPFAIL },
		{ "25", RC_CONFIG },
		{ "28", RC_DENIED },
		{ "3D", RC_CONFIG },
		{ "3F", RC_CONFIG },
		{ "40", RC_TEMPFAIL },
		{ "42501", RC_DENIED },
		{ "42", RC_CONFIG },
		{ "53", RC_TEMPFAIL },
		{ "54011", RC_CONFIG }, /* too many columns; the rest of 54 is a row's size */
		{ "55006", RC_TEMPFAIL },
		{ "55P03", RC_TEMPFAIL },
		{ "55", RC_CONFIG },
		{ "57", RC_TEMPFAIL },
		{ "58", RC_TEMPFAIL },
		{ "72", RC_TEMPFAIL },
		{ "F0", RC_CONFIG },
		{ "HV", RC_TEMPFAIL },
		{ "XX", RC_IO },
		{ "", RC_DATA },
	};
	size_t i = 0;

	while (strncmp(state, list[i].prefix, strlen(list[i].prefix)) != 0)
		i++;
	return list[i].status;
}

int
rc_sqlstate_status(const PGresult *result)
{
	static const struct {
		const char *state, *function;
		int status;
	} list[] = {
		/* a row that a policy refuses, not a right that is missing */
		{ "42501", "ExecWithCheckOptions", RC_DATA },
		/* no more transactions before the next VACUUM, not a row that is too large */
		{ "54000", "GetNewTransactionId", RC_TEMPFAIL },
		{ "54000", "GetNewMultiXactId", RC_TEMPFAIL },
	};
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);

	if (state == NULL)
		return RC_UNREACHABLE;
	for (size_t i = 0; function != NULL && i < sizeof(list) / sizeof(*list); i++)
		if (strcmp(state, list[i].state) == 0 && strcmp(function, list[i].function) == 0)
			return list[i].status;
	return rc_sqlstate_of(state);
}

int
rc_sqlstate_is(const PGresult *result, const char *prefix)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL && strncmp(state, prefix, strlen(prefix)) == 0;
}

/* is_state: whether p starts with an SQLSTATE as libpq puts it: "28P01: ". */
static int
is_state(const char *p)
{
	return strspn(p, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && p[5] == ':' && p[6] == ' ';
}

void
rc_sqlstate_cut(char *text, char state[RC_SQLSTATE_SIZE])
{
	char *p;

	state[0] = '\0';
	for (p = text; (p = strstr(p, ":  ")) != NULL; p += 3)
		if (is_state(p + 3)) {
			memcpy(state, p + 3, 5);
			state[5] = '\0';
			memmove(p + 3, p + 10, strlen(p + 10) + 1);
		}
	/* "LOCATION:  auth_failed, auth.c:326", in any language, is the line that ends a failure
	 * with a file and a number */
	for (p = text; (p = strstr(p, ".c:")) != NULL;) {
		char *line = p, *end = p + 3 + strspn(p + 3, "0123456789");

		while (line > text && line[-1] != '\n')
			line--;
		if (line > text && end > p + 3 && (*end == '\n' || *end == '\0')) {
			memmove(line, end + (*end == '\n'), strlen(end + (*end == '\n')) + 1);
			p = line;
		} else {
			p = end;
		}
	}
}
