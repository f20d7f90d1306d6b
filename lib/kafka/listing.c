#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/status.h"
#include "kafka/ask.h"
#include "kafka/listing.h"
#include "kafka/partitions.h"
#include "kafka/topic.h"

static int
put_brokers(struct rc_buf *buf, const char *name, const int32_t *ids, int count)
{
	int status = rc_buf_printf(buf, ",\"%s\":[", name);

	for (int i = 0; i < count && status == 0; i++)
		status = rc_buf_printf(buf, "%s%" PRId32, i > 0 ? "," : "", ids[i]);
	return status != 0 ? status : rc_buf_addc(buf, ']');
}

static int
put_partition(struct rc_kafka *k, const char *topic, const struct rd_kafka_metadata_partition *p,
    struct rc_out *out)
{
	int64_t start = 0, end = 0;
	int status;

	if (p->leader >= 0 && (status = rc_ask_watermarks(k, topic, p->id, &start, &end)) != 0)
		return status;
	status = rc_buf_adds(&out->buf, "{\"topic\":");
	if (status == 0)
		status = rc_quote_put(&out->buf, (struct rc_span){ topic, strlen(topic) });
	if (status == 0)
		status = rc_buf_printf(&out->buf, ",\"partition\":%" PRId32 ",\"leader\":", p->id);
	if (status == 0)
		status = p->leader >= 0 ? rc_buf_printf(&out->buf, "%" PRId32, p->leader)
					: rc_buf_adds(&out->buf, "null");
	if (status == 0)
		status = put_brokers(&out->buf, "replicas", p->replicas, p->replica_cnt);
	if (status == 0)
		status = put_brokers(&out->buf, "in_sync", p->isrs, p->isr_cnt);
	if (status == 0)
		status = p->leader < 0
		    ? rc_buf_adds(&out->buf, ",\"start\":null,\"end\":null}")
		    : rc_buf_printf(
			  &out->buf, ",\"start\":%" PRId64 ",\"end\":%" PRId64 "}", start, end);
	return status != 0 ? status : rc_out_end_line(out);
}

static int
by_name(const void *a, const void *b)
{
	const struct rd_kafka_metadata_topic *const *x = a, *const *y = b;

	return strcmp((*x)->topic, (*y)->topic);
}

/* put_topics: those that are wanted, by name. */
static int
put_topics(
    struct rc_kafka *k, const struct rd_kafka_metadata *all, const char *wanted, struct rc_out *out)
{
	const struct rd_kafka_metadata_topic **topics =
	    calloc((size_t)all->topic_cnt + 1, sizeof(const struct rd_kafka_metadata_topic *));
	size_t count = 0;
	int status = 0;

	if (topics == NULL) {
		rc_log_errno("no memory for %d topics", all->topic_cnt);
		return RC_OSERR;
	}
	for (int i = 0; i < all->topic_cnt; i++)
		if (wanted != NULL ? strcmp(all->topics[i].topic, wanted) == 0
				   : strncmp(all->topics[i].topic, "__", 2) != 0)
			topics[count++] = &all->topics[i];
	qsort(topics, count, sizeof(const struct rd_kafka_metadata_topic *), by_name);
	if (wanted != NULL && (count == 0 || topics[0]->partition_cnt == 0))
		status = rc_topic_missing(k->conf, wanted);
	for (size_t i = 0; i < count; i++)
		for (int n = 0; n < topics[i]->partition_cnt && status == 0; n++)
			status = put_partition(k, topics[i]->topic, &topics[i]->partitions[n], out);
	free(topics);
	return status;
}

int
rc_listing_run(const struct rc_kafka_conf *conf, const char *topic, struct rc_out *out)
{
	const struct rc_partitions_conf reader = { .kafka = *conf };
	const struct rc_partitions parts = { .conf = &reader };
	const struct rd_kafka_metadata *all = NULL;
	struct rc_kafka k = { 0 };
	int status;

	if ((status = rc_partitions_client(&parts, 0, &k)) == 0 &&
	    (status = rc_ask_metadata(&k, NULL, &all)) == 0)
		status = put_topics(&k, all, topic, out);
	if (all != NULL)
		rd_kafka_metadata_destroy(all);
	rc_kafka_close(&k);
	return rc_status_first(status, rc_out_close(out));
}
