#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/status.h"
#include "kafka/kafka.h"

#define MAX_LINE 4096 /* bytes of a line of a configuration file */

static void
on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	struct rc_kafka_trouble *t = opaque;

	(void)rk;
	/* That all brokers are down says less than why the last one is. */
	if (err != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || t->text[0] == '\0') {
		t->err = (rd_kafka_resp_err_t)err;
		snprintf(t->text, sizeof(t->text), "%s", reason);
	}
	rc_log_info("%s: %s", rd_kafka_err2name((rd_kafka_resp_err_t)err), reason);
}

static void
on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	(void)rk;
	(void)level;
	rc_log_info("librdkafka: %s: %s", facility, text);
}

/* is_secret: whether a property's value must not be shown. */
static int
is_secret(const char *name)
{
	return strstr(name, "password") != NULL || strstr(name, "secret") != NULL ||
	    strstr(name, "jaas") != NULL || strstr(name, "oauth") != NULL ||
	    strstr(name, ".pem") != NULL;
}

int
rc_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char why[512];

	if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)) == RD_KAFKA_CONF_OK)
		return 0;
	rc_log_error("%s: librdkafka refuses it%s%s", name, is_secret(name) ? "" : ": ",
	    is_secret(name) ? "" : why);
	return RC_CONFIG;
}

/* set_pair: "name=value", which is taken apart in place.  *secret is set where
 * value is one. */
static int
set_pair(rd_kafka_conf_t *conf, char *pair, const char *where, int *secret)
{
	char *equals = strchr(pair, '=');

	if (equals == NULL || equals == pair) {
		rc_log_error("%s: not NAME=VALUE", where);
		return RC_CONFIG;
	}
	*equals = '\0';
	*secret |= is_secret(pair);
	return rc_kafka_set(conf, pair, equals + 1);
}

/* warn_if_open: of a file with a secret that everybody on the machine can read. */
static void
warn_if_open(FILE *fp, const char *path)
{
	struct stat st;

	if (fstat(fileno(fp), &st) == 0 && (st.st_mode & S_IROTH) != 0)
		rc_log_warn("%s: it holds a secret and anybody can read it: chmod o-r", path);
}

/* squeeze: take the blanks around the first equals sign out of a line. */
static void
squeeze(char *line)
{
	char *equals = strchr(line, '='), *value;

	if (equals == NULL)
		return;
	value = equals + 1 + strspn(equals + 1, " \t");
	while (equals > line && (equals[-1] == ' ' || equals[-1] == '\t'))
		equals--;
	*equals++ = '=';
	memmove(equals, value, strlen(value) + 1);
}

/* set_file: the name=value lines of a file, perhaps with a byte order mark and with blanks around
 * the sign, as Java's tools write them; # starts a comment line. */
static int
set_file(rd_kafka_conf_t *conf, const char *path)
{
	char line[MAX_LINE], where[600], *start, *end;
	unsigned number = 0;
	int status = 0, secret = 0;
	FILE *fp;

	if ((fp = fopen(path, "re")) == NULL) {
		rc_log_errno("%s: cannot be read", path);
		return RC_CONFIG;
	}
	while (status == 0 && fgets(line, sizeof(line), fp) != NULL) {
		snprintf(where, sizeof(where), "%s: line %u", path, ++number);
		if (strchr(line, '\n') == NULL && !feof(fp)) {
			rc_log_error("%s: longer than %d bytes", where, MAX_LINE - 2);
			status = RC_CONFIG;
			break;
		}
		start = line + (number == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
		start += strspn(start, " \t");
		end = start + strlen(start);
		while (end > start && strchr(" \t\r\n", end[-1]) != NULL)
			*--end = '\0';
		squeeze(start);
		if (*start != '\0' && *start != '#')
			status = set_pair(conf, start, where, &secret);
	}
	if (secret)
		warn_if_open(fp, path);
	if (status == 0 && ferror(fp)) {
		rc_log_errno("%s: cannot be read", path);
		status = RC_CONFIG;
	}
	fclose(fp);
	return status;
}

/* set_props: those of the command line. */
static int
set_props(rd_kafka_conf_t *conf, const struct rc_opt_list *props)
{
	int status = 0, secret = 0;

	for (size_t i = 0; i < props->count && status == 0; i++) {
		size_t n = strlen(props->items[i]) + 1;
		char *pair = malloc(n);

		if (pair == NULL) {
			rc_log_errno("no memory");
			return RC_OSERR;
		}
		status = set_pair(conf, memcpy(pair, props->items[i], n), "-X", &secret);
		free(pair);
	}
	if (secret)
		rc_log_warn("-X: a secret there is visible in the process list: give it in a "
			    "file, with -F");
	return status == RC_CONFIG ? RC_USAGE : status;
}

void
rc_kafka_default(struct rc_kafka_conf *c)
{
	c->brokers = rc_cli_default(c->brokers, "RC_BROKERS", "localhost:9094");
	c->file = rc_cli_default(c->file, "RC_KAFKA_CONFIG", NULL);
}

int
rc_kafka_settings(const struct rc_kafka_conf *c, const char *const *defaults,
    rd_kafka_conf_t **conf, struct rc_kafka_trouble *trouble)
{
	char timeout[16];
	int status;

	/* of a request, which closing waits for: from 10 ms to 5 minutes */
	snprintf(timeout, sizeof(timeout), "%d",
	    c->timeout_ms < 10           ? 10
		: c->timeout_ms > 300000 ? 300000
					 : c->timeout_ms);
	*conf = rd_kafka_conf_new();
	rd_kafka_conf_set_opaque(*conf, trouble);
	rd_kafka_conf_set_error_cb(*conf, on_error);
	rd_kafka_conf_set_log_cb(*conf, on_log);
	status = rc_kafka_set(*conf, "client.id", rc_log_program());
	if (status == 0)
		status = rc_kafka_set(*conf, "bootstrap.servers", c->brokers);
	if (status == 0)
		status = rc_kafka_set(*conf, "socket.timeout.ms", timeout);
	for (size_t i = 0; defaults[i] != NULL && status == 0; i += 2)
		status = rc_kafka_set(*conf, defaults[i], defaults[i + 1]);
	if (status == 0 && c->file != NULL)
		status = set_file(*conf, c->file);
	if (status == 0)
		status = set_props(*conf, &c->props);
	if (status != 0)
		rd_kafka_conf_destroy(*conf);
	return status;
}

int
rc_kafka_client(rd_kafka_t **rk, rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
	char why[512];

	if ((*rk = rd_kafka_new(type, conf, why, sizeof(why))) != NULL)
		return 0;
	rd_kafka_conf_destroy(conf);
	rc_log_error("librdkafka refuses its configuration: %s: look at -X and -F", why);
	return RC_CONFIG;
}

int
rc_kafka_status(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR_NO_ERROR:
		return RC_OK;
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
	case RD_KAFKA_RESP_ERR__SSL:
	case RD_KAFKA_RESP_ERR__BAD_MSG: /* so librdkafka calls an answer that did not come */
		return RC_UNREACHABLE;
	case RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE:
		return RC_OSERR;
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
		return RC_DENIED;
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
	case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
	case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
	case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
	case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
	case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
	case RD_KAFKA_RESP_ERR__INVALID_ARG:
		return RC_CONFIG;
	case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
	case RD_KAFKA_RESP_ERR_INVALID_MSG:
	case RD_KAFKA_RESP_ERR_INVALID_RECORD:
	case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		return RC_DATA;
	default:
		return RC_TEMPFAIL;
	}
}

const char *
rc_kafka_right(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
		return ": this user needs the right Write on the topic to produce, Read to consume";
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
		return ": this user needs the right Read on the group";
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
		return ": this user needs the right Write on the topic, or IdempotentWrite on the "
		       "cluster";
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
		return ": this user needs the rights Describe and Write on the transactional id";
	default:
		return "";
	}
}

int
rc_kafka_not_ready(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
	case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
	case RD_KAFKA_RESP_ERR__WAIT_COORD:
		return 1;
	default:
		return 0;
	}
}

int
rc_kafka_denied(const struct rc_kafka_trouble *t)
{
	return t->err == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
	    t->err == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED;
}

int
rc_kafka_unreachable(const struct rc_kafka_conf *c, const struct rc_kafka_trouble *t)
{
	if (rc_kafka_denied(t)) {
		rc_log_error("%s: the broker refuses this user: look at the SASL and TLS "
			     "properties of -X and -F",
		    c->brokers);
		return RC_DENIED;
	}
	if (rc_kafka_status(t->err) == RC_DENIED) {
		rc_log_error("%s: the broker does not permit this: %s%s", c->brokers, t->text,
		    rc_kafka_right(t->err));
		return RC_DENIED;
	}
	rc_log_error("%s: no broker within %d ms%s%s: is Kafka running there? set -b or RC_BROKERS",
	    c->brokers, c->timeout_ms, t->text[0] != '\0' ? ": " : "", t->text);
	return RC_UNREACHABLE;
}

int
rc_kafka_failed(const char *where, rd_kafka_resp_err_t err, const char *detail)
{
	rc_log_error("%s: %s%s%s%s", where, rd_kafka_err2str(err), detail != NULL ? ": " : "",
	    detail != NULL ? detail : "", rc_kafka_right(err));
	return rc_kafka_status(err);
}
