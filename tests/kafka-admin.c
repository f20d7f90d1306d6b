/* kafka-admin: what the tests do to topics, in a fiftieth of the time of Kafka's own tools.
 *
 *   kafka-admin BROKERS place-topic TOPIC BROKER,BROKER [NAME=VALUE]...
 *   kafka-admin BROKERS delete-topic TOPIC
 *   kafka-admin BROKERS delete-before TOPIC PARTITION OFFSET
 *   kafka-admin BROKERS partitions TOPIC COUNT */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 20000

/* result: of the one thing that was asked for; 0, or 1 once it has been said why not. */
static int
result(rd_kafka_queue_t *queue)
{
	rd_kafka_event_t *event = rd_kafka_queue_poll(queue, TIMEOUT_MS);
	rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR__TIMED_OUT;
	const rd_kafka_topic_partition_list_t *list;
	const rd_kafka_topic_result_t **topics = NULL;
	size_t count = 0;

	if (event != NULL && (err = rd_kafka_event_error(event)) == 0) {
		if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DELETETOPICS_RESULT)
			topics = rd_kafka_DeleteTopics_result_topics(
			    rd_kafka_event_DeleteTopics_result(event), &count);
		else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATETOPICS_RESULT)
			topics = rd_kafka_CreateTopics_result_topics(
			    rd_kafka_event_CreateTopics_result(event), &count);
		else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATEPARTITIONS_RESULT)
			topics = rd_kafka_CreatePartitions_result_topics(
			    rd_kafka_event_CreatePartitions_result(event), &count);
		if (topics != NULL) {
			err = rd_kafka_topic_result_error(topics[0]);
		} else {
			list = rd_kafka_DeleteRecords_result_offsets(
			    rd_kafka_event_DeleteRecords_result(event));
			err = list->elems[0].err;
		}
	}
	if (err != 0)
		fprintf(stderr, "kafka-admin: %s\n", rd_kafka_err2str(err));
	if (event != NULL)
		rd_kafka_event_destroy(event);
	return err != 0;
}

/* place: ask for a topic of one partition, with replicas on two brokers. */
static void
place(rd_kafka_t *rk, rd_kafka_queue_t *queue, char **argv)
{
	rd_kafka_NewTopic_t *topic;
	int32_t brokers[2];
	char why[512] = "", *rest;

	topic = rd_kafka_NewTopic_new(argv[3], 1, -1, why, sizeof(why));
	brokers[0] = (int32_t)strtol(argv[4], &rest, 10);
	brokers[1] = (int32_t)strtol(*rest == ',' ? rest + 1 : rest, NULL, 10);
	rd_kafka_NewTopic_set_replica_assignment(topic, 0, brokers, 2, why, sizeof(why));
	for (char **setting = argv + 5; *setting != NULL; setting++)
		if ((rest = strchr(*setting, '=')) != NULL) {
			*rest = '\0';
			rd_kafka_NewTopic_set_config(topic, *setting, rest + 1);
		}
	rd_kafka_CreateTopics(rk, &topic, 1, NULL, queue);
	rd_kafka_NewTopic_destroy(topic);
}

static int
ask(rd_kafka_t *rk, rd_kafka_queue_t *queue, int argc, char **argv)
{
	rd_kafka_topic_partition_list_t *offsets;
	rd_kafka_DeleteTopic_t *topic;
	rd_kafka_NewPartitions_t *more;
	rd_kafka_DeleteRecords_t *records;
	char why[512] = "";

	if (argc >= 5 && strcmp(argv[2], "place-topic") == 0) {
		place(rk, queue, argv);
	} else if (argc == 4 && strcmp(argv[2], "delete-topic") == 0) {
		topic = rd_kafka_DeleteTopic_new(argv[3]);
		rd_kafka_DeleteTopics(rk, &topic, 1, NULL, queue);
		rd_kafka_DeleteTopic_destroy(topic);
	} else if (argc == 5 && strcmp(argv[2], "partitions") == 0) {
		more = rd_kafka_NewPartitions_new(
		    argv[3], strtoul(argv[4], NULL, 10), why, sizeof(why));
		if (more == NULL) {
			fprintf(stderr, "kafka-admin: %s\n", why);
			return 1;
		}
		rd_kafka_CreatePartitions(rk, &more, 1, NULL, queue);
		rd_kafka_NewPartitions_destroy(more);
	} else if (argc == 6 && strcmp(argv[2], "delete-before") == 0) {
		offsets = rd_kafka_topic_partition_list_new(1);
		rd_kafka_topic_partition_list_add(offsets, argv[3], atoi(argv[4]))->offset =
		    strtoll(argv[5], NULL, 10);
		records = rd_kafka_DeleteRecords_new(offsets);
		rd_kafka_DeleteRecords(rk, &records, 1, NULL, queue);
		rd_kafka_DeleteRecords_destroy(records);
		rd_kafka_topic_partition_list_destroy(offsets);
	} else {
		fprintf(stderr, "kafka-admin: wrong use: see its source\n");
		return 64;
	}
	return result(queue);
}

int
main(int argc, char **argv)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_queue_t *queue;
	rd_kafka_t *rk;
	char why[512];
	int status;

	if (argc < 2 ||
	    rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], why, sizeof(why)) != 0 ||
	    (rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why))) == NULL)
		return 64;
	queue = rd_kafka_queue_new(rk);
	status = ask(rk, queue, argc, argv);
	rd_kafka_queue_destroy(queue);
	rd_kafka_destroy(rk);
	return status;
}
