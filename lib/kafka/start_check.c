#include "kafka/start_check.h"

void
rc_start_check_open(struct rc_start_check *s, const struct rc_partitions_conf *conf)
{
	*s = (struct rc_start_check){ .ps.conf = conf, .others.conf = conf };
}

int
rc_start_check_beside(struct rc_start_check *s, int32_t number, int64_t at)
{
	return rc_partitions_take(
	    &s->others, &(struct rc_partition){ .number = number, .next = at });
}

/* look_beside: a partition that was added has a position from now on, or is refused. */
static int
look_beside(struct rc_start_check *s)
{
	struct rc_partition *p = rc_partitions_find(&s->ps, s->number);

	p->to_start = 1;
	return rc_partitions_behind(&s->others, &s->ps.checker, &p->added);
}

static void *
work(void *arg)
{
	struct rc_start_check *s = arg;

	s->status = rc_partitions_add(&s->ps, s->number, s->at, s->last_ms);
	if (s->status == 0 && s->others.count > 0)
		s->status = look_beside(s);
	rc_partitions_close(&s->others);
	atomic_store(&s->ended, 1);
	return NULL;
}

void
rc_start_check_begin(struct rc_start_check *s, int32_t number, int64_t at, int64_t last_ms)
{
	rc_partitions_drop(&s->ps, s->number);
	s->number = number;
	s->at = at;
	s->last_ms = last_ms;
	atomic_store(&s->ended, 0);
	s->threaded = pthread_create(&s->thread, NULL, work, s) == 0;
	if (!s->threaded)
		work(s); /* better late than not at all */
	s->begun = 1;
}

int
rc_start_check_ended(struct rc_start_check *s)
{
	if (!s->begun || !atomic_load(&s->ended))
		return 0;
	if (s->threaded)
		pthread_join(s->thread, NULL);
	s->begun = 0;
	return 1;
}

const struct rc_partition *
rc_start_check_found(const struct rc_start_check *s, int *status)
{
	return (*status = s->status) == 0 ? rc_partitions_find(&s->ps, s->number) : NULL;
}

void
rc_start_check_close(struct rc_start_check *s)
{
	if (s->begun && s->threaded)
		pthread_join(s->thread, NULL);
	s->begun = 0;
	rc_partitions_close(&s->others);
	rc_partitions_close(&s->ps);
}
