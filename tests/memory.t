#!/usr/bin/env bash
# Each allocation of each program fails once, and all after it: the program ends with a status
# and a reason, and what it wrote before is a beginning of what it would have written.
test_limit=300 # it runs some thousand programs
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

if ! preload fail-malloc "$top/tests/fail-malloc.c"; then
	echo '1..0 # SKIP nothing can be put in between here'
	exit 0
fi
sample-records --count 40 >records
rc-transform <records >rows
start_stack
start_api --data records --dataset rappelconso-v2-gtin-espaces
rc-produce --create-topic <rows >/dev/null
rc-load --create </dev/null
export RC_STATE=file:$dir/state/position

# counted COMMAND...: how many allocations it asks for.
counted() { LD_PRELOAD=$dir/fail-malloc.so ALLOCATIONS=$dir/count "$@" >whole 2>whole.err; }
# ends_well STATUS: a failed run that did so says why, and wrote nothing wrong.
# One that could do without that memory has done all.
ends_well() {
	[ "$1" -ne 0 ] || { cmp -s failed whole && return; }
	[ "$1" -eq 71 ] && grep -q 'memory' failed.err && [ "$(wc -l <failed.err)" -le 3 ] &&
		cmp -s -n "$(stat -c %s failed)" failed whole
}
# each WHAT INPUT COMMAND...: at each of its allocations, or at some 70 of them.
each() {
	local what=$1 input=$2 at total step status bad=0 tried=0
	shift 2
	counted "$@" <"$input" # once, for what is done only at first
	counted "$@" <"$input"
	total=$(<count)
	step=$((total / 60 + 1))
	# each of the first, which are the beginning that all share
	for ((at = 1; at <= total; at += at < 20 ? 1 : step)); do
		LD_PRELOAD=$dir/fail-malloc.so FAIL_AT=$at timeout 20 "$@" <"$input" >failed 2>failed.err
		status=$?
		tried=$((tried + 1))
		ends_well "$status" && continue
		bad=$((bad + 1))
		echo "# $what, allocation $at of $total: status $status: $(head -c 300 failed.err)"
	done
	is "$what: $tried of $total allocations" "$bad" 0
}
each rc-transform records rc-transform
each 'rc-transform --rejects' records rc-transform --rejects rejects
each rc-fetch /dev/null rc-fetch
each 'rc-fetch --paged' /dev/null rc-fetch --paged
each 'rc-consume -e' /dev/null rc-consume -eE
rc-consume -eE >envelopes
each rc-produce rows rc-produce
each 'rc-produce -e' envelopes rc-produce -e
each rc-load rows rc-load
each 'rc-load -e' envelopes rc-load -e --consumer other
each 'rc-load --ddl' /dev/null rc-load --ddl
each 'rc-load --positions' /dev/null rc-load --positions --consumer other
echo 2024-04-18 >day
each 'rc-state set' day rc-state set
each 'rc-state get' /dev/null rc-state get
each 'rc-state set, PostgreSQL' day rc-state set --store postgres:
rc-flow run >/dev/null 2>&1
each 'rc-runs list' /dev/null rc-runs list
each 'rc-runs status' /dev/null rc-runs --json status
rc-load -e <envelopes >/dev/null 2>&1
is 'the table is right in the end' "$(sql 'SELECT count(*), count(DISTINCT reference_fiche) FROM rappel_conso_table')" '40|40'
plan
