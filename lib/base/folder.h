/* folder.h - a folder for files that are needed only during a run.
 *
 * Tested by tests/rc-supervise.t. */
#ifndef RC_FOLDER_H
#define RC_FOLDER_H

/* rc_folder_make: create an empty folder at path that only its owner can enter; files left in an
 * old one are removed.  RC_CANTCREATE: it cannot be created, or something else, or another user's
 * folder, is there. */
int rc_folder_make(const char *path);
/* rc_folder_remove: remove it with its files.  RC_IO: something is left. */
int rc_folder_remove(const char *path);

#endif
