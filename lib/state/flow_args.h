/* flow_args.h - the command line of rc-flow, whose script is left with the order of things.
 *
 * Tested by tests/rc-flow.t. */
#ifndef RC_FLOW_ARGS_H
#define RC_FLOW_ARGS_H

#include "base/out.h"

/* rc_flow_args_put: write what argv, rc-flow's arguments after a first one, says as statements for
 * its script: command, config, full, dry ('' or 1), pass (options for every program), show
 * (options for rc-runs); for verify repair and most; for views schema,
 * drop and history; or, if it asks for help or the version, one that makes rc-settings show that.
 * *config is the
 * file of settings that it names, or NULL, borrowed from argv; *runs whether the command needs
 * them. RC_USAGE, reported: a mistake. */
int rc_flow_args_put(struct rc_out *out, int argc, char **argv, const char **config, int *runs);
/* rc_flow_args_help: write rc-flow's help, or, with list, its options for completions, to standard
 * output.  As rc_help_print(). */
int rc_flow_args_help(int list);

#endif
