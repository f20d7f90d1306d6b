/* file.h - small files that are there whole or not at all. */
#ifndef RC_FILE_H
#define RC_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

/* rc_file_can_replace: whether rc_file_replace() will be able to, as far as that can be seen
 * beforehand: 0, or RC_CANTCREATE, which was reported. */
int rc_file_can_replace(const char *path);
/* rc_file_replace: make the file at path hold these n bytes, durably: a new
 * file with this mode is written beside it, synced, renamed over it, and the
 * folder synced.  A symbolic link is followed, but not another's where anybody can make files.
 * RC_CANTCREATE: no file can be made there; RC_IO: it cannot be written. */
int rc_file_replace(const char *path, const char *p, size_t n, mode_t mode);
/* rc_file_append_own: open the file at path to append to it what no other user is to change, called
 * `what` in messages ("rejects"); who can read one that is made says the umask.  Returns a
 * descriptor, or -1, which was reported: it cannot be opened, is another's, or is one that anybody
 * can write to.  What is no regular file is taken as it is. */
int rc_file_append_own(const char *path, const char *what);
/* rc_file_make_folders: make the folders that path is to be in, readable by
 * their owner alone.  RC_CANTCREATE. */
int rc_file_make_folders(const char *path);
/* rc_file_read: append the file at path to out, at most max bytes.  *found is
 * set to 0 where it does not exist, which is no failure.  RC_IO: it cannot be
 * read, or is larger. */
int rc_file_read(const char *path, size_t max, struct rc_buf *out, int *found);

#endif
