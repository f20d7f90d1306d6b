#!/usr/bin/env bash
# The broker and PostgreSQL killed and started again under load, and a broker that
# stands still for longer than anyone waits.
test_limit=300 # it starts services again and again
# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/faults/lib.sh
. "$top/tests/faults/lib.sh"
rounds=${ROUNDS:-2} # of each kind

each=2000
"$top/scripts/sample-records" --count $((each * (2 * rounds + 1))) >all
start_stack
unset RC_STACK_KAFKA_PORT # from now on that of the last time
: >served
start_api --data served --dataset rappelconso-v2-gtin-espaces

publish() { head -n $((each * (published += 1))) all >served.new && mv served.new served; }
published=0
pid_of() { cat "$RC_STACK_DIR/$1.pid"; }

# strike SERVICE MS: that long from now; then start it again.
strike() {
	sleep "0.$(printf %03d "$2")"
	kill -KILL "$(pid_of "$1")" && echo "# round $round: kill -9 of $1 after $2 ms"
	rc-stack up "--$1" >>stack.log 2>&1 || echo "# it does not start again"
}

for ((round = 1; round <= rounds; round++)); do
	publish
	{ up; echo $? >up.status; } 2>>jobs.err &
	job=$!
	wait_for 20 test -s rc-produce.pid
	chance 400
	strike kafka "$number"
	wait $job
	echo "# up: status $(cat up.status)"
	ok "round $round: Kafka killed under rc-produce: up again" until_well up
	rm -f rc-*.pid

	publish
	ok '... more' until_well up
	{ down; echo $? >down.status; } 2>>jobs.err &
	job=$!
	wait_for 20 test -s rc-load.pid
	chance 400
	strike postgres "$number"
	wait $job
	echo "# down: status $(cat down.status)"
	ok "round $round: PostgreSQL killed under rc-load: down again" until_well down
	rm -f rc-*.pid
done

# A broker that takes requests, so it seems, and never answers.
publish
kill -STOP "$(pid_of kafka)"
since=$(rc-state get)
rc-fetch --since "$since" | rc-transform >rows
t 'a broker that stands still: rc-produce gives up' 69 'rc-produce: ' rc-produce --timeout 2000 <rows
is '... with no position' "$(cat out)" ''
t '... rc-consume, too' 69 'rc-consume: ' rc-consume -E -e --timeout 2000
kill -CONT "$(pid_of kafka)"
ok '... and when it goes on: up' until_well up
ok '... and down' until_well down
right all
plan
