#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/status.h"
#include "record/known.h"

/* what_it_is: what makes a reject the one that it is: all from the reason on, for before it are
 * only words and numbers of ours. */
static struct rc_span
what_it_is(struct rc_span line)
{
	static const char reason[] = ",\"reason\":";
	struct rc_span left = rc_span_trim(line);

	while (left.n >= sizeof(reason) && memcmp(left.p, reason, sizeof(reason) - 1) != 0) {
		left.p++;
		left.n--;
	}
	return left.n >= sizeof(reason) ? left : rc_span_trim(line);
}

static int
add(struct rc_known *k, struct rc_span line)
{
	enum rc_dedup_when when;
	uint64_t *note;

	if (line.p == NULL) /* too long to be one */
		return 0;
	line = what_it_is(line);
	return rc_dedup_add(&k->rejects, line.p, line.n, &when, &note);
}

static int
read_all(struct rc_known *k, int fd, const char *path)
{
	struct rc_lines *lines = NULL;
	enum rc_event event;
	struct rc_line line;
	int status;

	if ((status = rc_lines_open(&lines, fd, path)) != 0)
		return status;
	rc_lines_pass_long(lines);
	while ((status = rc_lines_next(lines, -1, &event, &line)) == 0 && event == RC_EVENT_LINE)
		if ((status = add(k, line.text)) != 0)
			break;
	rc_lines_close(lines);
	return status;
}

int
rc_known_read(struct rc_known *k, const char *path)
{
	struct stat st;
	int fd, status = 0;

	rc_known_free(k);
	if ((fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) == -1)
		return 0; /* it may be written only; then each is set aside again */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		k->dev = st.st_dev;
		k->ino = st.st_ino;
		k->size = st.st_size;
		status = read_all(k, fd, path);
	}
	close(fd);
	return status;
}

int
rc_known_is_current(const struct rc_known *k, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == k->dev && st.st_ino == k->ino &&
	    st.st_size >= k->size;
}

int
rc_known_has(const struct rc_known *k, struct rc_span line)
{
	line = what_it_is(line);
	return rc_dedup_has(&k->rejects, line.p, line.n);
}

void
rc_known_free(struct rc_known *k)
{
	rc_dedup_free(&k->rejects);
	*k = (struct rc_known){ 0 };
}
