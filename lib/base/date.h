/* date.h - calendar dates as days, in the proleptic Gregorian calendar. */
#ifndef RC_DATE_H
#define RC_DATE_H

#include "base/span.h"

#define RC_DATE_TEXT 11 /* bytes of "2024-04-18" and its NUL */

/* rc_date_parse: set *days to the days from 1970-01-01 to the date that text
 * starts with, as YYYY-MM-DD (ISO 8601); what follows it must not be a digit.
 * -1: it does not start with a date that exists. */
int rc_date_parse(struct rc_span text, long *days);
/* rc_date_instant: set *us to the microseconds from 1970-01-01 00:00 UTC to the date and time that
 * text is, as YYYY-MM-DD, perhaps with hh:mm[:ss[.f]] behind a "T" or a blank, and Z or +hh:mm (ISO
 * 8601); without a time it is 00:00, without a zone UTC.  -1: it is none. */
int rc_date_instant(struct rc_span text, int64_t *us);
/* rc_date_format: the date as YYYY-MM-DD.  Years before 0000 and after 9999
 * are held at those. */
void rc_date_format(long days, char text[RC_DATE_TEXT]);
/* rc_date_today: today's date in UTC, in days from 1970-01-01. */
long rc_date_today(void);

#endif
