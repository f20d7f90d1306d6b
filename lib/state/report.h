/* report.h - what health.h found, for people and for machines.  Tested by tests/rc-runs.t. */
#ifndef RC_REPORT_H
#define RC_REPORT_H

#include "base/out.h"
#include "state/health.h"

enum rc_report_form {
	RC_REPORT_TEXT,      /* five lines */
	RC_REPORT_JSON,      /* one object on a line */
	RC_REPORT_PROMETHEUS /* the text format of Prometheus, as its textfile collector reads it
			      * (Prometheus documentation, Exposition formats, version 0.0.4) */
};

/* rc_report_put: write h, found as conf asked, in that form.  RC_IO; RC_PIPE. */
int rc_report_put(const struct rc_health *h, const struct rc_health_conf *conf,
    enum rc_report_form form, struct rc_out *out);

/* rc_report_put_unasked: where nothing could be asked, that status as a metric. */
int rc_report_put_unasked(int status, struct rc_out *out);

#endif
