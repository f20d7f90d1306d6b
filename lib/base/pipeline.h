/* pipeline.h - the pipe that this program is a part of: who draws the progress line, and how much
 * is to come.
 *
 * Tested by tests/progress.t. */
#ifndef RC_PIPELINE_H
#define RC_PIPELINE_H

#include <stdint.h>

/* rc_pipeline_draws: whether it is for this program to draw on the terminal that standard error
 * is.  No: its output goes there; or, behind it in the pipe, there is a program of ours that draws,
 * or another that writes to the terminal what it reads, or one that cannot be looked at.  This asks
 * /proc about each process of the session, so not often. */
int rc_pipeline_draws(void);
/* rc_pipeline_reports: whether the program of ours of that name writes no more than a few
 * positions, between which a line may stand. */
int rc_pipeline_reports(const char *name);
/* rc_pipeline_tell: tell the programs behind this one how many records come in all.  It is a lock
 * of that length (fcntl(2), F_OFD_SETLK) on the pipe, which both ends of it have: no file is left
 * behind, and where it cannot be done, nobody is told. */
void rc_pipeline_tell(uint64_t records);
/* rc_pipeline_told: what the program before this one has told; 0: nothing. */
uint64_t rc_pipeline_told(void);

#endif
