/* status.h - the statuses that programs exit with, and that calls return.
 *
 * Nearly every call in lib/ returns 0 or the status to exit with.  Whoever
 * detects a failure says why on standard error, once; callers only unwind.
 * The values are those of sysexits.h, which POSIX does not have. */
#ifndef RC_STATUS_H
#define RC_STATUS_H

enum rc_status {
	RC_OK = 0,
	RC_DIFFERENT = 1,    /* what was compared is not equal, as cmp(1) has it */
	RC_USAGE = 64,       /* wrong use of a program */
	RC_DATA = 65,        /* bad data in the input */
	RC_UNREACHABLE = 69, /* a service cannot be reached */
	RC_BUG = 70,         /* a defect of this suite */
	RC_OSERR = 71,       /* no memory, or the system refuses what is needed */
	RC_CANTCREATE = 73,  /* a file cannot be created */
	RC_IO = 74,          /* input or output failed */
	RC_TEMPFAIL = 75,    /* it may work later */
	RC_DENIED = 77,      /* authentication or authorization failed */
	RC_CONFIG = 78,      /* bad configuration: description, topic, table */
	RC_PIPE = 141        /* standard output was closed by its reader: 128 + SIGPIPE */
};

/* rc_status_first: the first of two statuses that is a failure, or else what is not RC_OK. */
static inline int
rc_status_first(int first, int second)
{
	return first > RC_DIFFERENT || second == RC_OK ? first : second;
}

#endif
