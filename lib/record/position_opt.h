/* position_opt.h - options whose value is a date, or a position.  Tested by tests/rc-fetch.t. */
#ifndef RC_POSITION_OPT_H
#define RC_POSITION_OPT_H

#include "base/opt.h"

struct rc_position_opt { /* start as { 0 } */
	int given;
	long days; /* date.h */
};

rc_opt_set rc_position_opt_since; /* struct rc_position_opt *: a date or a position; {} is as
				   * good as not given; RC_DATA: it is empty, as what a program
				   * that failed has printed */
rc_opt_set rc_position_opt_until; /* struct rc_position_opt *: a date */

#endif
