#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/nearest.h"
#include "base/share.h"
#include "base/status.h"
#include "postgres/conninfo.h"
#include "state/secret_setting.h"
#include "state/settings.h"

extern char **environ;

/* --- values: why one cannot be taken; NULL: it can */

typedef const char *check(const char *value, struct rc_buf *why);

static const char *
number_only(const char *value, struct rc_buf *why)
{
	(void)why;
	return value[strspn(value, "0123456789")] == '\0' && strlen(value) < 7 ? NULL
									       : "not a number";
}

/* seconds: of a duration, of which a number alone is one of seconds; -1: it is none, or has a
 * fraction. */
static int64_t
seconds(const char *value)
{
	int64_t ms;

	if (rc_duration_read(value, RC_DURATION_SECOND, &ms) == -1 || ms % RC_DURATION_SECOND != 0)
		return -1;
	return ms / RC_DURATION_SECOND;
}

static const char *
a_time(const char *value, struct rc_buf *why)
{
	(void)why;
	return seconds(value) >= 0 ? NULL : "not a time such as 30s or 5m, nor a number of seconds";
}

static const char *
limit(const char *value, struct rc_buf *why)
{
	(void)why;
	return seconds(value) > 0 ? NULL : "not a time such as 2h";
}

static const char *
on_conflict(const char *value, struct rc_buf *why)
{
	static const char *const words[] = { "update", "skip", "fail" };

	(void)why;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(value, words[i]) == 0)
			return NULL;
	return "not update, skip or fail";
}

static const char *
progress(const char *value, struct rc_buf *why)
{
	(void)why;
	return rc_meter_takes(value) ? NULL : "not 0, 1 or plain";
}

static const char *
topic(const char *value, struct rc_buf *why)
{
	(void)why;
	for (const char *p = value; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("._-", *p) == NULL)
			return "not the name of a topic: letters, digits, dots, _ and -";
	return strlen(value) < 250 ? NULL : "not the name of a topic: too long";
}

static const char *
word(const char *value, struct rc_buf *why)
{
	(void)why;
	return strcmp(value, "|") == 0 || strcmp(value, "&") == 0 ? "stands between programs"
								  : NULL;
}

static const char *
file(const char *value, struct rc_buf *why)
{
	(void)why;
	return access(value, R_OK) == 0 ? NULL : "cannot be read";
}

static const char *
a_store(const char *value, struct rc_buf *why)
{
	if (strncmp(value, "file:", 5) == 0 && value[5] != '\0')
		return NULL;
	if (strncmp(value, "postgres:", 9) != 0)
		return "not a store: file:PATH or postgres:[CONNINFO]";
	return rc_conninfo_check(value + 9, why) == 0 ? NULL : rc_buf_text(why);
}

static const char *
share(const char *value, struct rc_buf *why)
{
	uint64_t most;

	(void)why;
	return rc_share_read(value, 0, &most) == 0 ? NULL : RC_SHARE_EXPECTED;
}

/* Those of the programs, and of the scripts beside them. */
static const struct known {
	const char *name;
	check *check;
} known[] = { { "RC_API", NULL }, { "RC_API_KEY", NULL }, { "RC_BROKERS", NULL },
	{ "RC_DATASET", NULL }, { "RC_DATASETS", NULL }, { "RC_KAFKA_CONFIG", file },
	{ "RC_STATE", a_store }, { "RC_FLOW_CONSUMER", word }, { "RC_FLOW_ENV", NULL },
	{ "RC_FLOW_GROUP", word }, { "RC_FLOW_INTERVAL", limit }, { "RC_FLOW_LOCK", NULL },
	{ "RC_FLOW_MAX_REJECTS", number_only }, { "RC_FLOW_MAX_WITHDRAWN", share },
	{ "RC_FLOW_ON_CONFLICT", on_conflict }, { "RC_FLOW_REJECTS", NULL },
	{ "RC_FLOW_RETRY_DELAY", a_time }, { "RC_FLOW_TABLE", word }, { "RC_FLOW_TIMEOUT", limit },
	{ "RC_FLOW_TOPIC", topic }, { "RC_FLOW_TRANSACTIONAL_ID", word },
	{ "RC_PROGRESS", progress }, { "RC_SUPERVISED", NULL }, { "RC_BIND", NULL },
	{ "RC_BUILD", NULL }, { "RC_CHECK_LIMIT", NULL }, { "RC_DAILY_AT", NULL },
	{ "RC_KAFKA_ARCHIVE", NULL }, { "RC_KAFKA_CLASSPATH", NULL }, { "RC_STACK_DIR", NULL },
	{ "RC_STACK_JARS", NULL }, { "RC_STACK_KAFKA_PORT", NULL },
	{ "RC_STACK_POSTGRES_BIN", NULL }, { "RC_STACK_POSTGRES_PORT", NULL },
	{ "RC_TEST_KEEP", NULL }, { "RC_TEST_LIMIT", NULL } };
#define KNOWN (sizeof(known) / sizeof(*known))

/* --- names */

static const struct known *
find_known(const char *name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

/* check_known: that a name of ours is one. */
static int
check_known(const char *name, const char *where)
{
	struct rc_nearest near = { .name = name };

	if (strncmp(name, "RC_", 3) != 0 || find_known(name) != NULL)
		return 0;
	for (size_t i = 0; i < KNOWN; i++)
		rc_nearest_try(&near, known[i].name);
	rc_log_error("%s: %s: no program knows this setting%s%s%s", where, name,
	    near.found != NULL ? ": is it " : "", near.found != NULL ? near.found : "",
	    near.found != NULL ? "?" : "");
	return RC_CONFIG;
}

/* is_shells: whether a shell or the linker would do something else for it. */
static int
is_shells(const char *name)
{
	static const char *const names[] = { "PATH", "ENV", "IFS", "SHELLOPTS", "PS4", "CDPATH",
		"GLOBIGNORE", "POSIXLY_CORRECT", "UID", "EUID", "PPID", "GCONV_PATH" };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return 1;
	return strncmp(name, "BASH", 4) == 0 || strncmp(name, "LD_", 3) == 0 || *name == '_' ||
	    (islower((unsigned char)*name) && (n < 6 || strcmp(name + n - 6, "_proxy") != 0));
}

static int
check_names(const struct rc_settings *s)
{
	char name[RC_NEAREST_MAX + 1];
	int status = 0;

	for (size_t i = 0; i < s->count && status == 0; i++) {
		status = check_known(s->list[i].name, s->path);
		if (status == 0 && is_shells(s->list[i].name)) {
			rc_log_error("%s: %s: no setting of the flow: it would change what is run",
			    s->path, s->list[i].name);
			status = RC_CONFIG;
		}
	}
	for (char **p = environ; *p != NULL && status == 0; p++) {
		size_t n = strcspn(*p, "=");

		if (strncmp(*p, "RC_", 3) != 0 || n > RC_NEAREST_MAX)
			continue;
		memcpy(name, *p, n);
		name[n] = '\0';
		status = check_known(name, "the environment");
	}
	return status;
}

static int
check_values(const struct rc_settings *s)
{
	struct rc_buf why = { 0 }, shown = { 0 };
	int status = 0;

	for (size_t i = 0; i < KNOWN && status == 0; i++) {
		const char *value = rc_settings_get(s, known[i].name), *wrong = NULL;

		if (known[i].check == NULL || value == NULL || *value == '\0')
			continue;
		if ((wrong = known[i].check(value, &why)) == NULL)
			continue;
		status = rc_secret_setting_show(known[i].name, value, &shown);
		if (status == 0 && rc_buf_text(&shown) != NULL)
			rc_log_error("%s=%s: %s", known[i].name, shown.data, wrong);
		status = RC_CONFIG;
	}
	rc_buf_free(&why);
	rc_buf_free(&shown);
	return status;
}

int
rc_settings_check(const struct rc_settings *s)
{
	for (size_t i = 0; s->open_to_all && i < s->count; i++)
		if (rc_secret_setting_is(s->list[i].name, s->list[i].value)) {
			rc_log_notice(
			    "%s: warning: everybody can read it, and %s is in it: chmod o-r",
			    s->path, s->list[i].name);
			break;
		}
	return rc_status_first(check_names(s), check_values(s));
}
