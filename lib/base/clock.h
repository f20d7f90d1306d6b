/* clock.h - how much time has passed, whatever becomes of the time of day. */
#ifndef RC_CLOCK_H
#define RC_CLOCK_H

/* rc_clock_now: seconds on a clock that only goes forward (CLOCK_MONOTONIC). */
double rc_clock_now(void);

#endif
