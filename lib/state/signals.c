#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "state/signals.h"

static const struct {
	int sig;
	const char *name;
} ending[] = { { SIGHUP, "SIGHUP" }, { SIGINT, "SIGINT" }, { SIGQUIT, "SIGQUIT" },
	{ SIGTERM, "SIGTERM" }, { SIGPIPE, "SIGPIPE" }, { SIGALRM, "SIGALRM" },
	{ SIGUSR1, "SIGUSR1" }, { SIGUSR2, "SIGUSR2" }, { SIGVTALRM, "SIGVTALRM" },
	{ SIGPROF, "SIGPROF" }, { SIGPOLL, "SIGPOLL" }, { SIGXCPU, "SIGXCPU" },
	{ SIGXFSZ, "SIGXFSZ" } };
#define ENDING (sizeof(ending) / sizeof(*ending))

static int pipe_fds[2] = { -1, -1 };
static int caught[ENDING]; /* they were not ignored */
static sigset_t held;

static void
on_signal(int sig, siginfo_t *info, void *context)
{
	int saved = errno;
	unsigned char byte = (unsigned char)sig;

	(void)context;
	/* that somebody no longer reads what is written here is no wish to end this */
	if (sig == SIGPIPE && info->si_pid == getpid())
		return;
	/* A full pipe is one of signals that were not yet looked at, which is all that counts. */
	if (write(pipe_fds[1], &byte, 1) < 0)
		errno = saved;
	errno = saved;
}

int
rc_signals_open(void)
{
	struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO }, was;
	int bad = pipe(pipe_fds) == -1;

	sigfillset(&act.sa_mask);
	for (int i = 0; i < 2 && !bad; i++)
		bad = fcntl(pipe_fds[i], F_SETFD, FD_CLOEXEC) == -1 ||
		    fcntl(pipe_fds[i], F_SETFL, O_NONBLOCK) == -1;
	for (size_t i = 0; i < ENDING && !bad; i++) {
		if (sigaction(ending[i].sig, NULL, &was) == -1)
			bad = 1;
		/* SIGPIPE is ignored by each of these programs (stop.h) */
		else if (was.sa_handler != SIG_IGN || ending[i].sig == SIGPIPE)
			bad = (caught[i] = 1, sigaction(ending[i].sig, &act, NULL)) == -1;
	}
	if (bad || sigaction(SIGCHLD, &act, NULL) == -1) {
		rc_log_errno("cannot set up the handling of signals");
		return RC_OSERR;
	}
	return rc_stop_check();
}

int
rc_signals_fd(void)
{
	return pipe_fds[0];
}

int
rc_signals_next(void)
{
	unsigned char sig;

	return read(pipe_fds[0], &sig, 1) == 1 ? sig : 0;
}

void
rc_signals_hold(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &held);
}

void
rc_signals_release(void)
{
	sigprocmask(SIG_SETMASK, &held, NULL);
}

void
rc_signals_default(void)
{
	for (size_t i = 0; i < ENDING; i++)
		if (caught[i])
			signal(ending[i].sig, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	rc_signals_release();
}

const char *
rc_signals_name(int sig)
{
	static char text[24];

	for (size_t i = 0; i < ENDING; i++)
		if (ending[i].sig == sig)
			return ending[i].name;
	if (sig == SIGKILL)
		return "SIGKILL";
	snprintf(text, sizeof(text), "signal %d", sig);
	return text;
}
