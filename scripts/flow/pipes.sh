# shellcheck shell=bash disable=SC2034
# pipes.sh - the programs of rc-flow's two tasks, and their options, from the settings
pass=() pipe=()

say() { [[ " ${pass[*]} " == *" -q "* ]] || echo "rc-flow: $*" >&2; }
fail() { echo "rc-flow: $2" >&2; exit "$1"; } # fail STATUS MESSAGE

# add LIST OPTION VALUE: append the option to the list of that name, where there is a value.
add() {
	local -n list=$1
	[ -z "$3" ] || list+=("$2" "$3")
}

# options: of each program.
options() {
	local program
	transform=("${pass[@]}") produce=("${pass[@]}") consume=("${pass[@]}") load=("${pass[@]}") position=()
	add produce -t "${RC_FLOW_TOPIC-}"
	add produce --transactional-id "${RC_FLOW_TRANSACTIONAL_ID-}"
	add consume -t "${RC_FLOW_TOPIC-}"
	add position -t "${RC_FLOW_TABLE-}"
	add position --consumer "${RC_FLOW_CONSUMER-}"
	add load --on-conflict "${RC_FLOW_ON_CONFLICT-}"
	[ -n "${RC_FLOW_REJECTS-}" ] || return 0
	for program in transform produce load; do
		add $program --rejects "$RC_FLOW_REJECTS/rc-$program.jsonl"
		add $program --max-rejects "${RC_FLOW_MAX_REJECTS-}"
	done
}

# pipe_stream SINCE, pipe_load POSITIONS: of the two tasks, which go on from what was stored, into $pipe; while both are
# at work (follow) they have no end, and a member of a group has its positions from the end of its pipe.
pipe_stream() {
	pipe=(rc-fetch "${pass[@]}" ${following:+--follow --interval "${RC_FLOW_INTERVAL:-300}"} --since "$1" '|'
		rc-transform "${transform[@]}" '|' rc-produce "${produce[@]}" --create-topic '|' rc-state "${pass[@]}" set)
}
pipe_load() {
	local from=(-E -o "$1")
	ring=''
	[ -z "${following-}" ] || from=(-o "$1")
	[ -z "${following:+${RC_FLOW_GROUP-}}" ] || from=(--join "$RC_FLOW_GROUP" --acks -) ring=--ring
	pipe=(rc-consume "${consume[@]}" ${full:+--on-gap continue} -e "${from[@]}" '|'
		rc-load "${load[@]}" "${position[@]}" -e --create)
}

# show_pipe PROGRAM...: as a shell reads it.
show_pipe() {
	local word
	for word; do
		case $word in '|') printf ' | ' ;; '>'*) printf %s "$word" ;; *) printf '%q ' "$word" ;; esac
	done
	echo
}
