#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/status.h"
#include "dataset/dataset.h"
#include "state/children.h"
#include "state/flow.h"
#include "state/journal.h"
#include "state/lock.h"
#include "state/run.h"
#include "state/runs.h"
#include "state/signals.h"
#include "state/supervise.h"

#define RECORD_MS  10000 /* for PostgreSQL, without which a run goes on */
#define MAX_REASON 4096
#define SEEN_S     (RC_RUNS_SEEN_S / 4.0)
#define KILLED     (128 + 9)

struct flow {
	const struct rc_flow_conf *conf;
	struct rc_lock_run said; /* by the lock */
	struct rc_run run;
	struct rc_run_event event; /* of the run itself */
	struct rc_children children;
	struct rc_supervise supervise;
	int lock_fd;
	struct rc_buf work, place, reason; /* owned */
	double seen;                       /* when the journal last had a sign of life */
	int recorded;                      /* the status of the last try to do so */
};

/* work_path: of a file in the run's folder, into path, NUL-terminated. */
static int
work_path(const struct flow *f, const char *name, struct rc_buf *path)
{
	path->len = 0;
	return rc_buf_printf(path, "%s/%s%c", f->work.data, name, '\0');
}

/* --- the record */

/* note_killed: the run that had the lock before has not said that it ended. */
static int
note_killed(const struct flow *f)
{
	struct rc_run run = {
		.sequence = f->said.sequence, .journal = f->conf->journal, .place = f->place.data
	};
	struct rc_run_event e = { .task = f->said.task,
		.ended = 1,
		.status = KILLED,
		.error = "killed, or the machine went down: its end was not recorded" };

	if (f->said.pid == 0 || f->said.started[0] == '\0')
		return 0;
	memcpy(run.id, f->said.run, sizeof(run.id));
	memcpy(e.started, f->said.started, sizeof(e.started));
	return rc_run_put(&run, &e);
}

/* say: into the lock, which run has it, or (pid 0) had it last. */
static int
say(struct flow *f, long pid)
{
	f->said = (struct rc_lock_run){ .pid = pid, .sequence = f->run.sequence };
	if (pid != 0) {
		memcpy(f->said.run, f->run.id, sizeof(f->said.run));
		snprintf(f->said.task, sizeof(f->said.task), "%s", f->conf->task);
		memcpy(f->said.started, f->event.started, sizeof(f->said.started));
	}
	return rc_lock_say(f->lock_fd, f->conf->lock, &f->said);
}

/* read_said: a file that may be there, its first line alone if asked for, without a line feed. */
static int
read_said(const struct flow *f, const char *name, int first, struct rc_buf *out)
{
	struct rc_buf path = { 0 };
	const char *end;
	int found, status;

	out->len = 0;
	if ((status = work_path(f, name, &path)) == 0)
		status = rc_file_read(path.data, MAX_REASON, out, &found);
	rc_buf_free(&path);
	if (first && out->len > 0 && (end = memchr(out->data, '\n', out->len)) != NULL)
		out->len = (size_t)(end - out->data);
	return status == 0 ? rc_buf_addc(out, '\0') : status;
}

/* record_now: in a process of its own: what it says goes into a file. */
static int
record_now(const struct flow *f)
{
	struct rc_dataset *dataset = NULL;
	struct rc_buf path = { 0 };
	uint64_t count;
	int fd = -1, status;

	if (f->supervise.stop_fd != -1)
		close(f->supervise.stop_fd); /* else the run would not end while this lasts */
	if ((status = work_path(f, "record", &path)) == 0 &&
	    ((fd = open(path.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) == -1 ||
		dup2(fd, STDERR_FILENO) == -1))
		return RC_IO;
	if (status == 0 && (status = rc_dataset_open(&dataset, f->conf->dataset)) == 0)
		status = rc_runs_record(f->conf->journal, dataset->name, RECORD_MS, &count);
	return status;
}

/* record: what is in the journal, if there is something. */
static pid_t
record(void *arg)
{
	struct flow *f = arg;
	struct rc_journal journal = { .folder = f->conf->journal };
	pid_t self = getpid(), pid = 0;

	/* once more that it has begun is a sign of life */
	if (!f->event.ended && rc_clock_now() - f->seen >= SEEN_S) {
		f->seen = rc_clock_now();
		rc_run_put(&f->run, &f->event); /* which says why it cannot be */
	}
	if (rc_journal_open(&journal) == 0 && journal.count > 0) {
		rc_signals_hold();
		if ((pid = fork()) == 0) {
			rc_children_become(self, 0);
			_exit(record_now(f));
		}
		rc_signals_release();
	}
	rc_journal_close(&journal);
	return pid > 0 ? pid : 0;
}

static void
recorded(void *arg, int status)
{
	struct flow *f = arg;
	struct rc_buf text = { 0 };

	f->recorded = status;
	if (status == 0 && read_said(f, "record", 0, &text) == 0 && text.len > 1)
		fputs(text.data, stderr);
	rc_buf_free(&text);
}

/* end_record: the end, and all of it into PostgreSQL. */
static int
end_record(struct flow *f, int status)
{
	struct rc_buf why = { 0 };
	int put;

	f->event.ended = 1;
	f->event.status = status;
	rc_run_time(&f->run, f->event.at);
	if ((put = rc_run_put(&f->run, &f->event)) == 0)
		put = say(f, 0);
	f->supervise.adopts = 0;
	rc_supervise(&f->supervise);
	/* else the reason why the run failed is most likely that of this, too */
	if (f->recorded != 0 && status == 0 && read_said(f, "record", 1, &why) == 0)
		rc_log_notice(
		    "the run is not recorded, but kept in %s: %s", f->conf->journal, why.data);
	rc_buf_free(&why);
	return rc_status_first(status, put);
}

/* --- the run */

/* begin: the lock, and what is to be there before anything runs. */
static int
begin(struct flow *f)
{
	const struct rc_flow_conf *conf = f->conf;
	struct rc_buf in_journal = { 0 };
	int status;

	if ((status = rc_buf_printf(&f->work, "%s.work%c", conf->lock, '\0')) == 0 &&
	    (status = rc_buf_printf(&in_journal, "%s/%c", conf->journal, '\0')) == 0 &&
	    (status = rc_file_make_folders(conf->lock)) == 0)
		status = rc_file_make_folders(in_journal.data);
	rc_buf_free(&in_journal);
	if (status != 0 || (status = rc_lock_take(conf->lock, &f->lock_fd, &f->said)) != 0)
		return status;
	if ((status = rc_run_place(conf->lock, &f->place)) != 0 || (status = note_killed(f)) != 0 ||
	    (status = rc_folder_make(f->work.data)) != 0)
		return status;
	rc_run_begin(&f->run, f->said.sequence + 1, conf->journal);
	f->run.place = f->place.data;
	rc_run_time(&f->run, f->event.started);
	f->event.task = conf->task;
	f->seen = rc_clock_now();
	if ((status = say(f, (long)getpid())) == 0 &&
	    (status = rc_run_put(&f->run, &f->event)) != 0)
		say(f, 0); /* it has not begun */
	return status;
}

/* start_run: with nothing to read. */
static int
start_run(struct flow *f, char **argv, size_t argc)
{
	int theirs = -1, null = open("/dev/null", O_RDONLY), status = RC_OSERR;

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 || prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		rc_log_errno("the run cannot be started");
	else if ((status = rc_children_parse(&f->children, argv, argc, "&", NULL)) == 0 &&
	    (status = rc_run_hand_on(&f->run, &f->supervise.stop_fd, &theirs)) == 0)
		status = rc_children_start(&f->children, 0);
	if (null > STDERR_FILENO)
		close(null);
	if (theirs != -1)
		close(theirs);
	return status;
}

/* why: how it ended, and with that its status. */
static int
why(struct flow *f, int status)
{
	const struct rc_supervise *s = &f->supervise;
	int failed = RC_OK;

	f->reason.len = 0;
	if (s->late) {
		rc_log_error("not ended within %s (RC_FLOW_TIMEOUT)", f->conf->limit_text);
		failed =
		    rc_buf_printf(&f->reason, "not ended within %s%c", f->conf->limit_text, '\0');
		status = RC_TEMPFAIL;
	} else if (s->sig != 0) {
		failed = rc_buf_printf(&f->reason, "ended by %s%c", rc_signals_name(s->sig), '\0');
		status = 128 + s->sig;
	} else if (status > 128)
		failed = rc_buf_printf(&f->reason, "its script was ended by %s%c",
		    rc_signals_name(status - 128), '\0');
	else if (status != 0)
		failed = read_said(f, "reason", 1, &f->reason);
	if (failed == 0 && f->reason.len > 1)
		f->event.error = f->reason.data;
	return rc_status_first(status, failed);
}

int
rc_flow_run(const struct rc_flow_conf *conf, char **argv, size_t argc)
{
	struct flow f = { .conf = conf, .lock_fd = -1 };
	int status;

	f.supervise = (struct rc_supervise){ .children = &f.children,
		.watch_fd = -1,
		.stop_fd = -1,
		.limit = conf->limit > 0 ? conf->limit : HUGE_VAL,
		.adopts = 1,
		.beside = record,
		.beside_ended = recorded,
		.arg = &f };
	if ((status = rc_signals_open()) == 0 && (status = begin(&f)) == 0) {
		if ((status = start_run(&f, argv, argc)) == 0 &&
		    (status = rc_supervise(&f.supervise)) == 0)
			status = why(&f, f.supervise.status);
		if (f.supervise.stop_fd != -1)
			close(f.supervise.stop_fd);
		f.supervise.stop_fd = -1;
		status = end_record(&f, status);
		status = rc_status_first(status, rc_folder_remove(f.work.data));
	}
	if (f.lock_fd != -1)
		close(f.lock_fd);
	rc_children_free(&f.children);
	rc_buf_free(&f.work);
	rc_buf_free(&f.place);
	rc_buf_free(&f.reason);
	return status;
}
