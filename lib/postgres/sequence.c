#include <inttypes.h>

#include "base/log.h"
#include "base/status.h"
#include "postgres/sequence.h"

/* check_start: where reading starts, against the position that is stored. */
static int
check_start(const char *consumer, const struct rc_offset *o, const struct rc_envelope *e)
{
	int64_t meant = e->offset - e->skipped; /* what is gone may be missing */

	if (o->next == -1 && meant > 0)
		rc_log_warn("%s partition %" PRId32 ": it starts at offset %" PRId64
			    ", and nothing before that was ever loaded for consumer \"%s\"",
		    o->topic, o->partition, e->offset, consumer);
	if (o->next == -1 || meant <= o->next)
		return 0;
	rc_log_error("%s partition %" PRId32 ": offsets %" PRId64 " to %" PRId64
		     " are missing: consumer \"%s\" has loaded up to the first of them, and what "
		     "comes starts behind: start with -o from rc-load --positions; or, if that is "
		     "meant, delete what is stored with --forget",
	    o->topic, o->partition, o->next, e->offset - 1, consumer);
	return RC_DATA;
}

/* check_passed: where the stored position is reached, whether the last message below it
 * is the one that was loaded. */
static int
check_passed(const char *consumer, struct rc_offset *o)
{
	int64_t at = o->passed_at;

	o->passed_at = -1;
	if (at == -1 || !rc_envelope_is_another(o->stored, at, o->passed_ms, o->stored_ms))
		return 0;
	rc_log_error(
	    "%s partition %" PRId32 ": what comes before offset %" PRId64
	    " is not what consumer \"%s\" has loaded: the topic seems to have been deleted "
	    "and re-created: delete what is stored of it with --forget, and load it again",
	    o->topic, o->partition, o->stored, consumer);
	return RC_DATA;
}

/* pass_over: what lies below the position is not loaded again. */
static void
pass_over(struct rc_offset *o, const struct rc_envelope *e)
{
	if (e->kind != RC_ENVELOPE_POSITION) {
		o->passed++;
		if (e->offset < o->stored) { /* else it came twice in this run */
			o->passed_at = e->offset;
			o->passed_ms = e->timestamp;
		}
	} else if (!e->start && !o->warned) {
		/* with -q, too: what is published from now on may be passed over */
		rc_log_notice("%s partition %" PRId32 ": warning: it ends at offset %" PRId64
			      ", before the stored position, %" PRId64
			      ": was the topic deleted and re-created? then delete that with "
			      "--forget, and load it again",
		    o->topic, o->partition, e->offset, o->next);
		o->warned = 1;
	}
}

int
rc_sequence_check(
    const char *consumer, struct rc_offset *o, const struct rc_envelope *e, int *wanted)
{
	int status = 0;

	if (e->kind == RC_ENVELOPE_POSITION && e->start)
		status = check_start(consumer, o, e);
	*wanted = status == 0 && e->offset >= o->next;
	if (status == 0 && !*wanted)
		pass_over(o, e);
	return *wanted ? check_passed(consumer, o) : status;
}

void
rc_sequence_report(const struct rc_offsets *offsets)
{
	for (size_t i = 0; i < offsets->count; i++) {
		const struct rc_offset *o = &offsets->list[i];

		if (o->passed > 0)
			rc_log_warn("%s partition %" PRId32 ": %" PRIu64
				    " messages were not loaded again: they lie before the stored "
				    "position",
			    o->topic, o->partition, o->passed);
	}
}
