#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"

static volatile sig_atomic_t stop_signal;
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
	stop_signal = sig;
	/* A full pipe is readable already, which is all that is wanted. */
	if (write(stop_pipe[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

int
rc_stop_setup(void)
{
	struct sigaction act = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN };

	sigemptyset(&act.sa_mask);
	sigemptyset(&ignore.sa_mask);
	if (pipe(stop_pipe) == -1 || fcntl(stop_pipe[0], F_SETFD, FD_CLOEXEC) == -1 ||
	    fcntl(stop_pipe[1], F_SETFD, FD_CLOEXEC) == -1 ||
	    fcntl(stop_pipe[1], F_SETFL, O_NONBLOCK) == -1 || sigaction(SIGINT, &act, NULL) == -1 ||
	    sigaction(SIGTERM, &act, NULL) == -1 || sigaction(SIGPIPE, &ignore, NULL) == -1) {
		rc_log_errno("cannot set up the handling of signals");
		return RC_IO;
	}
	return 0;
}

int
rc_stop_signal(void)
{
	return deferred ? 0 : stop_signal;
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
}

void
rc_stop_sleep(long ms)
{
	struct pollfd fd = { .fd = rc_stop_fd(), .events = POLLIN };

	if (rc_stop_signal() == 0)
		poll(&fd, 1, ms > INT_MAX ? INT_MAX : (int)ms);
}
