#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/secrets.h"
#include "base/status.h"
#include "kafka/properties.h"

#define MAX_LINE 4096 /* bytes of a line of a file */

/* What is not the user's: each property, the values that are accepted, which are then as good as
 * not given, and what to do instead.  "!" before them: any but these.  No value: an option names
 * it. */
static const struct fixed {
	const char *name, *values, *instead;
} fixed[] = {
	{ "acks", "all -1", "a position is only printed for what all in-sync replicas have" },
	{ "allow.auto.create.topics", "false f 0", "--create-topic makes a topic" },
	{ "auto.commit.enable", "false f 0", "rc-load -e keeps positions, or rc-state set" },
	{ "auto.offset.reset", "error", "-o says where to begin, --on-gap what a gap is" },
	{ "bootstrap.servers", NULL, "-b" },
	{ "delivery.report.only.error", "false f 0", "each record is waited for" },
	{ "delivery.timeout.ms", "!0", "--timeout is how long it may take" },
	{ "enable.auto.commit", "false f 0", "rc-load -e keeps positions, or rc-state set" },
	{ "enable.auto.offset.store", "false f 0", "rc-load -e keeps positions, or rc-state set" },
	{ "enable.gapless.guarantee", "true t 1", "nothing overtakes what is sent again" },
	{ "enable.idempotence", "true t 1", "each record is in the topic once, and in order" },
	{ "enable.partition.eof", "true t 1", "-E ends where the partitions end" },
	{ "enable.sasl.oauthbearer.unsecure.jwt", "false f 0",
	    "librdkafka crashes when it renews such a token, and nobody is protected by one" },
	{ "enabled_events", "0 none", "they are served otherwise" },
	{ "group.id", NULL, "-g" },
	{ "group.instance.id", "", "a member that was frozen would take its place back" },
	{ "group.protocol", "classic", "a member claims each partition before it is read" },
	{ "isolation.level", "read_committed", "what is not committed is not read" },
	{ "log.queue", "true t 1", "what librdkafka logs is shown with -v" },
	{ "message.timeout.ms", "!0", "--timeout is how long it may take" },
	{ "metadata.broker.list", NULL, "-b" },
	{ "partition.assignment.strategy", "cooperative-sticky",
	    "a member keeps what it has while others come and go" },
	{ "request.required.acks", "all -1",
	    "a position is only printed for what all in-sync replicas have" },
	{ "transactional.id", "", "--transactional-id names it" },
};

/* A reader of properties: name, value, where they stand.  Its status ends the reading. */
typedef int on_property(void *to, const char *name, const char *value, const char *where);

/* is_secret: whether a property's value must not be shown. */
static int
is_secret(const char *name)
{
	static const char *const ends[] = { "password", "secret", "passphrase", "key.pem",
		"jaas.config", "oauthbearer.config" };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (n >= strlen(ends[i]) && strcmp(name + n - strlen(ends[i]), ends[i]) == 0)
			return 1;
	return 0;
}

int
rc_properties_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	struct rc_secrets secrets = { 0 };
	char why[512], shown[512];
	int status = RC_CONFIG;

	if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)) == RD_KAFKA_CONF_OK)
		return 0;
	if (is_secret(name) &&
	    rc_secrets_add(&secrets, (struct rc_span){ value, strlen(value) }) != 0)
		status = RC_OSERR;
	rc_secrets_mask(&secrets, why, shown, sizeof(shown));
	if (status == RC_CONFIG)
		rc_log_error("%s: librdkafka refuses it: %s", name, shown);
	rc_secrets_free(&secrets);
	return status;
}

/* is_one_of: whether value is one of the words of a list. */
static int
is_one_of(const char *list, const char *value)
{
	size_t n;

	for (; *list != '\0'; list += n + (list[n] == ' ')) {
		n = strcspn(list, " ");
		if (strlen(value) == n && memcmp(value, list, n) == 0)
			return 1;
	}
	return 0;
}

static const struct fixed *
find_fixed(const char *name)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (strcmp(fixed[i].name, name) == 0)
			return &fixed[i];
	return NULL;
}

struct applied {
	rd_kafka_conf_t *conf;
	int contradicted; /* what is not the user's */
};

/* apply: an on_property, to struct applied. */
static int
apply(void *to, const char *name, const char *value, const char *where)
{
	const struct fixed *f = find_fixed(name);
	struct applied *a = to;

	if (f == NULL)
		return rc_properties_set(a->conf, name, value);
	if (f->values == NULL || is_one_of(f->values, value))
		return 0;
	if (*f->values == '!' && !is_one_of(f->values + 1, value))
		return rc_properties_set(a->conf, name, value);
	rc_log_error("%s: %s=%s: a guarantee rests on another value: leave it out: %s", where, name,
	    value, f->instead);
	a->contradicted = 1;
	return RC_CONFIG;
}

/* take_pair: "name=value", which is taken apart in place.  *secret is set where
 * value is one. */
static int
take_pair(char *pair, const char *where, on_property *take, void *to, int *secret)
{
	char *equals = strchr(pair, '=');

	if (equals == NULL || equals == pair) {
		rc_log_error("%s: not NAME=VALUE", where);
		return RC_CONFIG;
	}
	*equals = '\0';
	*secret |= is_secret(pair);
	return take(to, pair, equals + 1, where);
}

/* is_open: whether everybody on the machine can read the file. */
static int
is_open(FILE *fp)
{
	struct stat st;

	return fstat(fileno(fp), &st) == 0 && (st.st_mode & S_IROTH) != 0;
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

/* read_file: the name=value lines of a file, perhaps with a byte order mark and with blanks around
 * the sign, as Java's tools write them; # starts a comment line.  *shown: it holds a secret that
 * everybody can read. */
static int
read_file(const char *path, on_property *take, void *to, int *shown)
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
			status = take_pair(start, where, take, to, &secret);
	}
	*shown = secret && is_open(fp);
	if (status == 0 && ferror(fp)) {
		rc_log_errno("%s: cannot be read", path);
		status = RC_CONFIG;
	}
	fclose(fp);
	return status;
}

/* read_props: those of the command line. */
static int
read_props(const struct rc_opt_list *props, on_property *take, void *to, int *secret)
{
	int status = 0;

	for (size_t i = 0; i < props->count && status == 0; i++) {
		size_t n = strlen(props->items[i]) + 1;
		char *pair = malloc(n);

		if (pair == NULL) {
			rc_log_errno("no memory");
			return RC_OSERR;
		}
		status = take_pair(memcpy(pair, props->items[i], n), "-X", take, to, secret);
		free(pair);
	}
	return status;
}

int
rc_properties_apply(rd_kafka_conf_t *conf, const char *file, const struct rc_opt_list *props)
{
	struct applied a = { .conf = conf };
	int status = 0, secret = 0, shown = 0;

	if (file != NULL)
		status = read_file(file, apply, &a, &shown);
	if (shown)
		rc_log_warn("%s: it holds a secret and anybody can read it: chmod o-r", file);
	if (status != 0)
		return status;
	status = read_props(props, apply, &a, &secret);
	if (secret)
		rc_log_warn("-X: a secret there is visible in the process list: give it in a "
			    "file, with -F");
	return status == RC_CONFIG && !a.contradicted ? RC_USAGE : status;
}

struct sought {
	const char *name;
	char *value;
	size_t room;
};

/* seek: an on_property, to struct sought. */
static int
seek(void *to, const char *name, const char *value, const char *where)
{
	struct sought *s = to;
	size_t n = strlen(value) + 1;
	int other =
	    strcmp(s->name, "bootstrap.servers") == 0 && strcmp(name, "metadata.broker.list") == 0;

	if (strcmp(name, s->name) != 0 && !other)
		return 0;
	if (n > s->room) {
		rc_log_error("%s: %s: longer than %zu bytes", where, name, s->room - 1);
		return RC_CONFIG;
	}
	memcpy(s->value, value, n);
	return 0;
}

int
rc_properties_find(
    const char *file, const struct rc_opt_list *props, const char *name, char *value, size_t room)
{
	struct sought s = { name, value, room };
	int status, secret = 0; /* which is warned of where it is applied */

	*value = '\0';
	status = file != NULL ? read_file(file, seek, &s, &secret) : 0;
	if (status != 0)
		return status;
	status = read_props(props, seek, &s, &secret);
	return status == RC_CONFIG ? RC_USAGE : status;
}
