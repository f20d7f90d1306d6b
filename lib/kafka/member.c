#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "kafka/error.h"
#include "kafka/handover.h"
#include "kafka/member.h"
#include "kafka/ring.h"

#define WAIT_MS 20   /* for a message, where nothing else is waited for */
#define BUSY_MS 5    /* for the loader */
#define AT_ONCE 1000 /* messages, before the group is served again */
#define LEAVE_S 2    /* to leave the group, where there is no loader to wait for */

struct member {
	struct rc_source *source;
	struct rc_handover handover; /* its ring is the member's */
	double leave_until;          /* seconds */
	int leaving;
};

/* fail: keep the first status. */
static void
fail(struct member *m, int status)
{
	rc_handover_fail(&m->handover, status);
}

static rd_kafka_t *
client(const struct member *m)
{
	return rc_consumer_feed(m->source->consumer)->kafka.rk;
}

/* on_rebalance: what the group says, while it is polled. */
static void
on_rebalance(
    rd_kafka_t *rk, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct member *m = ((struct rc_kafka *)opaque)->owner;

	if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
		rc_handover_assigned(&m->handover, list);
	else
		rc_handover_revoked(&m->handover, list, rd_kafka_assignment_lost(rk));
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
		fail(m, rc_error_failed(m->source->topic, err, rd_kafka_message_errstr(message)));
}

/* serve: the group, whose callbacks are called here; the first thing is waited for. */
static void
serve(struct member *m, int wait_ms)
{
	rd_kafka_message_t *message;

	for (; (message = rd_kafka_consumer_poll(client(m), wait_ms)) != NULL; wait_ms = 0) {
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

	for (int i = 0; i < AT_ONCE && rc_ring_room(m->handover.ring) && m->handover.status == 0;
	     i++) {
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
	if (m->handover.gone)
		return;
	m->handover.gone = 1;
	m->leave_until = m->leaving ? rc_clock_now() + LEAVE_S : m->leave_until;
	if (rc_stop_signal() != 0 || m->handover.status != 0)
		return;
	rc_log_error("the loader is gone: see what it says, then start both again");
	m->handover.status = RC_TEMPFAIL;
}

/* talk: with the loader. */
static void
talk(struct member *m)
{
	int status = m->handover.gone ? 0 : rc_ring_write(m->handover.ring);

	if (status == 0 && !m->handover.gone)
		status = rc_ring_hear(m->handover.ring, rc_handover_answer, &m->handover);
	if (status == RC_PIPE)
		loader_is_gone(m);
	else
		fail(m, status);
}

/* step: do what there is to do, or wait a little. */
static void
step(struct member *m)
{
	struct rc_handover *h = &m->handover;
	int settling;

	serve(m, h->gone ? BUSY_MS : 0);
	talk(m);
	rc_handover_settle(h);
	settling = h->coming != NULL || h->going != NULL || m->leaving;
	if (h->status == 0 && !h->gone)
		take_messages(m, settling || rc_ring_waiting(h->ring) ? 0 : WAIT_MS);
	if (!h->gone && (settling || rc_ring_waiting(h->ring)))
		fail(m, rc_ring_wait(h->ring, BUSY_MS));
}

/* leave: the group; what is owned is revoked by it first, and let go by the loader. */
static void
leave(struct member *m)
{
	struct rc_handover *h = &m->handover;

	m->leaving = 1;
	m->leave_until = rc_clock_now() + (h->gone ? LEAVE_S : h->session_s / 2 + LEAVE_S);
	rd_kafka_unsubscribe(client(m));
	while ((rc_handover_owned(h) > 0 || (!h->gone && rc_ring_waiting(h->ring))) &&
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

	rd_kafka_conf_get(rd_kafka_conf(client(m)), "session.timeout.ms", session, &room);
	m->handover.session_s = strtod(session, NULL) / 1000;
	rd_kafka_topic_partition_list_add(list, m->source->topic, RD_KAFKA_PARTITION_UA);
	err = rd_kafka_subscribe(client(m), list);
	rd_kafka_topic_partition_list_destroy(list);
	return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : rc_error_failed(m->source->topic, err, NULL);
}

static void
attend(struct member *m)
{
	rc_rejects_before(m->source->rejects, m->source->out);
	fail(m, subscribe(m));
	while (m->handover.status == 0 && rc_stop_signal() == 0)
		step(m);
	leave(m);
}

int
rc_member_run(struct rc_source *s, const struct rc_member_conf *conf)
{
	struct member m = { .source = s, .handover = { .topic = s->topic } };
	int status;

	/* the ring first: the loader waits for the other end of its pipe */
	if ((status = rc_ring_open(&m.handover.ring, conf->answers, s->out)) == 0 &&
	    (status = rc_consumer_open_member(&s->consumer, conf->partitions, on_rebalance, &m)) ==
		0) {
		rc_start_check_open(&m.handover.check, conf->partitions);
		m.handover.consumer = s->consumer;
		attend(&m);
		status = m.handover.status;
	}
	rc_consumer_close(s->consumer); /* before what its callback uses */
	s->consumer = NULL;
	rc_handover_close(&m.handover);
	rc_ring_close(m.handover.ring);
	return rc_status_first(status, rc_out_close(s->out));
}
