#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/opt.h"
#include "base/status.h"

int
rc_opt_wrong(const struct rc_opt *opt, const char *arg, const char *why)
{
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

/* above_0: for an int. */
static int
above_0(const struct rc_opt *opt, const char *arg, const char *why)
{
	unsigned long long n;

	if (whole(arg, 1, INT_MAX, &n) == -1)
		return rc_opt_wrong(opt, arg, why);
	*(int *)opt->to = (int)n;
	return 0;
}

int
rc_opt_int(const struct rc_opt *opt, const char *arg)
{
	return above_0(opt, arg, "not a whole number above 0");
}

int
rc_opt_ms(const struct rc_opt *opt, const char *arg)
{
	return above_0(opt, arg, "not a whole number of milliseconds above 0");
}

int
rc_opt_age(const struct rc_opt *opt, const char *arg)
{
	static const char units[] = "smhd";
	static const long seconds[] = { 1, 60, 3600, 86400 };
	const char *unit = strpbrk(arg, units);
	size_t digits = strspn(arg, "0123456789");
	long n = digits > 0 && digits < 7 ? strtol(arg, NULL, 10) : 0;

	if (n < 1 || unit != arg + digits || unit[1] != '\0')
		return rc_opt_wrong(
		    opt, arg, "not an age: a number with s, m, h or d, such as 36h or 3d");
	*(int64_t *)opt->to = (int64_t)n * seconds[strchr(units, *unit) - units];
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

		snprintf(list + len, sizeof(list) - len, "%s%s",
		    i == 0                           ? ""
			: word->words[i + 1] == NULL ? " nor "
						     : ", ",
		    word->words[i]);
	}
	rc_log_error("--%s %s: neither %s", opt->name, arg, list);
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
