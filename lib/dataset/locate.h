/* locate.h - where a dataset's description is.  Tested by tests/rc-transform.t. */
#ifndef RC_LOCATE_H
#define RC_LOCATE_H

/* rc_locate: set *path, which the caller frees, to the description called name:
 * name itself where it is a path (it has a slash, or ends in .json); else
 * NAME.json in $RC_DATASETS, beside the program in the source tree, or where
 * make install puts it.  RC_CONFIG: there is none; RC_OSERR: no memory. */
int rc_locate(const char *name, char **path);
/* rc_locate_name: the same of a name, which is no path; *path is NULL where there is none, and
 * nothing is said. */
int rc_locate_name(const char *name, char **path);

#endif
