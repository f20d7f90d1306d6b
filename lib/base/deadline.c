#include <limits.h>
#include <poll.h>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/stop.h"

struct rc_deadline
rc_deadline_in(double ms)
{
	return (struct rc_deadline){ rc_clock_now() + ms / 1000 };
}

struct rc_deadline
rc_deadline_first(struct rc_deadline a, struct rc_deadline b)
{
	return a.at < b.at ? a : b;
}

enum rc_deadline_end
rc_deadline_end(struct rc_deadline d)
{
	double now = rc_clock_now();

	if (now >= rc_stop_until())
		return RC_DEADLINE_STOPPED;
	return now >= d.at ? RC_DEADLINE_OVER : RC_DEADLINE_AHEAD;
}

int
rc_deadline_left(struct rc_deadline d)
{
	double left = ((rc_stop_until() < d.at ? rc_stop_until() : d.at) - rc_clock_now()) * 1000;

	return left <= 0 ? 0 : left >= INT_MAX ? INT_MAX : (int)left + 1;
}

int
rc_deadline_wait(struct rc_deadline d, int fd, short events)
{
	struct pollfd fds[] = { { .fd = fd, .events = events }, { .events = POLLIN } };
	enum rc_deadline_end end;
	int n;

	for (;;) {
		/* once a stop was requested, its descriptor stays readable */
		fds[1].fd = rc_stop_signal() == 0 ? rc_stop_fd() : -1;
		n = poll(fds, 2, rc_deadline_left(d));
		if (n > 0 && fds[0].revents != 0)
			return 1;
		if ((end = rc_deadline_end(d)) != RC_DEADLINE_AHEAD)
			return end == RC_DEADLINE_STOPPED ? -1 : 0;
	}
}

void
rc_deadline_sleep(struct rc_deadline d, long ms)
{
	int left = rc_deadline_left(d);

	rc_stop_sleep(ms < left ? ms : left);
}
