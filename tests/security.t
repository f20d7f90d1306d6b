#!/usr/bin/env bash
# Secrets stay where they belong, and nobody is talked to whose certificate does
# not say who they are: Kafka over SASL_SSL, PostgreSQL over TLS.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/kafka.sh
. "$top/tests/kafka.sh"
password=s3cr3t-of-this-test

if ! command -v openssl >/dev/null; then
	echo '1..0 # SKIP no openssl to make certificates'
	exit 0
fi

# authority NAME: a key and a certificate that others are signed with.
authority() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.crt" -days 2 \
		-subj "/CN=$1" >/dev/null 2>&1
}
# certificate NAME HOST: signed by ca.
certificate() {
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" >/dev/null 2>&1 &&
		openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$1.crt" -days 2 \
			-extfile <(echo "subjectAltName=IP:$2") >/dev/null 2>&1
}
# expired NAME: one for 127.0.0.1 that was valid in 2020, to sign which takes openssl ca(1).
expired() {
	: >index && echo 01 >serial
	printf '[ca]\ndefault_ca = it\n[it]\ndatabase = index\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n' >ca.cnf
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" >/dev/null 2>&1 &&
		openssl ca -config ca.cnf -batch -notext -startdate 200101000000Z -enddate 200102000000Z \
			-extfile <(echo subjectAltName=IP:127.0.0.1) -cert ca.crt -keyfile ca.key -in "$1.csr" -out "$1.crt" >/dev/null 2>&1
}
ok 'certificates' eval 'authority ca && authority stranger && certificate server 127.0.0.1 &&
	certificate client 127.0.0.1 && expired expired && expired stale'
RC_STACK_POSTGRES_PORT=$(free_port)
export RC_STACK_POSTGRES_PORT
start_stack
rc-transform < <("$top/scripts/sample-records" --count 50) >rows

# --- Kafka, which gets a listener for strangers.
secure=$(free_port)
openssl pkcs12 -export -in server.crt -inkey server.key -out server.p12 -passout pass:changeit
openssl pkcs12 -export -in stale.crt -inkey stale.key -out stale.p12 -passout pass:changeit
mutual=$(free_port)
stale=$(free_port)
scram=$(free_port)
oauth=$(free_port)
listeners="SECURE://127.0.0.1:$secure,MUTUAL://127.0.0.1:$mutual,SCRAM://127.0.0.1:$scram,OAUTH://127.0.0.1:$oauth,STALE://127.0.0.1:$stale"
kafka_with "$listeners" "$listeners" <<END
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL,MUTUAL:SSL,SCRAM:SASL_PLAINTEXT,OAUTH:SASL_PLAINTEXT,STALE:SSL
listener.name.stale.ssl.keystore.type=PKCS12
listener.name.stale.ssl.keystore.location=$dir/stale.p12
listener.name.stale.ssl.keystore.password=changeit
listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.scram.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.oauth.sasl.enabled.mechanisms=OAUTHBEARER
listener.name.oauth.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="admin";
listener.name.mutual.ssl.client.auth=required
listener.name.mutual.ssl.truststore.type=PEM
listener.name.mutual.ssl.truststore.location=$dir/ca.crt
ssl.keystore.type=PKCS12
ssl.keystore.location=$dir/server.p12
ssl.keystore.password=changeit
listener.name.secure.sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_loader="$password";
END
secure_up() { openssl s_client -connect "127.0.0.1:$secure" -CAfile ca.crt -verify_return_error </dev/null; }
ok 'Kafka with a listener that asks who is there' wait_for 60 secure_up

# settings FILE CA PASSWORD
settings() {
	(umask 077 && printf '%s\n' security.protocol=SASL_SSL sasl.mechanism=PLAIN sasl.username=loader \
		"ssl.ca.location=$2" "sasl.password=$3" >"$1")
}
settings right ca.crt "$password"
settings wrong ca.crt "not-$password"
settings strange stranger.crt "$password"
export RC_BROKERS=127.0.0.1:$secure
told() { cat err stats 2>/dev/null | grep -c "$password"; }

t 'rc-produce by SASL_SSL' 0 '' rc-produce -F right --create-topic --stats stats <rows
is '... with no secret in what it tells' "$(told)" 0
t 'rc-consume' 0 '' rc-consume -F right -E
is '... has all of it' "$(wc -l <out)" 50
t 'rc-state, into a group' 0 '' sh -c \
	"echo '{\"topic\":\"rappel_conso\",\"partition\":0,\"offset\":50}' | rc-state set --store kafka:g -F right"
t 'a wrong password: rc-produce' 77 'the broker refuses this user: check the SASL and TLS properties of -X and -F' rc-produce -F wrong --timeout 5000 <rows
is '... which is not shown' "$(told)" 0
t '... rc-consume' 77 'refuses this user' rc-consume -F wrong -E --timeout 5000
is '... which is not shown' "$(told)" 0
t 'a broker whom nobody vouches for: rc-produce' 69 'certificate' rc-produce -F strange --timeout 3000 <rows
t '... rc-consume' 69 'certificate' rc-consume -F strange -E --timeout 3000
t 'a broker whose certificate has expired' 69 "no broker within 3000 ms: .*: the broker's certificate has expired: " \
	rc-consume -E -b "127.0.0.1:$stale" -X security.protocol=SSL -X ssl.ca.location=ca.crt --timeout 3000
t '... rc-produce' 69 'certificate has expired' \
	rc-produce -b "127.0.0.1:$stale" -X security.protocol=SSL -X ssl.ca.location=ca.crt --timeout 3000 <rows
t 'no TLS where it is wanted' 69 'incorrect security.protocol|connection closed by peer' rc-consume -E --timeout 3000 -X ssl.ca.location=ca.crt
librdkafka=$(rc-produce -V | grep librdkafka)
say='refuses this user'
[[ "$librdkafka" = "$(printf '%s\n' "$librdkafka" 'librdkafka 2.6.1' | sort -V | tail -n 1)" ]] || say='with SCRAM, librdkafka before 2.6.1'
settings scram ca.crt "$password"
sed -i 's/SASL_SSL/SASL_PLAINTEXT/; s/PLAIN$/SCRAM-SHA-256/' scram
t "SCRAM, with $librdkafka" 77 "$say" rc-consume -E -F scram -b "127.0.0.1:$scram"
(umask 077 && printf '%s\n' security.protocol=SASL_PLAINTEXT sasl.mechanism=OAUTHBEARER sasl.oauthbearer.method=oidc \
	sasl.oauthbearer.client.id=loader "sasl.oauthbearer.client.secret=$password" >oidc)
cat >tokens.py <<'E'
"""Where tokens come from: unsigned ones, for a few seconds, to who knows the secret."""
import base64, http.server, json, os, sys, time
def coded(what):
    return base64.urlsafe_b64encode(json.dumps(what).encode()).rstrip(b"=").decode()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        user = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
        self.send_response(200 if user == "loader:" + os.environ["SECRET"] else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        now = time.time()
        claims = {"sub": "loader", "iat": now, "exp": now + 8, "scope": "all"}
        self.wfile.write(json.dumps({"access_token": f"{coded({'alg': 'none'})}.{coded(claims)}.", "token_type": "Bearer", "expires_in": 8}).encode())
        print("token", flush=True)
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
E
rc-consume -E --timeout 1 -X sasl.oauthbearer.method=oidc 2>oidc.err
if ! grep -q 'not supported in this build' oidc.err; then
	SECRET=$password python3 tokens.py >tokens.out 2>tokens.err &
	pids+=($!)
	wait_for 20 test -s tokens.out
	echo "sasl.oauthbearer.token.endpoint.url=http://127.0.0.1:$(head -n 1 tokens.out)/" >>oidc
	background oidc "rc-consume -F oidc -b 127.0.0.1:$oauth"
	renewed() { [ "$(wc -l <oidc.out)" = 50 ] && [ "$(grep -c token tokens.out)" -gt 1 ]; }
	wait_for 30 renewed
	kill -TERM "$job"
	wait "$job"
	is 'OAUTHBEARER by OIDC, with tokens that are renewed' "$? $(wc -l <oidc.out) $(<oidc.err)" '143 50 '
else
	skip 'OAUTHBEARER by OIDC' "$librdkafka has it not"
fi
t 'tokens that anybody can make' 78 'enable.sasl.oauthbearer.unsecure.jwt=true' \
	rc-consume -E -b "127.0.0.1:$oauth" -X enable.sasl.oauthbearer.unsecure.jwt=true
t 'the reason why a property is refused' 64 'sasl.oauthbearer.method: librdkafka refuses it: [A-Z]' rc-consume -E -X sasl.oauthbearer.method=nonsense
by_certificate() { "$2" -b "127.0.0.1:$mutual" -X security.protocol=SSL -X ssl.ca.location=ca.crt -X "ssl.certificate.location=$1.crt" -X "ssl.key.location=$1.key" "${@:3}"; }
t "a certificate of the client" 0 "" by_certificate client rc-consume -E
t "... that is expired: rc-consume" 77 'the broker refuses this user: .*certificate' by_certificate expired rc-consume -E
t '... rc-produce' 77 'the broker refuses this user: .*certificate' by_certificate expired rc-produce <rows
t '... of a stranger' 77 'the broker refuses this user: .*' by_certificate stranger rc-consume -E
t '... or missing: rc-consume' 77 'the broker refuses this user: .*certificate' \
	rc-consume -E -b "127.0.0.1:$mutual" -X security.protocol=SSL -X ssl.ca.location=ca.crt
chmod 644 right
t 'a file with a secret that anybody can read' 0 'right: it holds a secret and anybody can read it: chmod o-r' \
	rc-consume -F right -E
chmod 640 right
t '... or only a group' 0 '' rc-consume -F right -E
t 'a secret as an argument' 0 '-X: a secret there is visible' \
	rc-consume -F right -X "sasl.password=$password" -E
is '... which is not shown' "$(told)" 0

# --- PostgreSQL, by TCP and TLS.
data=$(sql 'SHOW data_directory')
for it in crt key; do
	install -o "$(stat -c %u "$data")" -g "$(stat -c %g "$data")" -m 600 "server.$it" "$data/server.$it"
done
sql "CREATE ROLE loader LOGIN SUPERUSER PASSWORD '$password'"
sql "ALTER SYSTEM SET listen_addresses = '127.0.0.1'"
sql 'ALTER SYSTEM SET ssl = on'
printf '%s\n' 'local all all trust' 'hostssl all loader 127.0.0.1/32 scram-sha-256' \
	>"$(sql 'SHOW hba_file')"
rc-stack down --postgres
ok 'PostgreSQL with TLS' rc-stack up --postgres
by_tls() { env PGHOST=127.0.0.1 PGUSER=loader PGSSLMODE=verify-full PGSSLROOTCERT="$1" PGPASSWORD="$2" "${@:3}"; }
load() { by_tls "$1" "$2" rc-load --create --stats stats <rows; }
t 'rc-load with sslmode=verify-full' 0 '' load ca.crt "$password"
is '... has all of it' "$(sql 'SELECT count(*) FROM rappel_conso_table')" 50
is '... with no secret in what it tells' "$(told)" 0
t 'a server whom nobody vouches for' 69 'certificate verify failed' load stranger.crt "$password"
for it in crt key; do
	install -o "$(stat -c %u "$data")" -g "$(stat -c %g "$data")" -m 600 "stale.$it" "$data/server.$it"
done
sql 'SELECT pg_reload_conf()' >/dev/null
t 'a server whose certificate has expired' 69 'certificate verify failed: its certificate has expired, or none that PGSSLROOTCERT names' load ca.crt "$password"
for it in crt key; do
	install -o "$(stat -c %u "$data")" -g "$(stat -c %g "$data")" -m 600 "server.$it" "$data/server.$it"
done
sql 'SELECT pg_reload_conf()' >/dev/null
t 'a wrong password' 77 'authentication failed' load ca.crt "not-$password"
is '... which is not shown' "$(told)" 0
PGHOST=127.0.0.1 PGUSER=loader PGSSLMODE=disable PGPASSWORD=$password \
	t 'no TLS where it is wanted' 77 'no encryption' rc-load <rows

# --- the portal, by https; for one command, ca.crt is all that the system trusts
cat >portal.py <<'E'
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302)
        self.send_header("Location", open("to").read().strip() + self.path)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + ".crt", sys.argv[1] + ".key")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
E
"$top/scripts/sample-records" --count 3 --dataset rappelconso-v2 >data
start_api --data data --dataset rappelconso-v2-gtin-espaces
echo "$RC_API" >to
mkfifo portal.port
python3 portal.py server >portal.port &
pids+=($!)
read -r portal <portal.port
mkfifo stale.port
python3 portal.py stale >stale.port &
pids+=($!)
read -r stale <stale.port
certificates=/etc/ssl/certs/ca-certificates.crt
# shellcheck disable=SC2016 # for sh to expand
trusting() { unshare -rm sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' "$dir/ca.crt" "$certificates" "$@"; }
fetch_by_tls() { trusting env RC_API_KEY="$password" rc-fetch --retries 1 --timeout 3000 --api "https://$1:$portal"; }
t 'a portal whom nobody vouches for' 69 'certificate is not accepted' rc-fetch --retries 1 --api "https://127.0.0.1:$portal"
t '... but SSL_CERT_FILE does' 78 'a redirect that is not followed: ' env SSL_CERT_FILE=ca.crt rc-fetch --retries 1 --api "https://127.0.0.1:$portal"
t '... nor one whose certificate has expired' 69 'certificate is not accepted: .*expired' env SSL_CERT_FILE=ca.crt rc-fetch --retries 1 --api "https://127.0.0.1:$stale"
mkdir certificates
ln -s ../ca.crt "certificates/$(openssl x509 -hash -noout -in ca.crt).0"
t '... or SSL_CERT_DIR' 78 'a redirect that is not followed: ' env SSL_CERT_DIR=certificates rc-fetch --retries 1 --api "https://127.0.0.1:$portal"
t '... a file that is not there' 69 'certificate is not accepted: .*nowhere.crt' env SSL_CERT_FILE=nowhere.crt rc-fetch --retries 1 --api "https://127.0.0.1:$portal"
if trusting true 2>/dev/null; then
	t 'a redirect from https to http' 78 'a redirect that is not followed: ' fetch_by_tls 127.0.0.1
	is '... nothing was asked for there' "$(requests length)" 0
	is '... no key is shown' "$(told)" 0
	t 'a certificate of another host' 69 'certificate is not accepted' fetch_by_tls localhost
else
	skip 'a redirect from https to http' 'the certificates that are trusted cannot be replaced'
fi

# --- how the programs are built
for program in rc-fetch rc-transform rc-produce rc-consume rc-load rc-state rc-rejects rc-runs rc-settings rc-supervise; do
	file=$(command -v "$program")
	is "$program: at any address, full RELRO, no executable stack" \
		"$(LC_ALL=C readelf -Whld "$file" | grep -cE 'Type: +DYN|GNU_RELRO|BIND_NOW|GNU_STACK .* RW ')" 4
	ok '... checks its stack and its buffers' eval "LC_ALL=C readelf -Ws '$file' | grep -q __stack_chk_fail &&
		{ LC_ALL=C readelf -Ws '$file' | grep -q '_chk@' || grep -q __asan_init '$file'; }"
done

# --- a connection string, of which no part is shown that may be a password
unset PGHOST PGUSER
for it in 'postgresql://u:s3cret@127.0.0.1:s3cret/d' 'postgresql://u:s3@cret@127.0.0.1/d' 'postgresql://u:s3/cret@127.0.0.1/d' \
	'postgresql://u:s3%zzcret@127.0.0.1/d' 'postgresql://u:s3cret@[h/d' 'postgresql://u:x@127.0.0.1/d?s3cret=1' \
	'postgresql://u:12"s3cret"@127.0.0.1:1"2s3cret"/' 'host=127.0.0.1 password=s3 cret' 'host=127.0.0.1 s3cret=x' \
	'host=127.0.0.1 port=s3cret' "host=127.0.0.1 password='s3cret" 'host=127.0.0.1 sslmode=s3cret'; do
	t "malformed: ${it//s3*cret/*}" 78 'PostgreSQL: ' env RC_STATE="postgres:$it" rc-state get --timeout 2000
	is '... is not shown' "$(grep -cE 's3|cret' err)" 0
done
t 'no store at all' 64 'postgresql: not a store: file:PATH, postgres:' rc-state get --store postgresql://u:s3cret@h/d
is '... is not shown' "$(grep -c s3cret err)" 0
t 'a password in --store' 69 'rc-state: --store: a password there is visible in the process list' \
	rc-state get --store postgres:postgresql://u:s3cret@127.0.0.1:1/d
is '... is not shown' "$(grep -c s3cret err)" 0
t '... in RC_STATE' 69 '^rc-state: PostgreSQL: ' env RC_STATE=postgres:postgresql://u:s3cret@127.0.0.1:1/d rc-state get
is '... is fine' "$(grep -c 'process list' err)" 0

# --- files
umask 022
t 'rejects' 0 'rejected' rc-transform --rejects bad <<<'{"x":1}'
is '... can be changed by their owner alone' "$(stat -c %a bad)" 644
(umask 077 && rc-transform --rejects hidden -q <<<'{"x":1}' 2>/dev/null)
is '... and be read by whom the umask lets' "$(stat -c %a hidden)" 600
t 'a state' 0 '' rc-state set --store file:state.json <<<'{"last_processed":"2024-04-18"}'
is '... is for its owner alone' "$(stat -c %a state.json)" 600
cp bad before
chmod 602 bad
t 'rejects that anybody can write to' 73 'bad: anybody could change rejects there: chmod o-w' rc-transform --rejects bad <<<'{"x":1}'
chmod 640 bad
ok '... took none' cmp bad before
t '... or a group that was let in' 0 'rejected' rc-transform --rejects bad <<<'{"x":1}'
if [ "$(id -u)" -eq 0 ]; then
	chown 1 bad
	cp bad before
	t '... or of another user' 73 'bad: belongs to another user' rc-transform --rejects bad <<<'{"x":1}'
	ok '... which took none' cmp bad before
	mkdir -m 1777 common
	echo '{"last_processed":"2020-01-01"}' >victim
	ln -s ../victim common/state.json
	chown -h 1 common/state.json
	t 'a state by a link of another, where all can make files' 73 'common/state.json: cannot be written: Permission denied' \
		rc-state set --store file:common/state.json <<<'{"last_processed":"2024-04-18"}'
	is '... leaves alone what it leads to' "$(cat victim)" '{"last_processed":"2020-01-01"}'
else
	for what in '... or of another user' '... by a link of another'; do skip "$what" 'only root can make that'; done
fi
plan
