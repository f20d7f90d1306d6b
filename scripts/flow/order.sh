#!/usr/bin/env bash
# order.sh COMMAND WORK FULL [OPTION]...: what rc-flow does in which order, as rc-supervise(1) runs it: it is told
# to end by the end of what can be read from $stop, and WORK is its folder for files.
set -euo pipefail
command=$1 work=$2 full=$3 following='' why='' forget='' known='' repair=''
stop=${RC_SUPERVISED%% *}
here=${BASH_SOURCE[0]%/*}
# shellcheck source=scripts/flow/pipes.sh
. "$here/pipes.sh"
pass=("${@:4}")
options

# pause SECONDS: unless this is to end.
pause() { [ "$1" -eq 0 ] || read -rt "$1" -u "$stop" || [ $? -gt 128 ]; }
# leave: where this is to end; rc-supervise says why.
leave() { ! read -rt 0 -u "$stop" || exit 75; }

# run [OPTION]... PROGRAM...: as a part of this run, which ends with it.
run() { rc-supervise "${pass[@]}" --name rc-flow "$@"; }
# ahead TASK NUMBER PROGRAM...: what has to be done before a try of a task, which fails if this does.
ahead() { run --task "$1" --attempt "$2" --if-failed --counts "$work/$1" "${@:3}"; }

# attempt TASK: try it once more.
attempt() {
	local number='' old
	[ ! -e "$work/$1.tries" ] || read -r number <"$work/$1.tries" || :
	number=$((${number:-0} + 1))
	echo "$number" >"$work/$1.tries"
	for old in "$work/$1".[0-9]; do [ ! -e "$old" ] || rm -f "$old"; done
	if [ "$1" = stream ]; then attempt_stream "$number"; else attempt_load "$number"; fi
}
attempt_stream() {
	local before status=0
	if [ -n "$full" ]; then
		before=$(rc-state -q get 2>/dev/null) || before='{}'
	else
		before=$(ahead stream "$1" rc-state "${pass[@]}" get) || return
	fi
	echo "$before" >"$work/stream.before"
	if [ -n "$full" ]; then pipe_stream '{}'; else pipe_stream "$before"; fi
	run --task stream --attempt "$1" --before "$work/stream.before" --counts "$work/stream" "${pipe[@]}" || status=$?
	[ "$status" -eq 0 ] || put_back "$before"
	return "$status"
}
attempt_load() {
	# side by side, the other task may not have made the topic yet
	[ -z "$following" ] || ahead load "$1" rc-produce "${produce[@]}" --create-topic >/dev/null || return
	if [ -n "$known" ]; then
		mv "$work/positions" "$work/load.before"
		known=''
	else
		ahead load "$1" rc-load "${pass[@]}" "${position[@]}" --positions >"$work/load.before" || return
	fi
	pipe_load "$work/load.before"
	run ${ring:+"$ring"} --task load --attempt "$1" --before "$work/load.before" --counts "$work/load" "${pipe[@]}" >/dev/null
}

# put_back POSITION: after a failure, store the position from before the task again, unless rc-fetch tells one itself: then all
# that is older than what came has come, too.
put_back() {
	! grep -qs '"position":"' "$work/stream.1" && [ "$(rc-state -q get 2>/dev/null)" != "$1" ] || return 0
	if [ "$1" = '{}' ]; then rc-state -q forget; else rc-state -q set <<<"$1"; fi ||
		{ echo "rc-flow: the position is too new, and cannot be put back to $1: do that with rc-state" >&2; return; }
	echo "rc-flow: something older than what came may be missing: the position is put back to $1" >&2
}

# try TASK: once, and once more after a while where the reason may pass.
try() {
	local status=0
	attempt "$1" || status=$?
	leave
	case $status in 69 | 74 | 75)
		say "task $1: status $status: trying again in ${RC_FLOW_RETRY_DELAY:-5} s"
		status=0
		pause "${RC_FLOW_RETRY_DELAY:-5}" || exit 75
		attempt "$1" || status=$?
		leave
		[ "$status" -ne 0 ] || echo "rc-flow: task $1: done at the second try: nothing is missing" >&2 ;;
	esac
	[ "$status" -eq 0 ] || fail "$status" "task $1: status $status: see the message above"
}

# starts [OPTION]...: whether reading can start from the stored positions.
starts() { run rc-consume "${consume[@]}" -q -E -c 0 -o "$work/positions" "$@" >/dev/null 2>&1; }

# lost: whether the topic no longer has what is to be loaded next, or the table what was loaded, and why, into $why; $known: the
# positions are those of this moment.
lost() {
	local status=0 start
	known=''
	run rc-load "${position[@]}" -q --positions >"$work/positions" 2>/dev/null || status=$?
	if [ "$status" -eq 65 ]; then
		why='the table was lost, or emptied' forget=1
		return
	fi
	[ "$status" -eq 0 ] || return 1 # the load says why
	known=1
	starts || status=$?
	if [ "$status" -eq 65 ] && starts --on-gap continue; then
		why='messages were deleted before they were loaded'
	elif [ "$status" -eq 65 ]; then
		why='the topic was re-created' forget=1
	else
		[ "$(<"$work/positions")" = '{}' ] || return 1
		start=$(run rc-consume "${consume[@]}" -q -e -E -c 1 2>/dev/null) || return 1
		why='messages were deleted before any was loaded'
		[[ $start == *'"start":true'* ]] || replaced
	fi
}
# replaced: whether the table has nothing, though records were loaded, and not all were just fetched.
replaced() {
	why='the table is another one, or was lost'
	[ "$(cat "$work/stream.before" 2>/dev/null)" != '{}' ] &&
		[[ $(run rc-runs -q ${RC_FLOW_TABLE:+-t "$RC_FLOW_TABLE"} --json status 2>/dev/null) == *'"emptied":true'* ]]
}

# heal: where that is so, fetch it again.
heal() {
	lost || return 0
	known=''
	leave
	[ "$command" != load ] || { echo "$why" >"$work/reason"; fail 65 "$why: rc-flow run fetches everything again"; }
	if [ -z "$full" ]; then
		echo "rc-flow: $why: everything is fetched again from the portal" >&2
		full=1
		try stream
	fi
	# only now: until then, the positions show what is missing
	[ -z "$forget" ] || run rc-load "${position[@]}" -q --forget || fail $? "the positions cannot be deleted"
	forget=''
}

# again PROGRAM PIPE...: send again what it has set aside; what it refuses once more is set aside again, by way of $once_more.
again() {
	local file=$RC_FLOW_REJECTS/rc-$1.jsonl
	[ -s "$file" ] || return 0
	rm -f "$once_more"
	run --task "replay-$1" --counts "$work/$1" rc-rejects "${pass[@]}" '|' "${@:2}" <"$file" >/dev/null ||
		fail $? "replay: rc-$1: see the message above: what it was to send is still in $file"
	if [ -s "$once_more" ]; then mv "$once_more" "$file"; else rm -f "$file" "$once_more"; fi
}
replay() {
	local once_more=$RC_FLOW_REJECTS/once-more.jsonl
	again transform rc-transform "${transform[@]}" --rejects "$once_more" '|' rc-produce "${produce[@]}"
	again produce rc-produce "${produce[@]}" --rejects "$once_more"
	again load rc-load "${load[@]}" ${RC_FLOW_TABLE:+-t "$RC_FLOW_TABLE"} --rejects "$once_more"
	heal
	try load
}

# compare: the table with all that the portal has; with repair, also make the messages that make them equal.  What was set aside on the
# way is not compared.
compare() {
	local status=0 aside=$work/aside
	tell() { echo "$(grep -c "\"difference\":\"${2-$1}\"" "$work/differences" || :) $1"; }
	run --task verify --counts "$work/verify" rc-fetch "${pass[@]}" --since '{}' '|' rc-transform "${pass[@]}" --rejects "$aside" '|' \
		rc-load "${pass[@]}" "${position[@]}" --compare --whole --rejects "$aside" --set-aside "$aside" \
		${repair:+--mend "$work/mend" --max-extra "${RC_FLOW_MAX_WITHDRAWN:-1%}"} >"$work/differences" || status=$?
	leave
	[ "$status" -le 1 ] || fail "$status" "verify: nothing was sent: see the message above"
	[[ $(<"$work/verify.3") =~ \"skipped\":([0-9]+) ]]
	why="${BASH_REMATCH[1]} equal, $(tell changed), $(tell missing), $(tell withdrawn extra)"
	say "verify: $why"
	return "$status"
}
# verify: with repair, send what differs through the topic, tombstones first, and load it.
verify() {
	! compare || return 0
	[ -n "$repair" ] || { echo "$why" >"$work/reason"; exit 1; }
	[ "${RC_FLOW_ON_CONFLICT:-update}" = update ] || fail 78 "verify: RC_FLOW_ON_CONFLICT=$RC_FLOW_ON_CONFLICT: rows that changed stay as they are"
	[[ $why == *' 0 withdrawn' || $(run rc-runs -q ${RC_FLOW_TABLE:+-t "$RC_FLOW_TABLE"} --json status 2>/dev/null) == *'"shared_with":null'* ]] ||
		fail 78 "verify: the table has another dataset's rows, too, which would be taken for withdrawn: give each its own with RC_FLOW_TABLE"
	run --task repair --counts "$work/repair" rc-produce "${produce[@]}" -e --create-topic <"$work/mend" >/dev/null ||
		fail $? "verify: see the message above: what was not sent still differs"
	try load
}

# follow: both tasks side by side, or a member's one, again and again, until this is to end, or a failure that does not pass.
follow() {
	local status order=("$BASH" "$here/order.sh") names=load tasks=()
	[ "$command" = member ] || names=stream,load tasks=("${order[@]}" once-stream "$work" '' "${pass[@]}" '&')
	while :; do
		[ "$command" = member ] || heal
		full='' status=0
		run --beside "$names" "${tasks[@]}" "${order[@]}" once-load "$work" '' "${pass[@]}" || status=$?
		leave
		# a topic that is gone is as good as one that was re-created
		[ "$status" -ne 78 ] || run rc-produce "${produce[@]}" -q --create-topic >/dev/null 2>&1 || :
		{ [ "$command" != member ] && lost; } || fail "$status" "a task ended with status $status: see the message above"
	done
}

main() {
	trap : TERM # it outlives its programs, which heed that; a signal that comes while bash still reads this ends it
	case $command in
	run) try stream; heal; try load ;;
	stream) try stream ;;
	load) heal; try load ;;
	follow | member) follow ;;
	replay) replay ;;
	verify) heal; try load; verify ;;
	repair) repair=1; heal; try load; verify ;;
	replace) repair=1; try stream; heal; try load; verify ;;
	once-*) following=1; attempt "${command#once-}" ;;
	esac
}
main
