#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "state/children.h"
#include "state/run.h"
#include "state/signals.h"
#include "state/supervise.h"
#include "state/task.h"

#define MAX_COUNTS ((size_t)1 << 20) /* bytes; one takes a few hundred */

/* add_file: lines of JSON, if there are any. */
static int
add_file(struct rc_buf *list, const char *path, int *found)
{
	struct rc_buf text = { 0 };
	int status = rc_file_read(path, MAX_COUNTS, &text, found);

	if (status == 0 && *found)
		status = rc_run_add_json(list, rc_buf_span(&text));
	rc_buf_free(&text);
	return status;
}

/* add_uncounted: what is known of a program that has left no counts. */
static int
add_uncounted(struct rc_buf *list, const struct rc_child *child)
{
	struct rc_span name = { child->argv[0], strlen(child->argv[0]) };
	struct rc_buf line = { 0 };
	int status = rc_buf_adds(&line, "{\"tool\":");

	if (status == 0 && (status = rc_quote_lossy(&line, name)) == 0)
		status = rc_buf_printf(&line, ",\"status\":%d,\"error\":", child->status);
	if (status == 0)
		status = child->status > 128 && child->status != RC_PIPE
		    ? rc_buf_printf(&line, "\"ended by %s\"}", rc_signals_name(child->status - 128))
		    : rc_buf_adds(&line, "null}");
	if (status == 0)
		status = rc_run_add_json(list, rc_buf_span(&line));
	rc_buf_free(&line);
	return status;
}

static int
add_counts(struct rc_buf *list, const struct rc_children *c)
{
	int status = 0, found;

	for (size_t i = 0; i < c->count && status == 0; i++) {
		found = 0;
		if (c->list[i].counts != NULL)
			status = add_file(list, c->list[i].counts, &found);
		if (status == 0 && !found)
			status = add_uncounted(list, &c->list[i]);
	}
	return status;
}

/* supervise: start them, and keep them until they have ended, with which status. */
static int
supervise(
    struct rc_children *c, const char *const *names, int ring, const struct rc_run *run, int *ended)
{
	struct rc_supervise s = { .children = c,
		.piped = names == NULL,
		.names = names,
		.watch_fd = run->stop_fd,
		.stop_fd = -1,
		.limit = HUGE_VAL };
	int status = RC_OSERR, theirs = -1;

	if (fcntl(run->stop_fd, F_SETFD, FD_CLOEXEC) == -1)
		rc_log_errno("the programs cannot be started");
	else if (s.piped || (status = rc_run_hand_on(run, &s.stop_fd, &theirs)) == 0)
		status = rc_children_start(c,
		    !s.piped   ? RC_CHILDREN_APART
			: ring ? RC_CHILDREN_RING
			       : RC_CHILDREN_PIPED);
	if (status == 0)
		status = rc_supervise(&s);
	if (status == 0)
		*ended = s.piped ? rc_children_status(c) : s.status;
	if (s.stop_fd != -1)
		close(s.stop_fd);
	if (theirs != -1) /* until now, for those that are started again */
		close(theirs);
	return status;
}

/* part: "a,b" into names, one for each child; text is changed. */
static int
part(char *text, const struct rc_children *c, const char *names[RC_CHILDREN_MAX])
{
	size_t n = 0;

	for (char *next = text; next != NULL && n < RC_CHILDREN_MAX; n++) {
		names[n] = next;
		if ((next = strchr(next, ',')) != NULL)
			*next++ = '\0';
	}
	if (n == c->count)
		return 0;
	rc_log_error("--beside: one name for each command: see %s --help", rc_log_program());
	return RC_USAGE;
}

/* record_end: record how it ended. */
static int
record_end(struct rc_run_event *e, const struct rc_children *c, const struct rc_run *run,
    const struct rc_task_conf *conf)
{
	int status = 0, found;

	e->ended = 1;
	rc_run_time(run, e->at);
	if (conf->before != NULL)
		status = add_file(&e->before, conf->before, &found);
	if (status == 0 && (status = add_counts(&e->programs, c)) == 0)
		status = rc_run_put(run, e);
	rc_buf_free(&e->before);
	rc_buf_free(&e->programs);
	return status;
}

int
rc_task_run(const struct rc_task_conf *conf, char **argv, size_t argc)
{
	struct rc_run_event event = { .task = conf->task, .attempt = (unsigned)conf->attempt };
	char *beside = conf->beside != NULL ? strdup(conf->beside) : NULL;
	const char *names[RC_CHILDREN_MAX];
	struct rc_run run = { .stop_fd = -1 };
	struct rc_children c = { 0 };
	int status, failed;

	if (!rc_run_inherit(&run)) {
		rc_log_error("this is no part of a run: rc-flow runs it, or begin one with --lock");
		free(beside);
		return RC_CONFIG;
	}
	rc_run_time(&run, event.started);
	status = conf->ring && beside != NULL ? RC_USAGE : 0;
	if (status != 0)
		rc_log_error("--ring: is of a pipe, and not with --beside");
	else
		status =
		    rc_children_parse(&c, argv, argc, beside != NULL ? "&" : "|", conf->counts);
	if (status == 0 && beside != NULL)
		status = part(beside, &c, names);
	if (status == 0 && (status = rc_signals_open()) == 0 && conf->task != NULL &&
	    !conf->if_failed)
		status = rc_run_put(&run, &event);
	if (status == 0) {
		failed = supervise(&c, beside != NULL ? names : NULL, conf->ring, &run, &status);
		if (failed != 0)
			event.error = rc_log_last();
		event.status = status = rc_status_first(failed, status);
		if (conf->task != NULL && (status != 0 || !conf->if_failed))
			status = rc_status_first(status, record_end(&event, &c, &run, conf));
	}
	free(beside);
	rc_children_free(&c);
	/* The script is to be killed, too, when who began the run has ended, which takes longer
	 * than to close its files: it must not go on, now that this ends, with what nobody would
	 * end. */
	if (rc_run_killed(&run))
		kill(0, SIGKILL);
	return status;
}
