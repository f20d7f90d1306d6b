#include <stdio.h>
#include <time.h>

#include "base/date.h"

/* days_from_civil: days since 1970-01-01; years start in March, so that the
 * leap day is a year's last. */
static long
days_from_civil(long y, long m, long d)
{
	long era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* digits: the number that n digits at p make, or -1. */
static long
digits(const char *p, size_t n)
{
	long v = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

int
rc_date_parse(struct rc_span text, long *days)
{
	static const long length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	long y, m, d;
	int leap;

	if (text.n < 10 || text.p[4] != '-' || text.p[7] != '-' ||
	    (text.n > 10 && text.p[10] >= '0' && text.p[10] <= '9'))
		return -1;
	y = digits(text.p, 4);
	m = digits(text.p + 5, 2);
	d = digits(text.p + 8, 2);
	if (y == -1 || m < 1 || m > 12 || d < 1 || d > length[m - 1])
		return -1;
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (m == 2 && d == 29 && !leap)
		return -1;
	*days = days_from_civil(y, m, d);
	return 0;
}

/* take_number: a number of two digits behind the character c, off the front of *s; -1: there is
 * none. */
static long
take_number(struct rc_span *s, char c)
{
	long n = s->n >= 3 && *s->p == c ? digits(s->p + 1, 2) : -1;

	if (n != -1) {
		s->p += 3;
		s->n -= 3;
	}
	return n;
}

/* take_fraction: of a second, in microseconds. */
static long
take_fraction(struct rc_span *s)
{
	long us = 0, worth = 100000;

	if (s->n < 2 || *s->p != '.')
		return 0;
	for (s->p++, s->n--; s->n > 0 && *s->p >= '0' && *s->p <= '9'; s->p++, s->n--) {
		us += worth * (*s->p - '0');
		worth /= 10;
	}
	return us;
}

/* take_zone: how many seconds it is ahead of UTC. */
static int
take_zone(struct rc_span *s, long *ahead)
{
	long sign = s->n > 0 && *s->p == '-' ? -1 : 1, hours, minutes;

	*ahead = 0;
	if (s->n == 0 || (s->n == 1 && *s->p == 'Z'))
		return 0;
	if ((hours = take_number(s, sign == 1 ? '+' : '-')) == -1)
		return -1;
	minutes = s->n == 2 ? digits(s->p, 2) : s->n == 0 ? 0 : take_number(s, ':');
	*ahead = sign * (hours * 3600 + minutes * 60);
	return minutes == -1 ? -1 : 0;
}

int
rc_date_instant(struct rc_span text, int64_t *us)
{
	struct rc_span rest;
	long days, hours = 0, minutes = 0, seconds = 0, fraction = 0, ahead = 0;

	if (rc_date_parse(text, &days) != 0)
		return -1;
	rest = (struct rc_span){ text.p + 10, text.n - 10 };
	if (rest.n > 0) {
		if ((hours = take_number(&rest, *rest.p == ' ' ? ' ' : 'T')) == -1 ||
		    (minutes = take_number(&rest, ':')) == -1)
			return -1;
		if (rest.n > 0 && *rest.p == ':' && (seconds = take_number(&rest, ':')) == -1)
			return -1;
		fraction = take_fraction(&rest);
		if (take_zone(&rest, &ahead) != 0 || hours > 24 || minutes > 59 || seconds > 60)
			return -1;
	}
	*us = (((int64_t)days * 24 + hours) * 60 + minutes) * 60 + seconds - ahead;
	*us = *us * 1000000 + fraction;
	return 0;
}

void
rc_date_format(long days, char text[RC_DATE_TEXT])
{
	const long first = days_from_civil(0, 1, 1), last = days_from_civil(9999, 12, 31);
	long era, doe, yoe, doy, mp;

	days = days < first ? first : days > last ? last : days;
	days += 719468;
	era = days / 146097 - (days % 146097 < 0);
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	snprintf(text, RC_DATE_TEXT, "%04u-%02u-%02u",
	    (unsigned)(yoe + era * 400 + (mp >= 10)) % 10000U,
	    (unsigned)(mp < 10 ? mp + 3 : mp - 9) % 100U,
	    (unsigned)(doy - (153 * mp + 2) / 5 + 1) % 100U);
}

long
rc_date_today(void)
{
	return (long)(time(NULL) / (24L * 60 * 60));
}
