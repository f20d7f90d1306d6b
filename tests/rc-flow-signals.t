#!/usr/bin/env bash
# A signal at each of fifty moments of the first second of rc-flow run and follow: nothing is left at work, and history
# says what ended them.  ROUNDS=9 sends each signal at each moment.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
test_limit=$((240 * ${ROUNDS:-1}))
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

"$top/scripts/sample-records" --count 50 >data.jsonl
start_stack
start_api --data data.jsonl --dataset rappelconso-v2-gtin-espaces
rc-flow -q run # the topic and the tables are there
faults hang:times=0,seconds=60
signals=(HUP INT QUIT TERM KILL USR1 USR2 PIPE ALRM)

# settings N: each has its own lock, position and consumer.
settings() { export RC_FLOW_LOCK=$dir/flow.$1/lock RC_STATE=file:$dir/flow.$1/state RC_FLOW_CONSUMER=flow-$1; }
# trial N COMMAND SIGNAL MS: begin the flow, send the signal after a while, and leave the status in N.status.
trial() {
	local pid
	settings "$1"
	# a job of sh ignores SIGINT and SIGQUIT, until perl, which a busy machine keeps waiting, has begun
	perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; open F, ">", shift; exec @ARGV' "$1.begun" rc-flow "$2" 2>"$1.err" &
	pid=$!
	wait_for 60 test -e "$1.begun"
	sleep "$(printf '%d.%03d' $(($4 / 1000)) $(($4 % 1000)))"
	kill -"$3" "$pid"
	# bash, which begins it, ignores SIGQUIT until its first line
	[ "$3" != QUIT ] || wait_for 3 eval "! kill -0 $pid" || kill -QUIT "$pid"
	wait "$pid" 2>/dev/null
	echo $? >"$1.status"
}
none_left() { ! pgrep -f "[f]low\.[0-9]*/lock"; }

# a signal that bash has a trap for is lost where it comes after the last command, while rc-supervise takes its place
if preload look "$top/tests/slow-look.c"; then
	for signal in INT QUIT; do
		rm -f looking
		SLOW_LOOK=$dir/looking LD_PRELOAD=$dir/look.so background early 'rc-flow run'
		wait_for 20 test -e looking
		kill -"$signal" "$job"
		ok "SIG$signal while rc-supervise is looked for" ended "$job" 8
		kill -TERM "$job" 2>/dev/null
		wait "$job" 2>/dev/null
		is '... ends it' $? "$((128 + $(kill -l "$signal")))"
	done
else
	skip 'a signal while rc-supervise is looked for' 'no library can be preloaded'
fi

trials=() at_work=()
for ((i = 0; i < 50 * ${ROUNDS:-1}; i++)); do
	for command in run follow; do
		n_=${#trials[@]}
		# 50 and the nine signals have no divisor in common: each is sent at other moments in another round
		trials+=("$command ${signals[(i + (n_ % 2) * 4) % ${#signals[@]}]} $((i % 50 * 20))")
		# shellcheck disable=SC2086 # three words
		trial "$n_" ${trials[n_]} &
		at_work+=($!)
	done
	[ $((i % 5)) -lt 4 ] || { wait "${at_work[@]}" && at_work=(); }
done
ok 'nothing is left of flows that a signal has ended, a hundred in a round' wait_for 30 none_left
# What began and was killed, the next run records.
for i in "${!trials[@]}"; do
	[ -s "flow.$i/lock" ] || : >"$i.none" # it had not begun
	case ${trials[i]} in *KILL*)
		settings "$i"
		[ ! -e "$RC_FLOW_LOCK" ] || rc-supervise --lock "$RC_FLOW_LOCK" --journal "${RC_FLOW_LOCK%/*}/runs" --task next true ;;
	esac
done
is '... whose journals are empty' "$(find flow.*/runs -name '*.json')" ''
is '... and folders, too' "$(find flow.* -name '*.work')" ''
sql "SELECT place, task, status, error FROM rc_runs WHERE attempt = 0 AND task IN ('run', 'follow')" >runs
for i in "${!trials[@]}"; do
	read -r command signal _ <<<"${trials[i]}"
	number=$(kill -l "$signal")
	want="$((128 + number))|ended by SIG$signal"
	[ "$signal" != KILL ] || want='137|killed, or the machine went down: its end was not recorded'
	record=$(grep "/flow\.$i/lock|" runs)
	[ "$(<"$i.status")" = $((128 + number)) ] && { [ "${record#*|*|}" = "$want" ] || { [ -z "$record" ] && [ -e "$i.none" ]; }; } ||
		echo "${trials[i]}: status $(<"$i.status"), recorded: $record"
done >wrong
is '... and each is recorded as what it was' "$(cat wrong)" ''
ok '... most of which had begun' test "$(grep -c 'ended by\|killed' runs)" -gt $((50 * ${ROUNDS:-1}))
is '... no message is about anything else, but what bash says of a program' "$(cat [0-9]*.err | grep -vE '^rc-(fetch|transform|produce|state|consume|load): |^Terminated$')" ''
plan
