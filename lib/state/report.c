#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/status.h"
#include "base/visible.h"
#include "state/report.h"

#define DAY_SECONDS    86400
#define DAY_MINUTES    1440
#define MINUTE_SECONDS 60
#define ERROR_TEXT     512 /* bytes of an error that are shown, and its NUL */
#define TIME_TEXT      24  /* bytes of "2024-04-18T05:30:00Z" and its NUL, and room */

static const char *
time_text(int64_t seconds, char text[TIME_TEXT])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(text, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		text[0] = '\0';
	return text;
}

static const char *
date_text(int64_t seconds, char text[TIME_TEXT])
{
	time_text(seconds, text);
	text[10] = '\0';
	return text;
}

static const char *
plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

/* --- for people */

/* visible: what was recorded of an error, fit for a terminal. */
static const char *
visible(const char *error, char text[ERROR_TEXT])
{
	rc_visible_put(text, ERROR_TEXT, (struct rc_span){ error, strlen(error) });
	return text;
}

/* put_counts: how many records the last run's tasks processed, where they say so. */
static void
put_counts(FILE *fp, const struct rc_health *h)
{
	const struct {
		int64_t n;
		const char *what;
	} counts[] = { { h->fetched, "fetched" }, { h->sent, "sent" }, { h->consumed, "consumed" },
		{ h->loaded, "loaded" } };

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (counts[i].n != RC_HEALTH_UNKNOWN)
			fprintf(fp, ", %" PRId64 " %s", counts[i].n, counts[i].what);
}

/* put_at_work: since when, and what went wrong meanwhile. */
static void
put_at_work(FILE *fp, const struct rc_health *h)
{
	char text[TIME_TEXT], error[ERROR_TEXT];
	int64_t minutes = (h->now - h->started) / MINUTE_SECONDS;

	fprintf(fp, "at work: %s, since %s", h->command, time_text(h->started, text));
	if (minutes >= DAY_MINUTES)
		fprintf(fp, " (%" PRId64 " d %" PRId64 " h)", minutes / DAY_MINUTES,
		    minutes % DAY_MINUTES / 60);
	else if (minutes > 0)
		fprintf(fp, " (%" PRId64 " h %" PRId64 " min)", minutes / 60, minutes % 60);
	if (h->error != NULL && h->failed != RC_HEALTH_UNKNOWN)
		fprintf(fp, "; its last failure, at %s: %s", time_text(h->failed, text),
		    visible(h->error, error));
}

/* put_gone: it has not ended, and is not at work. */
static void
put_gone(FILE *fp, const struct rc_health *h)
{
	char text[TIME_TEXT];

	if (h->place == NULL)
		fprintf(fp, "did not end: %s, begun %s: it was killed, or the machine went down",
		    h->command, time_text(h->started, text));
	else
		fprintf(fp, "no sign of life since %s: %s", time_text(h->seen, text), h->command);
}

static void
put_run(FILE *fp, const struct rc_health *h)
{
	char text[TIME_TEXT], error[ERROR_TEXT];
	enum rc_health_run run = rc_health_run(h);

	fprintf(fp, "last run   ");
	if (h->postgres != 0)
		fprintf(fp, "not known: PostgreSQL cannot be asked");
	else if (run == RC_HEALTH_NONE)
		fprintf(fp, "none was recorded");
	else if (run == RC_HEALTH_AT_WORK)
		put_at_work(fp, h);
	else if (run == RC_HEALTH_GONE)
		put_gone(fp, h);
	else if (run == RC_HEALTH_STOPPED)
		fprintf(fp, "stopped by hand: %s, at %s", h->command, time_text(h->ended, text));
	else if (run == RC_HEALTH_FAILED)
		fprintf(fp, "failed with status %" PRId64 ": %s, %s: %s", h->status, h->command,
		    time_text(h->started, text),
		    visible(h->error != NULL ? h->error : "no program says why", error));
	else
		fprintf(fp, "ok: %s, %s, %" PRId64 " s", h->command, time_text(h->started, text),
		    h->ended - h->started);
	if (run == RC_HEALTH_WELL)
		put_counts(fp, h);
	if (h->place != NULL)
		fprintf(
		    fp, " (of %s, whose journal is not looked at here)", visible(h->place, error));
	if (h->journal_waiting > 0)
		fprintf(fp, " (%" PRId64 " record%s of runs not yet in PostgreSQL)",
		    h->journal_waiting, plural(h->journal_waiting));
	fputc('\n', fp);
}

static void
put_lag(FILE *fp, const struct rc_health *h)
{
	int64_t sum = 0;

	for (size_t i = 0; i < h->lag_count; i++)
		sum += h->lags[i].lag;
	if (h->lag_count == 0)
		fprintf(fp, "lag        not known");
	else
		fprintf(fp, "lag        %" PRId64 " message%s:", sum, plural(sum));
	for (size_t i = 0; i < h->lag_count && i < 10; i++)
		fprintf(fp, "%s %s partition %" PRId32 " at %" PRId64 " of %" PRId64,
		    i > 0 ? "," : "", h->lags[i].topic, h->lags[i].partition, h->lags[i].offset,
		    h->lags[i].end);
	if (h->lag_count > 10)
		fprintf(fp, " and so on");
	fputc('\n', fp);
}

static void
report_table(FILE *fp, const struct rc_health *h, const struct rc_health_conf *conf)
{
	char text[TIME_TEXT];

	fprintf(fp, "table      %s: ", conf->table);
	if (h->rows == RC_HEALTH_UNKNOWN)
		fprintf(fp, h->postgres != 0 ? "not known" : "not there");
	else
		fprintf(fp, "%" PRId64 " row%s", h->rows, plural(h->rows));
	if (rc_health_is_emptied(h))
		fprintf(fp, ", though %" PRId64 " records were loaded: rc-flow run loads it again",
		    h->ever_loaded);
	if (h->newest != RC_HEALTH_UNKNOWN)
		fprintf(fp, ", the newest published on %s", date_text(h->newest, text));
	fputc('\n', fp);
	fprintf(fp, "rejects    ");
	if (h->rejects_waiting > 0)
		fprintf(fp,
		    "%" PRId64 " waiting in %s: rc-flow replay sends them again, mended or not",
		    h->rejects_waiting, conf->rejects);
	else
		fprintf(fp, conf->rejects != NULL ? "none" : "none: a bad record stops its task");
	fputc('\n', fp);
}

static void
put_age(FILE *fp, const struct rc_health *h, const struct rc_health_conf *conf)
{
	int64_t days = h->now / DAY_SECONDS - h->newest / DAY_SECONDS;

	fprintf(fp, "age        ");
	if (h->newest == RC_HEALTH_UNKNOWN)
		fprintf(fp, h->has_cursor ? "not known" : "not known: the dataset has no cursor");
	else if (days == 0)
		fprintf(fp, "the newest record is of today");
	else
		fprintf(fp, "the newest record is %" PRId64 " day%s old", days, plural(days));
	if (conf->max_age != RC_HEALTH_UNKNOWN)
		fprintf(fp, ": %s",
		    h->newest == RC_HEALTH_UNKNOWN || rc_health_age(h) >= conf->max_age
			? "older than it may be"
			: "new enough");
	fputc('\n', fp);
}

static void
put_text(FILE *fp, const struct rc_health *h, const struct rc_health_conf *conf)
{
	put_run(fp, h);
	put_lag(fp, h);
	report_table(fp, h, conf);
	put_age(fp, h, conf);
}

/* --- JSON */

/* known: a number, or null. */
static json_t *
known(int64_t n)
{
	return n == RC_HEALTH_UNKNOWN ? json_null() : json_integer((json_int_t)n);
}

static json_t *
known_time(int64_t seconds)
{
	char text[TIME_TEXT];

	return seconds == RC_HEALTH_UNKNOWN ? json_null() : json_string(time_text(seconds, text));
}

static json_t *
json_run(const struct rc_health *h)
{
	if (h->run == NULL)
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s?}", "run", h->run,
	    "command", h->command, "started", known_time(h->started), "ended", known_time(h->ended),
	    "status", known(h->status), "fetched", known(h->fetched), "sent", known(h->sent),
	    "consumed", known(h->consumed), "loaded", known(h->loaded), "rejected",
	    known(h->rejected), "error", h->error);
}

static json_t *
json_lag(const struct rc_health *h)
{
	json_t *list = h->lag_count > 0 ? json_array() : json_null();

	for (size_t i = 0; i < h->lag_count; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:i, s:I, s:I, s:I}", "topic", h->lags[i].topic, "partition",
			(int)h->lags[i].partition, "offset", (json_int_t)h->lags[i].offset, "end",
			(json_int_t)h->lags[i].end, "lag", (json_int_t)h->lags[i].lag));
	return list;
}

static void
report_json(FILE *fp, const struct rc_health *h, const struct rc_health_conf *conf)
{
	char date[TIME_TEXT];
	json_t *json = json_pack(
	    "{s:i, s:b, s:o, s:o, s:o, s:s, s:s?, s:o, s:b, s:s?, s:o, s:o, s:o}", "status",
	    rc_health_status(h, conf), "at_work", h->at_work, "last_run", json_run(h),
	    "last_success", known_time(h->last_success), "lag", json_lag(h), "table", conf->table,
	    "shared_with", h->shared, "rows", known(h->rows), "emptied", rc_health_is_emptied(h),
	    "newest", h->newest == RC_HEALTH_UNKNOWN ? NULL : date_text(h->newest, date),
	    "age_seconds", known(rc_health_age(h)), "rejects_waiting", known(h->rejects_waiting),
	    "journal_waiting", known(h->journal_waiting));
	char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;

	/* no memory: nothing is written, which rc_report_put() takes for that */
	if (text != NULL)
		fprintf(fp, "%s\n", text);
	free(text);
	json_decref(json);
}

/* --- Prometheus */

#define PREFIX      "rappelconso_"
#define STATUS_HELP "0 where all is well, else the exit status of rc-flow status."

static void
put_metric(FILE *fp, const char *name, const char *help, int64_t value)
{
	if (value != RC_HEALTH_UNKNOWN)
		fprintf(fp,
		    "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n" PREFIX "%s %" PRId64 "\n",
		    name, help, name, name, value);
}

/* put_label: a label's value, as the format escapes it. */
static void
put_label(FILE *fp, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\n')
			fputs("\\n", fp);
		else if (*text == '"' || *text == '\\')
			fprintf(fp, "\\%c", *text);
		else
			fputc(*text, fp);
}

static void
put_prometheus(FILE *fp, const struct rc_health *h, const struct rc_health_conf *conf)
{
	int64_t took = h->ended == RC_HEALTH_UNKNOWN ? RC_HEALTH_UNKNOWN : h->ended - h->started;
	const struct {
		const char *name, *help;
		int64_t value;
	} metrics[] = {
		{ "postgresql_up", "Whether PostgreSQL could be asked.", h->postgres == 0 },
		{ "status", STATUS_HELP, rc_health_status(h, conf) },
		{ "at_work", "Whether a run is at work.", h->at_work != 0 },
		{ "last_run_start_timestamp_seconds", "When the last run began.", h->started },
		{ "last_run_end_timestamp_seconds", "When the last run ended.", h->ended },
		{ "last_run_status", "Exit status of the last run that ended.", h->status },
		{ "last_run_duration_seconds", "How long the last run took.", took },
		{ "last_run_records_fetched", "Records that the last run got from the portal.",
		    h->fetched },
		{ "last_run_records_sent", "Records that the last run sent to Kafka.", h->sent },
		{ "last_run_records_consumed", "Records that the last run got from Kafka.",
		    h->consumed },
		{ "last_run_records_loaded", "Rows that the last run changed in the table.",
		    h->loaded },
		{ "last_run_records_rejected", "Bad records of the last run.", h->rejected },
		{ "last_success_timestamp_seconds", "When a run last ended well.",
		    h->last_success },
		{ "rejects_waiting", "Bad records that were set aside and wait for a person.",
		    h->rejects_waiting },
		{ "journal_waiting", "Records of runs that are not yet in PostgreSQL.",
		    h->journal_waiting },
		{ "table_rows", "Rows of the table.", h->rows },
		{ "newest_publication_timestamp_seconds",
		    "The day on which the newest record was published.", h->newest },
	};
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++)
		put_metric(fp, metrics[i].name, metrics[i].help, metrics[i].value);
	if (h->lag_count > 0)
		fprintf(fp,
		    "# HELP " PREFIX "lag_messages Messages in Kafka that are not yet loaded.\n"
		    "# TYPE " PREFIX "lag_messages gauge\n");
	for (size_t i = 0; i < h->lag_count; i++) {
		fprintf(fp, PREFIX "lag_messages{topic=\"");
		put_label(fp, h->lags[i].topic);
		fprintf(fp, "\",partition=\"%" PRId32 "\"} %" PRId64 "\n", h->lags[i].partition,
		    h->lags[i].lag);
	}
}

int
rc_report_put(const struct rc_health *h, const struct rc_health_conf *conf,
    enum rc_report_form form, struct rc_out *out)
{
	int failed, status = RC_OSERR;
	char *text = NULL;
	size_t n = 0;
	FILE *fp;

	if ((fp = open_memstream(&text, &n)) != NULL) {
		if (form == RC_REPORT_JSON)
			report_json(fp, h, conf);
		else if (form == RC_REPORT_PROMETHEUS)
			put_prometheus(fp, h, conf);
		else
			put_text(fp, h, conf);
		failed = ferror(fp);
		if (fclose(fp) == 0 && !failed && n > 0)
			status = 0;
	}
	if (status != 0)
		rc_log_errno("no memory");
	else if ((status = rc_buf_add(&out->buf, text, n - 1)) == 0) /* it ends with one */
		status = rc_out_end_line(out);
	free(text);
	return status;
}

int
rc_report_put_unasked(int status, struct rc_out *out)
{
	int failed = rc_buf_printf(&out->buf,
	    "# HELP " PREFIX "status " STATUS_HELP "\n# TYPE " PREFIX "status gauge\n" PREFIX
	    "status %d",
	    status);

	return failed != 0 ? failed : rc_out_end_line(out);
}
