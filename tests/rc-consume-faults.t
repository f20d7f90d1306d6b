#!/usr/bin/env bash
# Kafka that is silent, a topic that is deleted or grows under its reader: each wait ends, with
# the reason.
# shellcheck disable=SC2016,SC2317 # what is evaluated later is in single quotes
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

deleted_under_a_reader() {
	topic gone-reader 1
	row b | rc-produce -t gone-reader >/dev/null
	background reader 'rc-consume -t gone-reader --timeout 2000'
	reader=$job
	wait_for 20 test -s reader.out
	delete_topic gone-reader
	ok 'a topic that is deleted under a reader ends it' ended "$reader"
	wait "$reader"
	is '... which says so' "$? $(grep -c 'topic gone-reader: was deleted while it was read' reader.err)" '78 1'
}
deleted_under_a_writer() {
	topic gone-writer 1
	mkfifo pipe
	background writer 'rc-produce -t gone-writer --timeout 8000 --rejects rejects <pipe'
	writer=$job
	exec 7>pipe
	row b >&7
	wait_for 20 test -s writer.out
	delete_topic gone-writer
	for i in {1..100}; do row "$i"; done >&7
	exec 7>&-
	ok 'a topic that is deleted under a writer ends it' ended "$writer"
	wait "$writer"
	status=$?
	ok '... for the topic'\''s reason' grep -q '100 of 101 records were not acknowledged.*gone-writer: ' writer.err
	is '... no record is blamed' "$status $(wc -c <rejects)" '78 0'
	[ "$status" = 78 ] || sed 's/^/# /' writer.err
}
grows() {
	topic grown 1
	row b | rc-produce -t grown >/dev/null
	background reader 'rc-consume -e -t grown --timeout 2000'
	reader=$job
	wait_for 20 grep -q value reader.out
	kafka_admin partitions grown 2
	wait_for 20 eval "kcat -L -b '$RC_BROKERS' -t grown | grep 'with 2 part'"
	row c | put grown 1
	ok 'a partition that is added is read, too' wait_for 20 grep -q '"partition":1.*"value"' reader.out
	is '... and that is said' "$(grep -c 'topic grown: partition 1 was added' reader.err)" 1
	row d | put grown 0
	ok '... like the others, each message once' wait_for 20 grep -q '"partition":0,"offset":1.*"value"' reader.out
	kill -TERM "$reader"
	wait "$reader"
	is '...' "$? $(grep -c value reader.out)" '143 3'
}
# A topic that is deleted and made again, with more messages than were read, while the reader is held up.
made_anew() { # HELD WHAT
	topic "anew-$1" 1
	for i in 1 2 3; do row "$i"; done | rc-produce -t "anew-$1" >/dev/null
	background reader "rc-consume -e -t anew-$1"
	reader=$job
	wait_for 20 grep -q '"offset":3}' reader.out # it is at the end
	[ "$1" = idle ] || kill -STOP "$reader"
	delete_topic "anew-$1"
	topic "anew-$1" 1
	for i in 4 5 6 7 8; do row "$i"; done | rc-produce -t "anew-$1" >/dev/null
	sleep 6
	[ "$1" = idle ] || kill -CONT "$reader"
	ok "a topic made anew under a reader that is $1 ends it" ended "$reader"
	wait "$reader"
	is '... before it passes over what it has not read' "$? $(grep -c '"key":"[4-8]"' reader.out)" '65 0'
	ok '... which says why' grep -q 'the topic seems to have been deleted and re-created' reader.err
}
# numbers COUNT BYTES: lines of JSON, of about that size.
numbers() { awk -v n="$1" -v bytes="$2" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"n\":%d,\"x\":\"%0*d\"}\n", i, bytes, 0 }'; }
# Options of a reader that fetches little ahead.
few_ahead='-X queued.max.messages.kbytes=2000 -X fetch.message.max.bytes=1000000 -X fetch.max.bytes=1000000 -X message.max.bytes=1000000'
# What comes behind the end that -E has found is not read, though it is there before that end is reached: right behind the mark
# of a transaction, which is what ends there.
appended() {
	topic appended 1
	numbers 20000 1000 | put appended 0
	echo '{"n":20001}' | put appended 0 -X transactional.id=appended
	background appended "rc-consume -E -t appended $few_ahead | { head -c 1; until test -e appended.more; do sleep 0.1; done; cat; }"
	wait_for 20 test -s appended.out
	echo '{"n":20002}' | put appended 0
	touch appended.more
	wait "$job"
	is 'a reader up to an end' "$(wc -l <appended.out) $(tail -n 1 appended.out | jq .n)" '20001 20001'
}
# A partition that is added while others are being read: each message comes once.
grows_meanwhile() {
	topic busy 1
	numbers 20000 1000 | put busy 0
	cat >slowly.py <<-'E'
		import sys, time
		while piece := sys.stdin.buffer.raw.read(32768):
		    sys.stdout.buffer.write(piece)
		    sys.stdout.flush()
		    time.sleep(0.006)
	E
	background busy 'rc-consume -t busy --timeout 1000 | python3 slowly.py'
	busy=$job
	wait_for 20 test -s busy.out
	kafka_admin partitions busy 2
	echo '{"n":20001}' | put busy 1
	read_all() { grep -q '"n":20001' busy.out; }
	ok 'a partition that is added while much is read' wait_for 60 read_all
	all_of_it() { [ "$(wc -l <busy.out)" -ge 20001 ]; }
	wait_for 60 all_of_it
	pkill -TERM -P "$busy" 2>/dev/null
	wait "$busy"
	is '... each message comes once' "$(wc -l <busy.out) $(jq .n busy.out | sort -n | uniq | wc -l)" '20001 20001'
}
# Retention deletes what a reader that is held up has not read yet.
overtaken() { # ON-GAP
	topic "overtaken-$1" 1
	numbers 40 900000 | put "overtaken-$1" 0 -X message.max.bytes=2000000 -X batch.num.messages=1
	background "overtaken-$1" "rc-consume -t overtaken-$1 --on-gap $1 --timeout 3000 $few_ahead | { head -c 1; until test -e overtaken-$1.more; do sleep 0.1; done; cat; }"
	wait_for 20 test -s "overtaken-$1.out"
	delete_before "overtaken-$1" 0 35
	touch "overtaken-$1.more"
	gone() { grep -q "offsets [0-9]* to 34 are gone" "overtaken-$1.err"; }
	ok "retention overtakes a reader, --on-gap $1" wait_for 30 gone "$1"
	last() { [ "$(tail -n 1 "overtaken-$1.out" | jq .n)" = 40 ]; }
	if [ "$1" = continue ]; then
		ok '... which goes on behind it' wait_for 20 last "$1"
	else
		wait "$job"
		ok '... which ends there' eval "! last $1"
	fi
	is '... and misses none but those' "$(jq .n "overtaken-$1.out" | awk -v first="$(sed -n 's/.*offsets \([0-9]*\) to.*/\1/p' "overtaken-$1.err")" \
		'$1 <= first { n++ } $1 > 35 { n++ } END { print NR - n }')" 0
	pkill -TERM -P "$job" 2>/dev/null
}
beside appended
beside grows_meanwhile
beside overtaken fail
beside overtaken continue
beside made_anew stopped
beside made_anew idle
beside deleted_under_a_reader
beside deleted_under_a_writer
beside grows
together
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
	'rc-consume -E -o positions' 'rc-consume -E -o stored -g g' 'rc-consume -E -o @-1h'
	'rc-consume --lag -o from' 'rc-state set --store kafka:g <from')
mkfifo held held2
background reader 'rc-consume --timeout 2000'
reader=$job
background reader2 'rc-consume --timeout 300000'
reader2=$job
background writer 'rc-produce --timeout 2000 <held'
writer=$job
background writer2 'rc-produce --timeout 300000 <held2'
writer2=$job
exec 7>held 8>held2
row c >&7
row c >&8
wait_for 20 test -s writer.out -a -s writer2.out -a -s reader.out -a -s reader2.out
kill -STOP "$(cat "$RC_STACK_DIR/kafka.pid")"
silent() {
	cp ../in ../old ../from ../positions .
	t "a broker that is stopped: $1" 69 'no broker within 2000 ms' short 2000 "$1"
	is '... SIGTERM' "$(stops "$1" true)" '0 143'
}
for program in "${programs[@]}"; do beside silent "$program"; done
row d >&7
row d >&8
exec 7>&-
ok 'a reader at work gives up' ended "$reader"
wait "$reader"
is '... with a reason' "$? $(grep -c 'no broker within 2000 ms' reader.err)" '69 1'
ok 'a writer at work gives up' ended "$writer"
wait "$writer"
is '... with a reason' "$? $(grep -c '1 of 2 records were not acknowledged' writer.err)" '69 1'
kill -TERM "$reader2" "$writer2"
ok 'SIGTERM ends others at once' ended "$reader2"
wait "$reader2"
is '... the reader' $? 143
ok '...' ended "$writer2"
wait "$writer2"
is '... the writer' "$? $(grep -c '1 records were not acknowledged' writer2.err)" '143 1'
together
kill -CONT "$(cat "$RC_STACK_DIR/kafka.pid")"
plan
