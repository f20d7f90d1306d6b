#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"
#include "dataset/reading.h"

void
rc_reading_bad(struct rc_reading *r, const char *where, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	if (r->status != 0)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	rc_log_error("%s: %s: %s: see rc-dataset(5)", r->path, where, what);
	r->status = RC_CONFIG;
}

void *
rc_reading_memory(struct rc_reading *r, size_t count, size_t size)
{
	void *p = calloc(count == 0 ? 1 : count, size);

	if (p == NULL && r->status == 0) {
		rc_log_errno("%s: no memory", r->path);
		r->status = RC_OSERR;
	}
	return p;
}

void
rc_reading_names(struct rc_reading *r, json_t *object, const char *where, const char *const *names)
{
	const char *name;
	json_t *value;

	if (!json_is_object(object)) {
		rc_reading_bad(r, where, "missing, or not an object");
		return;
	}
	json_object_foreach(object, name, value)
	{
		size_t i = 0;

		while (names[i] != NULL && strcmp(names[i], name) != 0)
			i++;
		if (names[i] == NULL)
			rc_reading_bad(r, where, "\"%s\": no such member", name);
	}
}

const char *
rc_reading_text(
    struct rc_reading *r, json_t *object, const char *where, const char *name, const char *fallback)
{
	json_t *value = json_object_get(object, name);

	if (value == NULL && fallback != NULL)
		return fallback;
	if (!json_is_string(value) || json_string_length(value) == 0) {
		rc_reading_bad(r, where, "\"%s\" is missing, or not a text", name);
		return "";
	}
	return json_string_value(value);
}

int
rc_reading_number(struct rc_reading *r, json_t *object, const char *where, const char *name,
    int low, int fallback)
{
	json_t *value = json_object_get(object, name);

	if (value == NULL)
		return fallback;
	if (!json_is_integer(value) || json_integer_value(value) < low ||
	    json_integer_value(value) > 1000000) {
		rc_reading_bad(
		    r, where, "\"%s\" is not a whole number from %d to 1000000", name, low);
		return fallback;
	}
	return (int)json_integer_value(value);
}

int
rc_reading_flag(struct rc_reading *r, json_t *object, const char *where, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (value != NULL && !json_is_boolean(value))
		rc_reading_bad(r, where, "\"%s\" is neither true nor false", name);
	return json_is_true(value);
}

struct rc_span *
rc_reading_texts(
    struct rc_reading *r, json_t *object, const char *where, const char *name, size_t *count)
{
	json_t *value = json_object_get(object, name), *item;
	size_t i, n = json_is_array(value) ? json_array_size(value) : value != NULL;
	struct rc_span *list = rc_reading_memory(r, n, sizeof(*list));

	*count = 0;
	for (i = 0; i < n && list != NULL; i++) {
		item = json_is_array(value) ? json_array_get(value, i) : value;
		if (!json_is_string(item) || json_string_length(item) == 0)
			rc_reading_bad(r, where, "\"%s\" is not a text or a list of texts", name);
		else
			list[(*count)++] =
			    (struct rc_span){ json_string_value(item), json_string_length(item) };
	}
	if (value != NULL && n == 0)
		rc_reading_bad(r, where, "\"%s\" is empty", name);
	return list;
}

int
rc_reading_word(struct rc_reading *r, json_t *object, const char *where, const char *name,
    const char *const *words, int fallback)
{
	const char *value;
	int i = 0;

	if (fallback != -1 && json_object_get(object, name) == NULL)
		return fallback;
	value = rc_reading_text(r, object, where, name, NULL);
	while (words[i] != NULL && strcmp(words[i], value) != 0)
		i++;
	if (words[i] != NULL)
		return i;
	rc_reading_bad(r, where, "\"%s\": \"%s\" is not known", name, value);
	return 0;
}
