#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/write.h"

int
rc_write_all(int fd, const char *p, size_t n)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	ssize_t done;

	while (n > 0) {
		if ((done = write(fd, p, n)) == -1) {
			if (errno == EAGAIN)
				poll(&room, 1, -1); /* what is wrong, the next write tells */
			else if (errno != EINTR)
				return -1;
			continue;
		}
		p += done;
		n -= (size_t)done;
	}
	return 0;
}
