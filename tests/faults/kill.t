#!/usr/bin/env bash
# kill -9 of each program of the main job at random moments, again and again; then
# one clean run: nothing is lost, nothing twice, nothing wrong.
# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/faults/lib.sh
. "$top/tests/faults/lib.sh"
rounds=${ROUNDS:-12}

# Each round publishes some more, so that what a killed one lost would be lost:
# the next asks only for what is newer than the position.
each=150
"$top/scripts/sample-records" --count $((each * rounds)) >all
head -n $each all >served
start_stack
start_api --data served --dataset rappelconso-v2-gtin-espaces
stages=(rc-fetch rc-transform rc-produce rc-state rc-consume rc-load)
hits=0

# strike STAGE MS: kill it that long after it has begun.
strike() {
	local pid waited=0
	until [ -s "$1.pid" ] || [ $((waited += 1)) -gt 1000 ]; do sleep 0.005; done
	sleep "0.$(printf %03d "$2")"
	pid=$(cat "$1.pid")
	if kill -KILL "$pid" 2>/dev/null; then
		hits=$((hits + 1))
		echo "# round $round: kill -9 of $1 after $2 ms"
	else
		echo "# round $round: $1 had ended within $2 ms"
	fi
}

# know: some of a round's records are in the table before they come through the topic: none, each second one, or the latter half;
# so batches go straight into it, are merged, and are found to have to be after all.
know() {
	chance 3
	tail -n $each served | case $number in 0) return ;; 1) sed -n 'n;p' ;; 2) tail -n $((each / 2)) ;; esac |
		rc-transform | rc-load --create
}

for ((round = 1; round <= rounds; round++)); do
	head -n $((each * round)) all >served.new && mv served.new served
	know
	rm -f ./*.pid
	chance ${#stages[@]}
	victim=${stages[number]}
	chance 60
	if [ "$victim" = rc-consume ] || [ "$victim" = rc-load ]; then
		up || echo "# round $round: up: status $?"
		down 2>>jobs.err &
	else
		up 2>>jobs.err &
	fi
	job=$!
	strike "$victim" "$number"
	wait $job 2>/dev/null
	chance 2 # often nothing is loaded in between, so that more piles up
	[ "$number" -eq 0 ] || down || echo "# round $round: down: status $?"
done
echo "# $hits of $rounds were hit at work"
ok 'most were hit at work' test $((hits * 3)) -ge "$rounds"
ok 'then a clean run: up' until_well up
ok '... and down' until_well down
right all
plan
