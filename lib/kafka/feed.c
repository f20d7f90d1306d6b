#include "kafka/feed.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/error.h"

#define DRY ((size_t)4 << 20) /* bytes read, at which it may be that no more are fetched */

int
rc_feed_assign(struct rc_feed *f, const rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;

	if (list->cnt > 0)
		err = rd_kafka_assign(f->kafka.rk, list);
	f->kafka.reading |= list->cnt > 0;
	return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : rc_error_failed(f->topic, err, NULL);
}

int
rc_feed_join(struct rc_feed *f)
{
	rd_kafka_poll_set_consumer(f->kafka.rk);
	f->kafka.reading = 1;
	if ((f->queue = rd_kafka_queue_new(f->kafka.rk)) != NULL)
		return 0;
	rc_log_error("no memory");
	return RC_OSERR;
}

void
rc_feed_forward(struct rc_feed *f, int32_t partition)
{
	rd_kafka_queue_t *q = rd_kafka_queue_get_partition(f->kafka.rk, f->topic, partition);

	if (q == NULL)
		return; /* it is none, and what is assigned next is refused */
	rd_kafka_queue_forward(q, f->queue);
	rd_kafka_queue_destroy(q);
}

int
rc_feed_seek(struct rc_feed *f, int32_t partition, int64_t offset)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t err;
	rd_kafka_error_t *e;

	rd_kafka_topic_partition_list_add(list, f->topic, partition)->offset = offset;
	e = rd_kafka_seek_partitions(f->kafka.rk, list, f->kafka.conf->timeout_ms);
	err = e != NULL ? rd_kafka_error_code(e) : list->elems[0].err;
	if (e != NULL)
		rd_kafka_error_destroy(e);
	rd_kafka_topic_partition_list_destroy(list);
	return err == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : rc_error_failed(f->topic, err, NULL);
}

int
rc_feed_wake(struct rc_feed *f)
{
	const struct rd_kafka_metadata *metadata;
	int status;

	f->read = 0;
	if ((status = rc_ask_metadata(&f->kafka, f->topic, &metadata)) == 0)
		rd_kafka_metadata_destroy(metadata);
	return status;
}

static rd_kafka_message_t *
poll(struct rc_feed *f, int wait_ms)
{
	return f->queue != NULL ? rd_kafka_consume_queue(f->queue, wait_ms)
				: rd_kafka_consumer_poll(f->kafka.rk, wait_ms);
}

int
rc_feed_next(struct rc_feed *f, int wait_ms)
{
	int status;

	if (f->message != NULL)
		rd_kafka_message_destroy(f->message);
	if ((f->message = poll(f, f->read < DRY ? wait_ms : 0)) == NULL && f->read >= DRY) {
		if ((status = rc_feed_wake(f)) != 0)
			return status;
		f->message = poll(f, wait_ms);
	}
	if (f->message != NULL)
		f->read += f->message->len + f->message->key_len;
	return 0;
}

void
rc_feed_close(struct rc_feed *f)
{
	if (f->message != NULL)
		rd_kafka_message_destroy(f->message);
	f->message = NULL;
	if (f->queue != NULL)
		rd_kafka_queue_destroy(f->queue);
	f->queue = NULL;
	rc_kafka_close(&f->kafka);
}
