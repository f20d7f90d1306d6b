#!/usr/bin/env bash
# rc-fetch and what stands between it and the portal: proxies, redirects, firewalls, name servers.
# shellcheck source=tests/fetch.sh
. "${0%/*}/fetch.sh"
unset no_proxy

# A proxy that answers each request with what is in the file answer, and notes its first line.
cat >proxy.py <<'E2'
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    client, _ = server.accept()
    request = b""
    while b"\r\n\r\n" not in request:
        piece = client.recv(65536)
        if not piece:
            break
        request += piece
    with open("asked", "ab") as log:
        log.write(request.split(b"\r\n")[0] + b"\n")
    client.sendall(open("answer", "rb").read())
    client.close()
E2
mkfifo port
python3 proxy.py >port &
pids+=($!)
read -r proxy_port <port
answer() { printf 'HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n' "$1" >answer; }
by_proxy() { env http_proxy="http://u:s3cret@127.0.0.1:$proxy_port" https_proxy="http://u:s3cret@127.0.0.1:$proxy_port" "$@"; }
strict() { timeout 60 rc-fetch -d ./small.json --retries 1 --timeout 3000 "$@"; }
for scheme in http https; do
	for code in '407 Proxy Authentication Required' '403 Forbidden'; do
		[ "$scheme $code" != 'http 403 Forbidden' ] || continue # which the portal might say
		answer "$code"
		t "$scheme by a proxy: $code" 77 "the proxy refuses .${code%% *}.: check ${scheme}_proxy, and user and password" \
			by_proxy timeout 60 rc-fetch -d ./small.json --api "$scheme://127.0.0.2:9"
		is '... is said once' "$(wc -l <err)" 1
		is '... with no password' "$(grep -c s3cret err)" 0
	done
done
answer '502 Bad Gateway'
t 'https by a proxy that does not connect' 75 'the proxy does not connect .502.' \
	by_proxy timeout 60 rc-fetch -d ./small.json --retries 1 --api https://127.0.0.2:9
ok '... which was asked to' grep -q '^CONNECT 127.0.0.2:9 ' asked
for it in 'http://u:s3cret@127.0.0.1:99999999' 'odd://u:s3cret@127.0.0.1:1' 'http://u:s3cret@[127.0.0.1:1' 'http://u:s3%zzcret@127.0.0.1:0' \
	'u:s3cret@h h:1' 'http://u:s3@cret@127.0.0.1:9'; do
	t "a proxy that is none: ${it//s3*cret/*}" 69 'cannot be reached' env http_proxy="$it" timeout 60 rc-fetch -d ./small.json \
		--retries 1 --timeout 3000 --api http://portal.invalid --stats stats
	is '... is shown without its password' "$(cat err stats | grep -cE 's3|cret')" 0
done
export no_proxy='*'

# --- where a redirect leads
export RC_API_KEY=k3y
faults "redirect:times=0,path=exports,to=http://127.0.0.1:$other/api/explore/v2.1/catalog/datasets/small/exports/jsonl?limit=600"
t 'a redirect to another host' 0 "redirects to 127.0.0.1:$other, to which the key in RC_API_KEY is not sent" fetch small
unset RC_API_KEY
faults redirect:path=records,code=301 redirect:path=records,code=301,skip=1
t 'a dataset that has moved for good' 0 "moved for good to http://127.0.0.1:$api/moved/.*: change the description, or --api" fetch small
is '... is said once' "$(grep -c 'moved for good' err)" 1
ok '... and followed' cmp small out
faults redirect:path=records
t '... for a while' 0 '' fetch small

# --- what is not there
faults 404:times=0,path=exports
t 'a portal without exports' 0 'it has no exports .404.: going on in pages, as with --paged' fetch small
ok '... all there' cmp small out
faults 404:times=0,path=fields
t 'a dataset that is not there' 78 'There is no such thing. .404.: check --api' fetch small
description() { # JQ: what the portal says of the dataset
	faults
	curl -fsS "$url/api/explore/v2.1/catalog/datasets/small" | jq -c "$1" >doc
	{ printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' && cat doc; } >raw
	faults "raw:file=$dir/raw,path=fields,times=0"
}
description '.has_records = false | .fields = []'
t '... that has no records' 78 'the portal has no records of it .has_records.' fetch small
is '... is said once' "$(wc -l <err)" 1
description '.metas.default.records_count = 0'
t '... that has none today' 0 'the portal has no record of it at all' fetch small
faults
background gone "rc-fetch -d ./small.json ${usual[*]} --follow --interval 1"
passes() { asked "map(select(.path | endswith(\"/exports/jsonl\"))) | length >= $1"; }
wait_for 30 passes 1
faults 404:times=1,path=fields 410:times=1,path=fields
wait_for 30 passes 1
kill -TERM "$job"
wait "$job"
is '--follow, of a dataset that is gone for a while' "$? $(grep -c 'There is no such thing\|It is gone' gone.err)" '143 2'
ok '... goes on' grep -q 'it answers again' gone.err
faults 404:times=0,path=fields
t '--follow, of one that was never there' 78 'no such thing' fetch small --follow

# --- who answers instead
printf 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n<html><title>Blocked</title></html>' >raw
faults "raw:file=$dir/raw,path=fields"
t '403, and a web page' 77 "not permitted: it sends a web page: a firewall's, perhaps .403." fetch small

# --- an address whose owner drops what comes: no accept, and no room for more
cat >full.py <<'E2'
import socket, time
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
port = server.getsockname()[1]
held = []
for _ in range(8):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    held.append(client)
time.sleep(0.2)
print(port, flush=True)
time.sleep(600)
E2
python3 full.py >port &
pids+=($!)
read -r full <port
if timeout 1 bash -c ": </dev/tcp/127.0.0.1/$full" 2>/dev/null; then
	skip 'an address that drops what comes' 'the system takes connections all the same'
else
	t 'an address that drops what comes' 69 'cannot be reached: ' strict --api "http://127.0.0.1:$full"
fi

# --- a name server that is silent
if preload silent "$top/tests/silent-names.c"; then
	begin=$SECONDS
	t 'a name server that is silent' 69 'cannot be reached: ' env LD_PRELOAD="$dir/silent.so" \
		timeout 40 rc-fetch -d ./small.json --retries 1 --timeout 2000 --api http://portal.invalid
	ok '... is waited for as long as --timeout says' [ $((SECONDS - begin)) -lt 30 ]
	resolving() { grep -q 'asking for' stopped.err; }
	is '... and no longer than SIGTERM lets' \
		"$(stops "env LD_PRELOAD=$dir/silent.so rc-fetch -v -d ./small.json --timeout 300000 --api http://portal.invalid" resolving)" '0 143'
else
	for what in 'a name server that is silent' '... is waited for' '... and no longer'; do skip "$what" 'no program can be preloaded'; done
fi

plan
