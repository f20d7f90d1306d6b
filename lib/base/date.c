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
