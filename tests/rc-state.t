#!/usr/bin/env bash
# rc-state: the last position that was set is the one that is got, from a file and
# from a table, whatever happens in between.
# shellcheck source=tests/lib.sh disable=SC2016
. "${0%/*}/lib.sh"
start_stack
unset RC_STATE # of the services

at() { printf '{"last_processed":"%s"}' "$1"; }
state() { timeout 30 rc-state "$@"; }

# --- each store

each() { # each STORE FOLDER...
	local store=$1
	export RC_STATE=$store
	t "$store: none is stored"                0  ''                      state get
	is '... {} is printed' "$(cat out)" '{}'
	t '... nothing is set'                    0  ''                      eval 'state set </dev/null'
	t '... and there still is none'           0  ''                      state get
	is '... {} is printed' "$(cat out)" '{}'
	t '... set'                               0  ''                      eval 'at 2024-04-18 | state set'
	is '... is silent' "$(cat out)" ''
	t '... get'                               0  ''                      state get
	is '... is the same' "$(cat out)" "$(at 2024-04-18)"
	t '... several: the last counts'          0  ''                      eval 'lines "$(at 2024-05-01)" "" "$(at 2024-02-29)" | state set'
	is '... even if it is earlier' "$(state get)" "$(at 2024-02-29)"
	t '... a date alone'                      0  ''                      eval 'echo 2024-05-02 | state set'
	is '... is a position' "$(state get)" "$(at 2024-05-02)"
	t '... nothing at all'                    0  ''                      eval 'lines "" "{}" | state set'
	is '... leaves what there is' "$(state get)" "$(at 2024-05-02)"
	for bad in x '[]' '{"last_processed":1}' '{"last_processed":"2024-02-30"}' '{"last_processed":"2024-1-1"}' \
		'{"last_processed":"2024-04-18T00:00:00"}' '{"last":"2024-04-18"}' '{"last_processed":null}' '2024-04' \
		'{"last_processed":"2024-04-18"' '{"topic":"t","partition":0,"offset":1}'; do
		lines "$(at 2024-05-02)" "$bad" "$(at 2024-06-01)" >in
		t "... $bad is no position"              65 '<stdin>: line 2: '     eval 'state set <in'
		is '... what came before it is stored' "$(state get)" "$(at 2024-05-02)"
	done
	mkfifo slow
	background first 'rc-state set <slow'
	first=$job
	exec 7>slow
	at 2024-05-31 >&7
	echo >&7
	is_there() { [ "$(state get)" = "$(at 2024-05-31)" ]; }
	ok '... what is set is stored at once' wait_for 20 is_there
	# A signal that ends a whole pipe: the last position comes after it.
	kill -TERM "$first"
	sleep 0.2
	at 2024-06-01 >&7
	exec 7>&-
	wait "$first"
	is '... SIGTERM' "$? $(cat first.err)" '143 '
	is '... what came after it is stored' "$(state get)" "$(at 2024-06-01)"
	rm slow
	t '... is forgotten'                      0  ''                      state forget
	is '... and there is none' "$(state get)" '{}'
	t '... once more'                         0  ''                      state forget
	at 2024-06-01 | state set
	t '... a full standard output'            74 '<stdout>'              eval 'state get >/dev/full'
	t '... a closed standard input'           74 '<stdin>'               eval 'state set <&-'
	unset RC_STATE
}
each file:position.json
is 'the file is what it is said to be' "$(cat position.json)" '{"last_processed":"2024-06-01","dataset":"rappelconso-v2"}'
t '... and whose'                          78 'position.json: the position of dataset rappelconso-v2, not of rappelconso0' state get --store file:position.json -d rappelconso0
t '... to write to, too'                   78 'position.json: the position of' eval 'at 2024-01-01 | state set --store file:position.json -d rappelconso0'
t '... and to forget'                      78 'position.json: the position of' state forget --store file:position.json -d rappelconso0
is '... it is what it was' "$(state get --store file:position.json)" "$(at 2024-06-01)"
is '... no one else may read it' "$(stat -c %a position.json)" 600
is '... nothing else is left' "$(find . -name '*position.json*' | tr '\n' ' ')" './position.json '
each postgres:
is 'the table' "$(sql 'select dataset, last_processed from rc_state')" 'rappelconso-v2|2024-06-01'
t 'another dataset'                        0  ''                      eval 'echo 2020-01-01 | state set --store postgres: -d rappelconso0'
is '... has its own' "$(sql 'select dataset, last_processed from rc_state order by 1')" 'rappelconso-v2|2024-06-01
rappelconso0|2020-01-01'
t 'a connection by a text'                 0  ''                      eval 'state get --store "postgres:dbname=$PGDATABASE host=$PGHOST"'
is '... is the same' "$(cat out)" "$(at 2024-06-01)"
t '... that is bad'                        78 'PostgreSQL'            state get --store postgres:dbname
t 'no server'                              69 'PGHOST'                env PGHOST=/nowhere rc-state get --store postgres:
t '--store wins'                           0  ''                      env RC_STATE=file:nowhere/x rc-state get --store file:position.json
racing() {
	local i bad=0 racers=()
	sql 'drop table rc_state'
	for i in 1 2 3 4; do
		echo "2024-01-0$i" | rc-state set --store postgres: &
		racers+=($!)
	done
	for i in "${racers[@]}"; do wait "$i" || bad=1; done
	return $bad
}
for i in 1 2 3; do t 'four that make the table at once'    0  ''                      racing; done

# --- files

store=(--store file:position.json)
for nothing in '' '{}' $' {}\n' $'\n'; do
	printf '%s' "$nothing" >position.json
	t "a file of ${nothing@Q}"                0  ''                      state get "${store[@]}"
	is '... is no position' "$(cat out)" '{}'
done
printf ' { "last_processed" : "2024-04-18" , "more": 1 } \r\n\n' >position.json
t 'white space, and more members'          0  ''                      state get "${store[@]}"
is '... are no matter' "$(cat out)" "$(at 2024-04-18)"
for bad in '{"last_processed":"yesterday"}' '{"last_processed":"2024-04-18"' '[]' $'\xff' '{"last_processed":20240418}' '0'; do
	printf '%s' "$bad" >position.json
	t "a file of ${bad@Q}"                    65 'position.json: '       state get "${store[@]}"
	is '... is no position' "$(cat out)" ''
done
head -c 1000000 /dev/zero >position.json
t 'a file of something else'               74 'position.json: '       state get "${store[@]}"
at 2024-04-18 >position.json
t 'a file without LF'                      0  ''                      state get "${store[@]}"
is '... is one' "$(cat out)" "$(at 2024-04-18)"

mkdir real
ln -s real/position.json link.json
t 'a link to where no file is'             0  ''                      eval 'at 2024-01-01 | state set --store file:link.json'
is '... can be read' "$(state get --store file:link.json)" "$(at 2024-01-01)"
at 2024-01-01 >real/position.json
ln -sf real/position.json link.json
t 'a link to a file'                       0  ''                      eval 'at 2024-02-02 | state set --store file:link.json'
is '... stays one' "$(readlink link.json) $(cat real/position.json)" "real/position.json {\"last_processed\":\"2024-02-02\",\"dataset\":\"rappelconso-v2\"}"
chmod 644 real/position.json
t 'a folder that is not there'             73 'nowhere/x'             eval 'at 2024-01-01 | state set --store file:nowhere/x'
t '... to read from'                       0  ''                      state get --store file:nowhere/x
is '... is no position' "$(cat out)" '{}'
t 'a folder for a file'                    74 'real'                  state get --store file:real
t '... to write to'                        74 'real'                  eval 'at 2024-01-01 | state set --store file:real'
if [ "$(id -u)" -ne 0 ]; then
	mkdir -m 555 locked
	t 'a folder that is not ours'             73 'locked/x'              eval 'at 2024-01-01 | state set --store file:locked/x'
	chmod 755 locked
else
	skip 'a folder that is not ours' 'all are root'\''s'
fi
# A disk that is full, as far as the shell can make one: the old position stays.
at 2024-01-01 >position.json
full() {
	(ulimit -f 0; trap '' XFSZ; at 2024-02-02 2>/dev/null | state set "${store[@]}") 2>&1 | cat >&2
	return "${PIPESTATUS[0]}"
}
t 'a file that cannot be written'          74 'position.json'         full
is '... is what it was' "$(cat position.json)" "$(at 2024-01-01)"
is '... nothing else is left' "$(find . -name '.position.json*')" ''

# A date that is still to come would hide all that is published until then.
at 2024-01-01 >position.json
t 'a position after today'                 65 'line 1: the date is after today' eval 'at 2062-11-20 | state set "${store[@]}"'
is '... is not stored' "$(cat position.json)" "$(at 2024-01-01)"
t '... nor to be asked for without a word' 69 'that is after today'   rc-fetch --since 2062-11-20 --api http://127.0.0.1:1 --retries 1
at "$(date -u +%F)" >today
t 'today'                                  0  ''                      eval 'state set "${store[@]}" <today'
t 'nothing, for rc-fetch'                  65 'since: empty, which is no position' rc-fetch --since "$(false)"
at 2024-01-01 >position.json

# Killed at any time: a whole position, and not an older one than was read back.
{
	for y in {1826..2025}; do for m in {01..12}; do echo "$y-$m-01"; done; done
} >dates
bad=0
last=
for i in {1..25}; do
	while read -r d; do echo "$d"; done <dates | rc-state set "${store[@]}" &
	sleep "0.00$((i * 37 % 90 + 5))"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	state get "${store[@]}" >out || bad=1
	grep -qxE '\{"last_processed":"[0-9]{4}-[0-9]{2}-01"(,"dataset":"rappelconso-v2")?\}' out position.json || bad=1
	last=$(cat out)
done 2>/dev/null
is 'killed at any time' "$bad" 0
ok '... there is a position' test -n "$last"
t '... and the next one is stored'         0  ''                      eval 'at 2024-04-18 | state set "${store[@]}"'

# Readers see whole positions while writers write.
for _ in 1 2; do while read -r d; do echo "$d"; done <dates | rc-state set "${store[@]}" & pids+=($!); done
bad=0
for i in {1..60}; do grep -qxE '\{"last_processed":"[0-9]{4}-[0-9]{2}-[0-9]{2}","dataset":"rappelconso-v2"\}' position.json || bad=1; done
is 'readers see whole positions' "$bad" 0
wait "${pids[@]:(-2)}"
is '... and in the end the last' "$? $(state get "${store[@]}")" "0 $(at 2025-12-01)"

# --- where it is without being told

t 'by default, under XDG_STATE_HOME'       0  ''                      eval 'at 2024-04-18 | state set'
is '... in a folder of the dataset' "$(cd "$XDG_STATE_HOME" && find . -name "*.json")" './rappelconso/rappelconso-v2/last_processed.json'
t '... each its own'                       0  ''                      state get -d rappelconso0
is '... which is empty' "$(cat out)" '{}'
is '... and no one else may enter' "$(stat -c %a "$XDG_STATE_HOME/rappelconso")" 700
t 'else under HOME'                        0  ''                      eval 'at 2024-04-19 | env -u XDG_STATE_HOME HOME="$dir/home" rc-state set'
is '... in .local/state' "$(cat home/.local/state/rappelconso/rappelconso-v2/last_processed.json)" "$(at 2024-04-19)"
t '... a relative folder does not count'   0  ''                      env XDG_STATE_HOME=rel HOME="$dir/home" rc-state get
is '... as XDG has it' "$(cat out)" "$(at 2024-04-19)"
t 'neither'                                78 'HOME'                  env -u XDG_STATE_HOME -u HOME rc-state get

# --- wrong use

t 'get, set or forget'                     64 'get, set or forget'                   state
t '... one of them'                        64 'get'                   state get set
t '... nothing else'                       64 'get'                   state put
t 'a store that is none'                   64 'redis: not a store'               state get --store redis:x
t '... of no name'                         64 'file:'                 state get --store file:
t 'kafka is to set alone'                  64 'kafka'                 state get --store kafka:g
t '... nor without a group'              64 'kafka:'                eval 'state set --store kafka: </dev/null'
t '--stats'                                0  ''                      eval 'echo 2024-01-01 | state set "${store[@]}" --stats stats'
is '... counts' "$(jq -c '[.tool, .records_in]' stats)" '["rc-state",1]'

# --- Kafka's own positions of a group, for its own tools

rc-produce --create-topic -t lag </dev/null
lines 1 2 3 4 | kcat -b "$RC_BROKERS" -P -t lag
echo '{"topic":"lag","partition":0,"offset":3}' >in
t 'kafka:GROUP'                            0  ''                      eval 'state set --store kafka:g <in'
is '... is where -o stored begins' "$(rc-consume -E -t lag -o stored -g g)" 4
# the larger of two is not the last
{ seq 1 4 && seq 1 10000 | sed 's/.*/4/' && echo 2; } | sed 's/.*/{"topic":"lag","partition":0,"offset":&}/' >in
t '... many of one partition'              0  ''                      eval 'state set --store kafka:g <in'
is '... the last is stored' "$(rc-consume -E -t lag -o stored -g g | tr '\n' ' ')" '3 4 '
rc-consume -E -e -t lag -c 1 | tail -n 1 >in
t '... a message'\''s line'                 0  ''                      eval 'state set --store kafka:g <in'
is '... is the position behind it, as for -o FILE' "$(rc-consume -E -t lag -o stored -g g | tr '\n' ' ') $(rc-consume -E -t lag -o in | tr '\n' ' ')" \
	'2 3 4  2 3 4 '
echo '{"topic":"nowhere","partition":0,"offset":3}' >in
t '... a topic that is not there'          78 'nowhere'               eval 'state set --store kafka:g <in'
echo 2024-01-01 >in
t '... a date is none of its positions'    65 'line 1'                eval 'state set --store kafka:g <in'
plan
