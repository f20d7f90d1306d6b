#include <inttypes.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/status.h"
#include "base/stop.h"
#include "json/json.h"
#include "record/envelope.h"
#include "record/position.h"
#include "state/state.h"
#include "state/store.h"

struct rc_state {
	struct rc_store *store; /* or */
	struct rc_group *group; /* one of them */
	int found;              /* a date was taken that is not yet stored */
	long days;
	struct rc_json json;
	struct rc_envelope_reader reader;
};

int
rc_state_open(struct rc_state **kp, const char *name, const struct rc_dataset *d,
    struct rc_kafka_conf *kafka, int from_store)
{
	struct rc_state *k;
	int status;

	if ((k = calloc(1, sizeof(*k))) == NULL) {
		rc_log_errno("no memory");
		return RC_OSERR;
	}
	if (name == NULL || strncmp(name, "kafka:", 6) != 0) {
		status = rc_store_open(&k->store, name, d, kafka->timeout_ms);
	} else if (from_store || name[6] == '\0') {
		rc_log_error("%s: kafka:GROUP goes with set alone: Kafka's own tools show a "
			     "group's positions, and rc-consume -o stored goes by them",
		    name);
		status = RC_USAGE;
	} else if ((status = rc_kafka_default(kafka)) == 0) {
		status = rc_group_open(&k->group, kafka, name + 6);
	}
	if (status != 0)
		rc_state_close(k);
	else
		*kp = k;
	return status;
}

int
rc_state_get(struct rc_state *k, struct rc_buf *out)
{
	return rc_store_get(k->store, out);
}

int
rc_state_forget(struct rc_state *k)
{
	return rc_store_forget(k->store);
}

static int
bad_line(const struct rc_line *line, const char *wanted)
{
	rc_log_error(
	    "<stdin>: line %" PRIu64 ": no position: %s is expected", line->number, wanted);
	return RC_DATA;
}

/* take_date: of a dataset. */
static int
take_date(struct rc_state *k, const struct rc_line *line)
{
	long days;
	int found = 0;

	if (line->text.p == NULL || rc_position_parse(line->text, &found, &days) != 0)
		return bad_line(line, "{\"last_processed\":\"YYYY-MM-DD\"}");
	if (found && days > rc_date_today()) {
		rc_log_error("<stdin>: line %" PRIu64
			     ": the date is after today: it would hide all that is published "
			     "until then: nothing of it is stored",
		    line->number);
		return RC_DATA;
	}
	if (found)
		k->days = days;
	k->found |= found;
	return 0;
}

/* take_offset: of a partition. */
static int
take_offset(struct rc_state *k, const struct rc_line *line)
{
	const char *field, *why;
	struct rc_envelope e;
	int status, found;

	status =
	    rc_envelope_read_position(&k->reader, &k->json, line->text, &e, &found, &field, &why);
	if (status == RC_DATA)
		return bad_line(line, "{\"topic\":T,\"partition\":P,\"offset\":N}");
	if (status != 0 || !found)
		return status;
	return rc_group_add(k->group, e.topic, e.partition, e.offset);
}

static int
take(struct rc_state *k, const struct rc_line *line)
{
	return k->group != NULL ? take_offset(k, line) : take_date(k, line);
}

/* store: the last of what was taken since the last call. */
static int
store(struct rc_state *k)
{
	int status = 0;

	rc_stop_defer(0); /* for a service that does not answer */
	if (k->group != NULL)
		status = rc_group_flush(k->group);
	else if (k->found)
		status = rc_store_set(k->store, k->days);
	k->found = 0;
	rc_stop_defer(1);
	return status;
}

int
rc_state_set(struct rc_state *k, struct rc_stats *stats)
{
	struct rc_lines *lines = NULL;
	enum rc_event event = RC_EVENT_LINE;
	struct rc_line line;
	int status, stored, pending = 0;

	if ((status = rc_lines_open_stdin(&lines, "positions")) != 0)
		return status;
	/* A signal that ends a whole pipe comes here, too; the last position comes after. */
	rc_stop_defer(1);
	while (status == 0 && event != RC_EVENT_END) {
		status = rc_lines_next(lines, pending ? 0 : -1, &event, &line);
		if (status == 0 && event == RC_EVENT_LINE) {
			stats->records_in++;
			status = take(k, &line);
			pending = 1;
		}
		if (pending && (status != 0 || event != RC_EVENT_LINE)) {
			stored = store(k);
			status = rc_status_first(status, stored);
			stats->records_out++;
			pending = 0;
		}
	}
	rc_stop_defer(0);
	rc_lines_close(lines);
	return status;
}

void
rc_state_close(struct rc_state *k)
{
	if (k == NULL)
		return;
	rc_store_close(k->store);
	rc_group_close(k->group);
	rc_json_free(&k->json);
	rc_envelope_reader_free(&k->reader);
	free(k);
}
