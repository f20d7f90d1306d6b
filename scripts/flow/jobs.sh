# shellcheck shell=bash
# jobs.sh - rc-flow's tasks as jobs: attempts, pauses, signals and the time limit

# start COMMAND...: as a job of its own, so that a signal can be handed on to all of it.
start() {
	set -m
	"$@" 9>&- &
	jobs+=($!)
	set +m
}

# attempt TASK NUMBER: do the task once, and record it.
attempt() {
	local status job
	# its shell outlives a signal, to wait for the programs that heed it
	patient() { trap : INT TERM; set +e; task "$1"; }
	rm -f "$work/$1".*
	note "$1" "$2"
	start patient "$1"
	job=${jobs[-1]}
	while :; do
		status=0
		wait "$job" || status=$?
		kill -0 "$job" 2>/dev/null || break
	done
	jobs=()
	note "$1" "$2" "$status"
	return "$status"
}

# pause SECONDS: unless a signal comes.
pause() {
	start sleep "$1"
	wait "${jobs[0]}" || :
	stop 15
	jobs=()
}

# try TASK: once, and once more after a while where the reason may pass.
try() {
	local status=0 delay=${RC_FLOW_RETRY_DELAY:-5}
	[ -z "$stopped" ] || leave
	tries[$1]=$((${tries[$1]:-0} + 1))
	attempt "$1" "${tries[$1]}" || status=$?
	case $status in 69 | 74 | 75)
		if [ -z "$stopped" ]; then
			say "task $1: status $status: trying again in $delay s"
			pause "$delay"
		fi
		if [ -z "$stopped" ]; then
			status=0
			tries[$1]=$((tries[$1] + 1))
			attempt "$1" "${tries[$1]}" || status=$?
		fi ;;
	esac
	[ -z "$stopped" ] || leave
	[ "$status" -eq 0 ] || fail "$status" "task $1: status $status: see the message above"
}

stop() { # stop NUMBER: hand a signal on
	local job
	for job in ${jobs[@]+"${jobs[@]}"}; do
		kill -"$1" -- -"$job" 2>/dev/null || :
	done
}

take_signal() { stopped=$1; stop "$1"; }

# leave: after a signal, or at the time limit.
leave() {
	[ -n "$late" ] || exit $((128 + stopped))
	reason="not ended within $RC_FLOW_TIMEOUT"
	fail 75 "$reason (RC_FLOW_TIMEOUT)"
}

# At the time limit the programs are asked to stop, then told to, then killed.
watch() {
	sleep "$RC_FLOW_TIMEOUT"
	for _ in 1 2 3; do
		kill -s ALRM $$
		sleep 10
	done
}

take_alarm() {
	late=$((late + 1))
	take_signal $((late > 2 ? 9 : 15))
}

# keep TASK: do it again and again, with a pause that grows, until a signal or a
# failure that does not pass, which is left in a file.
keep() {
	local delay=1 number=0 since status
	trap 'take_signal 2' INT
	trap 'take_signal 15' TERM
	jobs=()
	while [ -z "$stopped" ]; do
		since=$SECONDS status=0 number=$((number + 1))
		attempt "$1" "$((${tries[$1]:-0} + number))" || status=$?
		record || :
		[ -z "$stopped" ] || break
		case $status in
		0 | 69 | 74 | 75 | 1[3-9]? | 2??) ;;
		*) echo "$status" >"$work/ended"; break ;;
		esac
		[ $((SECONDS - since)) -lt 60 ] || delay=1
		say "task $1: status $status: again in $delay s"
		pause "$delay"
		delay=$((delay < 30 ? delay * 2 : 60))
	done
}
