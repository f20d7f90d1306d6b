#!/usr/bin/env bash
# The steps of rappelconso(7) for those who come from the Python, Spark and Airflow system, on
# what that leaves behind.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/examples.sh
. "$top/tests/examples.sh"

command -v mandoc >/dev/null || {
	echo "1..0 # SKIP mandoc is not installed"
	exit 0
}
sample-records --dataset rappelconso0 --count 60 --from 2023-01-02 --until 2023-03-02 >old
sample-records --count 60 | jq -c --slurpfile old old '$old[input_line_number - 1] as $o |
	.numero_fiche = $o.reference_fiche |
	.date_publication = $o.date_de_publication + "T00:00:00+00:00"' >new
start_stack
start_api --data new --dataset rappelconso-v2-gtin-espaces --data old --dataset rappelconso0
export RC_FLOW_RETRY_DELAY=0

# Spark's table, with no primary key: 40 recalls, one of which it has twice, and one of
# which was never sent; the last messages in the topic, without keys; the state file.
sql "CREATE ROLE postgres SUPERUSER LOGIN" >/dev/null
export PGUSER=postgres PGDATABASE=postgres
as_python() { RC_DATASET=rappelconso0 rc-transform | python3 -c 'import json, sys
for line in sys.stdin: print(json.dumps(json.loads(line)))'; }
sed -n '1,19p; 21,40p; 7p' old | as_python >rows
psql -Xq -v ON_ERROR_STOP=1 -v rows="$(jq -sc . rows)" <<END
	CREATE TABLE rappel_conso_table ($(head -n 1 rows | jq -r 'keys_unsorted | map(. + " text") | join(", ")'));
	INSERT INTO rappel_conso_table
		SELECT * FROM json_populate_recordset(NULL::rappel_conso_table, :'rows');
END
rc-produce --create-topic </dev/null
sed -n '38,42p' old | as_python | kcat -P -b "$RC_BROKERS" -t rappel_conso
last=$(sed -n 42p old | jq -r .date_de_publication) # fetched again
mkdir -p rappelconso.7/data
date -u -d "$last - 1 day" '+{"last_processed": "%F"}' | tr -d '\n' >rappelconso.7/data/last_processed.json

count() { sql "SELECT count(*), count(DISTINCT reference_fiche) FROM rappel_conso_table"; }
is 'the old table has a recall twice and lacks another' "$(count)" '40|39'
sql 'CREATE TABLE before AS SELECT DISTINCT * FROM rappel_conso_table' >/dev/null
(run_page rappelconso.7 'COMING FROM THE PYTHON, SPARK AND AIRFLOW SYSTEM')
n=$(<n)
is 'all recalls are in the table, each once' "$(count)" '60|60'
is '... and what was there is as it was' "$(sql "SELECT count(*) FROM (SELECT * FROM before
	WHERE date_de_publication < '$last' EXCEPT TABLE rappel_conso_table) d")" 0
RC_DATASET=rappelconso0 rc-transform < <(sed -n 41p old) | rc-load -t unread --create
is '... what only the topic had came from there' \
	"$(sql 'SELECT count(*) FROM (TABLE unread INTERSECT TABLE rappel_conso_table) d')" 1
jq -c --arg last "$last" 'select(.date_publication >= $last or input_line_number == 20)' new |
	rc-transform | rc-load -t today --create
is '... what is new, and what was missing, is as the portal has it today' \
	"$(sql 'SELECT count(*) FROM (TABLE today EXCEPT TABLE rappel_conso_table) d')" 0

t 'the old dataset' 0 '' env RC_DATASET=rappelconso0 rc-flow run --full
RC_DATASET=rappelconso0 rc-transform <old | rc-load -t as_old --create
is '... makes each row what it was' "$(sql 'SELECT count(*) FROM (TABLE as_old EXCEPT TABLE rappel_conso_table) d')" 0
plan
