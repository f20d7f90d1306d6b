#include <inttypes.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/status.h"
#include "record/envelope.h"
#include "record/position.h"
#include "state/state.h"
#include "state/store.h"
#include "json/json.h"

struct rc_state {
	struct rc_store *store;  /* or */
	struct rc_group *commit; /* one of them */
	int there;               /* a date was taken that is not yet stored */
	long days;
	struct rc_json json;
	struct rc_envelope_reader reader;
};

int
rc_state_open(struct rc_state **kp, const char *name, const struct rc_dataset *d,
    const struct rc_kafka_conf *kafka, int to_get)
{
	struct rc_state *k;
	int status;

	if ((k = calloc(1, sizeof(*k))) == NULL) {
		rc_log_errno("no memory");
		return RC_IO;
	}
	if (name == NULL || strncmp(name, "kafka:", 6) != 0) {
		status = rc_store_open(&k->store, name, d);
	} else if (to_get || name[6] == '\0') {
		rc_log_error("%s: kafka:GROUP goes with set alone: Kafka's own tools show a "
			     "group's positions, and rc-consume -o stored goes by them",
		    name);
		status = RC_USAGE;
	} else {
		status = rc_group_open(&k->commit, kafka, name + 6);
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
	int there = 0;

	if (line->text.p == NULL || rc_position_parse(line->text, &there, &days) != 0)
		return bad_line(line, "{\"last_processed\":\"YYYY-MM-DD\"}");
	if (there && days > rc_date_today()) {
		rc_log_error("<stdin>: line %" PRIu64
			     ": the date is after today: it would hide all that is published "
			     "until then: nothing of it is stored",
		    line->number);
		return RC_DATA;
	}
	if (there)
		k->days = days;
	k->there |= there;
	return 0;
}

/* take_offset: of a partition. */
static int
take_offset(struct rc_state *k, const struct rc_line *line)
{
	const char *field, *why;
	struct rc_envelope e;
	int status, there;

	status =
	    rc_envelope_read_position(&k->reader, &k->json, line->text, &e, &there, &field, &why);
	if (status == RC_DATA)
		return bad_line(line, "{\"topic\":T,\"partition\":P,\"offset\":N}");
	if (status != 0 || !there)
		return status;
	return rc_group_add(k->commit, e.topic, e.partition, e.offset);
}

int
rc_state_take(struct rc_state *k, const struct rc_line *line)
{
	return k->commit != NULL ? take_offset(k, line) : take_date(k, line);
}

int
rc_state_store(struct rc_state *k)
{
	if (k->commit != NULL)
		return rc_group_flush(k->commit);
	if (!k->there)
		return 0;
	k->there = 0;
	return rc_store_set(k->store, k->days);
}

void
rc_state_close(struct rc_state *k)
{
	if (k == NULL)
		return;
	rc_store_close(k->store);
	rc_group_close(k->commit);
	rc_json_free(&k->json);
	rc_envelope_reader_free(&k->reader);
	free(k);
}
