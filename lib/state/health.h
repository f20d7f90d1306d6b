/* health.h - whether the flow is in order: its last run, what Kafka still has for the table, the
 * table itself, and what was set aside.
 *
 * Tested by tests/rc-runs.t. */
#ifndef RC_HEALTH_H
#define RC_HEALTH_H

#include <stdint.h>

#include "base/span.h"
#include "dataset/dataset.h"
#include "postgres/pg.h"

#define RC_HEALTH_UNKNOWN (-1)

struct rc_health_conf {      /* all borrowed */
	const char *table;   /* which the flow fills */
	int lag;             /* standard input has what rc-consume --lag wrote */
	const char *rejects; /* the folder of what was set aside; NULL: there is none */
	const char *journal; /* the folder of records of runs (journal.h); NULL */
	int64_t max_age;     /* of the newest record, in seconds; RC_HEALTH_UNKNOWN: any */
	const char *lock;    /* of the flow (lock.h); NULL */
	int timeout_ms;      /* for PostgreSQL (pg.h) */
};

struct rc_health_lag { /* of a partition, as rc_to_json_lag() writes it */
	char *topic;
	int32_t partition;
	int64_t offset, end, lag;
};

/* Times are seconds since 1970; what is not known is RC_HEALTH_UNKNOWN, or NULL. */
struct rc_health {
	int postgres; /* the status of asking it */
	int64_t now;
	char *run, *command, *error; /* of the last run */
	char *place;                 /* whose it is, where that is not who asks */
	int64_t started, ended, status;
	int64_t seen;   /* when it was last seen at work */
	int64_t failed; /* when an attempt of its tasks last failed */
	int64_t fetched, sent, consumed, loaded, rejected; /* records, by its tasks */
	int64_t last_success; /* the end of the last run that ended well */
	int64_t ever_loaded;  /* records, by all runs */
	struct rc_health_lag *lags;
	size_t lag_count;
	int64_t rows;
	int has_cursor; /* the dataset has dates */
	int64_t newest; /* publication date of the newest record, which is not after today */
	int64_t rejects_waiting, journal_waiting;
	int at_work;  /* whether that run is */
	char *others; /* datasets whose records were loaded, too, with blanks between; NULL: none */
	char *shared; /* those of them whose descriptions have this table; the same */
};

/* rc_health_ask: find out what conf asks for, of a table that d describes.  0, whatever
 * was found, also that PostgreSQL cannot be asked; RC_DATA: the lag's lines are none; RC_IO. */
int rc_health_ask(
    struct rc_health *h, const struct rc_health_conf *conf, const struct rc_dataset *d);
enum rc_health_run { /* what is to be said of the last run */
	RC_HEALTH_NONE,
	RC_HEALTH_AT_WORK,
	RC_HEALTH_GONE,    /* it has not ended, and is not at work */
	RC_HEALTH_STOPPED, /* follow, by hand */
	RC_HEALTH_FAILED,
	RC_HEALTH_WELL
};

/* rc_health_run: which of these it is. */
enum rc_health_run rc_health_run(const struct rc_health *h);
/* rc_health_age: of the newest record, in seconds.  Only its day (UTC) is known: its end is
 * taken for the time, so that a record is never held for older than it is. */
int64_t rc_health_age(const struct rc_health *h);
/* rc_health_is_emptied: whether the table is empty, or not there, though records of the dataset
 * were loaded. */
int rc_health_is_emptied(const struct rc_health *h);
/* rc_health_status: 0 where all is well; else why not: that of asking PostgreSQL; that of the
 * last run; RC_TEMPFAIL: it did not end; RC_CONFIG: there was none, or the table is not there;
 * RC_DATA: the table was emptied, bad records wait, or the newest record is conf->max_age old or
 * older. */
int rc_health_status(const struct rc_health *h, const struct rc_health_conf *conf);
/* rc_health_free: release what h owns. */
void rc_health_free(struct rc_health *h);

#endif
