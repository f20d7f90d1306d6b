#!/usr/bin/env bash
# PostgreSQL that is silent, slow, locked or refuses: each wait ends, and each failure has its
# status, in whatever language the server speaks.
# shellcheck disable=SC2016 # what is evaluated later is in single quotes
test_limit=300 # it waits for many time limits
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# A server that speaks French, where its locale can be made.
export LOCPATH=$dir/locale
mkdir -p "$LOCPATH"
chmod 755 "$dir"
localedef -i fr_FR -f UTF-8 "$LOCPATH/fr_FR.UTF-8" >/dev/null 2>&1
start_stack --postgres
few reference_fiche motif_du_rappel
table=rappel_conso_table
row() { jq -cn '{reference_fiche: $k, motif_du_rappel: "x"}' --arg k "$1"; }
row a >in
printf '{"topic":"t","partition":0,"offset":0,"value":%s}\n' "$(row a)" >envelopes
rc-load --create <in
rc-load -e <envelopes >/dev/null 2>&1
export RC_STATE=postgres:
echo '{"last_processed":"2024-01-01"}' >position
rc-state set <position
mkdir journal

# --- silence

# Each ends within its time.
programs=('rc-load <in' 'rc-load -e --consumer other <envelopes' 'rc-load --positions' 'rc-load --forget'
	'rc-state get' 'rc-state set <position' 'rc-runs list' 'rc-runs status')
files() { cp "$dir"/{in,envelopes,position} . && mkdir journal; }
never_answers() {
	files
	start_proxy --act silent
	t "a port that never answers: $1" 69 'no answer within 2000 ms' through short 2000 "$1"
	start_proxy --act silent
	is '... SIGTERM' "$(through stops "$1" grep -q silent proxy.log)" '0 143'
}
silent_from() { # WHEN HOW
	local at=(--act silent --when "$1" --how "$2") load="rc-load -t silent_$1_$2 <in"
	files
	rc-load -t "silent_$1_$2" --create <in # of its own: it holds locks
	[ "$1" = BEGIN ] || at=(--once 'COPY ' "${at[@]}")
	start_proxy "${at[@]}"
	t "silence from $1 on ($2)" 69 'no answer from PostgreSQL within 2000 ms, to a new connection neither' \
		through short 2000 "$load"
	start_proxy "${at[@]}"
	is '... SIGTERM' "$(through stops "$load" grep -q silent proxy.log)" '0 143'
}
unnamed() {
	files
	export PGHOST=silent.invalid
	by_resolver() { LD_PRELOAD=$dir/resolver.so "$@"; }
	t 'a name server that is silent' 69 'no answer within 2000 ms: the host.s address is not known' \
		by_resolver short 2000 'rc-load <in'
	is '... SIGTERM' "$(by_resolver stops 'rc-load <in' true)" '0 143'
}
for program in "${programs[@]}"; do beside never_answers "$program"; done
for when in BEGIN PGCOPY COMMIT; do
	for how in before heard; do beside silent_from $when $how; done
done
if preload resolver "$top/tests/silent-names.c"; then
	beside unnamed
else
	skip 'a name server that is silent' 'nothing can be put in between here'
	skip '... SIGTERM' 'nothing can be put in between here'
fi
together
postmaster=$(cat "$RC_STACK_DIR/postgres.pid")
kill -STOP "$postmaster"
t 'a server that is stopped' 69 'no answer within 2000 ms' short 2000 'rc-load <in'
is '... SIGTERM' "$(stops 'rc-load <in' true)" '0 143'
kill -CONT "$postmaster"

# --- locks, and statements that take long

open_session "BEGIN; LOCK TABLE $table, rc_positions, rc_state; SELECT 'locked';" locked
row b >in
locked() {
	files
	t "a table that is locked: $1" 75 'another session has it locked' short 2000 "$1"
	is '... SIGTERM' "$(stops "$1" true)" '0 143'
}
limited() {
	files
	t '... with a limit of the user'\''s own' 75 'locked' env PGOPTIONS='-c lock_timeout=300' timeout 30 sh -c 'rc-load <in'
}
for program in 'rc-load <in' 'rc-load -e --consumer more <envelopes' 'rc-load --positions' 'rc-state get'; do
	beside locked "$program"
done
beside limited
together
sql_now() { psql -XqAtc "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'rc-%'"; }
ok '... and no statement is left waiting' wait_for 20 eval '[ "$(sql_now)" = 0 ]'
exec 7>&-
wait_for 20 sql "SELECT 1 FROM $table"
is '... nor anything loaded' "$(sql "SELECT count(*) FROM $table WHERE reference_fiche = 'b'")" 0
sql "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NEW; END';
	CREATE TRIGGER slow BEFORE INSERT ON $table FOR EACH ROW EXECUTE FUNCTION slow()"
t 'a statement that takes longer than the limit' 0 'takes its time' timeout 30 rc-load -v --timeout 2000 <in
is '... is waited for' "$(sql "SELECT count(*) FROM $table WHERE reference_fiche = 'b'")" 1
row c >in
is '... but not after SIGTERM' "$(stops 'rc-load <in' true)" '0 143'
ok '... it is cancelled' wait_for 20 eval '[ "$(sql_now)" = 0 ]'
sql "DROP TRIGGER slow ON $table"
start_proxy --once 'COPY ' --act slow --when COMMIT --delay 2
t 'a server that answers late, but lives' 0 '' through timeout 20 rc-load --timeout 5000 <in

# --- who is refused, and why

password_role secretive
wrong() { env PGUSER=secretive "$@"; }
# failures LANGUAGE: ten failures, a status each.
failures() {
	local got=()
	sql "ALTER SYSTEM SET lc_messages = '$1'" && sql 'SELECT pg_reload_conf()' >/dev/null
	wait_for 20 eval "[ \"\$(sql 'SHOW lc_messages')\" = $1 ]"
	fails() { "$@" >/dev/null 2>>fails.err; got+=($?); }
	row z >one
	: >fails.err
	fails wrong PGPASSWORD=wrong rc-load <one
	fails wrong PGPASSWORD= rc-load <one
	fails env PGUSER=nobody rc-load <one
	fails env PGDATABASE=nowhere rc-load <one
	fails wrong PGPASSWORD=right rc-load <one
	fails env PGOPTIONS='-c default_transaction_read_only=on' rc-load <one
	fails rc-load -t raised <one
	fails rc-load -t strict <one
	fails rc-load -t checked <one
	fails env PGOPTIONS='-c statement_timeout=1' rc-load -t slept <one
	echo "${got[*]}"
}
sql "CREATE TABLE raised (LIKE $table INCLUDING ALL); CREATE TABLE strict (LIKE $table INCLUDING ALL);
	CREATE TABLE checked (LIKE $table INCLUDING ALL); CREATE TABLE slept (LIKE $table INCLUDING ALL);
	ALTER TABLE checked ADD CHECK (motif_du_rappel <> 'x');
	CREATE FUNCTION raises() RETURNS trigger LANGUAGE plpgsql AS
		'BEGIN RAISE EXCEPTION ''non'' USING ERRCODE = ''RC001''; END';
	CREATE FUNCTION stricts() RETURNS trigger LANGUAGE plpgsql AS
		'DECLARE a text; BEGIN SELECT relname INTO STRICT a FROM pg_class WHERE false; RETURN NEW; END';
	CREATE FUNCTION sleeps() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NEW; END';
	CREATE TRIGGER raises BEFORE INSERT ON raised FOR EACH ROW EXECUTE FUNCTION raises();
	CREATE TRIGGER stricts BEFORE INSERT ON strict FOR EACH ROW EXECUTE FUNCTION stricts();
	CREATE TRIGGER sleeps BEFORE INSERT ON slept FOR EACH ROW EXECUTE FUNCTION sleeps()"
statuses='77 77 77 78 77 75 65 65 65 75'
is 'ten failures' "$(failures C)" "$statuses"
if [ -z "${RC_STACK_POSTGRES_BIN-}" ] && [ -d "$LOCPATH/fr_FR.UTF-8" ] && ls /usr/share/locale/fr/LC_MESSAGES/postgres-*.mo >/dev/null 2>&1; then
	is '... of a server that speaks French' "$(failures fr_FR.UTF-8)" "$statuses"
	ok '... indeed' grep -q 'authentification' fails.err
else
	skip 'a server that speaks French' 'it cannot be made to'
fi
sql "CREATE TABLE policed (LIKE $table INCLUDING ALL); ALTER TABLE policed ENABLE ROW LEVEL SECURITY;
	CREATE POLICY fine ON policed USING (true) WITH CHECK (motif_du_rappel <> 'x'); GRANT ALL ON policed TO secretive"
{ row a | sed s/x/y/ && row b; } >two
t 'a row that a policy refuses' 65 'line 2: .*policed' wrong PGPASSWORD=right rc-load -t policed <two
is '... is the only one' "$(sql 'SELECT string_agg(reference_fiche, chr(32)) FROM policed')" a
if [ "$(sql 'SHOW server_version_num')" -ge 170000 ]; then
	t 'a limit for a transaction' 75 'transaction timeout' \
		env PGOPTIONS='-c transaction_timeout=500' timeout 20 rc-load -t slept <one
else
	skip 'a limit for a transaction' 'this server knows none'
fi
odd="qu\\ot'ed"
sql "CREATE TABLE \"$odd\" (LIKE $table INCLUDING ALL)"
loosely() { env PGOPTIONS='-c standard_conforming_strings=off' "$@"; }
t 'strings with backslashes in them' 0 '' loosely rc-load -e -t "$odd" <envelopes
is '... are what they are' "$(rc-load --positions -t "$odd" | jq .offset) $(sql "SELECT count(*) FROM \"$odd\"")" '1 1'
t 'no database, where there is a password' 78 'PGDATABASE' wrong PGPASSWORD=right PGDATABASE=nowhere rc-load <in
for refusal in '57P03 démarrage:75' '53300 trop:75' '08006 coupé:69' '28000 non:77' '3D000 absente:78' \
	'08P01 unsupported startup parameter: geqo:78' '08P01 no such database: x:78' '08P01 server login failed:69'; do
	start_proxy --refuse "${refusal%:*}"
	says=${refusal#* }
	t "refused: ${refusal%:*}" "${refusal##*:}" "${says%:*}" through rc-load <in
done
for setting in PGSSLMODE=requre PGPORT=many PGSERVICE=none PGCHANNELBINDING=maybe; do
	t "$setting" 78 "check PGSSLMODE and the other PG variables" env "$setting" rc-load <in
done
t 'no TLS, where it must be' 78 'SSL' through env PGSSLMODE=require rc-load <in

# --- passwords

as_secretive() { env PGUSER=secretive "$@" rc-load -t $table <in; }
sql "GRANT SELECT, INSERT, UPDATE, DELETE ON $table TO secretive; GRANT ALL ON rc_state TO secretive"
t 'PGPASSWORD that is empty is none' 0 '' as_secretive PGPASSWORD= POSTGRES_PASSWORD=right
printf '[right]\nuser=secretive\npassword=right\n' >services
t 'the password of a service wins' 0 '' env PGSERVICEFILE=services PGSERVICE=right POSTGRES_PASSWORD=wrong rc-load <in
echo '*:*:*:secretive:right' >passwords
chmod 600 passwords
t '... that of a file' 0 '' as_secretive PGPASSFILE=passwords POSTGRES_PASSWORD=wrong
t '... that of a connection string' 0 '' env POSTGRES_PASSWORD=wrong \
	RC_STATE='postgres:user=secretive password=right' rc-state get
t '... or none of them' 77 'PGPASSWORD' as_secretive POSTGRES_PASSWORD=wrong

# --- several hosts

start_proxy --act silent
both() { env PGHOST="127.0.0.1,$PGHOST" PGPORT="$(<proxy.port),$PGPORT" "$@"; }
t 'a host that accepts, and is silent' 0 '' both PGCONNECT_TIMEOUT=1 timeout 20 rc-load -t $table <in
is '... was asked first' "$(grep -c silent proxy.log)" 1
t '... a connection string' 0 '' timeout 20 \
	rc-state get --store "postgres:postgresql:///$PGDATABASE?host=127.0.0.1,$PGHOST&port=$(<proxy.port),$PGPORT&connect_timeout=1"
t '... all of them' 69 "127.0.0.1\", port [0-9]*: no answer within 1000 ms; no answer within connect_timeout" \
	env PGHOST=127.0.0.1,127.0.0.1 PGPORT="$(<proxy.port),$(<proxy.port)" PGCONNECT_TIMEOUT=1 timeout 20 rc-load <in
t '... one alone' 69 ': no answer within connect_timeout: ' through env PGCONNECT_TIMEOUT=1 timeout 20 rc-load <in
t '... without a time of its own' 69 ': no answer within 2000 ms' through timeout 20 rc-load --timeout 2000 <in
t 'a host that is not what is asked for' 75 'not in hot standby mode.*try again later' both PGTARGETSESSIONATTRS=standby \
	PGCONNECT_TIMEOUT=1 timeout 20 rc-load <in
t '... another is' 0 '' both PGTARGETSESSIONATTRS=prefer-standby PGCONNECT_TIMEOUT=1 timeout 20 rc-load -t $table <in

# --- who is refused when it comes again

sql "CREATE ROLE locked LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON $table, rc_positions TO locked"
mkfifo again
background again 'env PGUSER=locked rc-load -e --consumer again <again'
again=$job
exec 7>again
cat envelopes >&7
wait_for 20 test -s again.out
sql "ALTER ROLE locked NOLOGIN" >/dev/null
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locked'" >/dev/null
sed 's/"offset":0/"offset":1/' envelopes >&7
exec 7>&-
ok 'a role that may not log in any more' ended "$again"
wait "$again"
is '... ends for that reason' "$? $(grep -c 'not connected again: .*locked.*PGUSER' again.err)" '77 1'

# --- a server that has no numbers left for transactions

bin=${RC_STACK_POSTGRES_BIN:-$(dirname "$(readlink -f "/proc/$(cat "$RC_STACK_DIR/postgres.pid")/exe")")}
data=$(sql 'SHOW data_directory')
as_owner() { setpriv --reuid="$(stat -c %u "$data")" --regid="$(stat -c %g "$data")" --clear-groups "$@"; }
[ "$(id -u)" -eq 0 ] || as_owner() { "$@"; }
last=$(((1 << 31) - 1000000)) # 2,000,000 behind where it stops
if [ -x "$bin/pg_resetwal" ]; then
	rc-stack down --postgres >>stack.log 2>&1
	as_owner "$bin/pg_resetwal" -u 3 -x $last "$data" >resetwal 2>&1
	as_owner dd if=/dev/zero of="$data/pg_xact/$(printf %04X $((last >> 20)))" bs=256k count=1 2>/dev/null
	rc-stack up --postgres >>stack.log 2>&1
	row last >one
	t 'no transaction is left' 75 "$table|batch table: " rc-load -t $table --rejects none <one
	is '... for which no row is to blame' "$(cat none)" ''
else
	skip 'no transaction is left' 'pg_resetwal is not here'
	skip '... for which no row is to blame' 'pg_resetwal is not here'
fi
plan
