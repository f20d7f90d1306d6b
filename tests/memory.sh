# shellcheck shell=bash
# memory.sh - sourced by the tests in which each allocation of a program fails once, and all
# after it: the program ends with a status and a reason, and what it wrote before is a beginning
# of what it would have written.

# shellcheck disable=SC2034 # lib.sh reads it
test_limit=300 # some hundred programs
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

if ! preload fail-malloc "$top/tests/fail-malloc.c"; then
	echo '1..0 # SKIP nothing can be put in between here'
	exit 0
fi
ulimit -t 20 # seconds of the processor that a run may take
sample-records --count 40 >records
rc-transform <records >rows

# counted COMMAND...: how many allocations it asks for.
counted() { LD_PRELOAD=$dir/fail-malloc.so ALLOCATIONS=$dir/count "$@" >whole 2>whole.err; }
# ends_well STATUS: a failed run that did so says why, and wrote nothing wrong.
# One that could do without that memory has done all.
ends_well() {
	[ "$1" -ne 0 ] || { cmp -s failed whole && return; }
	mapfile -t said <failed.err
	[ "$1" -eq 71 ] && [[ ${said[*]} == *memory* ]] && [ ${#said[@]} -le 3 ] &&
		{ [ ! -s failed ] || cmp -s -n "$(stat -c %s failed)" failed whole; }
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
		LD_PRELOAD=$dir/fail-malloc.so FAIL_AT=$at "$@" <"$input" >failed 2>failed.err
		status=$?
		tried=$((tried + 1))
		ends_well "$status" && continue
		bad=$((bad + 1))
		echo "# $what, allocation $at of $total: status $status: $(head -c 300 failed.err)"
	done
	is "$what: $tried of $total allocations" "$bad" 0
}
