#!/usr/bin/env bash
# How many instructions of their own the programs take for a record, by callgrind, which counts the same on each machine and under
# any load; what libraries take is theirs, and not the same twice where they have threads.  The figures are kept in
# tests/instructions/, by compiler and processor.
#   KEEP=1   write them anew (make bench-instructions)
test_limit=200 # by valgrind, beside others
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
more=5 # per cent, at which a program has become slower

cc=${CC-cc}
kind=gcc
! "$cc" --version | grep -qi clang || kind=clang
kept=$top/tests/instructions/$kind-$("$cc" -dumpversion | sed 's/\..*//')-$(uname -m)
if ! command -v valgrind >/dev/null || grep -q __asan_init "$(command -v rc-load)"; then
	echo '1..0 # SKIP no valgrind, or none for this build'
	exit
elif [ -z "${KEEP-}" ] && [ ! -e "$kept" ]; then
	echo "1..0 # SKIP no figures for $(basename "$kept"): make bench-instructions"
	exit
fi
[ -z "${KEEP-}" ] || : >"$kept"

# own PROGRAM: the sum of the costs of its own functions; what they call has lines of its own.
own() {
	awk -v program="$(readlink -f "$(command -v "$1")")" '
		/^c?ob=/ { split($1, of, /[()]/); if ($2 != "") ours[of[2]] = $2 == program } # named where it comes first
		/^ob=/ { now = of[2] }
		/^calls=/ { passed_over = NR + 1 }
		/^[0-9+*-]/ && NR != passed_over && ours[now] { sum += $2 }
		END { printf "%d\n", sum }' callgrind.out
}
# stage NAME RECORDS PROGRAM ARGUMENT...: what it takes for each record, its start included.
stage() {
	local name=$1 records=$2 was now
	shift 2
	valgrind --tool=callgrind --callgrind-out-file=callgrind.out "$@" >/dev/null 2>err || cat err
	now=$(($(own "$1") / records))
	[ -z "${KEEP-}" ] || echo "$now $name" >>"$kept"
	was=$(sed -n "s/^\([0-9]*\) $name\$/\1/p" "$kept")
	n=$((n + 1))
	if [ "$now" -gt 500 ] && [ "$now" -le $((${was:-0} * (100 + more) / 100)) ]; then
		echo "ok $n - $name"
	else
		failed "$name: more than it was"
		echo '# if that is what it is worth: make bench-instructions, and commit the figures'
	fi
	echo "# $now instructions a record, ${was:-none} kept"
	[ "$now" -ge $((${was:-0} * (100 - more) / 100)) ] || echo '# fewer: make bench-instructions keeps that'
}

start_stack
"$top/scripts/sample-records" --count 3000 >records
# what a portal sends at once, in no order
shuf --random-source=records records >data
mkfifo port
"$top/tests/stand-in-api" --data data --dataset rappelconso-v2-gtin-espaces >port &
pids+=($!)
read -r number <port
rc-transform <records >rows
sed 's/"distributeurs":"/&x /' rows >changed

stage 'rc-fetch' 3000 rc-fetch --api "http://127.0.0.1:$number"
stage 'rc-transform' 3000 rc-transform <records
stage 'rc-produce' 3000 rc-produce --create-topic <rows
stage 'rc-consume' 3000 rc-consume -E --no-positions
stage 'rc-consume -e' 3000 rc-consume -eE --no-positions
rc-consume -eE --no-positions >messages 2>err
stage 'rc-produce -e' 3000 rc-produce -e <messages
stage 'rc-load, new rows' 3000 rc-load --create <rows
stage 'rc-load, the same' 3000 rc-load <rows
stage 'rc-load, changed' 3000 rc-load <changed
stage 'rc-load -e' 3000 rc-load -e --consumer other <messages
plan
