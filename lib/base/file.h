/* file.h - small files that are written completely or not at all. */
#ifndef RC_FILE_H
#define RC_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

/* rc_file_can_replace: 0 if rc_file_replace() will be able to write there, as far as can be seen in
 * advance, or RC_CANTCREATE, reported. */
int rc_file_can_replace(const char *path);
/* rc_file_replace: make the file at path hold these n bytes, durably: a new
 * file with this mode is written beside it, synced, renamed over it, and the
 * folder synced.  A symbolic link is followed, except another user's in a folder where anybody can
 * create files.  RC_CANTCREATE: no file can be created there; RC_IO: it cannot be written. */
int rc_file_replace(const char *path, const char *p, size_t n, mode_t mode);
/* rc_file_append_own: open the file at path for appending what no other user may change; messages
 * call it `what` ("rejects").  The umask decides who can read a new file.  Returns a descriptor, or
 * -1, reported: it cannot be opened, belongs to another user, or anybody can write to it.  What is
 * not a regular file is accepted as it is. */
int rc_file_append_own(const char *path, const char *what);
/* rc_file_make_folders: create the folders that path lies in, readable only by their
 * owner.  RC_CANTCREATE. */
int rc_file_make_folders(const char *path);
/* rc_file_read: append the file at path to out, at most max bytes.  *found is
 * set to 0 where it does not exist, which is no failure.  RC_IO: it cannot be
 * read, or is larger. */
int rc_file_read(const char *path, size_t max, struct rc_buf *out, int *found);

#endif
