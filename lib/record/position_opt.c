#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "record/position.h"
#include "record/position_opt.h"

static int
wrong_date(const struct rc_opt *opt, const char *arg)
{
	return rc_opt_wrong(opt, arg, "not a date such as 2024-04-18");
}

int
rc_position_opt_since(const struct rc_opt *opt, const char *arg)
{
	struct rc_span text = { arg, strlen(arg) };
	struct rc_position_opt *since = opt->to;

	if (rc_span_trim(text).n == 0) {
		rc_log_error(
		    "--%s: empty, which is no position: did the command that prints it fail? {} "
		    "means everything",
		    opt->name);
		return RC_DATA;
	}
	if (rc_position_parse(text, &since->given, &since->days) != 0)
		return wrong_date(opt, arg);
	if (since->given && since->days > rc_date_today())
		rc_log_warn("--%s %s: that is after today: nothing published before is fetched",
		    opt->name, arg);
	return 0;
}

int
rc_position_opt_until(const struct rc_opt *opt, const char *arg)
{
	struct rc_span text = { arg, strlen(arg) };
	struct rc_position_opt *until = opt->to;

	if (*arg == '{' || rc_position_parse(text, &until->given, &until->days) != 0 ||
	    !until->given)
		return wrong_date(opt, arg);
	return 0;
}
