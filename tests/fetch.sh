# shellcheck shell=bash
# fetch.sh - sourced by the tests of rc-fetch: stand-ins for the portal, and what they serve.

# shellcheck disable=SC2016 # the dollars are jq's
# shellcheck disable=SC2034 # what is set here is for those who source it
# shellcheck source=tests/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
export no_proxy='*'
api='' other='' liar='' # ports

# serve NAME ARG...: start a stand-in; its port goes to the variable NAME.
serve() {
	local name=$1 port
	shift
	mkfifo "$name.port"
	"$top/tests/stand-in-api" "$@" >"$name.port" &
	pids+=($!)
	read -r port <"$name.port" || exit 1
	printf -v "$name" %s "$port"
}

# control PORT METHOD PATH [BODY]: talk to a stand-in; its answer to stdout.
control() {
	local api body=${4-}
	exec {api}<>"/dev/tcp/127.0.0.1/$1" || return 1
	printf '%s /_control/%s HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s' \
	    "$2" "$3" "${#body}" "$body" >&"$api"
	sed '1,/^\r*$/d' <&"$api"
	exec {api}>&-
}

# faults SPEC...: what is to go wrong from now on; forgets the requests so far.
faults() {
	control "$api" DELETE requests >/dev/null
	control "$api" POST faults "$(json_list "$@")" >/dev/null
}
asked() { control "${2:-$api}" GET requests | jq -e "$1"; }

# The data: many records, fewer, and odd ones; a description for each.
record='{numero_fiche: "f-\(.)", numero_version: 1, date_publication: "2024-01-01T00:00:00+00:00"}'
"$top/scripts/sample-records" --count 12500 --seed 3 --dataset rappelconso-v2 >big
"$top/scripts/sample-records" --count 600 --seed 4 --dataset rappelconso-v2 >small
"$top/scripts/sample-records" --count 600 --seed 5 --dataset rappelconso0 >old
jq -nc "range(10000; 20500) | $record" >oneday
{
	sed -n 1,150p small
	sed -n 100p small
	sed -n 151,300p small
} >doubles
{
	head -150 small
	sed -n 151,170p small | jq -c 'del(.numero_fiche)'
	sed -n 171,190p small | jq -c '.numero_fiche = null'
	sed -n 191,300p small
	sed -n 301,320p small | jq -c '.date_publication = null'
} >odd
# Texts that a careless program would change, and white space that it should.
printf '%s\n' '{ "numero_fiche" : "é\u00e9 \"q\" \\ \/ \ud83d\ude00" , "numero_version":1e0,' |
    tr -d '\n' >texts
printf '%s\n' ' "date_publication":"2024-01-01T00:00:00+00:00","x":[ 1.50, {"\u0000":"a  b"} ] }' >>texts
args=()
for name in big small old oneday doubles odd texts; do
	case $name in
	big | small | old) shuf --random-source=big "$name" ;; # any order, but always the same
	*) cat "$name" ;;
	esac >"$name.data"
	args+=(--data "$name.data" --dataset "$name")
	from=rappelconso-v2
	[ "$name" = old ] && from=rappelconso0
	jq --arg id "$name" '.portal.dataset = $id' "$top/lib/dataset/$from.json" >"$name.json"
	case $name in oneday | texts) # records of few fields
		jq '.columns |= map(select(.name == "reference_fiche" or .name == "date_de_publication"))' \
		    "$name.json" >few && mv few "$name.json" ;;
	esac
done
# a version of the tenth a day later, and that once more
{ head -n 20 small && sed -n 10p small | jq -c '.motif_rappel = "changed" | .numero_version += 1' && sed -n 20p small; } |
	jq -c '.' >changes
jq -cs 'sort_by(.date_publication, .numero_fiche) | reduce .[] as $r ([]; if index([$r]) then . else . + [$r] end) | .[]' changes >changed
args+=(--data changes --dataset changes)
jq -c 'with_entries(.key |= ({motif_rappel: "motif_du_rappel", numero_version: "version"}[.] // .))' small >renamed
args+=(--data renamed --dataset renamed)
jq '.portal.dataset = "renamed"' small.json >renamed.json
serve api "${args[@]}"
serve other --data small --dataset small
serve liar --data small --dataset small --total-count-lies 5
url=http://127.0.0.1:$api
usual=(--api "$url" --backoff 1 --timeout 4000)
fetch() { # DATASET ARG...
	local name=$1
	shift
	rc-fetch -d "./$name.json" "${usual[@]}" "$@"
}
