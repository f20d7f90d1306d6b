/* pipeline.h - the pipe that this program is part of: which of its programs draws the progress
 * line, and how many records to expect.
 *
 * Tested by tests/progress.t. */
#ifndef RC_PIPELINE_H
#define RC_PIPELINE_H

#include <stdint.h>

/* rc_pipeline_draws: whether this program should draw on the terminal of its standard error.  It
 * should not if its output goes there, or if a later program of the pipe draws, writes to the
 * terminal what it reads, or cannot be inspected.  This reads /proc for each process of the
 * session, so do not call it often. */
int rc_pipeline_draws(void);
/* rc_pipeline_is: whether the descriptor is a pipe. */
int rc_pipeline_is(int fd);
/* rc_pipeline_reports: whether our program of that name writes only a few lines, positions, so that
 * a progress line may be drawn between them. */
int rc_pipeline_reports(const char *name);
/* rc_pipeline_tell: tell the next program of the pipe how many records will come in all.  This sets
 * a lock of that length (fcntl(2), F_OFD_SETLK) on the pipe itself, which the next program can
 * query: it leaves no file behind.  Where the system cannot do it, nobody is told. */
void rc_pipeline_tell(uint64_t records);
/* rc_pipeline_told: how many records the previous program has announced; 0: unknown. */
uint64_t rc_pipeline_told(void);

#endif
