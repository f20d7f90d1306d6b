#!/usr/bin/env bash
# A pooler that gives each transaction another session of the server: rc-load, rc-state and
# rc-runs work through it, and leave nothing behind in the server's sessions.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
pgbouncer=${PATH%%:*}/pgbouncer/usr/sbin/pgbouncer
LD_LIBRARY_PATH=${PATH%%:*}/pgbouncer/usr/lib/$(gcc -print-multiarch 2>/dev/null)
export LD_LIBRARY_PATH
if ! "$pgbouncer" --version >version 2>&1; then
	echo '1..0 # SKIP no pgbouncer: make pgbouncer'
	exit 0
fi
as=()
if [ "$(id -u)" -eq 0 ]; then # it refuses to run as root, and enters the socket's folder
	as=(setpriv --reuid="$(stat -c %u "$PGHOST")" --regid="$(stat -c %g "$PGHOST")" --clear-groups)
fi
port=$(free_port)
pool=$(mktemp -d /tmp/rc-pool.XXXXXX)
trap 'rm -rf "$pool"; cleanup' EXIT
chmod 755 "$pool"
cat >"$pool/ini" <<-E
	[databases]
	$PGDATABASE = host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=$PGUSER
	[pgbouncer]
	listen_addr = 127.0.0.1
	listen_port = $port
	unix_socket_dir =
	auth_type = any
	auth_file = $pool/users
	pool_mode = transaction
	default_pool_size = 2
	server_reset_query =
	E
echo "\"$PGUSER\" \"\"" >"$pool/users"
cp -r "${pgbouncer%/usr/sbin/*}/usr" "$pool" # which that user may not be allowed to enter
"${as[@]}" env LD_LIBRARY_PATH="$pool/${LD_LIBRARY_PATH##*pgbouncer/}" "$pool/usr/sbin/pgbouncer" -q "$pool/ini" >pool.log 2>&1 &
pooler=$!
pids+=("$pooler")
pooled() { PGHOST=127.0.0.1 PGPORT=$port "$@"; }
ok 'the pooler is there' wait_for 20 pooled psql -Xqc 'SELECT 1'

few reference_fiche motif_du_rappel
for n in 1 2 3; do
	row "$n" one >in
	t "load $n" 0 '' pooled rc-load --create <in
done
is '... all is there' "$(rows)" '1=one 2=one 3=one'
pooled psql -Xqc 'CREATE TEMPORARY TABLE rc_load_other (a text)' # what another client left
for ((i = 0; i < 2000; i++)); do env_ "$i" "k$i" m$i; done >envelopes
head -n 1000 envelopes >in
busy() {
	pooled psql -Xqc 'BEGIN; SELECT pg_sleep(1); COMMIT' >/dev/null &
	pooled rc-load -e --batch 100 <in
}
t 'messages, while another client is busy' 0 '' busy
t '... again, and more' 0 '1000 messages were not loaded again' pooled rc-load -e --batch 100 <envelopes
is '... each once' "$(sql "SELECT count(*) FROM $table WHERE reference_fiche LIKE 'k%'") $(stored)" '2000 0:2000'
{ row 1 one && row 2 new && seq -f 'n%g' 500 | while read -r key; do row "$key"; done; } >in
sessions() { # the pooler's, one of which was the other client's
	sql "SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
}
before=$(sessions)
t 'a comparison, in one transaction' 1 '' pooled rc-load --compare --batch 100 <in
is '... which leaves nothing' "$(jq -r .difference out | sort | uniq -c | tr -s ' \n' ' ')$(sql "SELECT count(*) FROM pg_class WHERE relname LIKE 'rc_load_compare%'")" \
	' 1 changed 500 missing 0'
is '... and the sessions as they were' "$(sessions)" "$before"
sql "ALTER TABLE $table ADD CHECK (motif_du_rappel <> 'bad')"
lines "$(row y fine)" "$(row z bad)" >in
t 'a row that is refused' 65 'line 2' pooled rc-load <in
t 'the position' 0 '' pooled rc-load --positions
is '... is there' "$(jq .offset out)" 2000
set_state() { echo '{"last_processed":"2024-01-01"}' | pooled rc-state set --store postgres:; }
t 'a state' 0 '' set_state
t '... is read' 0 '' pooled rc-state get --store postgres:
t 'runs' 78 'no run was recorded' pooled rc-runs list
is 'nothing is left in the sessions' "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") $(
	sql "SELECT string_agg(relname, ' ') FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'") $(
	pooled psql -XqAtc 'SHOW lock_timeout')" '0 rc_load_other 0'
# A server that has stopped behind it: the pooler still lets in whoever comes.
mkfifo held
background first 'env PGHOST=127.0.0.1 PGPORT='"$port"' rc-load -e --consumer stopped --timeout 3000 <held'
first=$job
exec 7>held
env_ 0 s one >&7
wait_for 20 test -s first.out
mapfile -t server < <(cat "$RC_STACK_DIR/postgres.pid" && pgrep -P "$(cat "$RC_STACK_DIR/postgres.pid")")
kill -STOP "${server[@]}"
env_ 1 s two >&7
ok 'a server that has stopped behind it' ended "$first"
wait "$first"
is '... is not waited for' "$? $(grep -c 'no answer from PostgreSQL within 3000 ms' first.err)" '69 1'
kill -CONT "${server[@]}"
exec 7>&-
statement_mode() { sed -i 's/^pool_mode.*/pool_mode = statement/' "$pool/ini" && kill -HUP "$pooler"; }
t 'a startup parameter that it does not know' 78 'ignore_startup_parameters' pooled env PGOPTIONS='-c geqo=off' rc-load <in
statement_mode
wait_for 20 eval '! pooled psql -Xqc "BEGIN"'
t 'a pooler that gives each statement another session' 78 'pool_mode = transaction' pooled rc-load <in
t '... rc-state' 78 'pool_mode = transaction' pooled rc-state get --store postgres:
plan
