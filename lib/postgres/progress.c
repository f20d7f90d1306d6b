#include <inttypes.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/progress.h"

void
rc_progress_start(struct rc_progress *p, struct rc_place stored)
{
	p->stored = p->next = stored;
	p->passed = 0;
	p->passed_at = -1;
	p->warned = 0;
	p->released = 0;
}

int
rc_progress_moved(const struct rc_progress *p)
{
	return p->next.offset != p->stored.offset;
}

void
rc_progress_advance(struct rc_progress *p, const struct rc_envelope *e)
{
	int is_message = e->kind != RC_ENVELOPE_POSITION;

	p->next.offset = is_message ? e->offset + 1 : e->offset;
	if (is_message || e->timestamp >= 0)
		p->next.ms = e->timestamp;
}

void
rc_progress_rewind(struct rc_progress *p, struct rc_place before)
{
	p->next = before;
}

enum rc_progress_found
rc_progress_compare(const struct rc_progress *p, struct rc_place found)
{
	if (found.offset == p->stored.offset)
		return rc_progress_moved(p) ? RC_PROGRESS_BEFORE : RC_PROGRESS_SAME;
	return found.offset == p->next.offset ? RC_PROGRESS_AFTER : RC_PROGRESS_OTHER;
}

void
rc_progress_commit(struct rc_progress *p)
{
	p->stored = p->next;
}

/* check_start: where reading starts, against the position that is stored. */
static int
check_start(const char *consumer, const struct rc_progress *p, const struct rc_envelope *e)
{
	int64_t meant = e->offset - e->skipped; /* what is gone may be missing */

	if (p->next.offset == -1 && meant > 0)
		rc_log_warn("%s partition %" PRId32 ": it starts at offset %" PRId64
			    ", and nothing before that was ever loaded for consumer \"%s\"",
		    p->topic, p->partition, e->offset, consumer);
	if (p->next.offset == -1 || meant <= p->next.offset)
		return 0;
	rc_log_error(
	    "%s partition %" PRId32 ": offsets %" PRId64 " to %" PRId64
	    " are missing: consumer \"%s\" has loaded up to the first of them, and the input "
	    "starts after them: start with -o from rc-load --positions; or, if that is "
	    "meant, delete what is stored with --forget",
	    p->topic, p->partition, p->next.offset, e->offset - 1, consumer);
	return RC_DATA;
}

/* check_passed: where the stored position is reached, whether the last message below it
 * is the one that was loaded. */
static int
check_passed(const char *consumer, struct rc_progress *p)
{
	int64_t at = p->passed_at;

	p->passed_at = -1;
	if (at == -1 || !rc_envelope_is_another(p->stored.offset, at, p->passed_ms, p->stored.ms))
		return 0;
	rc_log_error(
	    "%s partition %" PRId32 ": what comes before offset %" PRId64
	    " is not what consumer \"%s\" has loaded: the topic seems to have been deleted "
	    "and re-created: delete what is stored of it with --forget, and load it again",
	    p->topic, p->partition, p->stored.offset, consumer);
	return RC_DATA;
}

/* pass_over: what lies below the position is not loaded again. */
static void
pass_over(struct rc_progress *p, const struct rc_envelope *e)
{
	if (e->kind != RC_ENVELOPE_POSITION) {
		p->passed++;
		if (e->offset < p->stored.offset) { /* else it came twice in this run */
			p->passed_at = e->offset;
			p->passed_ms = e->timestamp;
		}
	} else if (!e->start && !p->warned) {
		/* with -q, too: what is published from now on may be passed over */
		rc_log_notice("%s partition %" PRId32 ": warning: it ends at offset %" PRId64
			      ", before the stored position, %" PRId64
			      ": was the topic deleted and re-created? then delete that with "
			      "--forget, and load it again",
		    p->topic, p->partition, e->offset, p->next.offset);
		p->warned = 1;
	}
}

int
rc_progress_refuse_moved(const char *consumer, const struct rc_progress *p)
{
	rc_log_error("%s partition %" PRId32
		     ": another loader has %s the position of consumer \"%s\", or it was "
		     "deleted: %s",
	    p->topic, p->partition, p->epoch > 0 ? "claimed, or moved," : "moved", consumer,
	    p->epoch > 0 ? "start again" : "let one loader end; then start again");
	return RC_TEMPFAIL;
}

static int
refuse_added(const struct rc_progress *p)
{
	rc_log_error("%s partition %" PRId32
		     ": it was added while others have messages that are not loaded, and of a key "
		     "that is in two partitions the older version could win: let the table go by "
		     "time: rc-load -e --by-time </dev/null; or load the others to their ends "
		     "first: rc-load --positions | rc-consume -eE -p 0,1,... -o - | rc-load -e; "
		     "or fill a new topic, made with as many partitions as are wanted",
	    p->topic, p->partition);
	return RC_CONFIG;
}

int
rc_progress_check(const char *consumer, int by_time, struct rc_progress *p,
    const struct rc_envelope *e, int *wanted)
{
	int status = 0;

	if (e->added && !by_time && p->next.offset == -1)
		return refuse_added(p);
	if (e->kind == RC_ENVELOPE_POSITION && e->start)
		status = check_start(consumer, p, e);
	*wanted = status == 0 && e->offset >= p->next.offset;
	if (status == 0 && !*wanted)
		pass_over(p, e);
	return *wanted ? check_passed(consumer, p) : status;
}

void
rc_progress_report(const struct rc_progress *p)
{
	if (p->passed > 0)
		rc_log_warn("%s partition %" PRId32 ": %" PRIu64
			    " messages were not loaded again: they lie before the stored "
			    "position",
		    p->topic, p->partition, p->passed);
}
