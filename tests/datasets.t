#!/usr/bin/env bash
# Any dataset of the portal by its description alone: the two that come as examples, from the portal
# to the table, and what descriptions can say besides.
# shellcheck disable=SC1003,SC2016 # the dollars are jq's
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack

# --- energy by region and half hour: a key of two fields
# half_hour DAY HOUR REGION GAS
half_hour() {
	jq -nc --arg t "$1T$2:00:00+00:00" --arg r "$3" --argjson gas "$4" '{date_heure: $t, date: $t[:10], heure: $t[11:16],
		code_insee_region: $r, region: "Région \($r)", consommation_brute_gaz_totale: $gas,
		consommation_brute_electricite_rte: 5400, statut_rte: "Définitif"}'
}
for day in 26 27 28; do for region in 11 84; do half_hour 2024-10-$day 0$((day % 3)) $region $day$region; done; done >energy
# station ID PRICE DATE
station() {
	jq -nc --argjson id "$1" --argjson price "$2" --argjson at "$3" '{id: $id, cp: "01000", adresse: "1 RUE", ville: "Bourg",
		horaires: "{\"@automate\": \"1\"}", prix: "[{\"@nom\": \"Gazole\"}]", geom: {lon: 5.198, lat: 46.201},
		gazole_maj: $at, gazole_prix: $price, sp95_maj: null, sp95_prix: null,
		carburants_disponibles: ["Gazole", "E10"], services_service: ["Toilettes publiques"], code_departement: "01"}'
}
{
	station 1000007 1.659 '"2024-10-08T08:15:03+02:00"'
	station 1000008 1.7 '"2024-10-27T02:30:00+02:00"'
	station 1000009 1.71 '"2024-10-27T02:10:00+01:00"' # which is later
	station 1000010 null null
} >fuel
printf '{"OBJECTID":%s,"straße":"é"}\n' 1 2 >capitals
"$top/scripts/sample-records" --count 300 >recalls
start_api --data capitals --dataset capitals --data energy --dataset consommation-quotidienne-brute-regionale \
	--data fuel --dataset prix-des-carburants-en-france-flux-instantane-v2 --data recalls --dataset rappelconso-v2-gtin-espaces
flow() { RC_DATASET=$1 rc-flow run; }

t 'every field of the recalls: the flow' 0 '' flow rappelconso-v2-full
is '... fills a table of its own, which has types' "$(sql "SELECT count(*), min(numero_version), min(date_de_publication) + 0 FROM rappel_conso_full")" \
	"300|0|$(jq -r '.date_publication[:10]' recalls | head -n 1)"
is '... has what the usual table has' "$(rc-transform -d rappelconso-v2-full <recalls |
	jq -c 'with_entries(select(.key | IN("libelle", "numero_version", "nature_juridique_du_rappel", "marque_de_salubrite", "rappel_guid",
		"risques_encourus", "identification_en_parties") | not))' | md5sum)" "$(rc-transform <recalls | md5sum)"
is '... and more, with the accents that it has' "$(sql 'SELECT string_agg(libelle || nature_juridique_du_rappel || rappel_guid, chr(10) ORDER BY reference_fiche) FROM rappel_conso_full')" \
	"$(jq -rs 'sort_by(.numero_fiche) | map(.libelle + .nature_juridique_rappel + .rappel_guid) | join("\n")' recalls)"
parts() { # of the lists that the portal sends: a product's parts stay in their places, empty or not
	jq -c 'select(.identification_produits | type == "array") | [.numero_fiche, (.identification_produits | join("$") | split("|") | map(split("$") | length))]' recalls | sort
}
is '... and each part in its place' "$(sql "SELECT jsonb_build_array(reference_fiche, (SELECT jsonb_agg(array_length(string_to_array(l, '$'), 1) ORDER BY o)
		FROM string_to_table(identification_en_parties, chr(10)) WITH ORDINALITY x (l, o)))
		FROM rappel_conso_full WHERE identification_en_parties LIKE '%\$%'" | tr -d ' ' | sort)" "$(parts)"

t 'energy: the flow' 0 '' flow energy
rows() { sql "SELECT count(*), sum(gas), min(date_heure AT TIME ZONE 'UTC') FROM energy"; }
is '... fills the table, which has types' "$(rows)" '6|16485|2024-10-26 02:00:00'
is '... with a key of two fields' "$(sql 'SELECT min(id) FROM energy')" '2024-10-26T02:00:00+00:00|11'
{
	sed '6s/"consommation_brute_gaz_totale":[0-9]*/"consommation_brute_gaz_totale":1/' energy # changed
	half_hour 2024-10-28 00 93 100                                                               # late
	half_hour 2024-10-29 00 11 1000
} >next && cat next >energy
t '... once more' 0 '' flow energy
is '... with a change, a late record and a new one' "$(rows)" '8|14702|2024-10-26 02:00:00'
t '... in pages' 0 '' rc-fetch -d energy --paged
ok '... all there' cmp <(sort energy) <(sort out)
for it in '"code_insee_region":null' '"x":1'; do
	sed -n "1s/\"code_insee_region\":\"11\"/$it/p" energy >in
	t "... a part of the key that is not there: $it" 65 'code_insee_region: .*(a part of the key is missing|lacks)' \
		eval 'rc-transform -d energy <in'
done
id() { jq -nc --arg a "$1" --arg b "$2" '{date_heure: $a, code_insee_region: $b, region: null, statut_rte: null,
	consommation_brute_gaz_totale: null, consommation_brute_electricite_rte: null}' | rc-transform -d energy | jq -r .id; }
is '... whose parts do not run together' "$(id 'a|b' 'c\') $(id a 'b|c\') $(id 'a\|b' c)" 'a\|b|c\\ a|b\|c\\ a\\\|b|c'

# --- fuel stations: a key that is a number, objects, lists, JSON in texts
t 'fuel: the flow' 0 '' flow fuel
stations() { sql "SELECT id, longitude, gazole_prix, services->>0, horaires->>'@automate', prix->0->>'@nom' FROM fuel ORDER BY id"; }
is '... fills the table' "$(stations)" '1000007|5.198|1.659|Toilettes publiques|1|Gazole
1000008|5.198|1.7|Toilettes publiques|1|Gazole
1000009|5.198|1.71|Toilettes publiques|1|Gazole
1000010|5.198||Toilettes publiques|1|Gazole'
is '... a list of texts is lines' "$(sql 'SELECT carburants_disponibles FROM fuel LIMIT 1')" $'Gazole\nE10'
is '... the position goes by the instant' "$(rc-state get -d fuel)" '{"last_processed":"2024-10-26"}'
{
	sed -n 1p fuel
	station 1000008 1.8 '"2024-10-28T09:00:00+01:00"'
	sed -n 3p fuel
	station 1000010 null null | jq -c '.ville = "Ailleurs" | .services_service = null | .geom = null'
	station 12 1.5 '"2024-10-26T10:00:00+02:00"'
} >next && cat next >fuel
t '... once more' 0 '' flow fuel
is '... with a change, a late record, and what has no date' "$(stations)" '12|5.198|1.5|Toilettes publiques|1|Gazole
1000007|5.198|1.659|Toilettes publiques|1|Gazole
1000008|5.198|1.8|Toilettes publiques|1|Gazole
1000009|5.198|1.71|Toilettes publiques|1|Gazole
1000010||||1|Gazole'
is '... which is there as it is now' "$(sql 'SELECT ville FROM fuel WHERE id = 1000010')" Ailleurs
t '... a tombstone' 0 '' eval "echo '{\"topic\":\"fuel\",\"partition\":0,\"offset\":99,\"key\":\"12\",\"value\":null}' | rc-load -d fuel -e --consumer other"
is '... deletes by the number' "$(sql 'SELECT count(*) FROM fuel WHERE id = 12')" 0
sed -n 1p fuel | jq -c '.id = [1]' >in
t '... a key that is a list' 65 'id: the key is empty, or no text or number' eval 'rc-transform -d fuel <in'
is '... each has its own position' "$(rc-state get -d energy)" '{"last_processed":"2024-10-28"}'

# --- without a cursor, with a condition
jq '.name = "plain" | del(.cursor) | .portal.where = "id > 1000007" | .topic.name = "plain" | .table = "plain"' \
	"$top/lib/dataset/fuel.json" >plain.json
t 'a dataset without a cursor' 0 '' flow ./plain.json
is '... has all that the condition lets through' "$(sql 'SELECT string_agg(id::text, chr(44) ORDER BY id) FROM plain')" 1000008,1000009,1000010
is '... on every run' "$(rc-fetch -d ./plain.json | wc -l)" 3
is '... in pages, too' "$(rc-fetch -d ./plain.json --paged | wc -l)" 3
is '... where --where counts besides' "$(rc-fetch -d ./plain.json --where 'id < 1000010' | wc -l)" 2
is '... and no position' "$(rc-state get -d ./plain.json)" '{}'
t '... rc-produce prints none' 0 '' eval 'rc-fetch -d ./plain.json | rc-transform -d ./plain.json | rc-produce -d ./plain.json'
is '... but {}' "$(cat out)" '{}'
t '... rc-state takes that' 0 '' eval 'rc-state set -d ./plain.json <out'
t '... since a date' 64 'dataset plain has no cursor' rc-fetch -d ./plain.json --since 2024-01-01
t '... status' 0 '' env RC_DATASET=./plain.json rc-flow status
ok '... says so' grep -q '^age  *not known: the dataset has no cursor$' out
echo '{"name":"capitals","portal":{"url":"http://x","dataset":"capitals"},"key":{"column":"OBJECTID"},"topic":{"name":"c"},"table":"c",
	"columns":[{"name":"OBJECTID","op":"keep"},{"name":"straße","op":"unaccent"}]}' >capitals.json
t 'names that have to be quoted' 0 '' eval 'rc-fetch -d ./capitals.json | rc-transform -d ./capitals.json'
is '... come' "$(cat out)" '{"OBJECTID":1,"straße":"e"}
{"OBJECTID":2,"straße":"e"}'
for mode in '' --paged; do
	t "... with --where${mode:+, }$mode" 0 '' rc-fetch -d ./capitals.json --where '`OBJECTID` = 2' $mode
	is '... too' "$(jq .OBJECTID out)" 2
done

# --- side by side
# verify: values are equal as the columns of each have them, and what differs is mended
for it in rappelconso-v2-full:libelle energy:gas fuel:ville; do
	dataset=${it%:*} column=${it#*:} table=$(jq -r .table "$top/lib/dataset/${it%:*}.json")
	t "$dataset: verify" 0 ' 0 changed, [01] missing, 0 withdrawn' env RC_DATASET="$dataset" rc-flow verify --repair # one was deleted above
	sql "UPDATE $table SET $column = NULL WHERE $column IS NOT NULL"
	t '... what was edited' 1 ' [1-9][0-9]* changed, 0 missing' env RC_DATASET="$dataset" rc-flow verify
	t '... is mended' 0 'changed' env RC_DATASET="$dataset" rc-flow verify --repair
	t '... all of it' 0 ' 0 changed, 0 missing, 0 withdrawn' env RC_DATASET="$dataset" rc-flow verify
done
t 'history names the dataset' 0 '' rc-flow history -n 100
is '... of each run' "$(awk 'NR > 1 && $4 == "run" { print $3 }' out | sort | uniq -c | sed 's/^ *//')" '2 energy
2 fuel
1 plain
1 rappelconso-v2-full'
t '... as JSON' 0 '' rc-flow history -n 100 --json
is '... too' "$(jq -r 'select(.attempt == 0).dataset' out | sort -u | tr '\n' ' ')" 'energy fuel plain rappelconso-v2-full '
t 'status is about the dataset' 78 'rappel_conso' rc-flow status
faults 403:path=fields,times=0
t '... whose run fails' 77 'not public' flow energy
faults
t '... indeed' 77 '' env RC_DATASET=energy rc-flow status
t '... and no other' 0 '' env RC_DATASET=fuel rc-flow status
mkfifo held
(RC_DATASET=energy flock "$XDG_STATE_HOME/rappelconso/energy/flow.lock" cat <held) &
pids+=($!)
exec 7>held
at_work() { ! flock -n "$XDG_STATE_HOME/rappelconso/energy/flow.lock" true; }
wait_for 20 at_work
t 'two runs of one dataset' 75 'another run is at work' flow energy
t '... of two' 0 '' flow fuel
exec 7>&-
sql 'ALTER TABLE rc_runs DROP COLUMN dataset' # as an earlier release has it
t 'a table of an earlier release' 0 '' rc-flow history
t '... has a run added' 0 '' flow fuel
is '... with its dataset' "$(sql 'SELECT count(*) FROM rc_runs WHERE dataset IS NOT NULL')" 3
plan
