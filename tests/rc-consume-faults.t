#!/usr/bin/env bash
# Kafka that is silent, a topic that is deleted or grows under its reader: each wait ends, with
# the reason.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
test_limit=300 # it waits for many time limits
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
start_stack --kafka
few reference_fiche date_de_publication
row() { printf '{"reference_fiche":"%s","date_de_publication":"2024-05-02"}\n' "$1"; }
row a >in
rc-produce --create-topic <in >/dev/null
echo '{"topic":"rappel_conso","partition":0,"offset":1,"timestamp":1}' >positions
echo '{"topic":"rappel_conso","partition":0,"offset":1}' >from
rc-state set --store kafka:g <from

# --- a topic that is deleted, or grows

topic gone 2
row b | rc-produce -t gone >/dev/null
rc-consume -t gone --timeout 2000 >first.out 2>first.err &
first=$!
pids+=("$first")
wait_for 10 test -s first.out
delete_topic gone
ended() { ! kill -0 "$first" 2>/dev/null; }
ok 'a topic that is deleted under a reader ends it' wait_for 15 ended
wait "$first"
is '... which says so' "$? $(grep -c 'topic gone: was deleted while it was read' first.err)" '78 1'
topic gone 1
mkfifo gone.in
rc-produce -t gone --timeout 3000 --rejects rejects <gone.in >first.out 2>first.err &
first=$!
pids+=("$first")
exec 7>gone.in
row b >&7
wait_for 10 test -s first.out
delete_topic gone
for i in {1..100}; do row "$i"; done >&7
sleep 1
exec 7>&-
ok 'a topic that is deleted under a writer ends it' wait_for 15 ended
wait "$first"
status=$?
ok '... for the topic'\''s reason' grep -q '100 of 101 records were not acknowledged.*gone: ' first.err
is '... no record is blamed' "$status $(wc -c <rejects)" '78 0'

topic grown 1
row b | rc-produce -t grown >/dev/null
rc-consume -e -t grown --timeout 1000 >first.out 2>first.err &
first=$!
pids+=("$first")
wait_for 10 grep -q value first.out
kafka_tool TopicCommand --alter --topic grown --partitions 2 >/dev/null
sleep 1
row c | put grown 1
ok 'a partition that is added is read, too' wait_for 15 grep -q '"partition":1.*"value"' first.out
is '... and that is said' "$(grep -c 'topic grown: partition 1 was added' first.err)" 1
row d | put grown 0
ok '... like the others, each message once' wait_for 15 grep -q '"partition":0,"offset":1.*"value"' first.out
kill -TERM "$first"
wait "$first"
is '...' "$? $(grep -c value first.out)" '143 3'
topic many 100
t 'a new topic of many partitions' 0 '' rc-consume -t many -E

# --- messages that Kafka will not keep

topic brief 1 retention.ms 3600000
printf '{"timestamp":%s,"key":"a","value":{}}\n' 1000 "$(date +%s)000" 2000 >old
t 'messages older than the retention' 0 'line 1 is older than retention.ms, 3600000' rc-produce -q -e -t brief <old
is '... are warned about once' "$(wc -l <err)" 1

# --- a broker that is silent

programs=('rc-produce <in' 'rc-produce -e -t rappel_conso <old' 'rc-produce --create-topic <in'
	'rc-produce --transactional-id x <in' 'rc-consume -e' 'rc-consume -E' 'rc-consume -E -o from'
	'rc-consume -E -o positions' 'rc-consume -E -o stored -g g' 'rc-consume -E -o @1000'
	'rc-consume --lag -o from' 'rc-state set --store kafka:g <from')
mkfifo held held2
rc-consume --timeout 1500 >reader.out 2>reader.err & reader=$!
rc-consume --timeout 300000 >reader2.out 2>reader2.err & reader2=$!
rc-produce --timeout 1500 <held >writer.out 2>writer.err & writer=$!
rc-produce --timeout 300000 <held2 >writer2.out 2>writer2.err & writer2=$!
pids+=("$reader" "$reader2" "$writer" "$writer2")
exec 7>held 8>held2
row c >&7
row c >&8
wait_for 10 test -s writer.out -a -s writer2.out -a -s reader.out -a -s reader2.out
kill -STOP "$(cat "$RC_STACK_DIR/kafka.pid")"
for program in "${programs[@]}"; do
	t "a broker that is stopped: $program" 69 'no broker within 1500 ms' short 1500 "$program"
	is '... SIGTERM' "$(stops "$program" true)" '0 143'
done
row d >&7
row d >&8
exec 7>&-
ok 'a reader at work gives up' wait_for 8 eval '! kill -0 $reader'
wait "$reader"
is '... with a reason' "$? $(grep -c 'no broker within 1500 ms' reader.err)" '69 1'
ok 'a writer at work gives up' wait_for 8 eval '! kill -0 $writer'
wait "$writer"
is '... with a reason' "$? $(grep -c '1 of 2 records were not acknowledged' writer.err)" '69 1'
kill -TERM "$reader2" "$writer2"
ok 'SIGTERM ends others at once' wait_for 2 eval '! kill -0 $reader2 && ! kill -0 $writer2'
wait "$reader2"
is '... the reader' $? 143
wait "$writer2"
is '... the writer' "$? $(grep -c '1 records were not acknowledged' writer2.err)" '143 1'
kill -CONT "$(cat "$RC_STACK_DIR/kafka.pid")"
plan
