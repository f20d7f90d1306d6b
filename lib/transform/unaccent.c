#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/log.h"
#include "base/status.h"
#include "base/utf8.h"
#include "transform/unaccent.h"

#define CODE_POINTS 0x110000
#define PAGE        256

/* An answer of up to 7 bytes is kept in place, so that it is copied with one
 * load and one store of fixed size; a longer one lies in u->longs. */
enum { UNKNOWN = 0, SHORT = 1, LONG = 255 };
struct answer {
	unsigned char kind; /* UNKNOWN, SHORT + its length, or LONG */
	char text[7];       /* where LONG: its offset and length, 4 and 2 bytes */
};

struct rc_unaccent {
	const UNormalizer2 *nfkd; /* ICU's own; not closed */
	UTransliterator *latin;   /* NULL until a character needs it: 20 ms */
	struct rc_buf longs;
	struct answer *pages[CODE_POINTS / PAGE]; /* NULL until one of it is seen */
};

int
rc_unaccent_open(struct rc_unaccent **up)
{
	if ((*up = calloc(1, sizeof(**up))) == NULL) {
		rc_log_errno("no memory to unaccent texts");
		return RC_OSERR;
	}
	return 0;
}

void
rc_unaccent_close(struct rc_unaccent *u)
{
	if (u == NULL)
		return;
	if (u->latin != NULL)
		utrans_close(u->latin);
	for (size_t i = 0; i < CODE_POINTS / PAGE; i++)
		free(u->pages[i]);
	rc_buf_free(&u->longs);
	free(u);
}

/* icu_failed: say why what could not be done with ICU; the status to return. */
static int
icu_failed(const char *what, UErrorCode err)
{
	rc_log_error("ICU: %s: %s: is its data installed?", what, u_errorName(err));
	return err == U_MEMORY_ALLOCATION_ERROR ? RC_OSERR : RC_CONFIG;
}

/* own: the text that the n sorted rules have for cp, or NULL. */
static const char *
own(const struct rc_unaccent_rule *rules, size_t n, uint32_t cp)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cp > rules[mid].last)
			lo = mid + 1;
		else if (cp < rules[mid].first)
			hi = mid;
		else
			return rules[mid].text;
	}
	return NULL;
}

/* decompose: append what NFKD and then dropping the marks leave of cp.  It sets
 * *done where that is the answer: some ASCII and nothing else. */
static int
decompose(struct rc_unaccent *u, uint32_t cp, struct rc_buf *text, int *done)
{
	UErrorCode err = U_ZERO_ERROR;
	UChar in[2], out[64]; /* the longest decomposition has 18 */
	UChar32 c[64];
	int32_t in_len = 0, out_len, n = 0;
	int status;

	*done = 0;
	if (u->nfkd == NULL)
		u->nfkd = unorm2_getNFKDInstance(&err);
	U16_APPEND_UNSAFE(in, in_len, cp);
	out_len = unorm2_normalize(u->nfkd, in, in_len, out, sizeof(out) / sizeof(out[0]), &err);
	u_strToUTF32(c, sizeof(c) / sizeof(c[0]), &n, out, out_len, &err);
	if (U_FAILURE(err))
		return icu_failed("NFKD", err);
	for (int32_t i = 0; i < n; i++) {
		if (c[i] >= 0x80 && u_charType(c[i]) == U_NON_SPACING_MARK)
			continue;
		if (c[i] >= 0x80)
			return 0;
		if ((status = rc_buf_addc(text, (char)c[i])) != 0)
			return status;
	}
	*done = text->len > 0;
	return 0;
}

/* transliterate: append what ICU's transliterator makes of cp, less what it
 * leaves that is not ASCII. */
static int
transliterate(struct rc_unaccent *u, uint32_t cp, struct rc_buf *text)
{
	static const char rules[] = "Any-Latin; Latin-ASCII";
	UErrorCode err = U_ZERO_ERROR;
	UChar id[sizeof(rules)], s[256];
	int32_t len = 0, limit;
	int status;

	if (u->latin == NULL) {
		u_charsToUChars(rules, id, sizeof(rules));
		u->latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &err);
		if (U_FAILURE(err)) {
			u->latin = NULL;
			return icu_failed(rules, err);
		}
	}
	U16_APPEND_UNSAFE(s, len, cp);
	limit = len;
	utrans_transUChars(u->latin, s, &len, sizeof(s) / sizeof(s[0]), 0, &limit, &err);
	if (U_FAILURE(err))
		return icu_failed(rules, err);
	for (int32_t i = 0; i < len; i++)
		if (s[i] < 0x80 && (status = rc_buf_addc(text, (char)s[i])) != 0)
			return status;
	return 0;
}

/* find: append what stands for cp, which is not ASCII. */
static int
find(struct rc_unaccent *u, uint32_t cp, struct rc_buf *text)
{
	const char *ours;
	int8_t type = u_charType((UChar32)cp);
	int done, status;

	if ((ours = own(rc_unaccent_differs, rc_unaccent_differs_len, cp)) != NULL ||
	    (ours = own(rc_unaccent_usual, rc_unaccent_usual_len, cp)) != NULL)
		return rc_buf_adds(text, ours);
	if (type == U_UNASSIGNED || type == U_PRIVATE_USE_CHAR)
		return 0;
	if ((status = decompose(u, cp, text, &done)) != 0 || done)
		return status;
	text->len = 0;
	return transliterate(u, cp, text);
}

/* learn: find the answer for cp and keep it in a. */
static int
learn(struct rc_unaccent *u, uint32_t cp, struct answer *a)
{
	struct rc_buf text = { 0 };
	uint32_t at = (uint32_t)u->longs.len;
	uint16_t len;
	int status;

	if ((status = find(u, cp, &text)) != 0)
		goto out;
	if (text.len <= sizeof(a->text)) {
		if (text.len > 0)
			memcpy(a->text, text.data, text.len);
		a->kind = (unsigned char)(SHORT + text.len);
	} else if ((status = rc_buf_add(&u->longs, text.data, text.len)) == 0) {
		len = (uint16_t)text.len; /* at most the 256 of transliterate() */
		memcpy(a->text, &at, sizeof(at));
		memcpy(a->text + sizeof(at), &len, sizeof(len));
		a->kind = LONG;
	}
out:
	rc_buf_free(&text);
	return status;
}

/* answer: where the answer for cp is kept, found now if it was not known. */
static inline int
answer(struct rc_unaccent *u, uint32_t cp, const struct answer **ap)
{
	struct answer **page = &u->pages[cp / PAGE];

	if (*page == NULL && (*page = calloc(PAGE, sizeof(**page))) == NULL) {
		rc_log_errno("no memory to unaccent texts");
		return RC_OSERR;
	}
	*ap = &(*page)[cp % PAGE];
	return (*ap)->kind != UNKNOWN ? 0 : learn(u, cp, &(*page)[cp % PAGE]);
}

/* The text is copied eight bytes at a time, so out has this much more room
 * than text is left; what is written behind its end does no harm there. */
#define SLACK 8

#define HIGH_BITS 0x8080808080808080 /* of eight bytes: none is set where all are ASCII */

/* ascii_before: how many of the eight bytes of a word come before the first that is not ASCII, of
 * which there is one. */
static inline size_t
ascii_before(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(word & HIGH_BITS) / 8;
#else
	return (size_t)__builtin_clzll(word & HIGH_BITS) / 8;
#endif
}

int
rc_unaccent_add(struct rc_unaccent *u, const char *utf8, size_t len, struct rc_buf *out)
{
	const char *p = utf8, *end = utf8 + len;
	const struct answer *a;
	uint64_t word;
	uint32_t at;
	uint16_t n;
	int status;

	for (;;) {
		char *q;

		if ((status = rc_buf_reserve(out, (size_t)(end - p) + SLACK)) != 0)
			return status;
		q = out->data + out->len;
		while (end - p >= 8) {
			memcpy(&word, p, 8);
			memcpy(q, &word, 8);
			if ((word & HIGH_BITS) != 0) {
				p += ascii_before(word);
				q += ascii_before(word);
				break;
			}
			p += 8;
			q += 8;
		}
		while (p < end && (unsigned char)*p < 0x80)
			*q++ = *p++;
		out->len = (size_t)(q - out->data);
		if (p == end)
			return 0;
		if ((status = answer(u, rc_utf8_next(&p, end), &a)) != 0)
			return status;
		if (a->kind != LONG) {
			memcpy(q, a->text, sizeof(a->text));
			out->len += (size_t)a->kind - SHORT;
		} else {
			memcpy(&at, a->text, sizeof(at));
			memcpy(&n, a->text + sizeof(at), sizeof(n));
			if ((status = rc_buf_add(out, u->longs.data + at, n)) != 0)
				return status;
		}
	}
}
