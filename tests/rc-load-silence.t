#!/usr/bin/env bash
# rc-load: a server that something in between has lost, a commit that a standby holds up: what is asked on another
# connection is what this statement is at, not whether anybody is there.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
test_limit=200 # it waits for many time limits
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
# over TCP, too
sql "ALTER SYSTEM SET listen_addresses = '127.0.0.1'"
RC_STACK_POSTGRES_PORT=$(free_port)
export RC_STACK_POSTGRES_PORT
rc-stack down --postgres >>stack.log 2>&1 && rc-stack up --postgres >>stack.log 2>&1
export PGPORT=$RC_STACK_POSTGRES_PORT
rc-load --create </dev/null
few reference_fiche motif_du_rappel
for ((i = 0; i < 300; i++)); do env_ "$i" "k$i" "$(printf %0200d "$i")"; done >messages

# --- a session that is lost, though whoever asks is answered

stuck() { # WHEN HOW [ONCE]
	local name=${1//[^A-Z]/}_$2
	name=stuck_${name,,}
	start_proxy --act stuck --when "$1" --how "$2" --once "${3-}"
	t "a session that is stuck at $1, $2" 0 'connected again' \
		eval "through timeout 60 rc-load -e -t $name --consumer $name --create --timeout 3000 <../messages"
	is '... once' "$(grep -c '^stuck' proxy.log)" 1
	is '... all is loaded, once' "$(sql "SELECT count(*), count(DISTINCT reference_fiche) FROM $name") $(stored "$name")" \
		'300|300 0:300'
}
beside stuck 'COMMIT\0' before 'COPY '
beside stuck 'COMMIT\0' heard 'COPY '
beside stuck PGCOPY before
beside stuck 'INSERT INTO' heard
beside stuck BEGIN before
together

# --- a commit that waits for a standby

standby() {
	sql "ALTER SYSTEM SET synchronous_standby_names = '$1'"
	sql 'SELECT pg_reload_conf()' >/dev/null
	wait_for 20 eval "[ \"\$(sql 'SHOW synchronous_standby_names')\" = '$1' ]"
}
waiting() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")" = "${1-1}" ]; }
wake() { sql "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'" >/dev/null; }
head -n 3 messages >in
rc-load -e --consumer before <in >/dev/null # makes the table of positions
standby nobody
t 'a standby that does not answer' 75 'committed here, not yet at the standby' timeout 30 rc-load -e --timeout 2000 <in
is '... no position is printed' "$(cat out)" ''
echo '{"last_processed":"2024-01-01"}' >state
standby ''
rc-state set --store postgres: <state
standby nobody
t '... nor is a state said to be kept' 75 'committed here, not yet at the standby' \
	eval 'timeout 30 rc-state set --timeout 2000 --store postgres: <state'
wake
standby ''
t '... and the next run knows' 0 '3 messages were not loaded again' load -e
standby nobody
sed 's/"offset":\([0-9]*\)/"offset":1\1/' in >in2
background late 'rc-load -e --timeout 9000 <in2'
late=$job
wait_for 20 waiting
standby ''
wait "$late"
is 'a standby that answers late' "$? $(cat late.err) $(stored)" '0  0:13'
standby nobody
sed 's/"offset":\([0-9]*\)/"offset":2\1/' in >in3
background woken 'rc-load -e --timeout 9000 <in3'
woken=$job
wait_for 20 waiting
wake
wait "$woken"
is 'a wait that somebody ends' "$? $(stored)" '0 0:23'
ok '... is told' grep -q 'warning: canceling wait for synchronous replication' woken.err
standby ''

# --- one whose own connection is the last that it may have

sql "CREATE ROLE single LOGIN CONNECTION LIMIT 1; GRANT ALL ON $table TO single;
	CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NEW; END';
	CREATE TRIGGER slow BEFORE INSERT ON $table FOR EACH ROW EXECUTE FUNCTION slow()"
row a slow >in
t 'a long statement of which nobody can be asked' 75 'what a silent statement is at cannot be asked: .*too many connections' \
	env PGUSER=single timeout 20 rc-load --timeout 2000 <in
sql "DROP TRIGGER slow ON $table"

# --- a client that is lost

sql "CREATE TABLE seen (name text PRIMARY KEY, value text); CREATE FUNCTION sees() RETURNS trigger LANGUAGE plpgsql AS
	'BEGIN INSERT INTO seen SELECT n, current_setting(n) FROM unnest(ARRAY[''lock_timeout'',
	''idle_in_transaction_session_timeout'', ''tcp_keepalives_idle'']) n ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value; RETURN NEW; END';
	CREATE TRIGGER sees BEFORE INSERT ON $table FOR EACH ROW EXECUTE FUNCTION sees()"
seen() { sql "SELECT string_agg(value, ' ' ORDER BY name) FROM seen"; }
row a one >in
t 'a transaction whose client is idle' 0 '' load
is '... ends within half a minute' "$(seen)" '30s 30s 0'
row a three >in
t '... as does one whose host is lost' 0 '' env PGHOST=127.0.0.1 rc-load <in
is '... which the server asks after' "$(seen)" '30s 30s 20'
row a two >in
t '... or as the user has it' 0 '' eval "PGOPTIONS='-c idle_in_transaction_session_timeout=7s -c lock_timeout=8s' load"
is '... says' "$(seen)" '7s 8s 0'
# Its client is as good as gone, in the middle of a transaction, with its locks.
head -n 5 messages >in
start_proxy --act stuck --when 'COMMIT\0' --once 'COPY '
background gone "env PGHOST=127.0.0.1 PGPORT=$(<proxy.port) PGOPTIONS=-cidle_in_transaction_session_timeout=1500 rc-load -e --consumer gone <in"
gone=$job
wait_for 20 grep -q stuck proxy.log
kill -STOP "$gone"
t 'a loader whose host is lost in mid-transaction' 0 '' timeout 20 rc-load -e --consumer gone --timeout 10000 <in
is '... lets the next one in' "$(stored gone)" 0:5
{ kill -KILL "$gone" && wait "$gone"; } 2>/dev/null
is '... and a session is as it was' "$(sql 'SHOW idle_in_transaction_session_timeout')" 0
plan
