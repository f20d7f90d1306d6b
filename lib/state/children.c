#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "state/children.h"
#include "state/signals.h"

/* add_child: one more, of the arguments from argv on, which end there. */
static int
add_child(struct rc_children *c, char **argv, const char *counts)
{
	struct rc_child *child = &c->list[c->count];
	struct rc_buf path = { 0 };
	int status;

	if (c->count == RC_CHILDREN_MAX || *argv == NULL) {
		rc_log_error(*argv == NULL ? "a command is missing: see %s --help"
					   : "too many commands: see %s --help",
		    rc_log_program());
		return RC_USAGE;
	}
	child->argv = argv;
	c->count++;
	if (counts == NULL)
		return 0;
	if ((status = rc_buf_printf(&path, "%s.%zu%c", counts, c->count, '\0')) == 0)
		child->counts = path.data;
	return status;
}

int
rc_children_parse(
    struct rc_children *c, char **argv, size_t argc, const char *between, const char *counts)
{
	size_t from = 0;
	int status = 0;

	for (size_t i = 0; i <= argc && status == 0; i++)
		if (i == argc || strcmp(argv[i], between) == 0) {
			argv[i] = NULL; /* argv[argc] is NULL already */
			status = add_child(c, argv + from, counts);
			from = i + 1;
		}
	return status;
}

void
rc_children_become(pid_t parent, pid_t group)
{
	setpgid(0, group);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it has ended before that */
		_exit(128 + SIGKILL);
	rc_signals_default();
	/* A background group may write to the terminal it came from, whatever stty(1) says. */
	signal(SIGTTOU, SIG_IGN);
}

/* with_counts: the arguments and --stats FILE. */
static char **
with_counts(const struct rc_child *child)
{
	static char option[] = "--stats";
	size_t n = 0;
	char **argv;

	while (child->argv[n] != NULL)
		n++;
	if ((argv = malloc((n + 3) * sizeof(*argv))) == NULL)
		return NULL;
	memcpy(argv, child->argv, n * sizeof(*argv));
	argv[n] = option;
	argv[n + 1] = child->counts;
	argv[n + 2] = NULL;
	return argv;
}

/* run: in the child, its standard files as given. */
static void
run(const struct rc_child *child, int in, int out)
{
	char **argv = child->counts != NULL ? with_counts(child) : child->argv;

	if (argv == NULL || dup2(in, STDIN_FILENO) == -1 || dup2(out, STDOUT_FILENO) == -1)
		_exit(RC_OSERR);
	execvp(argv[0], argv);
	rc_log_errno("%s: cannot be run", argv[0]);
	_exit(RC_CONFIG);
}

/* start: one, which reads from in. */
static int
start(struct rc_children *c, struct rc_child *child, int in, int out)
{
	pid_t self = getpid();

	if ((child->pid = fork()) == -1) {
		child->pid = 0;
		return -1;
	}
	child->started = rc_clock_now();
	child->due = HUGE_VAL;
	if (child->pid == 0) {
		rc_children_become(self, c->group);
		run(child, in, out);
	}
	if (c->group == 0)
		c->group = child->pid;
	setpgid(child->pid, c->group); /* the child does, too: whoever is first */
	c->left++;
	return 0;
}

/* make_pipe: which no program inherits but as what it is given for. */
static int
make_pipe(int fds[2])
{
	if (pipe(fds) == -1)
		return -1;
	if (fcntl(fds[0], F_SETFD, FD_CLOEXEC) != -1 && fcntl(fds[1], F_SETFD, FD_CLOEXEC) != -1)
		return 0;
	close(fds[0]);
	close(fds[1]);
	return -1;
}

/* let_go: of one end, now that a program has it. */
static void
let_go(int fd)
{
	if (fd > STDERR_FILENO)
		close(fd);
}

/* start_all: with one pipe open at a time, and that of the ring. */
static int
start_all(struct rc_children *c, enum rc_children_pipe how)
{
	int in = STDIN_FILENO, last = STDOUT_FILENO, bad = 0, fds[2];

	if (how == RC_CHILDREN_RING) {
		if (make_pipe(fds) == -1)
			return -1;
		in = fds[0];
		last = fds[1];
	}
	for (size_t i = 0; i < c->count && !bad; i++) {
		int next = STDIN_FILENO, out = i + 1 < c->count ? STDOUT_FILENO : last;

		if (how != RC_CHILDREN_APART && i + 1 < c->count) {
			if ((bad = make_pipe(fds) == -1) != 0)
				break;
			next = fds[0];
			out = fds[1];
		}
		bad = start(c, &c->list[i], in, out) == -1;
		let_go(in);
		if (out != last)
			let_go(out);
		in = next;
	}
	let_go(in);
	let_go(last);
	return bad ? -1 : 0;
}

int
rc_children_start(struct rc_children *c, enum rc_children_pipe how)
{
	int saved, bad;

	rc_signals_hold();
	bad = start_all(c, how) == -1;
	saved = errno;
	rc_signals_release();
	if (!bad)
		return 0;
	rc_children_signal(c, SIGKILL);
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].pid > 0)
			waitpid(c->list[i].pid, NULL, 0);
	errno = saved;
	rc_log_errno("the programs cannot be started");
	return RC_OSERR;
}

int
rc_children_restart(struct rc_children *c, struct rc_child *child)
{
	int bad;

	rc_signals_hold();
	bad = start(c, child, STDIN_FILENO, STDOUT_FILENO) == -1;
	rc_signals_release();
	if (!bad)
		return 0;
	rc_log_errno("%s: cannot be started again", child->argv[0]);
	return RC_OSERR;
}

int
rc_children_wait_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

struct rc_child *
rc_children_ended(struct rc_children *c, pid_t pid, int wait_status)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].pid == pid) {
			c->list[i].status = rc_children_wait_status(wait_status);
			c->list[i].pid = 0;
			if (--c->left == 0)
				c->group = 0; /* whose number may be another's by and by */
			return &c->list[i];
		}
	return NULL;
}

void
rc_children_signal(const struct rc_children *c, int sig)
{
	/* While one is left, the group is this one. */
	if (c->left > 0 && c->group > 0)
		kill(-c->group, sig);
}

int
rc_children_status(const struct rc_children *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].status != 0 && c->list[i].status != RC_PIPE)
			return c->list[i].status;
	return 0;
}

void
rc_children_free(struct rc_children *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->list[i].counts);
	*c = (struct rc_children){ 0 };
}
