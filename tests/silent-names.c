/* silent-names.c - for LD_PRELOAD: a name server that is silent. */
#include <netdb.h>
#include <unistd.h>

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	(void)node, (void)service, (void)hints, (void)out;
	sleep(60);
	return EAI_AGAIN;
}
