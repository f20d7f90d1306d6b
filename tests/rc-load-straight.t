#!/usr/bin/env bash
# rc-load: batches that go straight into the table, for it has none of their keys, beside those that are merged: the same
# rows, counts and rejects either way.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
few reference_fiche motif_du_rappel
rc-load --create </dev/null

# loaded WHAT ARGUMENT...: load "in", with what PostgreSQL is asked in asked.
loaded() {
	local lines
	lines=$(wc -l <"$RC_STACK_DIR/postgres.log")
	PGOPTIONS='-c log_statement=all' rc-load --stats stats "$@" <in >out 2>err
	tail -n +$((lines + 1)) "$RC_STACK_DIR/postgres.log" >asked
}
# ways: how often each was taken.
ways() {
	echo "straight $(grep -c "LOG: .*COPY \"$1\".*FROM STDIN" asked) merged $(grep -c 'LOG: .*COPY pg_temp' asked) taken back $(
	grep -c 'LOG: .*ROLLBACK TO straight' asked)"
}
counts() { jq -r '"\(.records_out) \(.skipped) \(.rejected)"' stats; }
# some FROM TO MOTIF: rows of keys from FROM to TO.
some() { seq -f 'k%05.0f' "$1" "$2" | awk -v m="$3" '{ printf "{\"reference_fiche\":\"%s\",\"motif_du_rappel\":\"%s\"}\n", $1, m }'; }

some 1 2000 one | shuf --random-source=<(yes) >in
loaded --batch 500
is 'new rows go straight' "$? $(ways $table) $(counts)" '0 straight 4 merged 0 taken back 0 2000 0 0'
is '... all of them, once' "$(sql "select count(*), count(distinct reference_fiche), min(motif_du_rappel) from $table")" '2000|2000|one'
loaded --batch 500
is 'rows that are there do not' "$(ways $table) $(counts)" 'straight 0 merged 4 taken back 0 0 2000 0'
some 1 2000 two >in
before=$(sql "select count(*) from $table where motif_du_rappel = 'one'")
loaded --batch 500
is 'nor rows that changed' "$(ways $table) $(counts) $before" 'straight 0 merged 4 taken back 0 2000 0 0 2000'
is '... of which those after the first batch are not looked for before they are written' \
	"$(grep -c 'AND NOT EXISTS' asked) $(grep -c 'IS DISTINCT FROM' asked)" '1 3'
{ some 1 600 three; some 601 2000 two; } >in
sql "create table written as select reference_fiche, xmin::text as by from $table"
loaded --batch 500
is 'rows that are equal are not written, whichever way is taken' \
	"$(counts) $(sql "select count(*) from $table join written using (reference_fiche) where $table.xmin::text <> by")" '600 1400 0 600'
{ some 601 2000 two; some 2001 4000 new; } >in
loaded --batch 200
is 'from known to new' "$(counts) $(sql "select count(*) from $table")" '2000 1400 0 4000'
ok '... with straight ones in the end' grep -q "COPY \"$table\"" asked

# one that is there among many: the sample misses it, and the COPY is taken back
{ some 6001 7005 new; some 7500 7500 late; some 8001 9000 new; } >in
rc-load <in
sql "delete from $table where reference_fiche > 'k06000' and reference_fiche <> 'k07500'"
sql "update $table set motif_du_rappel = 'old' where reference_fiche = 'k07500'"
loaded
is 'one row that is there among many' "$(ways $table) $(counts)" 'straight 1 merged 1 taken back 1 2006 0 0'
is '... is written, too' "$(sql "select motif_du_rappel from $table where reference_fiche = 'k07500'")" late

# --- modes, and more rows of one key
sql "truncate $table"
{ some 1 300 a; some 1 100 b; } >in
for mode in update skip fail; do
	sql "truncate $table"
	loaded --on-conflict $mode
	is "$mode: of one key the last" "$(ways $table) $(counts) $(sql "select count(*) from $table where motif_du_rappel = 'b'")" \
		'straight 1 merged 0 taken back 0 300 100 0 100'
done
some 200 400 c >in
loaded --on-conflict skip
is 'skip: what is there stays' "$(counts) $(sql "select count(*) from $table where motif_du_rappel = 'c'")" '100 101 0 100'
some 300 500 d >in
t 'fail: what is there ends the run' 65 'line 1: .*k00300' load --on-conflict fail

# --- what PostgreSQL refuses is rejected as ever
sql "create table checked (like $table including all, check (motif_du_rappel <> 'bad'))"
{ some 1 50 fine; some 51 51 bad; some 52 100 fine; } >in
loaded -t checked --rejects rejects
is 'a row that is refused' "$(ways checked) $(counts) $(jq -c .line rejects)" 'straight 1 merged 3 taken back 1 99 0 1 51'
some 101 200 fine >in
loaded -t checked
is '... which is not there in the next run' "$(ways checked) $(counts)" 'straight 1 merged 0 taken back 0 100 0 0'
sql "create table parents (a text primary key); insert into parents values ('there');
	create table children (like $table including all);
	alter table children add foreign key (motif_du_rappel) references parents deferrable initially deferred"
{ some 1 2 there; some 3 3 nowhere; } >in
t 'a reference to nothing' 65 'line 3: .*(parents|children)' load -t children

# --- tables that only a merge is right for
sql "create table choosy (like $table including all);
	create function choose() returns trigger language plpgsql as \$\$ begin
		if new.motif_du_rappel = 'no' then return null; end if; return new; end \$\$;
	create trigger choose before insert or update on choosy for each row execute function choose();
	create table ruled (like $table including all);
	create rule none as on insert to ruled where new.motif_du_rappel = 'no' do instead nothing;
	create table numbers (like $table including all);
	alter table numbers alter reference_fiche type integer using 0"
{ some 1 2 yes; some 3 3 no; } >in
for to in choosy ruled; do
	loaded -t $to
	ok "$to: merged" eval "! grep -q 'COPY \"$to\"' asked"
done
sed 's/k0*//' in >numbers
mv numbers in
loaded -t numbers
is 'a key that is a number' "$(ways numbers) $(counts)" 'straight 0 merged 1 taken back 0 3 0 0'
sql "create table told (like $table including all); create table heard (n int);
	create function hear() returns trigger language plpgsql as \$\$ begin
		insert into heard select count(*) from fresh; return null; end \$\$;
	create trigger hear after insert on told referencing new table as fresh for each statement execute function hear()"
some 1 300 a >in
loaded -t told
is 'a trigger after it all' "$(ways told) $(sql 'select sum(n) from heard')" 'straight 1 merged 0 taken back 0 300'
sql "create table parts (like $table including all) partition by hash (reference_fiche);
	create table part0 partition of parts for values with (modulus 2, remainder 0);
	create table part1 partition of parts for values with (modulus 2, remainder 1)"
loaded -t parts
is 'a partitioned table' "$(ways parts) $(sql 'select count(*) from parts')" 'straight 1 merged 0 taken back 0 300'

# --- others, at the same time
sql "truncate $table"
open_session "begin; insert into $table values ('k00150', 'psql') returning 'inserted';" inserted
background first 'rc-load -v <in'
first=$job
waits() { [ "$(sql "select count(*) from pg_stat_activity where application_name = 'rc-load' and wait_event_type = 'Lock'")" = 1 ]; }
wait_for 20 waits
echo 'commit;' >&7
exec 7>&-
wait "$first"
is 'a row that another inserts meanwhile' "$? $(sql "select count(*), count(*) filter (where motif_du_rappel = 'a') from $table")" '0 300|300'

# --- messages: tombstones are merged, and what came before them may have gone straight
sql "truncate $table"
for i in {0..199}; do env_ "$i" "k$i" a; done >in
loaded -e --batch 50
is 'messages' "$(ways $table) $(counts) $(printed)" 'straight 4 merged 0 taken back 0 200 0 0 0:200'
{ for i in {200..299}; do env_ "$i" "k$i" b; done; gone 300 k0; gone 301 k250; } >in
loaded -e --batch 100
is '... with tombstones' "$(counts) $(sql "select count(*) from $table") $(printed)" '102 0 0 298 0:302'

# --- the same table, whichever way: batches that are half known, in random order
for round in 1 2 3; do
	awk -v seed=$round 'BEGIN { srand(seed); for (i = 0; i < 6000; i++) { b = int(i / 500)
		k = b % 3 == 0 ? i : int(rand() * 6000); v = int(rand() * 3)
		printf "{\"reference_fiche\":\"k%d\",\"motif_du_rappel\":\"v%d\"}\n", k, v } }' >in
	sql "truncate $table"
	for batch in 100 700 6000; do loaded --batch $batch; done
	jq -rs 'map({(.reference_fiche): .motif_du_rappel}) | add | to_entries | sort_by(.key) | map("\(.key)=\(.value)") | join(" ")' in >want
	rows >got
	t "round $round: as the last of each key has it" 0 '' cmp got want
done
plan
