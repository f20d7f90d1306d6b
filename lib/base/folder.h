/* folder.h - a folder of files that are wanted only while something is at work.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_FOLDER_H
#define RC_FOLDER_H

/* rc_folder_make: one that is new and empty at path, for its owner alone; what was left in it is
 * removed.  RC_CANTCREATE: it cannot be, or there is something else, or another user's. */
int rc_folder_make(const char *path);
/* rc_folder_remove: with its files.  RC_IO: something stays. */
int rc_folder_remove(const char *path);

#endif
