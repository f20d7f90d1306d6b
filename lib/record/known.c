#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/status.h"
#include "record/known.h"

/* identify: the hash of what makes a reject the one that it is: all from the reason on, for before
 * it are only words and numbers of ours. */
static struct rc_hash
identify(struct rc_span line)
{
	static const char reason[] = ",\"reason\":";
	struct rc_span left = rc_span_trim(line);
	struct rc_hash hash;

	while (left.n >= sizeof(reason) && memcmp(left.p, reason, sizeof(reason) - 1) != 0) {
		left.p++;
		left.n--;
	}
	hash = rc_hash(left.n >= sizeof(reason) ? left : line);
	if (hash.a == 0 && hash.b == 0)
		hash.a = 1;
	return hash;
}

/* slot_of: where the hash is, or belongs. */
static struct rc_hash *
slot_of(const struct rc_known *k, struct rc_hash hash)
{
	size_t i = (size_t)hash.a & (k->room - 1);

	while ((k->slots[i].a | k->slots[i].b) != 0 &&
	    (k->slots[i].a != hash.a || k->slots[i].b != hash.b))
		i = (i + 1) & (k->room - 1);
	return &k->slots[i];
}

static int
grow(struct rc_known *k)
{
	struct rc_known larger = *k;

	larger.room = k->room == 0 ? 256 : k->room * 2;
	if ((larger.slots = calloc(larger.room, sizeof(*larger.slots))) == NULL) {
		rc_log_errno("no memory to remember %zu rejects", larger.room);
		return RC_OSERR;
	}
	for (size_t i = 0; i < k->room; i++)
		if ((k->slots[i].a | k->slots[i].b) != 0)
			*slot_of(&larger, k->slots[i]) = k->slots[i];
	free(k->slots);
	*k = larger;
	return 0;
}

static int
add(struct rc_known *k, struct rc_span line)
{
	int status;

	if (line.p == NULL) /* too long to be one */
		return 0;
	if (k->count >= k->room / 4 * 3 && (status = grow(k)) != 0)
		return status;
	*slot_of(k, identify(line)) = identify(line);
	k->count++;
	return 0;
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
	const struct rc_hash *slot;

	if (k->count == 0)
		return 0;
	slot = slot_of(k, identify(line));
	return (slot->a | slot->b) != 0;
}

void
rc_known_free(struct rc_known *k)
{
	free(k->slots);
	*k = (struct rc_known){ 0 };
}
