#include "kafka/start_check.h"

static void *
work(void *arg)
{
	struct rc_start_check *s = arg;

	s->status = rc_partitions_add(&s->ps, s->number, s->at, s->last_ms);
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

void
rc_start_check_close(struct rc_start_check *s)
{
	if (s->begun && s->threaded)
		pthread_join(s->thread, NULL);
	s->begun = 0;
	rc_partitions_close(&s->ps);
}
