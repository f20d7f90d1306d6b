#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"

static volatile sig_atomic_t stop_signal;
static double stop_time; /* set before stop_signal */
static int deferred;
static int stop_pipe[2] = { -1, -1 };

static void
on_signal(int sig)
{
	int saved = errno;

	if (stop_signal != 0) { /* the second one: do as the signal says */
		signal(sig, SIG_DFL);
		raise(sig);
		return;
	}
	stop_time = rc_clock_now();
	stop_signal = sig;
	/* A full pipe is readable already, which is all that is wanted. */
	if (write(stop_pipe[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

/* heed: from now on take the signal as a stop request, but where whoever started this wants it
 * ignored, as nohup(1) does, and a shell for what runs in the background. */
static int
heed(int sig, const struct sigaction *act)
{
	struct sigaction was;

	if (sigaction(sig, NULL, &was) == -1)
		return -1;
	return was.sa_handler == SIG_IGN ? 0 : sigaction(sig, act, NULL);
}

int
rc_stop_setup(void)
{
	struct sigaction act = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN };

	sigemptyset(&act.sa_mask);
	sigemptyset(&ignore.sa_mask);
	if (pipe(stop_pipe) == -1 || fcntl(stop_pipe[0], F_SETFD, FD_CLOEXEC) == -1 ||
	    fcntl(stop_pipe[1], F_SETFD, FD_CLOEXEC) == -1 ||
	    fcntl(stop_pipe[1], F_SETFL, O_NONBLOCK) == -1 || heed(SIGINT, &act) == -1 ||
	    heed(SIGTERM, &act) == -1 || sigaction(SIGPIPE, &ignore, NULL) == -1) {
		rc_log_errno("cannot set up the handling of signals");
		return RC_OSERR;
	}
	return 0;
}

int
rc_stop_signal(void)
{
	return deferred ? 0 : stop_signal;
}

int
rc_stop_check(void)
{
	return rc_stop_signal() == 0 ? 0 : RC_TEMPFAIL;
}

double
rc_stop_until(void)
{
	return rc_stop_signal() != 0 ? stop_time + RC_STOP_GRACE_S : HUGE_VAL;
}

int
rc_stop_fd(void)
{
	return deferred ? -1 : stop_pipe[0];
}

void
rc_stop_defer(int on)
{
	deferred = on;
	if (!on && stop_signal != 0) /* what is done about it begins now */
		stop_time = rc_clock_now();
}

void
rc_stop_sleep(long ms)
{
	struct pollfd fd = { .fd = rc_stop_fd(), .events = POLLIN };

	if (rc_stop_signal() == 0)
		poll(&fd, 1, ms > INT_MAX ? INT_MAX : (int)ms);
}
