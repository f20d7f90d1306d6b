#!/usr/bin/env bash
# rc-flow follow under a steady trickle: a record a second is published, each service is
# gone for a while in the middle, and every record is in the table in the end.
#
#   DURATION   for how many seconds records are published (default: 30)
test_limit=$((${DURATION:-30} + 120))
# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/faults/lib.sh
. "$top/tests/faults/lib.sh"
duration=${DURATION:-30}

"$top/scripts/sample-records" --count $((50 + duration)) >all
head -n 50 all >served
start_stack
unset RC_STACK_KAFKA_PORT # from now on that of the first time
start_api --data served --dataset rappelconso-v2-gtin-espaces
port=${RC_API##*:}
export RC_FLOW_LOCK=$dir/locks/lock RC_FLOW_INTERVAL=1

# When a row arrives, by the clock of this machine.
rc-load --create </dev/null
sql 'CREATE TABLE seen (key text, at float8 DEFAULT extract(epoch FROM clock_timestamp()));
	CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO seen VALUES (NEW.reference_fiche); RETURN NULL; END $$;
	CREATE TRIGGER note AFTER INSERT ON rappel_conso_table FOR EACH ROW EXECUTE FUNCTION note()' >/dev/null

# publish: a record more each second, and when it was.
publish() {
	local count
	for ((count = 51; count <= 50 + duration; count++)); do
		head -n $count all >served.new && mv served.new served
		echo "$EPOCHREALTIME"
		sleep 1
	done >published
}
# strike SERVICE: it is gone for two seconds, and back.
strike() {
	echo "$EPOCHREALTIME"
	case $1 in
	api)
		kill "$api_pid"
		wait "$api_pid"
		sleep 2
		start_api --data served --dataset rappelconso-v2-gtin-espaces --port "$port"
		;;
	*)
		rc-stack down "--$1"
		sleep 2
		rc-stack up "--$1" || echo "# it does not start again" >&2
		;;
	esac >>stack.log 2>&1
	echo "$EPOCHREALTIME"
} >"struck.$1"
arrived() { [ "$(sql 'SELECT count(*) FROM rappel_conso_table')" -eq $((50 + $1)) ]; }

rc-flow follow 2>follow.err &
flow=$!
pids+=("$flow")
ok 'what was there is in the table' wait_for 30 arrived 0
publish &
publisher=$!
for service in api postgres kafka; do
	sleep $((duration / 5))
	strike "$service"
done
wait "$publisher"
ok 'all that was published is, too' wait_for 40 arrived "$duration"
kill -TERM "$flow"
wait "$flow"
is 'SIGTERM ends it' $? 143
right all

# delays WHEN: the number of records published then, and their greatest and mean delay.
tail -n "$duration" all | jq -r .numero_fiche | paste -d '|' - published >when
cat struck.* | paste -d '|' - - >away
sql 'CREATE TABLE published (key text, at float8); CREATE TABLE away (since float8, until float8)' >/dev/null
psql -Xq -c "\\copy published FROM when DELIMITER '|'" -c "\\copy away FROM away DELIMITER '|'"
delays() {
	sql "SELECT format('%s records, delay at most %s s, %s on average', count(*),
		round(max(s.at - p.at)::numeric, 2), round(avg(s.at - p.at)::numeric, 2))
		FROM published p JOIN seen s USING (key) WHERE $1"
}
# A second's margin before, and back-off after it.
near='EXISTS (SELECT FROM away a WHERE p.at BETWEEN a.since - 2 AND a.until + 10)'
echo "# while all was there: $(delays "NOT $near")"
echo "# around a restart: $(delays "$near")"
sql "SELECT format('# a service was gone for %s s', round((until - since)::numeric, 1)) FROM away ORDER BY since"
sed 's/^/# /' follow.err | cut -c 1-120 | sort | uniq -c | sort -rn | head -n 12
plan
