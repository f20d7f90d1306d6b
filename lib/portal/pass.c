#include <inttypes.h>

#include "base/log.h"
#include "base/stop.h"
#include "portal/pass.h"

#define BEYOND 10000 /* records that may come beside twice the portal's count */

int
rc_pass_too_many(const struct rc_pass *pass, uint64_t came)
{
	if (came <= 2 * pass->expected + BEYOND)
		return 0;
	rc_log_error("%s: more than %" PRIu64 " records came, where it says that there are %" PRIu64
		     ": is --api right?",
	    rc_portal_url(pass->portal), came - 1, pass->expected);
	return 1;
}

int
rc_pass_is_over(const struct rc_pass *pass)
{
	return rc_collect_full(pass->collect) || rc_stop_signal() != 0;
}
