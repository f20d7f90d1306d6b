# shellcheck shell=bash
# lib.sh - sourced by the fault tests after tests/lib.sh: chance that can be
# repeated, the job that is disturbed, and what its table has to be in the end.
#
#   SEED     another seed, other faults; it is printed
#   ROUNDS   how many times

# shellcheck disable=SC2034 # what is set here is for those who source it
SEED=${SEED:-1}
RANDOM=$SEED
echo "# SEED=$SEED"

# chance N: a number below N into $number; not printed, for a subshell would have
# the same again.
chance() { number=$(((RANDOM * 32768 + RANDOM) % $1)); }

# stage PROGRAM [ARGUMENT...]: one of a pipe, whose process id can be found; what
# it says goes to a file of its own.
stage() {
	echo "$BASHPID" >"$1.pid~" && mv "$1.pid~" "$1.pid"
	exec "$@" 2>>"$1.err"
}

# up, down: the two halves of the main job.
up() {
	local since
	since=$(rc-state get) || return
	stage rc-fetch --since "$since" | stage rc-transform | stage rc-produce --create-topic |
		stage rc-state set
}
down() {
	rc-load --positions | stage rc-consume -E -e -o - |
		stage rc-load -e --create --batch 50 >/dev/null
}

# until_well COMMAND...: what an operator does: run it again; at most 20 times.
until_well() {
	local try
	for ((try = 0; try < 20; try++)); do
		"$@" && return
		sleep 0.5
	done
	false
}

# right FILE: the table has what these records become, and nothing else; and what
# is stored says that all of the topic has been dealt with.
right() {
	local differ end
	ok 'what is wanted can be loaded' eval "rc-transform <'$1' | rc-load -t wanted --create"
	differ='(SELECT * FROM rappel_conso_table EXCEPT ALL SELECT * FROM wanted) a FULL JOIN
		(SELECT * FROM wanted EXCEPT ALL SELECT * FROM rappel_conso_table) b ON false'
	is 'the table has each row as wanted, none twice, none else' \
		"$(sql "SELECT count(*) FROM $differ")" 0
	is '... all of them' "$(sql 'SELECT count(*) FROM rappel_conso_table')" "$(wc -l <"$1")"
	end=$(kcat -Q -b "$RC_BROKERS" -t rappel_conso:0:-1 | sed 's/.*offset \([0-9]*\).*/\1/')
	is '... and the position is the end of the topic' \
		"$(rc-load --positions | jq .offset)" "$end"
}
