#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/error.h"
#include "kafka/member.h"
#include "kafka/ring.h"

#define WAIT_MS 20   /* for a message, where nothing else is waited for */
#define BUSY_MS 5    /* for the loader */
#define AT_ONCE 1000 /* messages, before the group is served again */
#define LEAVE_S 2    /* to leave the group, where there is no loader to wait for */

enum state { NONE, CLAIMING, CLAIMED, CHECKING, OWNED, REVOKING };

struct part { /* of the topic, by its number */
	enum state state;
	unsigned skip;    /* answers that are to be passed over */
	int told;         /* librdkafka knows that it is taken */
	int64_t next, ms; /* as claimed */
};

struct member {
	struct rc_source *source;
	const char *topic; /* borrowed */
	rd_kafka_t *rk;    /* the consumer's */
	struct rc_ring *ring;
	struct part *parts;
	size_t count;
	rd_kafka_topic_partition_list_t *coming, *going; /* NULL: none are */
	double going_until;                              /* seconds */
	int32_t checking;                                /* partition; -1: none is checked */
	double session_s;
	double leave_until;
	int leaving;
	int gone;   /* the loader is */
	int status; /* what went wrong first */
};

/* fail: keep the first status. */
static void
fail(struct member *m, int status)
{
	if (m->status == 0)
		m->status = status;
}

/* part_of: NULL: no memory, which ends the member. */
static struct part *
part_of(struct member *m, int32_t number)
{
	const size_t wanted = (size_t)number + 1;
	struct part *parts;

	if (wanted > m->count) {
		if ((parts = realloc(m->parts, wanted * sizeof(*parts))) == NULL) {
			rc_log_errno("no memory");
			fail(m, RC_OSERR);
			return NULL;
		}
		memset(parts + m->count, 0, (wanted - m->count) * sizeof(*parts));
		m->parts = parts;
		m->count = wanted;
	}
	return &m->parts[number];
}

/* owned: how many partitions the group has to be told of, once they are given up. */
static size_t
owned(const struct member *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++)
		n += m->parts[i].state != NONE;
	return n;
}

static void
say(struct member *m, int32_t number, enum rc_envelope_claim claim)
{
	const int known = rc_consumer_partitions(m->source->consumer);

	/* one that is assigned may have been added since */
	fail(m, rc_ring_say(m->ring, m->topic, number, known > number ? known : number + 1, claim));
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
add_once(const struct member *m, rd_kafka_topic_partition_list_t *list, int32_t number)
{
	if (rd_kafka_topic_partition_list_find(list, m->topic, number) == NULL)
		rd_kafka_topic_partition_list_add(list, m->topic, number);
}

/* unassign: tell the group that these are given up: librdkafka wants to hear of those alone that it
 * was told are taken. */
static void
unassign(struct member *m, const rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_topic_partition_list_t *told = rd_kafka_topic_partition_list_new(list->cnt);
	rd_kafka_error_t *e;

	for (int i = 0; i < list->cnt; i++) {
		struct part *p = part_of(m, list->elems[i].partition);

		if (p != NULL && p->told)
			rd_kafka_topic_partition_list_add(told, m->topic, list->elems[i].partition);
		if (p != NULL)
			p->told = 0;
	}
	if ((e = rd_kafka_incremental_unassign(m->rk, told)) != NULL) {
		rc_log_error("topic %s: its partitions cannot be given up: %s", m->topic,
		    rd_kafka_error_string(e));
		rd_kafka_error_destroy(e);
		fail(m, RC_TEMPFAIL);
	}
	rd_kafka_topic_partition_list_destroy(told);
}

/* give_up: a partition, with whatever still comes of it; at_once: the loader is not waited for. */
static void
give_up(struct member *m, int32_t number, int at_once, enum rc_envelope_claim why)
{
	struct part *p = part_of(m, number);

	if (p == NULL || p->state == NONE)
		return;
	if (p->state != REVOKING) /* else the loader has been told */
		say(m, number, why);
	p->skip += (p->state == CLAIMING) + (unsigned)at_once;
	p->state = at_once ? NONE : REVOKING;
	rc_consumer_drop(m->source->consumer, number);
}

/* take_assigned: what is added to what was assigned before, of which the group may not have had its
 * answer yet. */
static void
take_assigned(struct member *m, const rd_kafka_topic_partition_list_t *list)
{
	struct part *p;

	rc_log_info("the group assigns %d partitions", list->cnt);
	if (m->coming == NULL)
		m->coming = rd_kafka_topic_partition_list_new(list->cnt);
	for (int i = 0; i < list->cnt; i++) {
		const int32_t number = list->elems[i].partition;

		if ((p = part_of(m, number)) == NULL)
			return;
		p->state = CLAIMING;
		add_once(m, m->coming, number);
		say(m, number, RC_ENVELOPE_ASSIGNED);
	}
}

/* any: whether any of a list is in that state; *i: the first of them. */
static int
any(const struct member *m, const rd_kafka_topic_partition_list_t *list, enum state state, int *i)
{
	for (*i = 0; *i < list->cnt; (*i)++)
		if (m->parts[list->elems[*i].partition].state == state)
			return 1;
	return 0;
}

/* let_go: tell the group of all that goes; the loader is waited for no longer. */
static void
let_go(struct member *m)
{
	int i;

	while (any(m, m->going, REVOKING, &i)) {
		rc_log_info(
		    "partition %" PRId32 ": the loader is late", m->going->elems[i].partition);
		m->parts[m->going->elems[i].partition].state = NONE;
		m->parts[m->going->elems[i].partition].skip++;
	}
	unassign(m, m->going);
	forget(&m->going);
}

/* take_revoked: what goes, beside what went before, of which the group may not have heard yet. */
static void
take_revoked(struct member *m, const rd_kafka_topic_partition_list_t *list, int lost)
{
	const int at_once = lost || m->gone;

	rc_log_info("the group %s %d partitions", lost ? "has lost" : "revokes", list->cnt);
	if (m->going == NULL) {
		m->going = rd_kafka_topic_partition_list_new(list->cnt);
		m->going_until = rc_clock_now() + m->session_s / 2;
	}
	for (int i = 0; i < list->cnt; i++) {
		const int32_t number = list->elems[i].partition;

		if (m->coming != NULL)
			rd_kafka_topic_partition_list_del(m->coming, m->topic, number);
		give_up(m, number, at_once, lost ? RC_ENVELOPE_LOST : RC_ENVELOPE_REVOKED);
		add_once(m, m->going, number);
	}
	if (m->coming != NULL && m->coming->cnt == 0)
		forget(&m->coming);
	if (at_once)
		let_go(m);
}

/* on_rebalance: what the group says, while it is polled. */
static void
on_rebalance(
    rd_kafka_t *rk, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct member *m = ((struct rc_kafka *)opaque)->owner;

	if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
		take_assigned(m, list);
	else
		take_revoked(m, list, rd_kafka_assignment_lost(rk));
}

/* take_answer: of the loader. */
static int
take_answer(void *to, const struct rc_envelope *e)
{
	struct member *m = to;
	struct part *p;

	if (!rc_span_is(e->topic, m->topic) || (size_t)e->partition >= m->count)
		return 0; /* it was never asked */
	p = &m->parts[e->partition];
	if (p->skip > 0) {
		p->skip--;
	} else if (e->claim == RC_ENVELOPE_CLAIMED && p->state == CLAIMING) {
		p->state = CLAIMED;
		p->next = e->offset;
		p->ms = e->timestamp;
	} else if (e->claim == RC_ENVELOPE_RELEASED && p->state == REVOKING) {
		p->state = NONE;
	}
	return 0;
}

/* settle_check: of the partition whose start is looked at, which may have been revoked meanwhile.
 */
static void
settle_check(struct member *m)
{
	struct part *p = &m->parts[m->checking];
	rd_kafka_topic_partition_t *at;

	if (!rc_consumer_checked(m->source->consumer))
		return;
	if (p->state == CHECKING) {
		at = rd_kafka_topic_partition_list_find(m->coming, m->topic, m->checking);
		fail(m, rc_consumer_add(m->source->consumer, &at->offset));
		p->state = OWNED;
	}
	m->checking = -1;
}

/* settle_coming: check what is claimed, one partition at a time, or, once all are, tell the group.
 */
static void
settle_coming(struct member *m)
{
	struct rc_feed *feed = rc_consumer_feed(m->source->consumer);
	rd_kafka_error_t *e;
	int i;

	if (m->checking == -1 && any(m, m->coming, CLAIMED, &i)) {
		struct part *p = &m->parts[m->checking = m->coming->elems[i].partition];

		rc_consumer_check(m->source->consumer, m->checking, p->next, p->ms);
		p->state = CHECKING;
	}
	if (m->going != NULL || any(m, m->coming, CLAIMING, &i) || any(m, m->coming, CLAIMED, &i) ||
	    any(m, m->coming, CHECKING, &i))
		return; /* what goes may come again, and goes first */
	for (i = 0; i < m->coming->cnt; i++) {
		rc_feed_forward(feed, m->coming->elems[i].partition);
		m->parts[m->coming->elems[i].partition].told = 1;
	}
	if ((e = rd_kafka_incremental_assign(m->rk, m->coming)) != NULL) {
		rc_log_error("topic %s: its partitions cannot be assigned: %s", m->topic,
		    rd_kafka_error_string(e));
		rd_kafka_error_destroy(e);
		fail(m, RC_TEMPFAIL);
	} else if (m->coming->cnt > 0) {
		fail(m, rc_feed_wake(feed));
	}
	forget(&m->coming);
}

/* settle_going: tell the group, once the loader has let go of all that is revoked, or is late. */
static void
settle_going(struct member *m)
{
	int i;

	if (!any(m, m->going, REVOKING, &i) || m->gone || rc_clock_now() >= m->going_until)
		let_go(m);
}

/* take_group_error: what is not about one partition. */
static void
take_group_error(struct member *m, const rd_kafka_message_t *message)
{
	rd_kafka_resp_err_t err = message->err;

	if (rc_error_status(err) == RC_UNREACHABLE || rc_error_not_ready(err) ||
	    err == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
		rc_log_info("group: %s", rd_kafka_message_errstr(message));
	else
		fail(m, rc_error_failed(m->topic, err, rd_kafka_message_errstr(message)));
}

/* serve: the group, whose callbacks are called here; the first thing is waited for. */
static void
serve(struct member *m, int wait_ms)
{
	rd_kafka_message_t *message;

	for (; (message = rd_kafka_consumer_poll(m->rk, wait_ms)) != NULL; wait_ms = 0) {
		if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
			take_group_error(m, message);
		rd_kafka_message_destroy(message);
	}
}

/* take_messages: what has come, as long as there is room; the first is waited for. */
static void
take_messages(struct member *m, int wait_ms)
{
	struct rc_consumer_event event = { .kind = RC_CONSUMER_IDLE };
	const struct rc_feed *feed = rc_consumer_feed(m->source->consumer);
	int status;

	for (int i = 0; i < AT_ONCE && rc_ring_room(m->ring) && m->status == 0; i++) {
		status = rc_consumer_next(m->source->consumer, i == 0 ? wait_ms : 0, &event);
		if (status == 0 && event.kind == RC_CONSUMER_IDLE && feed->message == NULL)
			return;
		if (status == 0 && event.kind != RC_CONSUMER_IDLE)
			status = rc_source_take(m->source, &event);
		fail(m, status);
	}
}

/* loader_is_gone: it is the first to end where both are told to. */
static void
loader_is_gone(struct member *m)
{
	if (m->gone)
		return;
	m->gone = 1;
	m->leave_until = m->leaving ? rc_clock_now() + LEAVE_S : m->leave_until;
	if (rc_stop_signal() != 0 || m->status != 0)
		return;
	rc_log_error("the loader is gone: see what it says, then start both again");
	m->status = RC_TEMPFAIL;
}

/* talk: with the loader. */
static void
talk(struct member *m)
{
	int status = m->gone ? 0 : rc_ring_write(m->ring);

	if (status == 0 && !m->gone)
		status = rc_ring_hear(m->ring, take_answer, m);
	if (status == RC_PIPE)
		loader_is_gone(m);
	else
		fail(m, status);
}

/* step: do what there is to do, or wait a little. */
static void
step(struct member *m)
{
	int settling;

	serve(m, m->gone ? BUSY_MS : 0);
	talk(m);
	if (m->checking != -1)
		settle_check(m);
	if (m->going != NULL)
		settle_going(m);
	if (m->coming != NULL)
		settle_coming(m);
	settling = m->coming != NULL || m->going != NULL || m->leaving;
	if (m->status == 0 && !m->gone)
		take_messages(m, settling || rc_ring_waiting(m->ring) ? 0 : WAIT_MS);
	if (!m->gone && (settling || rc_ring_waiting(m->ring)))
		fail(m, rc_ring_wait(m->ring, BUSY_MS));
}

/* leave: the group; what is owned is revoked by it first, and let go by the loader. */
static void
leave(struct member *m)
{
	m->leaving = 1;
	m->leave_until = rc_clock_now() + (m->gone ? LEAVE_S : m->session_s / 2 + LEAVE_S);
	rd_kafka_unsubscribe(m->rk);
	while (owned(m) + (size_t)(!m->gone && rc_ring_waiting(m->ring)) > 0 &&
	    rc_clock_now() < m->leave_until)
		step(m);
}

/* subscribe: to the topic; the session's length is what the group goes by. */
static int
subscribe(struct member *m)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t err;
	char session[32] = "";
	size_t room = sizeof(session);

	rd_kafka_conf_get(rd_kafka_conf(m->rk), "session.timeout.ms", session, &room);
	m->session_s = strtod(session, NULL) / 1000;
	rd_kafka_topic_partition_list_add(list, m->topic, RD_KAFKA_PARTITION_UA);
	err = rd_kafka_subscribe(m->rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : rc_error_failed(m->topic, err, NULL);
}

static void
attend(struct member *m)
{
	rc_rejects_before(m->source->rejects, m->source->out);
	fail(m, subscribe(m));
	while (m->status == 0 && rc_stop_signal() == 0)
		step(m);
	leave(m);
}

int
rc_member_run(struct rc_source *s, const struct rc_member_conf *conf)
{
	struct member m = { .source = s, .topic = s->topic, .checking = -1 };
	int status;

	/* the ring first: the loader waits for the other end of its pipe */
	if ((status = rc_ring_open(&m.ring, conf->answers, s->out)) == 0 &&
	    (status = rc_consumer_open_member(&s->consumer, conf->partitions, on_rebalance, &m)) ==
		0) {
		m.rk = rc_consumer_feed(s->consumer)->kafka.rk;
		attend(&m);
		status = m.status;
	}
	rc_consumer_close(s->consumer); /* before what its callback uses */
	s->consumer = NULL;
	forget(&m.coming);
	forget(&m.going);
	free(m.parts);
	rc_ring_close(m.ring);
	return rc_status_first(status, rc_out_close(s->out));
}
