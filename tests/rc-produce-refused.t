#!/usr/bin/env bash
# Records that the broker refuses, which it does by the batch: the one is named and set aside, the others are delivered,
# in order.
# shellcheck source=tests/produce.sh
. "${0%/*}/produce.sh"
now=$(date +%s)000

# A transaction that is open too long: brokers look every ten seconds.
mkfifo slow
background late 'rc-produce --transactional-id late -X transaction.timeout.ms=1000 --timeout 1000 --create-topic -t late-transaction <slow'
late=$job
exec 7>slow
row a 2024-05-02 >&7

# numbers TOPIC OLD... : 300 envelopes for TOPIC, keys a, b and c in turn; those of the lines OLD are two days old, and "none"
# for OLD leaves out the key of line 7.
numbers() {
	awk -v topic="$1" -v OFMT=%.0f -v CONVFMT=%.0f -v now="$now" -v old=" ${*:2} " 'BEGIN {
		for (i = 1; i <= 300; i++) {
			key = "\"" substr("abc", i % 3 + 1, 1) "\""
			printf "{\"topic\":\"%s\",\"timestamp\":%.0f,\"key\":%s,\"headers\":[[\"n\",\"%d\"]],\"value\":{\"n\":%d}}\n", topic,
				index(old, " " i " ") ? now - 172800000 : now, index(old, " none ") && i == 7 ? "null" : key, i, i
		} }'
}
# without LINE...: 1 to 300, but these.
without() { seq 300 | grep -vxF -f <(printf '%s\n' "$@") | tr '\n' ' '; }
# values TOPIC: as they stand there.
values() { rc-consume -E -t "$1" | jq -r .n | tr '\n' ' '; }
# ordered TOPIC: whether each key's stand in order.
ordered() {
	rc-consume -E -e -t "$1" | jq -r 'select(.key) | "\(.key) \(.value.n) \(.headers[0][1])"' |
		awk '$2 <= last[$1] || $2 != $3 { bad++ } { last[$1] = $2; n++ } END { print n, bad + 0 }'
}

topic bounds 1 message.timestamp.before.max.ms 86400000
numbers bounds 150 >in
t 'a timestamp out of bounds'              65 'line 150: .*timestamp'  eval 'rc-produce -e <in'
is '... is named once' "$(wc -l <err)" 1
is '... and the others are there, in order' "$(values bounds)" "$(without 150)"
topic bounds2 1 message.timestamp.before.max.ms 86400000
numbers bounds2 1 150 151 300 >in
t '... set aside'                          0  '4 of 300 records rejected' eval 'rc-produce -e --rejects rejects <in'
is '... each of them' "$(jq -r '[.line, .record.value.n, .record.headers[0][1]] | join(" ")' rejects | tr '\n' ',')" \
	'1 1 1,150 150 150,151 151 151,300 300 300,'
is '... the rest is there, in order' "$(values bounds2)" "$(without 1 150 151 300)"
jq -c '.record | .timestamp = '"$now" rejects >again
t '... mended, it can be sent'             0  ''                       eval 'rc-produce -e <again'
is '... and is there' "$(values bounds2 | wc -w)" 300
rm -f rejects
topic bounds3 3 message.timestamp.before.max.ms 86400000
numbers bounds3 10 20 30 >in
for i in 1 2 3 4 5; do numbers bounds3 >>in; done
t 'in several partitions'                  0  '3 of 1800 records'      eval 'rc-produce -e --rejects rejects <in'
is '... none is lost' "$(rc-consume -E -t bounds3 | wc -l)" 1797
rm -f rejects
topic bounds4 3 message.timestamp.before.max.ms 86400000
old=(5 10 11 20 30 {100..120} 150 151 200 250 299)
numbers bounds4 "${old[@]}" >in
rc-produce -e --rejects rejects -X batch.num.messages=7 <in 2>/dev/null
is '... in order, with small batches' "$(ordered bounds4) $(jq .line rejects | sort -n | tr '\n' ' ')" "$((300 - ${#old[@]})) 0 ${old[*]} "
rm -f rejects
topic bounds5 3 message.timestamp.before.max.ms 86400000
numbers bounds5 5 100 200 299 >in
t 'in several batches, without --rejects'  65 'line 5: .*timestamp'   eval 'rc-produce -e -X batch.num.messages=7 --stats stats <in'
read -r sent unordered < <(ordered bounds5)
# of what was read, for a broker that answers soon ends the reading; the line at which it does may not be sent
left() { jq .records_in stats | awk -v sent="$sent" '{ print $1 - ($1 >= 5) - ($1 >= 100) - ($1 >= 200) - ($1 >= 299) - sent }'; }
is '... one is named' "$(wc -l <err) $unordered" '1 0'
ok '... and none else is held up' grep -qxE '0|1' <(left)
topic all 1 message.timestamp.before.max.ms 86400000
# shellcheck disable=SC2046 # words are wanted
numbers all $(seq 300) >in
t 'if all are refused'                     0  '300 of 300 records'     eval 'rc-produce -e --rejects rejects <in'
is '... each is set aside, in order' "$(jq .line rejects | tr '\n' ' ')" "$(seq 300 | tr '\n' ' ')"
rm -f rejects
t '... up to a number'                     65 'line 3: .*more than 2 rejects' eval 'rc-produce -e --rejects rejects --max-rejects 2 <in'
is '... of them' "$(jq .line rejects | tr '\n' ' ')" '1 2 '
rm -f rejects

topic compacted 1 cleanup.policy compact
numbers compacted none >in
t 'no key, for a compacted topic'          0  '1 of 300 records'       eval 'rc-produce -e --rejects rejects <in'
is '... is set aside' "$(jq -c '[.line, .record.value.n, .record.key]' rejects)" '[7,7,null]'
is '... the rest is there, in order' "$(values compacted)" "$(without 7)"
rm -f rejects

# Rows have a position, which passes what was set aside.
few reference_fiche date_de_publication
cat >clock.c <<'E'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
static int (*real)(clockid_t, struct timespec *);
int clock_gettime(clockid_t id, struct timespec *t)
{
	int got;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	got = real(id, t);
	t->tv_sec += id == CLOCK_REALTIME ? 7200 : 0;
	return got;
}
int gettimeofday(struct timeval *t, void *zone)
{
	struct timespec now;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return 0;
}
E
topic late 1
for i in {1..20}; do row "r$i" 2024-05-02; done >in
if preload clock clock.c; then
	LD_PRELOAD=./clock.so t 'the time of now, refused' 75 'a clock is wrong' eval 'rc-produce -t late <in'
	is '... which is said once' "$(wc -l <err)" 1
fi
topic rows 2 message.timestamp.before.max.ms 86400000
numbers rows 150 >in
jq -c '.value = {reference_fiche: .key, date_de_publication: (if .value.n < 150 then "2024-05-02" else "2024-05-12" end), n: .value.n}' in >rows
t 'where records have dates'               65 'line 150: .*timestamp'  eval 'rc-produce -e <rows'
is '... the position stays before the refused one' "$(<out)" "$(at 2024-05-01)"
t '... set aside'                          0  '1 of 300 records'       eval 'rc-produce -e --rejects rejects <rows'
is '... it passes' "$(<out)" "$(at 2024-05-11)"
rm -f rejects

# A transaction is seen as a whole or not at all.
topic whole 1 message.timestamp.before.max.ms 86400000
numbers whole 150 >in
t 'within a transaction'                   65 'line 150: .*timestamp'  eval 'rc-produce -e --transactional-id w <in'
is '... nothing is seen' "$(values whole)" ''
t '... with --rejects, too'                65 'line 150: .*timestamp'  eval 'rc-produce -e --transactional-id w --rejects rejects <in'
sed -i 150d in
t '... without it, all is'                 0  ''                       eval 'rc-produce -e --transactional-id w <in'
is '... seen' "$(values whole)" "$(without 150)"
t 'more time than brokers allow'           78 'transaction.timeout.ms, 3600000, is more than .*transaction.max.timeout.ms' \
	eval 'rc-produce --transactional-id long -X transaction.timeout.ms=3600000 -t late <in'
aborted() { grep -q 'TransactionalId late.*timed\|Completed rollback.*late' "$RC_STACK_DIR/kafka.log"; }
wait_for 30 aborted
row b 2024-05-02 >&7
exec 7>&-
ok 'a transaction that is open too long ends' ended "$late"
wait "$late"
is '... which is what is said' "$? $(cat late.err)" "75 rc-produce: the transaction was open longer than transaction.timeout.ms, 1000, and the broker has aborted it: send less at once, or raise that with -X"
# --- a clock that is ahead

cat >ahead.c <<'E'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *t) {
	static int (*real)(clockid_t, struct timespec *);
	if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int status = real(clock, t);
	if (clock == CLOCK_REALTIME) t->tv_sec += 7200;
	return status;
}
int gettimeofday(struct timeval *t, void *zone) {
	struct timespec now;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return 0;
}
E
if preload ahead ahead.c; then
	topic clock 1
	few reference_fiche date_de_publication
	printf '{"reference_fiche":"%s","date_de_publication":"2024-05-02"}\n' a b >in
	t 'a clock that is two hours ahead' 75 'line 1: .*it has the current time: a clock is wrong, here or there' \
		env LD_PRELOAD=./ahead.so rc-produce -t clock <in
	is '... nothing is sent' "$(read_ clock '%k\n' | wc -l)" 0
	t '... with --rejects' 75 'a clock is wrong' env LD_PRELOAD=./ahead.so rc-produce -t clock --rejects set-aside <in
	is '... nothing is set aside' "$(wc -c <set-aside)" 0
fi
plan
