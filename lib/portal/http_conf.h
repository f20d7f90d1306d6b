/* http_conf.h - what whoever asks by HTTP decides on. */
#ifndef RC_HTTP_CONF_H
#define RC_HTTP_CONF_H

struct rc_http_conf { /* copied by rc_http_open() */
	const char *user_agent;
	const char *authorization; /* value of that header, or NULL */
	int connect_ms;            /* at most, for resolving and connecting; > 0 */
};

#endif
