#!/usr/bin/env bash
# rc-consume: each committed record from where it was asked for to where it was
# asked for, once; or a status and a message that say why not.
test_limit=300 # it waits for many time-outs
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
start_stack

pos() { printf '{"topic":"%s","partition":%d,"offset":%d}\n' "$1" "$2" "$3"; }
consume() { timeout 60 rc-consume "$@"; } # one that does not end is a failure

# --- a message that is a line by itself, but not with all that belongs to it

topic large 1 max.message.bytes 68000000
{ printf '"' && yes x | tr -d '\n' | head -c $(((64 << 20) - 2)) && printf '"'; } >large
put large 0 -k l -X message.max.bytes=68000000 large # a file is one message
t 'a message of 64 MiB'                    0  ''                      consume -E -t large
is '... is there' "$(wc -c <out)" $(((64 << 20) + 1))
t '... -e'                                 65 'large partition 0 offset 0: its line would be longer than 64 MiB' consume -E -e -t large
is '... is none' "$(cat out)" ''
t '... set aside'                          0  '1 of 1 records rejected' consume -E -e -t large --rejects rejects
is '... the rest is read' "$(cat out) $(jq -c '[.offset, (.record | length)]' rejects)" \
	"$(pos large 0 1) [0,$(((64 << 20) - 2))]"
rm large out rejects

# --- where to begin and to end

topic empty 2
t 'an empty topic'                         0  ''                      consume -E -t empty
is '... has nothing' "$(cat out)" ''
t '... -e'                                 0  ''                      consume -E -e -t empty
is '... has positions' "$(sort out)" "$(pos empty 0 0; pos empty 1 0)"

topic some 3
for p in 0 1 2; do # partition 0: 000 001 ... 004; partition 1: 100 ... 104
	for i in 0 1 2 3 4; do
		printf '{"key":"k%d%d","timestamp":%d,"value":{"n":%d%d}}\n' $p $i $((1700000000000 + i * 1000)) $p $i
	done >"part$p"
	jq -r '.value.n' "part$p" | sed 's/.*/{"n":&}/' | put some $p
done
# ns: the numbers of the output, by partition.
ns() { jq -r '(.value // .).n // empty' out | sort -n | tr '\n' ' '; }
all='0 1 2 3 4 10 11 12 13 14 20 21 22 23 24 '
t 'all partitions'                         0  ''                      consume -E -t some --stats stats
is '... all of them' "$(ns)" "$all"
is '... each in its order' "$(for p in '' 1 2; do grep -E "\"n\":${p}[0-4]}" out | sort -c && echo sorted; done | uniq -c | tr -s ' ')" ' 3 sorted'
is '... counted' "$(jq -c '[.tool, .records_in, .records_out, .rejected, .skipped, .bytes_out]' stats)" \
	"[\"rc-consume\",15,15,0,0,$(wc -c <out)]"
t '-p'                                     0  ''                      consume -E -t some -p 1
is '... one' "$(ns)" '10 11 12 13 14 '
t '-p'                                     0  ''                      consume -E -e -t some -p 2,0,2
is '... several' "$(ns)" '0 1 2 3 4 20 21 22 23 24 '
is '... with their positions' "$(grep -v value out | sort)" "$(pos some 0 5; pos some 2 5)"
t '... one that is not there'              78 'partition 7'           consume -E -t some -p 7
t '... no number'                          64 '-p x'                  consume -E -t some -p x
t '... nothing'                            64 'empty'                 consume -E -t some -p ''
t '-o end'                                 0  ''                      consume -E -e -t some -o end
is '... positions alone' "$(grep -v start out | sort)" "$(pos some 0 5; pos some 1 5; pos some 2 5)"
is '... and where it starts, first' "$(grep start out | sort)" \
	"$(for p in 0 1 2; do pos some $p 5 | sed 's/}/,"start":true}/'; done)"
is '... of each' "$(head -n 3 out | grep -c start)" 3
t '-o latest'                              0  ''                      consume -E -t some -o latest
is '... is the end' "$(ns)" ''
t '-o earliest'                            0  ''                      consume -E -t some -o earliest
is '... is the beginning' "$(ns)" "$all"
t '-o -2'                                  0  ''                      consume -E -t some -o -2
is '... the last two of each' "$(ns)" '3 4 13 14 23 24 '
t '-o -9, which is more than there are'    0  ''                      consume -E -t some -o -9
is '... all' "$(ns)" "$all"
t '... or than there can be'               0  ''                      consume -E -t some -o -9223372036854775806
t '-o -0'                                  64 'not an offset'              consume -E -t some -o -0
t '--lag'                                  0  ''                      consume -t some --lag -o 3
is '... of each partition, and nothing is read' "$(cat out)" \
	"$(for p in 0 1 2; do echo "{\"topic\":\"some\",\"partition\":$p,\"offset\":3,\"end\":5,\"lag\":2}"; done)"
lines "$(pos some 1 5)" >where
t '... behind positions'                   0  ''                      consume -t some --lag -p 1,2 -o where
is '... 0 where all is read' "$(jq .lag out | tr '\n' ' ')" '0 5 '
t '-o beginning'                           0  ''                      consume -E -t some -o beginning
is '... all' "$(ns)" "$all"
t '-o N'                                   0  ''                      consume -E -t some -o 3
is '... of each' "$(ns)" '3 4 13 14 23 24 '
t '... the end'                            0  ''                      consume -E -t some -o 5
is '... nothing' "$(cat out)" ''
t '... beyond it'                          65 '^rc-consume: -o 6: some partition 1 ends at 5$' consume -E -t some -o 6 -p 1
is '... nothing' "$(cat out)" ''
lines "$(pos some 1 4)" '' "$(pos else 0 2)" "$(pos some 2 1)" "$(pos some 2 2)" >from
t '-o FILE'                                0  ''                      consume -E -t some -o from
is '... the last position of each partition, the rest from the beginning' "$(ns)" '0 1 2 3 4 14 22 23 24 '
t '-o -'                                   0  ''                      eval 'consume -E -t some -o - <from'
is '... the same' "$(ns)" '0 1 2 3 4 14 22 23 24 '
t '... of nothing'                         65 'empty, which is no position' eval 'consume -E -t some -o - </dev/null'
is '... is nothing' "$(cat out)" ''
: >none
t '... nor of an empty file'               65 'none: empty'           consume -E -t some -o none
pos some 1 4 | consume -E -e -t some -o - >out
is '... partitions that were added beside one that is behind' "$(grep -c '"offset":0,"start":true,"added":true}' out)" 2
pos some 1 5 | consume -E -e -t some -o - >out
is '... or beside one that is not' "$(grep -c added out)" 0
t '... of {}'                              0  ''                      eval 'echo {} | consume -E -e -t some -o -'
is '... is all' "$(ns)" "$all"
ok '... from the beginning' eval '! grep start out'
is '... of which all partitions have a position from then on' "$(head -n 3 out | paste -sd ' ')" \
	'{"topic":"some","partition":0,"offset":0} {"topic":"some","partition":1,"offset":0} {"topic":"some","partition":2,"offset":0}'
t '... of another topic'                   0  'positions of other topics alone' eval 'pos other 0 3 | consume -E -t some -o -'
is '... is all, too' "$(ns)" "$all"
consume -E -e -t some >positions
t '... of what it wrote itself'            0  ''                      eval 'grep -v value positions | consume -E -t some -o -'
is '... is nothing' "$(cat out)" ''
for bad in '{"topic":"some","partition":0}' '{"topic":"some","offset":0}' '{"partition":0,"offset":1}' \
	'{"topic":"some","partition":0,"offset":"1"}' '{"topic":"some","partition":0,"offset":-1}' 'x' '[]'; do
	lines "$(pos some 0 1)" "$bad" >from
	t "... $bad is no position"               65 'from: line 2'          consume -E -t some -o from
	is '... and nothing is read' "$(cat out)" ''
done
t 'no such place'                          64 '-o nowhere'            consume -E -t some -o nowhere
t '-o stored'                              64 '-g'                    consume -E -t some -o stored
t '... of a group that stored none'        0  'group none has no positions of some: it is read from the beginning'                      consume -E -t some -o stored -g none
is '... is all' "$(ns)" "$all"
kafka_tool consumer.group.ConsumerGroupCommand --group g --reset-offsets --to-offset 3 \
	--topic some:1 --execute >group.log 2>&1
t '... of one that did for one partition'  0  ''                      consume -E -t some -o stored -g g
is '... from there' "$(ns)" '0 1 2 3 4 13 14 20 21 22 23 24 '
t '... and commits nothing'                0  ''                      consume -E -t some -o stored -g g
is '... so the same again' "$(ns)" '0 1 2 3 4 13 14 20 21 22 23 24 '
t '-c'                                     0  ''                      consume -t some -c 4
is '... as many' "$(wc -l <out)" 4
t '... none'                               0  ''                      consume -t some -c 0
is '... none' "$(cat out)" ''
t '... with -E, more than there are'       0  ''                      consume -t some -c 100 -E
is '... all' "$(ns)" "$all"
t '... that is no number'                  64 '-c many: not a whole'               consume -t some -c many

topic times 2
at() { printf '{"key":"a","timestamp":%d,"value":{"n":%d}}\n' "$(date -d "$1" +%s%3N)" "$2"; }
{ at '2024-04-17T23:59:59Z' 1 && at '2024-04-18T00:00:00Z' 2 && at '2024-04-18T06:00:00Z' 3; } | rc-produce -e -t times
at now 4 | rc-produce -e -t times
from_time() { # WHAT FROM WANT [OPTION]...
	t "$1" 0 '' consume -E -t times -o "$2" "${@:4}"
	is '... from there' "$(ns)" "$3"
}
from_time '-o @DATE' @2024-04-18 '2 3 4 '
from_time '... and a time' @2024-04-18T00:00:01 '3 4 '
from_time '... with a zone' @2024-04-18T08:00+02:00 '3 4 '
from_time '... so long ago' @-1h '4 '
from_time '... in milliseconds' @1713398400000 '2 3 4 '
from_time '... or never' @2999-01-01 ''
from_time '--until' beginning '1 ' --until @2024-04-18
from_time '... of a day' @2024-04-18 '2 3 ' --until @2024-04-19
from_time '... before the start' @2024-04-18 '' --until @2024-04-17
from_time '... that is to come' @2024-04-18 '2 3 4 ' --until @2999-01-01
from_time '... an offset' beginning '1 2 ' --until 2
from_time '... without -E' 1 '2 ' -p "$(jq -r .partition <(rc-consume -eE -t times | grep '"n":1'))" --until 2
t '... -e' 0 '' consume -e -t times --until 2
is '... says where it ended' "$(grep -v value out | jq -c .offset | sort -n | tail -n 1)" 2
for it in @yesterday @ @1h; do t "-o $it" 64 "^rc-consume: -o $it: not a time such as @2024-04-18" consume -E -t times -o "$it"; done
t '-o in seconds' 64 '@1700000000: a number is one of milliseconds .* seconds\?' consume -E -t times -o @1700000000
t '--until in microseconds' 64 '@1700000000000000: .* microseconds\?' consume -E -t times --until @1700000000000000
t '--until something else' 64 '^rc-consume: --until end: neither an offset nor a time' consume -t times --until end
t 'kcat'\''s times' 64 'rc-consume: -o s@1: not an offset: .*@TIME' consume -t times -o s@1

# --- one message, and what there is

one=$(rc-consume -eE -t times | jq -rc 'select(.value.n == 3) | "-p \(.partition) -o \(.offset)"')
# shellcheck disable=SC2086 # several words
t 'one message' 0 '' consume -e -t times $one -n 1 --no-positions
is '... and no line besides' "$(wc -l <out) $(ns)" '1 3 '
# shellcheck disable=SC2086
t '... at a terminal' 0 '' "$top/tests/at-terminal" 80 '' "rc-consume -e -t times $one -n 1"
is '... neither' "$(wc -l <out) $(ns)" '1 3 '
t 'a reader at a terminal' 130 '' env TEST_AWAIT=1 "$top/tests/at-terminal" 80 $'\3' 'rc-consume -t times >rows'
is '... is told that it waits, once' "$(grep -c 'at the end of times, waiting for what comes; -E exits there' out)" 1
t '-L' 0 '' consume -L -t some
is '... each partition' "$(jq -c '[.topic, .partition, .leader, .replicas, .in_sync, .start, .end]' out | tr '\n' ' ')" \
	'["some",0,1,[1],[1],0,5] ["some",1,1,[1],[1],0,5] ["some",2,1,[1],[1],0,5] '
t '... of all topics' 0 '' consume -L
is '... by name' "$(jq -r .topic out | uniq | tr '\n' ' ')" 'empty large some times '
t '... of one that is not there' 78 'topic nowhere: does not exist' consume -L -t nowhere
t '... without a broker' 69 'no broker within 300 ms' consume -L -b 127.0.0.1:1 --timeout 300ms

# What retention has deleted.
delete_before some 1 3
t 'a start that is gone'                   65 'some partition 1.* 1 .* 2 .* gone.* 2 ' consume -E -t some -o 1
is '... is not passed over' "$(cat out)" ''
pos some 1 2 >from
t '... of a position too'                  65 'some partition 1.* 1 '  consume -E -t some -o from
t '... but the beginning is what is left'  0  ''                      consume -E -t some -p 1
is '... all of it' "$(ns)" '13 14 '
t '... and the first is no gap'            0  ''                      consume -E -t some -p 1 -o 3
t '--lag'                                  65 'some partition 1.* 2 ' consume -t some --lag -p 1 -o 1
t '--on-gap continue'                      0  'some partition 1.* 2 ' consume -E -t some -p 1 -o 1 --on-gap continue
is '... goes on with what is left' "$(ns)" '13 14 '

# --- what comes out

topic values 1
printf '{"n": 1,\n "t":\t"a  b\\u0000é"}' >v1 # JSON over several lines
printf 'no JSON' >v2
printf '{"n":\xff}' >v3
printf '{"n":4}\n' >v4
for v in v1 v2; do put values 0 -k k $v; done
put values 0 -k gone -Z </dev/null # nothing: kcat sends no message for it
printf 'gone:\n' | put values 0 -K: -Z
put values 0 v3
put values 0 v4
t 'a value that is no JSON'                65 'values partition 0 offset 1: ' consume -E -t values
is '... what came before is written, on one line' "$(cat out)" '{"n":1,"t":"a  b\u0000é"}'
t '... set aside'                          0  '2 of 5 records rejected: see rejects' consume -q -E -t values --rejects rejects --stats stats
is '... the rest is written' "$(cat out)" $'{"n":1,"t":"a  b\\u0000é"}\n{"n":4}'
is '... with its place, and what it is' "$(jq -c '[.tool, .topic, .partition, .offset, .raw, .raw_base64]' rejects)" \
	'["rc-consume","values",0,1,"no JSON",null]
["rc-consume","values",0,3,null,"'"$(base64 -w0 v3)"'"]'
is '... and a tombstone is passed over' "$(jq -c '[.records_in, .records_out, .rejected, .skipped]' stats)" '[5,2,2,1]'
t '... more than allowed'                  65 'offset 3'              consume -E -t values --rejects rejects2 --max-rejects 1
t '-e takes all'                           0  ''                      consume -E -e -t values
is '... as what it is' "$(jq -c '[.offset, .key, .value, .value_base64]' out)" '[0,"k",{"n":1,"t":"a  b\u0000é"},null]
[1,"k",null,"'"$(base64 -w0 v2)"'"]
[2,"gone",null,null]
[3,null,null,"'"$(base64 -w0 v3)"'"]
[4,null,{"n":4},null]
[5,null,null,null]'
is '... a tombstone is null, a position has no value' "$(jq -c 'select(.offset == 2 or .offset == 5) | has("value")' out | tr '\n' ' ')" \
	'true false '

# --- transactions

topic marked 1
# ends: the last stable offset of the topic, and the high watermark.
ends() {
	kcat -b "$RC_BROKERS" -Q -t marked:0:-1 | grep -o '[0-9]*$'
	kcat -b "$RC_BROKERS" -Q -t marked:0:-1 -X isolation.level=read_uncommitted 2>/dev/null | grep -o '[0-9]*$'
}
seq 3 | sed 's/.*/{"n":&}/' | put marked 0 -X transactional.id=a
is_marked() { [ "$(ends | tr '\n' ' ')" = '4 4 ' ]; } # Kafka does that after it has answered
wait_for 20 is_marked
t 'a transaction'                          0  ''                      consume -E -e -t marked
is '... is there' "$(ns)" '1 2 3 '
is '... and its mark is passed over' "$(tail -1 out)" "$(pos marked 0 4)"
mkfifo open
kcat -b "$RC_BROKERS" -P -t marked -p 0 -X transactional.id=b -X linger.ms=1 <open >/dev/null 2>&1 &
kcat=$!
pids+=("$kcat")
exec 7>open
seq 4 2000 | sed 's/.*/{"n":&}/' >&7
is_open() { [ "$(ends | uniq | wc -l)" -eq 2 ]; }
wait_for 20 is_open
t 'one that is open'                       75 'partition 0: an open transaction holds back what follows offset 4' \
	consume -E -e -t marked --timeout 2000
is '... is not there' "$(ns)" '1 2 3 '
ok '... nor is an end told' eval '! grep -v value out'
{ kill -9 "$kcat" && wait "$kcat"; } 2>/dev/null
exec 7>&-
put marked 0 -X transactional.id=b </dev/null # its successor ends it as aborted
is_over() { [ "$(ends | uniq | wc -l)" -eq 1 ]; }
wait_for 20 is_over
end=$(ends | head -1)
t 'one that was aborted'                   0  ''                      consume -E -e -t marked
is '... neither' "$(ns)$(tail -1 out)" "1 2 3 $(pos marked 0 "$end")"
ok '... though it was in the log' test "$end" -gt 10
echo '{"n":6}' | put marked 0
t 'and what comes then'                    0  ''                      consume -E -e -t marked -o 4
is '... is' "$(ns)$(tail -1 out)" "6 $(pos marked 0 $((end + 1)))"
t '... from within it, too'                0  ''                      consume -E -t marked -o 8
is '... is' "$(ns)" '6 '

# --- what goes wrong

t 'no topic'                               78 'nothere.*--create-topic' consume -E -t nothere
t '... of the description'                 78 'rappel_conso'          consume -E
t 'nobody listens'                         69 '127.0.0.1:1.*RC_BROKERS' consume -E -b 127.0.0.1:1 --timeout 2000
t 'RC_BROKERS'                             69 '127.0.0.1:2'           env RC_BROKERS=127.0.0.1:2 rc-consume -E --timeout 2000
t 'a property of no librdkafka'            64 'no.such'               consume -E -t some -X no.such=1
t 'a file of properties'                   78 'nowhere'               consume -E -t some -F nowhere
t 'a full standard output'                 74 '<stdout>'              eval 'consume -E -t some >/dev/full'
topic many 1
seq 200000 | sed 's/.*/{"n":&}/' | put many 0
quiet() { { consume -E -t many; echo $? >status; } | head -1 >first; }
t 'a closed one'                           0  ''                      quiet
is '... after the first' "$(cat first)" '{"n":1}'
ok '... ends as a filter does, quietly' grep -qxE '141|0' status
t 'many'                                   0  ''                      consume -E -t many
is '... are all there, in order' "$(cmp <(jq -r .n out) <(seq 200000) && echo same)" same

# --- without an end

topic on 1
background first 'rc-consume -e -t on --timeout 20000'
first=$job
has() { grep -q "\"value\":{\"n\":$1}" first.out; }
echo '{"n":1}' | put on 0
ok 'a record comes when it comes' wait_for 20 has 1
is '... and the run goes on' "$(kill -0 "$first"; echo $?)" 0
background second 'rc-consume -t on --timeout 2000'
second=$job
wait_for 20 test -s second.out
kill -9 "$(cat "$RC_STACK_DIR/kafka.pid")"
wait "$second"
is 'no broker for longer than the time is 69' "$? $(grep -c 'RC_BROKERS' second.err)" '69 1'
rc-stack up --kafka >>stack.log 2>&1
echo '{"n":2}' | put on 0
ok 'a broker that comes back' wait_for 20 has 2
is '... is no reason to end, or to repeat' "$(kill -0 "$first"; echo $?) $(grep -c '"n":1' first.out)" '0 1'
seq 3 5000 | sed 's/.*/{"n":&}/' | put on 0
wait_for 20 has 3
kill -TERM "$first"
wait "$first"
is 'SIGTERM' "$? $(cat first.err)" '143 '
grep value first.out | jq -r .value.n >got
is '... what was read is written, whole lines, once' "$(cmp got <(seq "$(wc -l <got)") && echo same)" same

# --- a topic that was deleted and re-created

# anew NUMBER: the topic "again", with so many messages.
anew() {
	delete_topic again
	topic again 1
	seq "$1" | sed 's/.*/{"n":&}/' | put again 0
}
# stored: a position as rc-load prints it, of the last message that is there.
stored() {
	rc-consume -eE -t again | jq -c 'select(.value) | {topic, partition, offset: (.offset + 1), timestamp}' |
		tail -n 1
}
anew 5
stored >at5
t 'a position'                             0  ''                      consume -E -t again -o at5
is '... at the end' "$(cat out)" ''
jq -c '.offset = 3 | del(.timestamp)' at5 >at3
t '... without a time'                     0  ''                      consume -E -t again -o at3
is '... is taken as it is' "$(ns)" '4 5 '
anew 3
t 're-created with fewer messages'          65 'beyond the end, 3: the topic seems to have been deleted.*rc-load --forget' \
	consume -E -t again -o at5
seq 4 7 | sed 's/.*/{"n":&}/' | put again 0
t '... with more'                          65 'behind another message.*seems to have been deleted and re-created: .*rc-load --forget' \
	consume -E -e -t again -o at5
is '... nothing of it is read' "$(cat out)" ''
stored >at7
t '... its own position'                   0  ''                      consume -E -t again -o at7
put again 0 -X transactional.id=c </dev/null
seq 8 9 | sed 's/.*/{"n":&}/' | put again 0 -X transactional.id=c
marks() { [ "$(rc-consume -eE -t again | tail -n 1 | jq .offset)" -gt 9 ]; }
wait_for 20 marks
rc-consume -eE -t again >all
jq -c --slurpfile m all '.timestamp = ([$m[] | select(.value)] | last.timestamp)' <(tail -n 1 all) >behind
t 'a position behind the mark of a transaction' 0 ''                  consume -E -t again -o behind
jq -c '.timestamp -= 1' behind >older
t '... of which times say nothing'         0  ''                      consume -E -t again -o older

plan
