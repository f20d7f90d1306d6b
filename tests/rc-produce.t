#!/usr/bin/env bash
# rc-produce: what is in Kafka afterwards, and whether the position it prints is
# one that Kafka has acknowledged.
test_limit=300 # it waits for many time-outs
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack
few reference_fiche date_de_publication

row() { printf '{"reference_fiche":"%s","date_de_publication":"%s"}\n' "$1" "$2"; }
mock() { rc-produce -X test.mock.num.brokers=1 "$@"; } # a broker in the program itself
at() { printf '{"last_processed":"%s"}' "$1"; }
# topic NAME PARTITIONS [SETTING VALUE]: make one, by a description for it.  By default it keeps
# messages of any age: retention is first looked at half a minute after a broker began.
topic() {
	jq --arg t "$1" --argjson p "$2" --arg s "${3-retention.ms}" --arg v "${4--1}" \
		'.topic = {name: $t, partitions: $p, replication_factor: 1, config: {($s): $v}}' \
		few.json >"$1.json" &&
		rc-produce -d "./$1.json" --create-topic </dev/null
}
# read_ TOPIC FORMAT: all of a topic, by a program that is not ours.
read_() { kcat -b "$RC_BROKERS" -C -q -e -t "$1" -f "$2"; }

# --- records and positions, with the broker in the program

lines "$(row a 2024-03-01)" "$(row b 2024-02-10)" >in
t 'two records'                            0  ''                      eval 'mock --stats stats <in'
is '... the position is the newest date less a day' "$(cat out)" "$(at 2024-02-29)"
is '... and all is counted' "$(jq -c '[.tool, .records_in, .records_out, .rejected, .bytes_in, .position]' stats)" \
	"[\"rc-produce\",2,2,0,$(wc -c <in),{\"last_processed\":\"2024-02-29\"}]"
t 'no record'                              0  ''                      eval 'mock </dev/null'
is '... is no position' "$(cat out)" ''
lines '{"reference_fiche":"a","date_de_publication":7}' '{"reference_fiche":"b","date_de_publication":null}' \
	'{"reference_fiche":"c","date_de_publication":"soon"}' >in
t 'no date'                                0  ''                      eval 'mock <in'
is '... is no position' "$(cat out)" ''
row a 2024-01-01 >>in
t '... unless another has one'             0  ''                      eval 'mock <in'
is '... of the year before' "$(cat out)" "$(at 2023-12-31)"

# bad WHAT LINE SAYS: between two good ones, LINE ends the run.
bad() {
	lines "$(row a 2024-05-02)" '' "$2" "$(row z 2024-06-01)" >in
	t "$1"                                    65 "<stdin>: line 3: .*$3" eval 'mock <in'
	is '... the position is that of what came before' "$(cat out)" "$(at 2024-05-01)"
	rm -f rejects
	t '... set aside'                         0  '1 of 3 records rejected' eval 'mock -q --rejects rejects <in'
	is '... the rest is sent' "$(cat out) $(jq -c '[.tool, .line]' rejects)" "$(at 2024-05-31) [\"rc-produce\",3]"
}
bad 'a line cut short'  '{"reference_fiche":"m'        ''
bad 'no key'            '{"date_de_publication":"2024-05-03"}' 'reference_fiche'
bad 'a key that is null' '{"reference_fiche":null,"date_de_publication":null}'    'reference_fiche'
bad 'a key in a list'   '{"reference_fiche":["m"],"date_de_publication":null}'    'reference_fiche'
bad 'a list as record'  '["m"]'                        ''

# --- options

row a 2024-05-02 >in
t 'a time has a unit'                      64 '--timeout'             eval 'mock --timeout 5s <in'
t 'a property of no librdkafka'            64 'no.such'               eval 'mock -X no.such=1 <in'
t 'a value that it refuses'                64 'linger.ms'             eval 'mock -X linger.ms=often <in'
t 'no value'                               64 '-X'                    eval 'mock -X linger.ms <in'
printf '# settings\n\n  linger.ms = 1 \r\ntest.mock.num.brokers=1\n' | sed 's/ = /=/' >props
t 'a file of properties'                   0  ''                      eval 'rc-produce -F props <in'
is '... counts' "$(cat out)" "$(at 2024-05-01)"
echo 'no.such=1' >>props
t '... a bad one is bad configuration'     78 'no.such'               eval 'rc-produce -F props <in'
echo 'linger.ms' >props
t '... as is one without a value'          78 'props: line 1'         eval 'rc-produce -F props <in'
t '... and none'                           78 'nowhere'               eval 'rc-produce -F nowhere <in'
echo 'sasl.password=swordfish' >props
rc-produce -F props -X sasl.mechanisms=PLAIN -X security.protocol=bogus <in >out 2>err
is 'a secret is in no message' "$(grep -c swordfish err)" 0
t '-e and -k'                              64 '-k'                    eval 'mock -e -k x <in'
t '--max-rejects without a file'           64 '--rejects'             eval 'mock --max-rejects 1 <in'
t 'a full standard output'                 74 '<stdout>'              eval 'mock <in >/dev/full'
quiet() { { mock <in; echo $? >status; } | true; }
t 'a closed one'                           0  ''                      quiet
ok '... ends as a filter does, quietly' grep -qxE '141|0' status

# within SECONDS COMMAND...
within() { local end=$((SECONDS + $1)); shift; "$@"; local got=$?; [ $SECONDS -le $end ] && return $got; }
t 'nobody listens'                         69 '127.0.0.1:1.*RC_BROKERS' within 5 eval 'rc-produce -b 127.0.0.1:1 --timeout 1000 <in'
is '... is no position' "$(cat out)" ''
t 'RC_BROKERS'                             69 '127.0.0.1:2'           eval 'RC_BROKERS=127.0.0.1:2 rc-produce --timeout 500 <in'

# --- dates that are still to come, and rows that are none

tomorrow=$(date -u -d '2 days' +%F)
lines "$(row a 2024-03-01)" "$(row slip 2062-11-21)" >in
t 'a date of the future'                   0  'warning: date_de_publication: 2062-11-21 is still to come' eval 'mock -q <in'
is '... moves no position' "$(cat out)" "$(at 2024-02-29)"
lines "$(row a "$tomorrow")" "$(row b 2062-11-21)" >in
t '... of several'                         0  '2 records have a date' eval 'mock <in'
is '... moves none at all' "$(cat out)" ''
row a "$(date -u +%F)" >in
t 'a date of today'                        0  ''                      eval 'mock <in'
is '... is a position' "$(cat out)" "$(at "$(date -u -d yesterday +%F)")"
RC_DATASET='' sample-records --count 2 >in
t 'records of the portal'                  65 'rc-transform comes first' eval 'mock -d rappelconso-v2 <in'
echo '{"topic":"t","partition":0,"offset":0,"timestamp":1,"key":"a","headers":[],"value":{}}' >in
t 'envelopes without -e'                   65 'read it with -e'       eval 'mock -t t <in'
row a 2024-01-01 >in
t 'rows with -e'                           65 'read without -e'       eval 'mock -e -t t <in'
echo '{"topic":"t","partition":0,"offset":3,"key":"a"}' >in
t 'an envelope with a key and no value'    65 'value: missing'        eval 'mock -e <in'
echo '{"topic":"t","partition":0,"offset":3,"timestamp":1,"start":true,"skipped":2}' >in
t 'a position is passed over'              0  ''                      eval 'mock -e <in'

# --- a client that fails for good

cat >fatal.c <<'E'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
/* With the first message that is queued, the client fails as where an access list refuses
 * idempotence; nothing is acknowledged any more. */
rd_kafka_error_t *
rd_kafka_produceva(rd_kafka_t *rk, const rd_kafka_vu_t *vus, size_t count)
{
	rd_kafka_error_t *(*next)(rd_kafka_t *, const rd_kafka_vu_t *, size_t) =
	    dlsym(RTLD_NEXT, "rd_kafka_produceva");
	rd_kafka_error_t *error = next(rk, vus, count);

	rd_kafka_test_fatal_error(
	    rk, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "idempotence is refused");
	return error;
}
E
if gcc -shared -fPIC -o fatal.so fatal.c -ldl 2>/dev/null && ! grep -q __asan_init "$(command -v rc-produce)"; then
	row a 2024-01-01 >in
	t 'a fatal error behind the last record' 77 '1 of 1 records were not acknowledged.*idempotence is refused' \
		env LD_PRELOAD="$dir/fatal.so" rc-produce -X test.mock.num.brokers=1 --timeout 5000 <in
	is '... is no position' "$(cat out)" ''
else
	skip 'a fatal error' 'nothing can be put in between here'
fi

# --- topics

row a 2024-05-02 >in
t 'no topic'                               78 'rappel_conso.*--create-topic' eval 'rc-produce <in'
is '... is no position' "$(cat out)" ''
t 'a name that is none'                    78 'a b'                   eval 'rc-produce -t "a b" --create-topic <in'
t '--create-topic'                         0  ''                      eval 'rc-produce --create-topic <in'
is '... sends' "$(cat out) $(read_ rappel_conso '%k %s\n')" "$(at 2024-05-01) a $(cat in)"
kafka_tool TopicCommand --describe --topic rappel_conso >described
is '... makes it as the description says' \
	"$(grep -oE '(PartitionCount|ReplicationFactor): [0-9]+' described | tr '\n' ' ')$(grep -o 'retention.ms=[0-9]*' described)" \
	'PartitionCount: 1 ReplicationFactor: 1 retention.ms=3600000'
t '... and one that is there is fine'      0  ''                      eval 'rc-produce --create-topic <in'

ok '--create-topic waits for each partition'"'"'s leader' topic many 60
t '... so that it can be read at once'     0  ''                      rc-consume -t many -eE
is '... all of it' "$(wc -l <out)" 60

topic keys 3
{
	for i in 1 2 3; do
		for k in a b c d e é 'q\"' ''; do
			printf '{"reference_fiche":"%s","n":%d,"date_de_publication":"2024-05-02"}\n' "$k" "$i"
		done
	done
	echo '{"reference_fiche":17,"n":1,"date_de_publication":null}'
} >in
t 'keys'                                   0  ''                      eval 'rc-produce -t keys <in'
is '... are the description'\''s' "$(read_ keys '%k\n' | sort -u | tr '\n' ' ')" ' 17 a b c d e q" é '
is '... each in one partition, in order' "$(read_ keys '%k %p %s\n' | sed 's/{.*"n":\([0-9]\).*/\1/' |
	awk '{ k = $0; sub(/ [0-9]+ [0-9]+$/, "", k); if ($NF != ++n[k] || (k in p && p[k] != $(NF - 1))) bad++
	p[k] = $(NF - 1) } END { print NR, bad + 0 }')" '25 0'
is '... over all of them' "$(read_ keys '%p\n' | sort -u | wc -l)" 3
is '... as lines were' "$(read_ keys '%s\n' | sort)" "$(sort in)"
topic other 1
t '-k'                                     0  ''                      eval 'rc-produce -t other -k n <in'
is '... names another field' "$(read_ other '%k\n' | sort | uniq -c | tr -s ' \n' ' ')" ' 9 1 8 2 8 3 '
t '... that must be there'                 65 'line 1: nothing'       eval 'rc-produce -t other -k nothing <in'
few reference_fiche
printf '{ "reference_fiche" : "w" ,\t"x": [ 1 ] }\r\n{"reference_fiche":"l","x":"\\u0000é\\ud83d\\ude00"}' >in
topic texts 1
t 'white space and escapes'                0  ''                      eval 'rc-produce -t texts <in'
is '... stay' "$(read_ texts '%s\n')" "$(tr -d '\r' <in)"
few reference_fiche date_de_publication

# --- a record too large

topic small 1 max.message.bytes 5000
big() { printf '{"reference_fiche":"%s","date_de_publication":null,"x":"%0*d"}\n' "$1" $(($2 - 27)) 0; }
{
	for i in {1..100}; do row "a$i" 2024-05-02; done
	big big 6000
	for i in {1..100}; do row "b$i" 2024-05-12; done
} >in
t 'larger than max.message.bytes'          65 'line 101: .*max.message.bytes' eval 'rc-produce -t small <in'
is '... what came before is there, nothing after' "$(read_ small '%k\n' | wc -l) $(cat out)" "100 $(at 2024-05-01)"
rm -f rejects
topic small2 1 max.message.bytes 5000
t '... set aside'                          0  '1 of 201'              eval 'rc-produce -t small2 --rejects rejects <in'
is '... the rest is there' "$(read_ small2 '%k\n' | wc -l) $(cat out)" "200 $(at 2024-05-11)"
is '... and it is known' "$(jq -c '[.line, .record.reference_fiche]' rejects)" '[101,"big"]'
for i in {4800..5000}; do big "s$i" "$i"; done >in
rm -f rejects
t 'sizes about the limit'                  0  'of 201'                eval 'rc-produce -t small2 --rejects rejects <in'
is '... each is there or set aside' "$(($(read_ small2 '%k\n' | grep -c ^s) + $(wc -l <rejects)))" 201
is '... the larger ones' "$(jq -r .record.reference_fiche rejects | head -1)" \
	"s$(($(read_ small2 '%k\n' | grep ^s | tail -1 | tr -d s) + 1))"
topic large 1 max.message.bytes 10000000
big large 5000000 >in
t '5 MB, where that is allowed'            0  ''                      eval 'rc-produce -t large <in'
is '... is there' "$(read_ large '%S\n')" "$(($(wc -c <in) - 1))"

# --- envelopes, there and back

topic first 1
topic second 1
cat >in <<-'E'
	{"timestamp":1,"key":"a","headers":[],"value":{"n":1.50,"e":1e400,"t":"\u0000é😀\ud83d\ude00\/"}}
	{"timestamp":1700000000123,"key":null,"headers":[["h","v"],["h","w"],["",""]],"value":{}}
	{"timestamp":2,"key":"","headers":[["null",null],["binary",null,"/wD+"],["nul","a\u0000b"]],"value":[1,[],{}]}
	{"timestamp":3,"key_base64":"/w==","headers":[],"value":"text"}
	{"timestamp":4,"key":"gone","headers":[["why","old"]],"value":null}
	{"timestamp":5,"key":"null","headers":[],"value_base64":"bnVsbA=="}
	{"timestamp":6,"key":"not json","headers":[],"value_base64":"eyJhIjo="}
	{"timestamp":7,"key":"bytes","headers":[],"value_base64":"AP/+"}
	{"timestamp":8,"key":"empty","headers":[],"value_base64":""}
	{"timestamp":9,"key":"q\"\\\n\u0001/","headers":[["é\"","\u007f"]],"value":12345678901234567890123}
	{"timestamp":10,"key":"true","headers":[],"value":true}
E
whole() { awk -v t="$1" '{ sub(/^\{/, "{\"topic\":\"" t "\",\"partition\":0,\"offset\":" NR - 1 ","); print }'; }
end() { printf '{"topic":"%s","partition":0,"offset":11}\n' "$1"; }
{ whole first <in; end first; } >want
t 'envelopes'                              0  ''                      eval 'rc-produce -e <want'
rc-consume -e -E -t first >got
# \u escapes of keys and headers may be written otherwise, and a key of bytes keeps its name
is '... come back as they went' "$(jq -cS . got)" "$(jq -cS . want)"
is '... values byte for byte' "$(grep -o '"value.*' got)" "$(grep -o '"value.*' want)"
t '... to another topic'                   0  ''                      eval 'rc-produce -e -t second <got'
rc-consume -e -E -t second >got2
is '... the same' "$(cat got2)" "$(sed 's/"topic":"first"/"topic":"second"/' got)"
is '... and so it is in Kafka' "$(read_ first '%T %K %S\n' | tr '\n' ' ')" \
	'1 1 53 1700000000123 -1 2 2 0 9 3 1 6 4 4 -1 5 4 4 6 8 5 7 5 3 8 5 0 9 6 23 10 4 4 '
is '... with its bytes' "$(read_ first '%k|' | od -An -tx1 | tr -d ' \n')" \
	'617c7c7cff7c676f6e657c6e756c6c7c6e6f74206a736f6e7c62797465737c656d7074797c71225c0a012f7c747275657c'
is '... with its headers' "$(read_ first '%h\n' | sed -n '2p;5p')" $'h=v,h=w,=\nwhy=old'

topic pretty 1
printf '{\n "a": [1,\r\n\t2], "b c": "d  e" }' >pretty.value
printf '{"key":"k","value_base64":"%s"}\n' "$(base64 -w0 pretty.value)" >in
t 'JSON over several lines'                0  ''                      eval 'rc-produce -e -t pretty <in'
is '... is sent as it is' "$(read_ pretty '%s')" "$(cat pretty.value)"
rc-consume -E -e -t pretty >got
is '... and told as what it is' "$(wc -l <got) $(head -1 got | jq -c .value)" '2 {"a":[1,2],"b c":"d  e"}'

now=$(date +%s)000
lines '{"key":"now","value":{"date_de_publication":"2024-05-02"}}' \
	'{"key":"now","timestamp":null,"value":{"date_de_publication":"2024-05-04"}}' >in
t 'no timestamp'                           0  ''                      eval 'rc-produce -e -t pretty <in'
is '... is now' "$(read_ pretty '%T\n' | tail -2 | awk -v n="$now" '{ print ($1 >= n && $1 < n + 60000) }' | tr '\n' ' ')" '1 1 '
is '... and the position is that of the values' "$(cat out)" "$(at 2024-05-03)"

echo '{"timestamp":1,"key":"old","value":{}}' >in
t 'a timestamp of 1970'                    0  ''                      eval 'rc-produce -e -t pretty <in'
is '... is one, too' "$(read_ pretty '%T\n' | tail -1)" 1

lines '{"topic":"first","key":"x","value":1}' '{"topic":"second","key":"y","value":2}' '{"topic":"first","key":"z","value":3}' >in
t 'several topics'                         0  ''                      eval 'rc-produce -e <in'
is '... get their own' "$(read_ first '%k' | tail -c 2)$(read_ second '%k' | tail -c 1)" xzy
lines '{"topic":"first","key":"x2","value":1}' '{"topic":"third","key":"y","value":2}' >in
t 'a topic that is not there'              78 'third.*--create-topic' eval 'rc-produce -e <in'
is '... what came before is' "$(read_ first '%k\n' | tail -1)" x2
t '... unless it is to be made'            0  ''                      eval 'rc-produce -e --create-topic <in'
is '... it is' "$(read_ third '%k')" y

# ebad WHAT LINE SAYS
ebad() {
	lines '{"key":"a","value":{"date_de_publication":"2024-05-02"}}' "$2" \
		'{"key":"z","value":{"date_de_publication":"2024-06-02"}}' >in
	t "$1"                                    65 "<stdin>: line 2: .*$3" eval 'mock -e -t r <in'
	is '... the position is that of what came before' "$(cat out)" "$(at 2024-05-01)"
	rm -f rejects
	t '... set aside'                         0  '1 of 3 records rejected' eval 'mock -e -t r --rejects rejects <in'
	is '... the rest is sent' "$(cat out) $(jq -c .record rejects)" "$(at 2024-06-01) $(jq -c . <<<"$2")"
}
ebad 'no value, no offset'      '{"key":"m"}'                                 ''
ebad 'a key that is a number'   '{"key":1,"value":{}}'                        'key'
ebad 'Base64 that is none'      '{"key_base64":"*","value":{}}'               'key_base64'
ebad '... of a value'           '{"key":"m","value_base64":"A"}'              'value_base64'
ebad 'headers that are none'    '{"key":"m","headers":{"a":"b"},"value":{}}'  'headers'
ebad 'a header of one'          '{"key":"m","headers":[["a"]],"value":{}}'    'headers'
ebad 'a header of numbers'      '{"key":"m","headers":[["a",1]],"value":{}}'  'headers'
ebad 'a header that is bad at the end' '{"key":"m","headers":[["a","b"],3],"value":{}}' 'headers'
ebad 'a timestamp of text'      '{"timestamp":"now","key":"m","value":{}}'    'timestamp'
ebad 'a timestamp below zero'   '{"timestamp":-5,"key":"m","value":{}}'       'timestamp'
lines '{"key":"m","value":{}}' >in
t 'no topic'                               65 'line 1: .*topic'       eval 'mock -e <in'

# --- over time

# A slow writer: positions come while it writes, each one once, when Kafka has them.
topic slow 1
mkfifo slow.in
rc-produce -t slow <slow.in >first.out 2>first.err &
first=$!
pids+=("$first")
exec 7>slow.in
has() { [ "$(wc -l <first.out)" -eq "$1" ]; }
row a 2024-05-02 >&7
wait_for 10 has 1
row b 2024-05-03 >&7
wait_for 10 has 2
row c 2024-05-03 >&7
row d 2024-04-03 >&7
row e 2024-05-04 >&7
wait_for 10 has 3
is 'positions come while it writes' "$(cat first.out)" "$(at 2024-05-01; echo; at 2024-05-02; echo; at 2024-05-03)"
row f 2024-05-10 >&7
kill -INT "$first"
wait "$first"
is 'SIGINT' "$? $(cat first.err)" '130 '
exec 7>&-
is '... what was read is there, and that is the position' "$(read_ slow '%s\n' | jq -rs 'map(.date_de_publication) | max')" \
	"$(date -d "$(tail -1 first.out | jq -r .last_processed) + 1 day" +%F)"
{
	while :; do row g 2024-05-02; done | rc-produce -t slow >flow.out 2>flow.err &
	echo $! >flow.pid
	wait $!
	echo $? >flow.status
} 2>/dev/null &
pids+=($!)
wait_for 10 test -s flow.out
kill -TERM "$(cat flow.pid)"
ok 'SIGTERM in full flow' wait_for 30 test -s flow.status
is '... ends so' "$(cat flow.status flow.err)" 143

# The broker is killed, and comes back: all is there, once.
topic killed 1
pid=$(cat "$RC_STACK_DIR/kafka.pid")
mkfifo killed.in
rc-produce -t killed <killed.in >first.out 2>first.err &
first=$!
pids+=("$first")
exec 7>killed.in
for ((i = 0; i < 3000; i++)); do row "$i" 2024-05-02; done >part
cat part >&7
wait_for 10 test -s first.out
kill -9 "$pid"
sed 's/05-02/06-02/; s/fiche":"/&x/' part >&7
exec 7>&-
rc-stack up --kafka >>stack.log 2>&1
wait "$first"
is 'a broker that is killed and comes back' "$? $(cat first.err)" '0 '
is '... no record is lost, none is there twice' "$(read_ killed '%k\n' | wc -l) $(read_ killed '%k\n' | sort -u | wc -l)" '6000 6000'
is '... in their order' "$(read_ killed '%k\n')" "$(jq -r .reference_fiche part; jq -r '"x" + .reference_fiche' part)"
is '... the position is the end' "$(tail -1 first.out)" "$(at 2024-06-01)"

# --- one transaction

trap '' PIPE # of a pipe whose reader has ended

topic whole 1
lines "$(row a 2024-05-02)" "$(row b 2024-05-03)" >in
t 'a transaction'                          0  ''                      eval 'rc-produce -t whole --transactional-id x <in'
# Kafka writes a commit's mark after it has answered
seen() { [ "$(rc-consume -E -t whole | wc -l)" -eq "$1" ]; }
wait_for 10 seen 2
is '... is there' "$(rc-consume -E -t whole) $(cat out)" "$(cat in) $(at 2024-05-02)"
lines "$(row c 2024-06-02)" '{' >in
t '... with a bad record'                  65 'line 2'                eval 'rc-produce -t whole --transactional-id x <in'
is '... is not' "$(rc-consume -E -t whole | wc -l) $(cat out)" '2 '
mkfifo whole.in
rc-produce -t whole --transactional-id x <whole.in >first.out 2>first.err &
first=$!
pids+=("$first")
exec 7>whole.in
row d 2024-07-02 >&7 2>/dev/null
# under_way: readers of committed records see less than there is.
ends() {
	kcat -b "$RC_BROKERS" -Q -t whole:0:-1 | grep -o '[0-9]*$'
	kcat -b "$RC_BROKERS" -Q -t whole:0:-1 -X isolation.level=read_uncommitted 2>/dev/null | grep -o '[0-9]*$'
}
under_way() { [ "$(ends | uniq | wc -l)" -eq 2 ]; }
ok '... that is under way' wait_for 10 under_way
t '... is waited for by readers'           75 'an open transaction' rc-consume -E -t whole --timeout 500
is '... is not there before its end' "$(wc -l <out)" 2
row e 2024-08-02 >in
t '... nor when another run fences it'     0  ''                      eval 'rc-produce -t whole --transactional-id x <in'
row f 2024-09-02 >&7 2>/dev/null
exec 7>&-
wait "$first"
is '... which is 75' "$? $(cat first.out)" '75 '
wait_for 10 seen 3
is '... of the two, one is there' "$(rc-consume -E -t whole | jq -r .reference_fiche | tr '\n' ' ')" 'a b e '

# --- and at its worst: the broker is gone for good, and some were acknowledged

topic partial 1
mkfifo partial.in
rc-produce -t partial --timeout 2000 <partial.in >first.out 2>first.err &
first=$!
pids+=("$first")
exec 7>partial.in
row a 2024-05-10 >&7
wait_for 10 test -s first.out
kill -9 "$(cat "$RC_STACK_DIR/kafka.pid")"
lines "$(row b 2024-05-05)" "$(row c 2024-06-01)" >&7
exec 7>&-
wait "$first"
is 'what is not acknowledged is 69' "$? $(grep -c '2 of 3 records.*line 2' first.err)" '69 1'
is '... for the broker'\''s reason, without the record in it' "$(grep -ci 'timed out' first.err) $(grep -c '2024-05-05' first.err)" '1 0'
is '... and the position does not pass over it' "$(tail -1 first.out)" "$(at 2024-05-04)"
plan
