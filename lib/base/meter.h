/* meter.h - the progress line, which tells a person at a terminal how far a long run has come.
 *
 * It is one line on standard error, redrawn in place, and never wider than the terminal.  It is not
 * drawn in the background, on a terminal that cannot move its cursor (TERM=dumb), beside a program
 * such as less(1) that uses the whole terminal, if standard output goes to the same terminal, or if
 * another program of the pipe draws (pipeline.h).
 *
 * Tested by tests/progress.t. */
#ifndef RC_METER_H
#define RC_METER_H

#include "base/stats.h"

/* rc_meter_takes: whether RC_PROGRESS may have that value. */
int rc_meter_takes(const char *how);
/* rc_meter_setup: inspect the terminal, and make messages erase the line first. */
void rc_meter_setup(void);
/* rc_meter_start: from now on show s, which must stay valid until rc_meter_end(), as RC_PROGRESS
 * says: 0: not at all; plain: as a new line every ten seconds; 1: the default.  RC_CONFIG,
 * reported: it has another value. */
int rc_meter_start(const struct rc_stats *s);
/* rc_meter_end: erase the line. */
void rc_meter_end(void);
/* rc_meter_tick: draw the line if it is time; cheap enough to call for each record. */
void rc_meter_tick(void);
/* rc_meter_clear: call before anything is written to the terminal: erases what this program, or
 * another of its pipe, may have drawn. */
void rc_meter_clear(void);

#endif
