#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/handover.h"

enum state { NONE, CLAIMING, CLAIMED, CHECKING, OWNED, REVOKING };

struct rc_handover_part {
	enum state state;
	unsigned skip;    /* answers that are to be passed over */
	int told;         /* librdkafka knows that it is taken */
	int64_t next, ms; /* as claimed */
	int added;        /* the same: what is in it may be newer than what is left in others */
	int64_t loaded;   /* up to there, as the loader has said last */
};

void
rc_handover_fail(struct rc_handover *h, int status)
{
	if (h->status == 0)
		h->status = status;
}

/* part_of: NULL: no memory, which ends the member. */
static struct rc_handover_part *
part_of(struct rc_handover *h, int32_t number)
{
	const size_t wanted = (size_t)number + 1;
	struct rc_handover_part *parts;

	if (wanted > h->count) {
		if ((parts = realloc(h->parts, wanted * sizeof(*parts))) == NULL) {
			rc_log_errno("no memory");
			rc_handover_fail(h, RC_OSERR);
			return NULL;
		}
		memset(parts + h->count, 0, (wanted - h->count) * sizeof(*parts));
		h->parts = parts;
		h->count = wanted;
	}
	return &h->parts[number];
}

size_t
rc_handover_owned(const struct rc_handover *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->count; i++)
		n += h->parts[i].state != NONE;
	return n;
}

static void
say(struct rc_handover *h, int32_t number, enum rc_envelope_claim claim)
{
	const int known = rc_consumer_partitions(h->consumer);

	/* one that is assigned may have been added since */
	rc_handover_fail(
	    h, rc_ring_say(h->ring, h->topic, number, known > number ? known : number + 1, claim));
}

static void
forget(rd_kafka_topic_partition_list_t **list)
{
	if (*list != NULL)
		rd_kafka_topic_partition_list_destroy(*list);
	*list = NULL;
}

/* add_once: a partition, to what comes or goes. */
static void
add_once(const struct rc_handover *h, rd_kafka_topic_partition_list_t *list, int32_t number)
{
	if (rd_kafka_topic_partition_list_find(list, h->topic, number) == NULL)
		rd_kafka_topic_partition_list_add(list, h->topic, number);
}

/* unassign: tell the group that these are given up: librdkafka wants to hear of those alone that it
 * was told are taken. */
static void
unassign(struct rc_handover *h, const rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_topic_partition_list_t *told = rd_kafka_topic_partition_list_new(list->cnt);
	rd_kafka_error_t *e;

	for (int i = 0; i < list->cnt; i++) {
		struct rc_handover_part *p = part_of(h, list->elems[i].partition);

		if (p != NULL && p->told)
			rd_kafka_topic_partition_list_add(told, h->topic, list->elems[i].partition);
		if (p != NULL)
			p->told = 0;
	}
	if ((e = rd_kafka_incremental_unassign(rc_consumer_feed(h->consumer)->kafka.rk, told)) !=
	    NULL) {
		rc_log_error("topic %s: its partitions cannot be given up: %s", h->topic,
		    rd_kafka_error_string(e));
		rd_kafka_error_destroy(e);
		rc_handover_fail(h, RC_TEMPFAIL);
	}
	rd_kafka_topic_partition_list_destroy(told);
}

/* give_up: a partition, with whatever still comes of it; at_once: the loader is not waited for. */
static void
give_up(struct rc_handover *h, int32_t number, int at_once, enum rc_envelope_claim why)
{
	struct rc_handover_part *p = part_of(h, number);

	if (p == NULL || p->state == NONE)
		return;
	if (p->state != REVOKING) /* else the loader has been told */
		say(h, number, why);
	p->skip += (p->state == CLAIMING) + (unsigned)at_once;
	p->state = at_once ? NONE : REVOKING;
	rc_consumer_drop(h->consumer, number);
}

void
rc_handover_assigned(struct rc_handover *h, const rd_kafka_topic_partition_list_t *list)
{
	struct rc_handover_part *p;

	rc_log_info("the group assigns %d partitions", list->cnt);
	if (h->coming == NULL)
		h->coming = rd_kafka_topic_partition_list_new(list->cnt);
	for (int i = 0; i < list->cnt; i++) {
		const int32_t number = list->elems[i].partition;

		if ((p = part_of(h, number)) == NULL)
			return;
		p->skip += p->state == REVOKING; /* it comes again before it was let go */
		p->state = CLAIMING;
		add_once(h, h->coming, number);
		say(h, number, RC_ENVELOPE_ASSIGNED);
	}
}

/* any: whether any of a list is in that state; *i: the first of them. */
static int
any(const struct rc_handover *h, const rd_kafka_topic_partition_list_t *list, enum state state,
    int *i)
{
	for (*i = 0; *i < list->cnt; (*i)++)
		if (h->parts[list->elems[*i].partition].state == state)
			return 1;
	return 0;
}

/* let_go: tell the group of all that goes; the loader is waited for no longer. */
static void
let_go(struct rc_handover *h)
{
	int i;

	while (any(h, h->going, REVOKING, &i)) {
		rc_log_info(
		    "partition %" PRId32 ": the loader is late", h->going->elems[i].partition);
		h->parts[h->going->elems[i].partition].state = NONE;
		h->parts[h->going->elems[i].partition].skip++;
	}
	unassign(h, h->going);
	forget(&h->going);
}

void
rc_handover_revoked(struct rc_handover *h, const rd_kafka_topic_partition_list_t *list, int lost)
{
	const int at_once = lost || h->gone;

	rc_log_info("the group %s %d partitions", lost ? "has lost" : "revokes", list->cnt);
	if (h->going == NULL) {
		h->going = rd_kafka_topic_partition_list_new(list->cnt);
		h->going_until = rc_clock_now() + h->session_s / 2;
	}
	for (int i = 0; i < list->cnt; i++) {
		const int32_t number = list->elems[i].partition;

		if (h->coming != NULL)
			rd_kafka_topic_partition_list_del(h->coming, h->topic, number);
		give_up(h, number, at_once, lost ? RC_ENVELOPE_LOST : RC_ENVELOPE_REVOKED);
		add_once(h, h->going, number);
	}
	if (h->coming != NULL && h->coming->cnt == 0)
		forget(&h->coming);
	if (at_once)
		let_go(h);
}

int
rc_handover_answer(void *to, const struct rc_envelope *e)
{
	struct rc_handover *h = to;
	struct rc_handover_part *p;

	if (!rc_span_is(e->topic, h->topic) || (p = part_of(h, e->partition)) == NULL)
		return 0; /* it was never asked */
	if (e->kind == RC_ENVELOPE_POSITION) {
		p->loaded = e->offset;
	} else if (p->skip > 0) {
		p->skip--;
	} else if (e->claim == RC_ENVELOPE_CLAIMED && p->state == CLAIMING) {
		p->state = CLAIMED;
		p->next = e->offset;
		p->ms = e->timestamp;
		p->added = e->added;
	} else if (e->claim == RC_ENVELOPE_RELEASED && p->state == REVOKING) {
		p->state = NONE;
	}
	return 0;
}

/* check_claimed: the start of a partition that is; of one that was added, whether others that are
 * loaded are so to their ends, too. */
static void
check_claimed(struct rc_handover *h, int32_t number)
{
	struct rc_handover_part *p = &h->parts[number];

	for (size_t i = 0; p->added && i < h->count; i++)
		if ((int32_t)i != number && h->parts[i].loaded > 0)
			rc_handover_fail(
			    h, rc_start_check_beside(&h->check, (int32_t)i, h->parts[i].loaded));
	rc_start_check_begin(&h->check, number, p->next, p->ms);
	p->state = CHECKING;
}

/* settle_check: of the partition whose start is looked at, which may have been revoked meanwhile.
 */
static void
settle_check(struct rc_handover *h)
{
	struct rc_handover_part *p = &h->parts[h->check.number];
	const struct rc_partition *found;
	int status;

	if (!rc_start_check_ended(&h->check) || p->state != CHECKING)
		return;
	p->state = OWNED;
	if ((found = rc_start_check_found(&h->check, &status)) != NULL) {
		rd_kafka_topic_partition_list_find(h->coming, h->topic, found->number)->offset =
		    found->next;
		status = rc_consumer_add(h->consumer, found);
	}
	rc_handover_fail(h, status);
}

/* settle_coming: check what is claimed, one partition at a time, or, once all are, tell the group.
 */
static void
settle_coming(struct rc_handover *h)
{
	struct rc_feed *feed = rc_consumer_feed(h->consumer);
	rd_kafka_error_t *e;
	int i;

	if (!h->check.begun && any(h, h->coming, CLAIMED, &i))
		check_claimed(h, h->coming->elems[i].partition);
	if (h->going != NULL || any(h, h->coming, CLAIMING, &i) || any(h, h->coming, CLAIMED, &i) ||
	    any(h, h->coming, CHECKING, &i))
		return; /* what goes may come again, and goes first */
	for (i = 0; i < h->coming->cnt; i++) {
		rc_feed_forward(feed, h->coming->elems[i].partition);
		h->parts[h->coming->elems[i].partition].told = 1;
	}
	if ((e = rd_kafka_incremental_assign(feed->kafka.rk, h->coming)) != NULL) {
		rc_log_error("topic %s: its partitions cannot be assigned: %s", h->topic,
		    rd_kafka_error_string(e));
		rd_kafka_error_destroy(e);
		rc_handover_fail(h, RC_TEMPFAIL);
	} else if (h->coming->cnt > 0) {
		rc_handover_fail(h, rc_feed_wake(feed));
	}
	forget(&h->coming);
}

/* settle_going: tell the group, once the loader has let go of all that is revoked, or is late. */
static void
settle_going(struct rc_handover *h)
{
	int i;

	if (!any(h, h->going, REVOKING, &i) || h->gone || rc_clock_now() >= h->going_until)
		let_go(h);
}

void
rc_handover_settle(struct rc_handover *h)
{
	if (h->check.begun)
		settle_check(h);
	if (h->going != NULL)
		settle_going(h);
	if (h->coming != NULL)
		settle_coming(h);
}

void
rc_handover_close(struct rc_handover *h)
{
	rc_start_check_close(&h->check);
	forget(&h->coming);
	forget(&h->going);
	free(h->parts);
	h->parts = NULL;
}
