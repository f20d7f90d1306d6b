#!/usr/bin/env bash
# rc-produce: what goes wrong while it sends, and what is then in Kafka and printed.
test_limit=300 # it waits for many time-outs
# shellcheck source=tests/produce.sh
. "${0%/*}/produce.sh"

# --- a client that fails for good

cat >fatal.c <<'E'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
/* With the first message that is queued, the client fails as where an access list refuses
 * idempotence; nothing is acknowledged any more. */
rd_kafka_error_t *
rd_kafka_produceva(rd_kafka_t *rk, const rd_kafka_vu_t *vus, size_t count)
{
	rd_kafka_error_t *(*next)(rd_kafka_t *, const rd_kafka_vu_t *, size_t) =
	    dlsym(RTLD_NEXT, "rd_kafka_produceva");
	rd_kafka_error_t *error = next(rk, vus, count);

	rd_kafka_test_fatal_error(
	    rk, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "idempotence is refused");
	return error;
}
E
if preload fatal fatal.c; then
	row a 2024-01-01 >in
	t 'a fatal error behind the last record' 77 '1 of 1 records were not acknowledged.*idempotence is refused' \
		env LD_PRELOAD="$dir/fatal.so" rc-produce -X test.mock.num.brokers=1 --timeout 5000 <in
	is '... is no position' "$(cat out)" ''
else
	skip 'a fatal error' 'nothing can be put in between here'
fi

# --- over time

# A slow writer: positions come while it writes, each one once, when Kafka has them.
topic slow 1
mkfifo slow.in
background first 'rc-produce -t slow <slow.in'
first=$job
exec 7>slow.in
has() { [ "$(wc -l <first.out)" -eq "$1" ]; }
row a 2024-05-02 >&7
wait_for 20 has 1
row b 2024-05-03 >&7
wait_for 20 has 2
row c 2024-05-03 >&7
row d 2024-04-03 >&7
row e 2024-05-04 >&7
wait_for 20 has 3
is 'positions come while it writes' "$(cat first.out)" "$(at 2024-05-01; echo; at 2024-05-02; echo; at 2024-05-03)"
row f 2024-05-10 >&7
kill -INT "$first"
wait "$first"
is 'SIGINT' "$? $(cat first.err)" '130 '
exec 7>&-
is '... what was read is there, and that is the position' "$(read_ slow '%s\n' | jq -rs 'map(.date_de_publication) | max')" \
	"$(date -d "$(tail -1 first.out | jq -r .last_processed) + 1 day" +%F)"
{
	while :; do row g 2024-05-02; done | rc-produce -t slow >flow.out 2>flow.err &
	echo $! >flow.pid
	wait $!
	echo $? >flow.status
} 2>/dev/null &
pids+=($!)
wait_for 20 test -s flow.out
kill -TERM "$(cat flow.pid)"
ok 'SIGTERM in full flow' wait_for 30 test -s flow.status
is '... ends so' "$(cat flow.status flow.err)" 143

# The broker is killed, and comes back: all is there, once.
topic killed 1
pid=$(cat "$RC_STACK_DIR/kafka.pid")
mkfifo killed.in
background first 'rc-produce -t killed <killed.in'
first=$job
exec 7>killed.in
for ((i = 0; i < 3000; i++)); do row "$i" 2024-05-02; done >part
cat part >&7
wait_for 20 test -s first.out
kill -9 "$pid"
sed 's/05-02/06-02/; s/fiche":"/&x/' part >&7
exec 7>&-
rc-stack up --kafka >>stack.log 2>&1
wait "$first"
is 'a broker that is killed and comes back' "$? $(cat first.err)" '0 '
is '... no record is lost, none is there twice' "$(read_ killed '%k\n' | wc -l) $(read_ killed '%k\n' | sort -u | wc -l)" '6000 6000'
is '... in their order' "$(read_ killed '%k\n')" "$(jq -r .reference_fiche part; jq -r '"x" + .reference_fiche' part)"
is '... the position is the end' "$(tail -1 first.out)" "$(at 2024-06-01)"

# --- one transaction

trap '' PIPE # of a pipe whose reader has ended

topic whole 1
lines "$(row a 2024-05-02)" "$(row b 2024-05-03)" >in
t 'a transaction'                          0  ''                      eval 'rc-produce -t whole --transactional-id x <in'
# Kafka writes a commit's mark after it has answered
seen() { [ "$(rc-consume -E -t whole | wc -l)" -eq "$1" ]; }
wait_for 20 seen 2
is '... is there' "$(rc-consume -E -t whole) $(cat out)" "$(cat in) $(at 2024-05-02)"
lines "$(row c 2024-06-02)" '{' >in
t '... with a bad record'                  65 'line 2'                eval 'rc-produce -t whole --transactional-id x <in'
is '... is not' "$(rc-consume -E -t whole | wc -l) $(cat out)" '2 '
mkfifo whole.in
background first 'rc-produce -t whole --transactional-id x <whole.in'
first=$job
exec 7>whole.in
row d 2024-07-02 >&7 2>/dev/null
# under_way: readers of committed records see less than there is.
ends() {
	kcat -b "$RC_BROKERS" -Q -t whole:0:-1 | grep -o '[0-9]*$'
	kcat -b "$RC_BROKERS" -Q -t whole:0:-1 -X isolation.level=read_uncommitted 2>/dev/null | grep -o '[0-9]*$'
}
under_way() { [ "$(ends | uniq | wc -l)" -eq 2 ]; }
ok '... that is under way' wait_for 20 under_way
t '... is waited for by readers'           75 'an open transaction' rc-consume -E -t whole --timeout 3000
is '... is not there before its end' "$(wc -l <out)" 2
row e 2024-08-02 >in
t '... nor when another run fences it'     0  ''                      eval 'rc-produce -t whole --transactional-id x <in'
row f 2024-09-02 >&7 2>/dev/null
exec 7>&-
wait "$first"
is '... which is 75, and said' "$? $(cat first.out) $(grep -c 'fenced: a newer producer has' first.err)" '75  1'
wait_for 20 seen 3
is '... of the two, one is there' "$(rc-consume -E -t whole | jq -r .reference_fiche | tr '\n' ' ')" 'a b e '

# --- a queue that is full, and a record that is larger than it

topic full 1
{ for i in {1..2000}; do row "r$i" 2024-05-02; done; } >in
t 'a queue of ten messages'                0  ''                      eval 'rc-produce -t full -X queue.buffering.max.messages=10 <in'
is '... holds each for its turn' "$(rc-consume -E -t full | jq -r .reference_fiche | tr '\n' ' ')" "$(printf 'r%d ' {1..2000})"
{ row a 2024-05-02; printf '{"reference_fiche":"%05000d","date_de_publication":"2024-05-02"}\n' 0; row b 2024-05-02; } >in
t 'a record larger than the queue'         65 'line 2: larger than librdkafka.s whole queue: raise queue.buffering.max.kbytes' \
	eval 'rc-produce -t full -X queue.buffering.max.kbytes=1 <in'
t '... set aside'                          0  '1 of 3 records rejected' \
	eval 'rc-produce -t full -X queue.buffering.max.kbytes=1 --rejects rejects <in'
rm -f rejects

# --- and at its worst: the broker is gone for good, and some were acknowledged

topic partial 1
mkfifo partial.in
background first 'rc-produce -t partial --timeout 2000 <partial.in'
first=$job
exec 7>partial.in
row a 2024-05-10 >&7
wait_for 20 test -s first.out
kill -9 "$(cat "$RC_STACK_DIR/kafka.pid")"
lines "$(row b 2024-05-05)" "$(row c 2024-06-01)" >&7
exec 7>&-
wait "$first"
is 'what is not acknowledged is 69' "$? $(grep -c '2 of 3 records.*line 2' first.err)" '69 1'
is '... for the broker'\''s reason, without the record in it' "$(grep -ci 'timed out' first.err) $(grep -c '2024-05-05' first.err)" '1 0'
is '... and the position does not pass over it' "$(tail -1 first.out)" "$(at 2024-05-04)"
plan
