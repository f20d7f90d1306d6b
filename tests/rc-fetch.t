#!/usr/bin/env bash
# rc-fetch against the stand-in API: everything is there, in order, once, or the status and the
# message say that it is not.
# shellcheck disable=SC2016 # the dollars are jq's
# shellcheck source=tests/fetch.sh
. "${0%/*}/fetch.sh"

# All of it.
for mode in export paged; do
	option=()
	[ $mode = paged ] && option=(--paged)
	faults
	t "$mode: 12,500 records" 0 '' peak rss rc-fetch -d ./big.json --api "$url" --stats stats \
	    "${option[@]}"
	ok '... all there, in order, once, unchanged' cmp big out
	peak_below '... in less than 16 MiB' rss 16
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

for is in true false; do
	jq --argjson is $is '.cursor.time = $is' "$([ $is = true ] && echo old || echo small).json" >time.json
	t "a cursor whose time is not $is" 78 "cursor is made, .*: give the cursor \"time\": $([ $is = true ] && echo false || echo true)" fetch time
	is '... nothing is fetched' "$(cat out)" ''
done
jq '.portal.dataset = "changes" | del(.key.version)' small.json >changes.json
for mode in '' --paged; do
	t "two records of one key, without a version${mode:+, }$mode" 0 '' fetch changes $mode
	ok '... come both, in order, and doubles once' cmp <(cat changed) out
done
for error in '{"errorcode":10002,"error":"Too many requests"}' '{"error_code":"E","message":"Busy"}' '{"message":"Busy"}'; do
	{ printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' && head -n 3 small && echo "$error"; } >answer
	faults "raw:file=$dir/answer,times=0,path=exports"
	t "$error in place of a record" 75 'the export broke off: .*(Too many requests|Busy)' fetch small --retries 2
	ok '... is none' cmp <(head -n 3 small) out
done
faults

# The key, and redirects.
faults redirect:path=exports redirect:path=exports,to="http://127.0.0.1:$other/api/explore/v2.1/catalog/datasets/small/exports/jsonl"
export RC_API_KEY=s3cr3t-k3y
t 'a redirect to the same host' 0 'asking for http' fetch small -v
ok '... is followed' cmp small out
ok '... with the key' asked 'length == 5 and all(.api_key)'
ok '... which no message shows' test "$(grep -c s3cr3t err)" -eq 0
faults
control "$other" DELETE requests >/dev/null
faults redirect:path=exports,to="http://127.0.0.1:$other/api/explore/v2.1/catalog/datasets/small/exports/jsonl"
t 'a redirect to another host' 0 'the key in RC_API_KEY is sent in clear there: use https://' fetch small
ok '... is said' grep -q "redirects to 127.0.0.1:$other, to which the key in RC_API_KEY is not sent" err
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

# Wrong use.
t 'no such option' 64 '--nonsense' fetch small --nonsense
t 'an operand' 64 'operand' fetch small operand
t 'a date that is none' 64 '--since 2024-02-30' fetch small --since 2024-02-30
t 'a position that is none' 64 '--since' fetch small --since '{"last":"2024-02-01"}'
t 'an end that is none' 64 '--until' fetch small --until ''
t 'a timeout with a unit' 64 '--timeout 5w' fetch small --timeout 5w
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
