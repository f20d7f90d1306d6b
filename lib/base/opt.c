#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/share.h"
#include "base/status.h"

int
rc_opt_wrong(const struct rc_opt *opt, const char *arg, const char *why)
{
	if (*opt->name == '\0')
		rc_log_error("-%c %s: %s: see %s --help", opt->letter, arg, why, rc_log_program());
	else
		rc_log_error("--%s %s: %s: see %s --help", opt->name, arg, why, rc_log_program());
	return RC_USAGE;
}

int
rc_opt_text(const struct rc_opt *opt, const char *arg)
{
	if (*arg == '\0')
		return rc_opt_wrong(opt, "''", "empty: is a variable not set?");
	*(const char **)opt->to = arg;
	return 0;
}

int
rc_opt_flag(const struct rc_opt *opt, const char *arg)
{
	(void)arg;
	*(int *)opt->to = 1;
	return 0;
}

/* whole: arg as a number from low to high; -1: it is not. */
static int
whole(const char *arg, unsigned long long low, unsigned long long high, unsigned long long *value)
{
	char *end;

	if (*arg < '0' || *arg > '9') /* strtoull would take signs and spaces */
		return -1;
	errno = 0;
	*value = strtoull(arg, &end, 10);
	return errno == 0 && *end == '\0' && *value >= low && *value <= high ? 0 : -1;
}

int
rc_opt_count(const struct rc_opt *opt, const char *arg)
{
	unsigned long long n;

	if (whole(arg, 0, ULLONG_MAX - 1, &n) == -1)
		return rc_opt_wrong(opt, arg, "not a whole number");
	*(uint64_t *)opt->to = n;
	return 0;
}

int
rc_opt_int(const struct rc_opt *opt, const char *arg)
{
	unsigned long long n;

	if (whole(arg, 1, INT_MAX, &n) == -1)
		return rc_opt_wrong(opt, arg, "not a whole number above 0");
	*(int *)opt->to = (int)n;
	return 0;
}

int
rc_opt_share(const struct rc_opt *opt, const char *arg)
{
	uint64_t most;

	if (rc_share_read(arg, 0, &most) != 0)
		return rc_opt_wrong(opt, arg, RC_SHARE_EXPECTED);
	*(const char **)opt->to = arg;
	return 0;
}

int
rc_opt_deed(const struct rc_opt *opt, const char *arg)
{
	return rc_opt_flag(opt, arg);
}

/* duration: arg in units of unit_ms, 1 or more, in which a number alone is if it may be one; 0: it
 * is not that. */
static int64_t
duration(const char *arg, int64_t unit_ms, int alone)
{
	int64_t ms;

	if (rc_duration_read(arg, alone ? unit_ms : 0, &ms) == -1 || ms % unit_ms != 0)
		return 0;
	return ms / unit_ms;
}

/* whole_units: a duration into an int. */
static int
whole_units(const struct rc_opt *opt, const char *arg, int64_t unit_ms, const char *why)
{
	int64_t n = duration(arg, unit_ms, 1);

	if (n < 1 || n > INT_MAX)
		return rc_opt_wrong(opt, arg, why);
	*(int *)opt->to = (int)n;
	return 0;
}

int
rc_opt_ms(const struct rc_opt *opt, const char *arg)
{
	return whole_units(
	    opt, arg, 1, "not a time such as 500ms, 30s or 5m, nor a number of milliseconds");
}

int
rc_opt_seconds(const struct rc_opt *opt, const char *arg)
{
	return whole_units(opt, arg, RC_DURATION_SECOND,
	    "not a time such as 30s, 5m or 2h, nor a number of seconds");
}

int
rc_opt_days(const struct rc_opt *opt, const char *arg)
{
	return whole_units(
	    opt, arg, RC_DURATION_DAY, "not whole days, such as 7d, nor a number of days");
}

int
rc_opt_age(const struct rc_opt *opt, const char *arg)
{
	int64_t n = duration(arg, RC_DURATION_SECOND, 0);

	if (n < 1 || n > INT64_C(999999) * 86400) /* further back than PostgreSQL's calendar */
		return rc_opt_wrong(opt, arg, "not an age such as 90s, 36h or 3d");
	*(int64_t *)opt->to = n;
	return 0;
}

int
rc_opt_word(const struct rc_opt *opt, const char *arg)
{
	struct rc_opt_word *word = opt->to;
	char list[128] = "";

	for (int i = 0; word->words[i] != NULL; i++)
		if (strcmp(word->words[i], arg) == 0) {
			word->index = i;
			return 0;
		}
	for (int i = 0; word->words[i] != NULL; i++) {
		size_t len = strlen(list);

		snprintf(
		    list + len, sizeof(list) - len, "%s%s", i == 0 ? "" : ", ", word->words[i]);
	}
	rc_log_error("--%s %s: is not one of: %s", opt->name, arg, list);
	return RC_USAGE;
}

int
rc_opt_collect(const struct rc_opt *opt, const char *arg)
{
	struct rc_opt_list *list = opt->to;
	const char **items = realloc(list->items, (list->count + 1) * sizeof(*items));

	if (items == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	items[list->count] = arg;
	list->items = items;
	list->count++;
	return 0;
}

int
rc_opt_instead(const struct rc_opt *opt, const char *arg)
{
	(void)arg;
	rc_log_error("-%c: %s", opt->letter, (const char *)opt->to);
	return RC_USAGE;
}
