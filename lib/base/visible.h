/* visible.h - text from elsewhere, made fit to be shown to a person: it cannot move the cursor,
 * add lines, or change in which order the rest of a line is read. */
#ifndef RC_VISIBLE_H
#define RC_VISIBLE_H

#include "base/span.h"

/* rc_visible_put: write the text into the room > 0 bytes at out, with a NUL behind it; how many
 * bytes it took without that.  A line feed or tab becomes a space.  Other controls (C0, DEL, C1,
 * those that set the direction of text: Unicode 15, table 23-3, and separators of lines and
 * paragraphs) are shown as \xNN or \uNNNN, and bytes that are not UTF-8 as \xNN.  What does not fit
 * is left out, by whole characters, and so is one that is cut off by the end of the text. */
size_t rc_visible_put(char *out, size_t room, struct rc_span text);

#endif
