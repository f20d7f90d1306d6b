#!/usr/bin/env bash
# rc-fetch against the stand-in API: everything is there, in order, once,
# whatever the portal does, or the status and the message say that it is not.
# shellcheck disable=SC2016 # the dollars are jq's
test_limit=300 # it waits for many time-outs
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
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
	local list
	list=$(printf ',"%s"' "$@") # which have nothing in them to be escaped
	[ $# -gt 0 ] || list=
	control "$api" POST faults "[${list#,}]" >/dev/null
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

# --- what waits, beside all the rest

# own FUNCTION ARGUMENT...: with a stand-in of its own, for what waits.
own() {
	ln -s ../small* .
	serve api --data small.data --dataset small
	usual=(--api "http://127.0.0.1:$api" --backoff 1 --timeout 2000)
	"$@"
}
# each FUNCTION FAULT...: those that wait beside the others.
each() {
	local fault
	for fault in "${@:2}"; do
		case $fault in
		stall* | hang* | blank* | drip* | endless*) beside own "$1" "$fault" ;;
		*) "$1" "$fault" ;;
		esac
	done
}
# What comes without an end: each of these is no silence.
endless() { timeout 90 rc-fetch -d ./small.json "${usual[@]}" --retries 2 "$@"; }
slow='less than 1000 bytes a second'
without_end() {
	faults "${1%%:*}:times=0,path=exports"
	t "without an end: ${1%%:*}" 75 "${1#*:}" endless
}
page_without_end() {
	faults "${1%%:*}:times=0,path=records"
	t "without an end: ${1%%:*}, in a page" 75 "not what an Explore|nothing came|not say why|broke off|$slow" endless --paged
}
without=(endless:'not say why' drip-error:'not say why' drip-headers:'nothing came' blank:"$slow" drip:"$slow")
each without_end "${without[@]}"
each page_without_end "${without[@]}"
silent() {
	faults hang:times=0,seconds=600
	t 'a portal that never answers' 75 'nothing came' fetch small
}
beside own silent

# All of it.
peak() { # FILE COMMAND...: run it, and put its greatest RSS in KiB into FILE
	python3 -c 'import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(sys.argv[1], "w"))
sys.exit(status)' "$@"
}
small_enough() {
	cat "$1"
	[ "$(cat "$1")" -lt 32768 ]
}
for mode in export paged; do
	option=()
	[ $mode = paged ] && option=(--paged)
	faults
	t "$mode: 12,500 records" 0 '' peak rss rc-fetch -d ./big.json --api "$url" --stats stats \
	    "${option[@]}"
	ok '... all there, in order, once, unchanged' cmp big out
	if grep -q __asan_init "$(command -v rc-fetch)"; then
		skip '... in less than 32 MiB' 'the sanitizer wants more'
	else
		ok '... in less than 32 MiB' small_enough rss
	fi
	ok '... compressed' asked 'map(select(.status == 200)) | all(.gzip) and
	    (map(.bytes) | add) < 20000000'
	ok '... by a client with a name' asked 'all(.user_agent | startswith("rappelconso/"))'
	ok '... and counted' jq -e --argjson bytes "$(wc -c <big)" '.tool == "rc-fetch" and
	    .records_in >= 12500 and .records_out == 12500 and .bytes_out == $bytes and
	    .bytes_in > $bytes and .rejected == 0 and
	    .position == "'"$(tail -1 big | jq -r .date_publication)"'"' stats
done
ok 'pages stay below offset + limit = 10,000' asked 'map(select(.path | endswith("/records")))
    | all((.params.limit | tonumber) + (.params.offset // "0" | tonumber) <= 10000)'
ok '... with more than one window' asked 'map(.params.where) | unique | length >= 2'
# Fields: the portal's list of them is asked for before anything else.
faults
t 'fields that the portal has renamed' 78 'no field "motif_rappel", which column "motif_du_rappel" is made of' \
    fetch renamed
ok '... the version, too' grep -q 'no field "numero_version", which tells versions apart' err
ok '... what is there instead is told' grep -q 'does not use: .*version.*motif_du_rappel.*rc-dataset(5)' err
is '... nothing is written' "$(cat out)" ''
ok '... nor asked for' asked 'map(.path | endswith("/datasets/renamed")) == [true]'
t 'fields that are not used' 0 'not use: .*rappel_guid' fetch small -v
ok '... all the same' cmp small out
faults 500:path=fields
t 'the list of fields, at the second try' 0 'trying again' fetch small
ok '... all there' cmp small out
faults html:path=fields,times=0
t 'a web page instead of it' 75 'a web page' fetch small
faults
t 'the first API' 0 '' fetch old
ok '... all there' cmp old out
t '... in pages' 0 '' fetch old --paged
ok '... all there' cmp old out
t 'no records' 0 'after today' fetch small --since 2100-01-01
ok '... give no output' test ! -s out
for mode in '' --paged; do
	t "texts are not touched${mode:+, }$mode" 0 '' fetch texts ${mode:+"$mode"}
	printf '%s\n' '{"numero_fiche":"é\u00e9 \"q\" \\ \/ \ud83d\ude00","numero_version":1e0,"date_publication":"2024-01-01T00:00:00+00:00","x":[1.50,{"\u0000":"a  b"}]}' >want
	ok '... but for white space between them' cmp want out
done

# Some of it.
v2=$(jq -rs '.[300].date_publication[:10]' small) # a date in the middle
v0=$(jq -rs '.[300].date_de_publication' old)
v2to=$(jq -rs '.[450].date_publication[:10]' small)
v0to=$(jq -rs '.[450].date_de_publication' old)
part() { jq -c --arg d "$2" --arg u "${4:-}" "select($3)" "$1" >want; }
for mode in '' --paged; do
	part small "$v2" '.date_publication > $d + "T00:00:00+00:00"'
	t "--since, with a time${mode:+, }$mode" 0 '' fetch small $mode --since "$v2"
	ok '... strictly after 00:00' cmp want out
	t '--since a position' 0 '' fetch small $mode --since "{\"last_processed\":\"$v2\"}"
	ok '... is the same' cmp want out
	part small "$v2" '.date_publication > $d + "T00:00:00+00:00" and .date_publication[:10] <= $u' "$v2to"
	t '--since --until' 0 '' fetch small $mode --since "$v2" --until "$v2to"
	ok '... with all of its last day' cmp want out
	part old "$v0" '.date_de_publication > $d'
	t '--since, dates only' 0 '' fetch old $mode --since "$v0"
	ok '... strictly after it' cmp want out
	part old "$v0" '.date_de_publication > $d and .date_de_publication <= $u' "$v0to"
	t '--since --until, dates only' 0 '' fetch old $mode --since "$v0" --until "$v0to"
	ok '... with its last day' cmp want out
	part small "$v2" '.date_publication > $d and (.numero_version == 1 or .numero_version == 2)'
	t '--where with an or' 0 '' fetch small $mode --since "$v2" \
	    --where 'numero_version = 1 or numero_version = 2'
	ok '... is and-ed as a whole' cmp want out
	for limit in 0 1 100 150 600 601; do
		t "--limit $limit" 0 '' fetch small $mode --limit $limit
		ok '... the first of them' cmp <(head -n $limit small) out
	done
done
part small '' '.motif_rappel != null and (.motif_rappel | contains("présence"))'
t '--where with a text that has to be encoded' 0 '' fetch small --where 'motif_rappel like "présence"'
ok '... finds it' cmp want out
ok '... which is something' test -s want
t "--since '{}'" 0 '' fetch small --since '{}'
ok '... is everything' cmp small out
for none in '' ' '; do
	t "--since '$none'" 65 'since: empty, which is no position' fetch small --since "$none"
	is '... is nothing' "$(cat out)" ''
done

# Faults: a second try mends them, and says so.
breaks=('500:times=2=500' '503:times=2=503' '429:retry_after=1=429' '429:reset=1=429'
    '429:reset=1,as=date=429' '503:retry_after=1,as=date=503' 'html=web page' 'cut=broke off'
    'cut-clean=broke off' 'short=only [0-9]+ of 600' 'interrupted=Streaming interrupted due'
    'interrupted:half=1=Streaming interrupted due' 'stall:seconds=600=nothing came for 2.0 s'
    'hang:seconds=600=nothing came for 2.0 s' 'garbage=502 Bad Gateway' 'duplicate=' 'redirect='
    'late:seconds=0.1=' 'huge-header=' 'refuse-gzip=')
mended() {
	local says=${1##*=} spec=${1%=*}
	[ "$spec" = "${spec#*:}" ] && spec=$spec:path=exports || spec=$spec,path=exports
	faults "$spec"
	t "export: $spec" 0 "$says" fetch small
	ok '... all there, in order, once' cmp small out
	case $spec in
	4*=1* | 503*=1*) ok '... after the wait that the portal wanted' \
	    asked 'map(select(.path | endswith("/exports/jsonl")).time) | .[1] - .[0] > 0.95' ;;
	esac
}
each mended "${breaks[@]}"
page_breaks=('500:times=2=500' '429:retry_after=1=429' 'html=a web page' 'cut:after=30=broke off'
    'cut-clean=it ends too early' 'short=fewer records' 'interrupted=no |not |ends'
    'stall:seconds=600=nothing came for 2.0 s' 'garbage=not what an Explore API' 'duplicate='
    'redirect=' 'refuse-gzip=')
mended_page() {
	local says=${1##*=} spec=${1%=*}
	[ "$spec" = "${spec#*:}" ] && spec=$spec:skip=3 || spec=$spec,skip=3
	faults "$spec"
	t "--paged: $spec" 0 "$says" fetch small --paged
	ok '... all there, in order, once' cmp small out
}
each mended_page "${page_breaks[@]}"
faults cut:times=7,after=60,path=exports
t 'a stream that breaks off more often than tries' 0 'broke off' fetch small --retries 2
ok '... but goes on each time' cmp small out
ok '... from where it was' asked 'map(select(.path | endswith("/exports/jsonl"))) |
    (.[0].params.where == null) and (.[1:] | all(.params.where | contains(">= date")))'
faults cut:times=3,after=60,path=exports
t '... with --limit' 0 'broke off' fetch small --limit 200
ok '... the first of them' cmp <(head -n 200 small) out
faults cut:times=2,after=310,path=exports
t '... with records that have no date' 0 'broke off' fetch odd
ok '... all there' cmp odd out
faults cut:skip=100,times=3 503:times=1
t '--paged over two windows, with faults' 0 '503' fetch big --paged
ok '... all there, in order, once' cmp big out
faults cut:path=exports,times=2 interrupted:path=exports short:path=exports
t '12,500 records in a stream that breaks off three times and is short once' 0 'Streaming interrupted' fetch big
ok '... all there, in order, once' cmp big out
faults 503
t 'a try that worked is no news with -q' 0 '' fetch small -q

# Faults that stay.
lasting=('500:times=0|75|internal server error.*\(3 times\): try again later'
    '429:times=0,retry_after=1|75|\(2 times\)' 'html:times=0|75|web page.*is --api right'
    'cut:times=0,after=0|75|broke off' 'interrupted:times=0,after=0|75|Streaming interrupted'
    'cut-clean:times=0,after=0|75|only 0 of 600|broke off' 'short:times=0|75|of 600 records came'
    'garbage:times=0,after=0|75|502 Bad Gateway' 'stall:times=0,after=0|75|nothing came'
    'hang:times=0|75|nothing came' '401|77|API key is not valid.*RC_API_KEY'
    '403|77|not public' 'redirect:times=0,to=/api/explore/v2.1/catalog/datasets/small/exports/jsonl|78|redirect'
    'redirect:to=ftp://127.0.0.1/|78|redirect' 'redirect:to=file:///etc/passwd|78|redirect'
    '429|75|asks for no request before 2' '429:reset=4000|75|asks for no request before 2'
    '429:reset=4000,as=date|75|asks for no request before 2' '503:retry_after=400|75|asks for no request before 2')
lasts() {
	local spec=${1%%|*} want=${1#*|} says=${1#*|*|} tries=2
	[ "${spec%%:*}" = 500 ] && tries=3
	faults "$spec$([ "$spec" = "${spec#*:}" ] && echo : || echo ,)path=exports"
	t "for good: $spec" "${want%%|*}" "$says" fetch small --retries $tries
	ok '... nothing wrong came out' cmp -n "$(wc -c <out)" small out
	ok '... and one line is the error' test "$(grep -vc 'trying again' err)" -eq 1
}
each lasts "${lasting[@]}"
faults cut:after=200,path=exports garbage:times=0,after=0,path=exports
t 'what came before a record that is none' 75 '502 Bad Gateway' fetch small --retries 2
ok '... is there' cmp <(head -n 200 small) out
t 'a total_count that is too high' 75 '600 of 605 records came' \
    fetch small --api "http://127.0.0.1:$liar" --retries 2
ok '... what there is came' cmp small out
faults beyond:times=0,path=exports
t 'records without an end' 75 'more than 11200 records came, where it says that there are 600' endless
together
# Odd data.
faults
for mode in '' --paged; do
	t "two records of one key and version${mode:+, }$mode" 0 '' fetch doubles $mode
	ok '... are shown once' cmp <(head -n 300 small) out
	t 'records without a key, or without a date' 0 '40 records have no numero_fiche' fetch odd $mode
	ok '... are shown' cmp odd out
done
t 'more records of one date than pages reach' 0 'have one date' fetch oneday --paged
ok '... all there' cmp oneday out

# The key, and redirects.
faults redirect:path=exports redirect:path=exports,to="http://127.0.0.1:$other/api/explore/v2.1/catalog/datasets/small/exports/jsonl"
export RC_API_KEY=s3cr3t-k3y
t 'a redirect to the same host' 0 'asking for http' fetch small -v
ok '... is followed' cmp small out
ok '... with the key' asked 'length == 4 and all(.api_key)'
ok '... which no message shows' test "$(grep -c s3cr3t err)" -eq 0
faults
control "$other" DELETE requests >/dev/null
faults redirect:path=exports,to="http://127.0.0.1:$other/api/explore/v2.1/catalog/datasets/small/exports/jsonl"
t 'a redirect to another host' 0 'the key in RC_API_KEY is sent in clear there: use https://' fetch small
ok '... is followed' test "$(wc -l <out)" -eq 600
ok '... without the key' asked 'length == 1 and all(.api_key | not)' "$other"
faults 401
t 'a wrong key' 77 'check the key in RC_API_KEY' fetch small
ok '... is not shown' test "$(grep -c s3cr3t err)" -eq 0
RC_API_KEY=$'a\nX-Injected: b'
t 'a key with a line break' 78 'RC_API_KEY' fetch small
unset RC_API_KEY
faults
t 'no key' 0 '' fetch small
ok '... sends none' asked 'all(.api_key | not)'

# Nobody there, or somebody else.
t 'nobody listens' 69 'cannot be reached: .*: check the network, or name another portal with --api' \
    fetch small --api http://127.0.0.1:1 --retries 2
t 'no such host' 69 'http://no-such-host.invalid: cannot be reached' \
    fetch small --api http://no-such-host.invalid --retries 2
if openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -days 1 \
    -subj /CN=localhost 2>openssl~; then
	mkfifo tls.port
	python3 -c 'import http.server, ssl
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("tls.crt", "tls.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()' >tls.port 2>tls~ &
	pids+=($!)
	read -r port <tls.port
	t 'a certificate that nobody vouches for' 69 'certificate is not accepted' \
	    fetch small --api "https://localhost:$port"
	ok '... is not tried again' test "$(grep -c 'trying again' err)" -eq 0
else
	skip 'a certificate that nobody vouches for' 'openssl cannot make one'
	skip '... is not tried again' 'as before'
fi
jq '.portal.dataset = "no-such"' small.json >gone.json
t 'a dataset that is not there' 78 'Unknown dataset: no-such' fetch gone
t 'a where that is not ODSQL' 64 'ODSQL query is malformed.*check --where' \
    fetch small --where 'numero_version ='

# Signals, and a standard output that is closed or full.
faults stall:after=500,seconds=600,path=exports
background stalled "rc-fetch -d ./big.json ${usual[*]} --timeout 600000"
# what comes is written in pieces of 128 KiB and a line
there=$(($(head -n 500 big | wc -c) - 150000))
came() { [ "$(wc -c <stalled.out)" -ge $there ]; }
wait_for 60 came
kill -TERM "$job"
ok 'SIGTERM in a stall' ended "$job"
wait "$job"
is '... is the status' $? 143
ok '... with whole records on stdout' cmp <(head -n "$(wc -l <stalled.out)" big) stalled.out
ok '... all that came' came
ok '... and no complaint' test ! -s stalled.err
faults 503:retry_after=200
background waiting "rc-fetch -d ./small.json ${usual[*]}"
wait_for 60 grep -q 'trying again' waiting.err
kill -TERM "$job"
wait "$job"
is 'SIGTERM in a wait' $? 143
faults
piped() {
	fetch big | head -n 1 >first
	return "${PIPESTATUS[0]}"
}
t 'a reader that has enough' 141 '' piped
full() { fetch small >/dev/full; }
t 'a full disk' 74 '<stdout>: cannot write' full

# Wrong use.
t 'no such option' 64 '--nonsense' fetch small --nonsense
t 'an operand' 64 'operand' fetch small operand
t 'a date that is none' 64 '--since 2024-02-30' fetch small --since 2024-02-30
t 'a position that is none' 64 '--since' fetch small --since '{"last":"2024-02-01"}'
t 'an end that is none' 64 '--until' fetch small --until ''
t 'a timeout with a unit' 64 '--timeout 5s' fetch small --timeout 5s
t 'no tries' 64 '--retries 0' fetch small --retries 0
t 'a limit that is no number' 64 '--limit -1' fetch small --limit -1
t 'an address that is none' 64 'starts with https' fetch small --api data.economie.gouv.fr
t 'an address with too much' 64 'without /api' fetch small --api "$url/api/explore/v2.1"
t 'an address with a password' 64 'RC_API_KEY' fetch small --api http://me:s3cr3t@127.0.0.1
ok '... which is not shown' test "$(grep -c s3cr3t err)" -eq 0
t 'a slash after the address' 0 '' fetch small --api "$url/"
RC_API=$url t 'the address from the environment' 0 '' rc-fetch -d ./small.json
ok '... is used' cmp small out
RC_API=http://127.0.0.1:1 t '... where no option gives it' 0 '' fetch small
jq '.portal.url = "https://user@host"' small.json >userurl.json
t 'a description with a bad address' 78 '^rc-fetch: ./userurl.json: an address with a user in it' env -u RC_API rc-fetch -d ./userurl.json
t '... of the environment' 64 '^rc-fetch: RC_API: an address with a user in it' env RC_API=https://user@host rc-fetch -d ./small.json
plan
