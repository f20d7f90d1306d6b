#!/usr/bin/env bash
# rc-load -e: each message once, whatever comes twice, is missing or is no message.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
rc-load --create </dev/null
few reference_fiche motif_du_rappel

# --- each message once

empty
lines "$(env_ 0 a one)" "$(env_ 1 b two)" "$(env_ 0 c three 1)" >in
t '-e'                                     0  ''                      load -e --stats stats
is '... counts so' "$(jq -c '[.records_out, (.position | sort_by(.partition)[])]' stats)" \
	'[3,{"topic":"t","partition":0,"offset":2,"timestamp":1},{"topic":"t","partition":1,"offset":1,"timestamp":1}]'
is '... loads' "$(rows)" 'a=one b=two c=three'
is '... prints the positions' "$(sort out)" '{"topic":"t","partition":0,"offset":2,"timestamp":1}
{"topic":"t","partition":1,"offset":1,"timestamp":1}'
is '... that are stored' "$(stored)" "$(printed)"
sql "update $table set motif_du_rappel = 'by hand' where reference_fiche = 'a'"
t 'once more'                              0  'partition 0: 2 messages were not loaded again' load -e --stats stats
is '... has no effect' "$(rows)" 'a=by hand b=two c=three'
is '... prints nothing' "$(cat out)" ''
is '... and is counted' "$(jq -c '[.records_in, .records_out, .skipped, .position]' stats)" '[3,0,3,null]'
lines "$(env_ 1 b old)" "$(env_ 2 d four)" >in
t 'what overlaps'                          0  '1 messages were not' load -e
is '... is loaded as far as it is new' "$(rows) $(stored)" 'a=by hand b=two c=three d=four 0:3 1:1'
lines "$(env_ 7 e five)" >in
t 'a gap in the offsets'                   0  ''                      load -e
is '... is none of ours' "$(rows) $(stored)" 'a=by hand b=two c=three d=four e=five 0:8 1:1'
pos 12 >in
t 'a position alone'                       0  ''                      load -e
is '... is stored, and printed' "$(stored) $(cat out)" '0:12 1:1 {"topic":"t","partition":0,"offset":12,"timestamp":1}'
jq -c '.offset = 12 | .timestamp = 7' <<<"$(pos 11)" >in
t '... with a time of its own'             0  ''                      load -e --consumer timed
is '... which is that of the message before it' "$(cat out)" '{"topic":"t","partition":0,"offset":12,"timestamp":7}'
lines "$(pos 9)" "$(env_ 11 a old)" >in
t 'a position of the past'                 0  'warning: it ends at offset 9, before the stored position, 12' load -e
is '... changes nothing' "$(rows) $(stored) $(cat out)" 'a=by hand b=two c=three d=four e=five 0:12 1:1 '
lines "$(gone 12 a)" "$(gone 13 nobody)" "$(env_ 14 f six)" "$(gone 15 f)" "$(gone 16 b)" "$(env_ 17 b back)" \
	"$(env_ 18 c new)" "$(gone 19 c)" "$(env_ 20 c newer)" >in
t 'tombstones'                             0  ''                      load -e
is '... delete, in their turn' "$(rows) $(stored)" 'b=back c=newer d=four e=five 0:21 1:1'
# shellcheck disable=SC2016
sql "insert into $table (reference_fiche) values ('q\"{},\\'), ('null'), ('')"
{
	printf '{"topic":"t","partition":0,"offset":21,"key":"q\\"{},\\\\","value":null}\n'
	gone 22 null
	gone 23 ''
} >in
t '... whatever the key'                   0  ''                      load -e
is '... and nothing else' "$(rows)" 'b=back c=newer d=four e=five'
sql "delete from rc_positions where partition = 1"
lines "$(pos 5 1)" "$(env_ 30 g seven)" "$(pos 40)" >in
t 'positions and records'                  0  ''                      load -e
is '... of each partition the last is printed' "$(printed) $(stored)" '0:40 1:5 0:40 1:5'

# Bad messages.
# ebad WHAT LINE SAYS
ebad() {
	empty
	lines "$(env_ 0 a one)" "$2" "$(env_ 2 z last)" >in
	t "$1"                                    65 "<stdin>: line 2: .*$3" load -e
	is '... before it, all is loaded; after it, nothing' "$(rows) $(printed) $(stored)" 'a=one 0:1 0:1'
	rm -f rejects
	t '... set aside'                         0  '1 of 3 records rejected' load -e --rejects rejects
	is '... the rest is loaded' "$(rows) $(printed) $(stored)" 'a=one z=last 0:3 0:3'
}
at='"topic":"t","partition":0,"offset":1'
ebad 'a value that is a text'   "{$at,\"key\":\"k\",\"value\":\"text\"}"      ''
is '... is set aside with its place' "$(jq -c '[.topic, .partition, .offset, .record]' rejects)" '["t",0,1,"text"]'
ebad 'a value that is a list'   "{$at,\"key\":\"k\",\"value\":[]}"            ''
ebad 'a value that is no JSON'  "{$at,\"key\":\"k\",\"value_base64\":\"/w==\"}" ''
is '... is set aside as it is' "$(jq -c '[.offset, .raw_base64]' rejects)" '[1,"/w=="]'
ebad 'a value that lacks a key' "{$at,\"key\":\"k\",\"value\":{}}"            'reference_fiche: '
ebad 'a tombstone with no key'  "{$at,\"key\":null,\"value\":null}"           'key'
ebad 'a field that is a list'   "{$at,\"value\":{\"reference_fiche\":\"m\",\"motif_du_rappel\":[]}}" 'motif_du_rappel: '
ebad 'no offset'                '{"topic":"t","partition":0,"value":{"reference_fiche":"m","motif_du_rappel":null}}' 'offset'
ebad 'no partition'             '{"topic":"t","offset":1,"value":{"reference_fiche":"m","motif_du_rappel":null}}' 'partition'
ebad 'no topic'                 '{"partition":0,"offset":1,"value":{"reference_fiche":"m","motif_du_rappel":null}}' 'topic'
ebad 'an offset below zero'     '{"topic":"t","partition":0,"offset":-1,"value":{}}' 'offset'
ebad 'a partition too large'    '{"topic":"t","partition":2147483648,"offset":1,"value":{}}' 'partition'
ebad 'a row, and no message'    '{"reference_fiche":"m","motif_du_rappel":null}'                     ''
sql "delete from rc_positions"

# --- whose positions

empty
env_ 4 a one >in
load -e >/dev/null
t '--positions'                            0  ''                      rc-load --positions
is '... of the table' "$(cat out)" '{"topic":"t","partition":0,"offset":5,"timestamp":1}'
t '... of another'                         0  ''                      rc-load --positions -t typed
t '... of a consumer'                      0  ''                      rc-load --positions --consumer nobody
is '... that has none: nothing, and says so' "$(cat out)" '{}'
t 'another consumer'                       0  ''                      load -e --consumer else
is '... has positions of its own' "$(stored else) $(stored)" '0:5 0:5'
sql 'drop table rc_positions'
t '--positions, where there never was one' 0  ''                      rc-load --positions
is '... nothing, and says so' "$(cat out)" '{}'

# --- holes, and topics re-created

# start OFFSET [SKIPPED]: where rc-consume says that it starts.
start() { printf '{"topic":"t","partition":0,"offset":%d,"start":true,"skipped":%d}\n' "$1" "${2-0}"; }
# at OFFSET MS: a message of that time.
at() { env_ "$1" "k$1" "m$1" | jq -c ".timestamp = $2"; }
new() { empty; lines "$(at 0 10)" "$(at 1 11)" "$(at 2 12)" | rc-load -e >/dev/null; }
new
lines "$(start 5)" "$(at 5 15)" >in
t 'a hole'                                 65 'offsets 3 to 4 are missing: .*--forget' load -e
is '... nothing behind it is loaded' "$(rows) $(stored)" 'k0=m0 k1=m1 k2=m2 0:3'
lines "$(start 4 2)" "$(at 4 14)" >in
t '... that was passed over knowingly'     0  ''                      load -e
is '... is none' "$(stored)" 0:5
lines "$(start 3)" "$(at 3 13)" "$(at 4 14)" "$(at 5 15)" >in
t 'a start before the position'            0  'partition 0: 2 messages were not' load -e
is '... is none, either' "$(stored)" 0:6
empty
lines "$(start 7)" "$(at 7 17)" >in
t 'a first start behind 0'                 0  'starts at offset 7, and nothing before' load -e
is '... is one' "$(stored)" 0:8
new
lines "$(at 0 20)" "$(at 1 21)" "$(at 2 22)" "$(at 3 23)" >in
t 'other messages below the position'      65 'seems to have been deleted and re-created: .*--forget' load -e
is '... nothing is loaded' "$(rows) $(stored)" 'k0=m0 k1=m1 k2=m2 0:3'
lines "$(at 0 20)" "$(at 1 21)" "$(pos 2)" >in
t '... fewer of them'                      0  'ends at offset 2, before the stored position' load -e -q
new
lines "$(at 0 10)" "$(at 1 11)" "$(at 3 13)" >in # the one before the position was compacted away
t 'an older message before the position'   0  'messages were not'     load -e
is '... shows nothing' "$(stored)" 0:4
new
lines "$(at 0 10)" "$(at 1 13)" "$(at 3 14)" >in # and times went back
t '... nor does a newer one'               0  'messages were not'     load -e
is '... before the position' "$(stored)" 0:4
new
lines "$(at 3 13)" "$(at 4 14)" "$(at 3 13)" "$(at 4 14)" "$(at 5 15)" >in
t 'messages that come twice in one run'    0  '2 messages were not'   load -e
is '... are loaded once' "$(stored)" 0:6
t '--forget'                               0  ''                      rc-load --forget
is '... leaves none' "$(stored)" ''
lines "$(at 0 20)" "$(at 1 21)" >in
t '... so that all can be loaded'          0  ''                      load -e
is '... from the beginning' "$(stored)" 0:2
t '--forget, with -v'                      0  '1 positions of consumer .* deleted' rc-load -v --forget
t '--forget where there is nothing'        0  'consumer "rappel_conso_table" has no positions, so that none was deleted' rc-load --forget
t '... not together with --positions'      64 'one of them'                    rc-load --forget --positions
new
sql 'alter table rc_positions drop last_timestamp, drop timestamp_offset'
t 'a table of positions without timestamps' 0 ''                     rc-load --positions
is '... can be read' "$(cat out)" '{"topic":"t","partition":0,"offset":3}'
lines "$(at 2 12)" "$(at 3 13)" >in
t '... and gets them'                      0  '1 messages were not'   load -e
is '... from now on' "$(rc-load --positions)" '{"topic":"t","partition":0,"offset":4,"timestamp":13}'

sql 'update rc_positions set next_offset = next_offset + 1' # as the first release does, which knows no timestamps
is 'a position that an earlier release has moved has no timestamp of another message' "$(rc-load --positions)" '{"topic":"t","partition":0,"offset":5}'
lines "$(at 5 15)" >in
t '... and gets its own'                   0  ''                      load -e
is '... with the next' "$(rc-load --positions)" '{"topic":"t","partition":0,"offset":6,"timestamp":15}'

# A position that somebody deletes under a loader must not come back.
new
mkfifo held
background first 'rc-load -e <held'
first=$job
exec 7>held
at 3 13 >&7
wait_for 20 test -s first.out
sql "truncate $table; delete from rc_positions"
at 4 14 >&7
exec 7>&-
wait "$first"
is 'a position deleted under a loader' "$? $(grep -c 'or it was deleted' first.err)" '75 1'
is '... is not written again, nor is anything loaded' "$(stored)$(rows)" ''
rm held first.out

# --- a run that ends within a batch

# What was set aside before the refused row has its own place; what was set aside of another partition stays so.
at1() { at "$1" "$2" | jq -c '.partition = 1 | .value.reference_fiche = "p\(.offset)"'; }
bad() { jq -c '.value = []' <<<"$1"; }
new
sql "insert into $table (reference_fiche) values ('k5')"
rm -f rejects
lines "$(at1 0 20)" "$(bad "$(at1 1 21)")" "$(at 3 13)" "$(bad "$(at 4 14)")" "$(at 5 15)" "$(at1 2 22)" "$(at 6 16)" >in
t 'a conflict behind what is set aside'    65 'line 5: .*k5'          load -e --rejects rejects --on-conflict fail
is '... ends there' "$(rows)" 'k0=m0 k1=m1 k2=m2 k3=m3 k5=- p0=m0'
is '... with each position and its time' "$(sort out)" '{"topic":"t","partition":0,"offset":5,"timestamp":14}
{"topic":"t","partition":1,"offset":2,"timestamp":21}'
is '... and two set aside' "$(jq -c '[.partition, .offset]' rejects | tr '\n' ' ')" '[1,1] [0,4] '
sql "delete from $table where reference_fiche = 'k5'"
t '... and is gone on with, from the same' 0  '0: 2 messages were not'  load -e --rejects rejects --on-conflict fail
is '... each once' "$(rows) $(stored) $(wc -l <rejects)" 'k0=m0 k1=m1 k2=m2 k3=m3 k5=m5 k6=m6 p0=m0 p2=m2 0:7 1:3 2'
new
sql "alter table $table add constraint no_k5 check (reference_fiche <> 'k5' and reference_fiche <> 'k6')"
rm -f rejects
lines "$(at 3 13)" "$(bad "$(at 4 14)")" "$(at 5 15)" "$(at 6 16)" >in
t 'more that is to be set aside than may'  65 'line 3: .*no_k5'       load -e --rejects rejects --max-rejects 1
is '... leaves a position with its time' "$(cat out) $(wc -l <rejects)" '{"topic":"t","partition":0,"offset":5,"timestamp":14} 1'
t '... that is gone on from'               0  '2 messages were not'   load -e --rejects rejects
is '... each once' "$(stored) $(wc -l <rejects)" '0:7 3'
sql "alter table $table drop constraint no_k5"
# A position behind the refused row does not stand for it.
new
sql "insert into $table (reference_fiche) values ('k3')"
lines "$(at 3 13)" "$(pos 9)" "$(pos 4 1)" >in
t 'a conflict before positions'            65 'line 1: .*k3'          load -e --on-conflict fail
is '... those of its partition wait' "$(stored)" '0:3 1:4'
sql "delete from rc_positions where partition = 1"

# --- envelopes that are none

lost() {
	new
	lines "$1" >in
	t "no value, but $2"                      65 'value: missing'        load -e
	is '... is no position' "$(stored)" 0:3
}
lost '{"topic":"t","partition":0,"offset":9,"key":"a"}' 'a key'
lost '{"topic":"t","partition":0,"offset":9,"timestamp":1,"headers":[]}' 'headers'
lost '{"topic":"t","partition":0,"offset":9,"valeu":{}}' 'something else'
lost '{"topic":"t","offset":9}' 'no partition'

# --- a trickle

empty
mkfifo trickle
background first 'rc-load -e <trickle'
first=$job
# never a pause of 200 ms
{ for ((i = 0; i < 40 || ! $(wc -l <first.out); i++)); do env_ "$i" "k$i" m; sleep 0.1; done; echo "$i" >sent; } >trickle &
pids+=($!)
wait_for 20 test -s first.out
ok 'a trickle without a pause is committed while it comes' test ! -e sent
wait "$first"
is '... and to its end' "$? $(tail -n 1 first.out | jq .offset)" "0 $(cat sent)"
plan
