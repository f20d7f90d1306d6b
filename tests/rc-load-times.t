#!/usr/bin/env bash
# rc-load -e --by-time: of two messages of a key the newer one counts, whatever the order of their partitions.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel

base=$(date +%s)000
at() { # at MS OFFSET KEY MOTIF [PARTITION]: a message; - as its MOTIF: a tombstone
	if [ "$4" = - ]; then gone "$2" "$3" "${5-0}"; else env_ "$2" "$3" "$4" "${5-0}"; fi | sed "s/\"timestamp\":1,/\"timestamp\":$((base + $1)),/"
}
t '--by-time of rows' 64 'goes with -e' rc-load --by-time
t '... and of what stays' 64 'not with --on-conflict' rc-load -e --by-time --on-conflict skip
t 'a table that goes by time' 0 '' eval 'rc-load -e --create --by-time </dev/null'
is '... has a table beside it' "$(sql "select count(*) from ${table}_times")" 0
t '... which each loader sees' 78 "goes by time .*${table}_times.* is there" eval 'rc-load -e --on-conflict skip </dev/null'

lines "$(at 20 0 a new 1)" "$(at 10 0 a old 0)" >in
t 'an older message after a newer one' 0 '' load -e --stats stats
is '... of one batch' "$(rows) $(stored)" 'a=new 0:1 1:1'
is '... is counted' "$(jq -c '[.records_in, .records_out, .skipped]' stats)" '[2,1,1]'
lines "$(at 15 1 a between 0)" "$(at 16 2 b one 0)" >in
t '... of another' 0 '' load -e --stats stats
is '... has no effect' "$(rows) $(stored)" 'a=new b=one 0:3 1:1'
is '... and is counted, too' "$(jq -c '[.records_in, .records_out, .skipped]' stats)" '[2,1,1]'
lines "$(at 21 3 a - 0)" >in
t 'a tombstone' 0 '' load -e
lines "$(at 20 1 a back 1)" "$(at 12 2 b older 1)" >in
t '... and an older message behind it' 0 '' load -e
is '... which stays deleted' "$(rows) $(stored)" 'b=one 0:4 1:3'
lines "$(at 19 4 b - 0)" "$(at 18 3 b before 1)" "$(at 22 4 a again 1)" "$(at 30 5 c - 0)" >in
t 'both, and what is newer' 0 '' load -e
is '... in their order' "$(rows) $(sql "select string_agg(key || ':' || time - $base || ':' || gone, ' ' order by key) from ${table}_times")" \
	'a=again a:22:false b:19:true c:30:true'
lines "$(at 5 6 a earlier 0)" "$(at 40 7 d one 0)" "$(at 39 8 d two 0)" >in
t 'within a partition' 0 '' load -e
is '... the offset decides, whatever the time' "$(rows)" 'a=again d=two'
lines "$(at 22 5 a same 1)" "$(at 39 6 d same 1)" >in
t 'at one time' 0 '' load -e
is '... what comes last counts' "$(rows)" 'a=same d=same'
printf '{"topic":"t","partition":2,"offset":0,"key":"a","headers":[],"value":{"reference_fiche":"a","motif_du_rappel":"none"}}\n' >in
t 'without a time' 0 '' load -e
is '... too' "$(rows)" 'a=none d=same'

# Two loaders, whose batches have the same keys in other orders; and partitions that are read in any order.
for p in 0 1 2 3; do
	for ((i = 0; i < 400; i++)); do
		key=$(((i * (p + 1) * 7) % 97))
		# as if one clock gave all messages their times, and each key its partition by chance
		printf '%d %d k%d v%d-%d\n' "$((1000 + i * 4 + p))" "$p" "$key" "$p" "$i"
	done
done >all
last() { sort -n all | awk '{ v[$3] = $4 } END { for (k in v) print k "=" v[k] }' | LC_ALL=C sort -t = -k 1,1 | paste -sd ' '; }
part() { # part P: its messages
	awk -v p="$1" -v base="$base" '$2 == p { printf "{\"topic\":\"big\",\"partition\":%d,\"offset\":%d,\"timestamp\":%.0f,\"key\":\"%s\",\"headers\":[],\"value\":{\"reference_fiche\":\"%s\",\"motif_du_rappel\":\"%s\"}}\n", $2, n++, base + $1, $3, $3, $4 }' all
}
for order in '3 2 1 0' '0 3 1 2'; do
	sql "truncate $table, ${table}_times; delete from rc_positions"
	for p in $order; do part "$p"; done >in
	t "partitions in the order $order" 0 '' load -e --batch 150
	is '... give the newest of each key' "$(rows)" "$(last)"
done
sql "truncate $table, ${table}_times; delete from rc_positions"
beside_() { { part 3; part 0; } | rc-load -e --batch 50 >/dev/null; }
beside_ &
other=$!
{ part 2; part 1; } >in
t 'two loaders at once' 0 '' load -e --batch 50
wait "$other"
is '... both end well' "$?" 0
is '... and it is the same' "$(rows)" "$(last)"

t 'what is forgotten' 0 '' rc-load --forget
lines "$(at 9000 0 k1 anew 2 | sed 's/"t"/"big"/')" >in
t '... has other offsets from then on' 0 '' load -e
is '... but times as before' "$(rows | grep -o 'k1=[a-z]*')" 'k1=anew'

# What cannot be older any more.
sql "insert into ${table}_times values ('long ago', 1, 't', 0, 1, true), ('now', $base, 't', 0, 1, true), ('row', 1, 't', 0, 1, false)"
rc-load -e </dev/null
is 'a deleted key is forgotten once nothing older can come' "$(sql "select string_agg(key, ' ' order by key) from ${table}_times where key in ('long ago', 'now', 'row')")" 'now row'
sql 'create table numbers (reference_fiche integer primary key, motif_du_rappel text)'
t 'a key that is no text' 78 'cannot go by time .* its key is no text' eval 'rc-load -e --by-time -t numbers </dev/null'
long=$(printf 'x%.0s' {1..60})
t 'a name that is too long' 78 'too long for a table beside it' eval "rc-load -e --create --by-time -t $long </dev/null"
t '... for nobody who does not want one' 0 '' eval "rc-load -e -t $long </dev/null"
plan
