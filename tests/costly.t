#!/usr/bin/env bash
# Input that was made to cost: names and keys that were chosen to collide cost what others cost,
# counted in instructions, which are the same on each machine and under any load; and a record that
# takes long, here by valgrind, does not keep a program from heeding a stop request.
test_limit=200 # by valgrind, beside others
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel
rest='"motif_du_rappel":"m"'
many=8192 # names; a table at most half full of them has 2^14 slots

ok 'names that collide' eval \
	"\${CC-cc} -O2 -o collide '$top/tests/collide.c' && ./collide $many 14 >chosen && sort -u chosen | wc -l | grep -x $many"
# others of the same length, in no order either
awk '{ printf "%07d\n", NR }' chosen | shuf --random-source=chosen >others

# cost COMMAND <FILE: how many instructions that takes.
cost() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
		awk '$2 == "Collected" { n = $4 } END { print n + 0 }'
}
# like WHAT OURS OTHERS: ours is not much above others, and both are something.
like() {
	n=$((n + 1))
	if [ "$3" -gt 10000000 ] && [ "$2" -lt $(($3 * 5 / 4)) ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; fi
	echo "# $2 instructions, others $3"
}

for list in chosen others; do
	awk -v r="$rest" '{ s = s "\"" $0 "\":1," } END { print "{" s "\"numero_fiche\":\"1\",\"reference_fiche\":\"1\"," r "}" }' \
		$list >members.$list
	awk -v r="$rest" '{ print "{\"reference_fiche\":\"" $0 "\"," r "}" }' $list >rows.$list
done
if ! command -v valgrind >/dev/null || grep -q __asan_init "$(command -v rc-load)"; then
	skip 'what they cost' 'no valgrind, or none for this build'
	plan
	exit
fi
like "$many members of one record" "$(cost rc-load -q --create <members.chosen)" "$(cost rc-load -q <members.others)"
is '... which is loaded' "$(sql "select count(*) from $table")" 1
like "$many keys of one batch" "$(cost rc-load -q --batch $many <rows.chosen)" "$(cost rc-load -q --batch $many <rows.others)"
is '... which are loaded' "$(sql "select count(*) from $table")" $((2 * many + 1))

# --- long records, of which each takes minutes here
# wide BEFORE TEXT AFTER: 60 MB of that text in between.
wide() {
	printf '%s' "$1"
	yes "$2" | tr -d '\n' | head -c 60000000
	printf '%s\n' "$3"
}
wide "{\"numero_fiche\":\"1\",\"reference_fiche\":\"1\",$rest" ',"a":1' '}' >names
wide "{\"numero_fiche\":\"1\",\"reference_fiche\":\"1\",$rest,\"x\":[0" ',1' ']}' >list
wide '{"numero_fiche":"1","motif_rappel":"é' 'a|' '"}' >parts
wide '{"numero_fiche":"1","motif_rappel":[""' ',"é"' ']}' >texts
jq '.columns |= map(if .name == "motif_du_rappel" then .split = ["|"] else . end)' few.json >split.json
pos() { printf '{"topic":"t","partition":0,"offset":%s,"key":"1","value":' "$1"; }
first="{\"reference_fiche\":\"first\",$rest}"
{ echo "$first" && cat names; } >rows
{ pos 0 && echo "$first}" && pos 1 && tr -d '\n' <list && echo '}'; } >envelopes
slow() { exec valgrind -q --tool=none "$@"; }
asked=()
# ask WHAT FILE PROGRAM...: start it on the file.
ask() {
	slow "${@:3}" <"$2" >"out.${#asked[@]}" 2>"err.${#asked[@]}" &
	pids+=($!)
	asked+=("$! $1")
}
sql "truncate $table"
ask 'rc-transform: ten million names' names rc-transform
ask '... a list of thirty million' list rc-transform
ask '... thirty million parts of a text' parts rc-transform -d ./split.json
ask '... twelve million texts of a list' texts rc-transform -d ./split.json
ask 'rc-load: ten million names' rows rc-load
ask 'rc-load -e: a list of thirty million' envelopes rc-load -e
# has_read PID: all of its input, so that it is at work on the long record, which is the last.
has_read() { [ "$(awk '$1 == "pos:" { print $2 }' "/proc/$1/fdinfo/0")" -ge 60000000 ]; }
for it in "${asked[@]}"; do wait_for 60 has_read "${it%% *}"; done
sleep 1
for it in "${asked[@]}"; do kill -TERM "${it%% *}"; done
for it in "${asked[@]}"; do
	wait_for 25 eval "! kill -0 ${it%% *}" || kill -KILL "${it%% *}"
	wait "${it%% *}"
	is "${it#* }: stops within it" $? 143
done
is 'what came before is loaded' "$(rows)" 'first=m'
is '... and its position told' "$(jq -c .offset out.5)" 1
plan
