#include <stdlib.h>

#include "base/log.h"
#include "base/status.h"
#include "kafka/inflight.h"
#include "kafka/message.h"

enum state { WAITING, ACKED, FAILED };

struct entry {
	long date;
	uint64_t line;
	int64_t timestamp;
	enum state state;
};

/* A ring of the records from first to next; first is the oldest that is not
 * acknowledged. */
struct rc_inflight {
	struct entry *ring;
	uint64_t room; /* a power of two */
	uint64_t first, next;
	long newest; /* date of the acknowledged ones before first */
	int overlap_days;
	uint64_t acked, failed, passed, first_failed;
};

int
rc_inflight_open(struct rc_inflight **fp, int overlap_days)
{
	struct rc_inflight *f;

	if ((f = calloc(1, sizeof(*f))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	f->newest = RC_MESSAGE_NO_DATE;
	f->overlap_days = overlap_days;
	*fp = f;
	return 0;
}

static struct entry *
at(const struct rc_inflight *f, uint64_t number)
{
	return &f->ring[number & (f->room - 1)];
}

int
rc_inflight_add(
    struct rc_inflight *f, long date, uint64_t line, int64_t timestamp, uint64_t *number)
{
	if (f->next - f->first == f->room) {
		uint64_t room = f->room == 0 ? 1024 : f->room * 2;
		struct entry *ring = calloc(room, sizeof(*ring));

		if (ring == NULL) {
			rc_log_errno("no memory");
			return RC_OSERR;
		}
		for (uint64_t i = f->first; i < f->next; i++)
			ring[i & (room - 1)] = *at(f, i);
		free(f->ring);
		f->ring = ring;
		f->room = room;
	}
	*number = f->next++;
	*at(f, *number) = (struct entry){ date, line, timestamp, WAITING };
	return 0;
}

void
rc_inflight_forget(struct rc_inflight *f)
{
	f->next--;
}

/* advance: first to the oldest that is not acknowledged. */
static void
advance(struct rc_inflight *f)
{
	for (; f->first < f->next && at(f, f->first)->state == ACKED; f->first++)
		if (at(f, f->first)->date > f->newest)
			f->newest = at(f, f->first)->date;
}

void
rc_inflight_done(struct rc_inflight *f, uint64_t number, int acked)
{
	struct entry *e = at(f, number);

	e->state = acked ? ACKED : FAILED;
	if (acked) {
		f->acked++;
	} else {
		if (f->failed == 0 || e->line < f->first_failed)
			f->first_failed = e->line;
		f->failed++;
	}
	advance(f);
}

void
rc_inflight_pass_over(struct rc_inflight *f, uint64_t number)
{
	*at(f, number) = (struct entry){ .date = RC_MESSAGE_NO_DATE, .state = ACKED };
	f->passed++;
	advance(f);
}

uint64_t
rc_inflight_line(const struct rc_inflight *f, uint64_t number)
{
	return at(f, number)->line;
}

int64_t
rc_inflight_timestamp(const struct rc_inflight *f, uint64_t number)
{
	return at(f, number)->timestamp;
}

int
rc_inflight_position(const struct rc_inflight *f, long *days)
{
	if (f->newest == RC_MESSAGE_NO_DATE)
		return 0;
	*days = f->newest - f->overlap_days;
	for (uint64_t i = f->first; i < f->next; i++) {
		const struct entry *e = at(f, i);

		if (e->state != ACKED && e->date != RC_MESSAGE_NO_DATE && e->date <= *days)
			*days = e->date - 1;
	}
	return 1;
}

uint64_t
rc_inflight_left(const struct rc_inflight *f)
{
	return f->next - f->acked - f->failed - f->passed;
}

uint64_t
rc_inflight_acked(const struct rc_inflight *f)
{
	return f->acked;
}

uint64_t
rc_inflight_failed(const struct rc_inflight *f)
{
	return f->failed;
}

uint64_t
rc_inflight_first_failed(const struct rc_inflight *f)
{
	return f->first_failed;
}

void
rc_inflight_close(struct rc_inflight *f)
{
	if (f == NULL)
		return;
	free(f->ring);
	free(f);
}
