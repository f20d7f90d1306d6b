#!/usr/bin/env bash
# model: what the loaders of a group do, in all orders of events; and what each of its guards is for.
test_limit=240 # a minute for each model
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

if ! command -v spin >/dev/null; then
	echo '1..0 # SKIP no spin'
	exit 0
fi
# check MODEL [NAME]...: all states of it, with these names defined; what is wrong is in found.
check() {
	local name defines=()
	for name in "${@:2}"; do defines+=("-D$name"); done
	spin -a "${defines[@]}" "$top/tests/model/$1" >spin.out 2>&1 && gcc -O1 -DSAFETY -DCOLLAPSE -o pan pan.c || return
	./pan -m100000 >pan.out
	rm -f ./*.trail
	found=$(sed -n 's/^pan:1: \(.*\) (at depth.*/\1/p' pan.out)
	! grep -qE 'out of memory|max search depth too small' pan.out && grep -q 'errors: ' pan.out
}
# needed MODEL WHAT NAME...: without that, there is an error; belt: without that there is none, for another guard is enough.
needed() {
	ok "$2" check "$1" TROUBLE=2 "${@:3}"
	is '... is needed' "$([ -z "$found" ] || echo so)" so
	echo "# $found"
}
belt() {
	ok "$2" check "$1" TROUBLE=1 "${@:3}"
	is '... is a second belt' "$found" ''
}

check positions.pml TROUBLE=2
is 'each message has its effect once, none is passed over, and who is healthy gets on' "$found" ''
echo "# $(grep -o '[0-9]* states, stored' pan.out)"
needed positions.pml 'that the stored position is what the loader believes' NO_POSITION
belt positions.pml 'that the epoch is the one of its claim' NO_CLAIM
needed positions.pml 'one of the two' NO_CLAIM NO_POSITION
needed positions.pml 'that who holds a partition for too long is ended' NO_END_HOLDER
needed positions.pml 'that what is set aside is on the disk first' ASIDE_LATE
needed positions.pml 'that rows and position are stored together' APART
needed positions.pml 'that what came of a partition which was lost is dropped' NO_DROP
needed positions.pml 'that an answer which was lost is looked up, and not taken for a yes' ASSUME_DONE
belt positions.pml '... or for a no' ASSUME_NOT
needed positions.pml '... which the position makes right' ASSUME_NOT NO_POSITION
check ring.pml
is 'a member and its loader: nothing comes of a partition that is not had, none of it is passed over' "$found" ''
echo "# $(grep -o '[0-9]* states, stored' pan.out)"
needed ring.pml 'that answers to what was lost are counted' NO_COUNT
needed ring.pml '... or to what came again before that' NO_COUNT_AGAIN
needed ring.pml 'that nothing is written of what is not owned' NO_OWNED
needed ring.pml 'that reading begins only where the claim says' NO_HOLD
check handover.pml
is 'a member reads what the group has given, whatever that says while an answer is held back' "$found" ''
echo "# $(grep -o '[0-9]* states, stored' pan.out)"
needed handover.pml 'that what is said then is added to what was said before' NO_MERGE
needed handover.pml 'that nothing is given up which was not taken' NO_TOLD
needed handover.pml 'that what goes, goes before what comes' NO_GOING_FIRST
plan
