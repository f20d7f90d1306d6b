/* meter.h - the progress line: how far long work is, for a person at a terminal.
 *
 * One line on standard error, drawn again in its place, as wide as the terminal at most.  There is
 * none in the background, on a terminal without cursor movement (TERM=dumb), on one that a program
 * such as less(1) has for itself, on one that standard output goes to, or in a pipe where another
 * program draws (pipeline.h).
 *
 * Tested by tests/progress.t. */
#ifndef RC_METER_H
#define RC_METER_H

#include "base/stats.h"

/* rc_meter_setup: look at the terminal, for messages, which erase the line first. */
void rc_meter_setup(void);
/* rc_meter_start: from now on show s, which stays the caller's until rc_meter_end(), as RC_PROGRESS
 * says: 0: not at all; plain: by a line every ten seconds, below each other; 1: as by default.
 * RC_CONFIG, which was reported: it says something else. */
int rc_meter_start(const struct rc_stats *s);
/* rc_meter_end: erase the line. */
void rc_meter_end(void);
/* rc_meter_tick: the time to draw may have come; cheap enough to be called for each record. */
void rc_meter_tick(void);
/* rc_meter_clear: something is about to be written to the terminal: erase what this program, or
 * another of its pipe, may have drawn. */
void rc_meter_clear(void);

#endif
