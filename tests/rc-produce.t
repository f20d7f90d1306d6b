#!/usr/bin/env bash
# rc-produce: what is in Kafka afterwards, and whether the position it prints is
# one that Kafka has acknowledged.
# shellcheck source=tests/produce.sh
. "${0%/*}/produce.sh"

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
t 'a time has a unit'                      64 '--timeout'             eval 'mock --timeout 5w <in'
t 'a property of no librdkafka'            64 'no.such'               eval 'mock -X no.such=1 <in'
t 'a value that it refuses'                64 'linger.ms'             eval 'mock -X linger.ms=often <in'
t 'no value'                               64 '-X'                    eval 'mock -X linger.ms <in'
printf '# settings\n\n  linger.ms = 1 \r\ntest.mock.num.brokers=1\n' | sed 's/ = /=/' >props
t 'a file of properties'                   0  ''                      eval 'rc-produce -F props <in'
is '... counts' "$(cat out)" "$(at 2024-05-01)"
echo 'no.such=1' >>props
printf '\357\273\277# by a tool\r\n \tclient.id = blanks \t\r\nacks\t=all\ntest.mock.num.brokers =\t1\nlinger.ms= 5\n' >blanks
t '... with a byte order mark, and blanks' 0 ''                      eval 'rc-produce -F blanks <in'
printf '\357\273\277client.id = a\nno.such = x\n' >blanks
t '... of which one is bad'              78 'no.such: '              eval 'rc-produce -F blanks <in'
printf ' = x\n' >blanks
t '... or has no name'                   78 'blanks: line 1: not NAME=VALUE' eval 'rc-produce -F blanks <in'
t '... a bad one is bad configuration'     78 'no.such'               eval 'rc-produce -F props <in'
echo 'linger.ms' >props
t '... as is one without a value'          78 'props: line 1'         eval 'rc-produce -F props <in'
t '... and none'                           78 'nowhere'               eval 'rc-produce -F nowhere <in'
echo 'sasl.password=swordfish' >props
rc-produce -F props -X sasl.mechanisms=PLAIN -X security.protocol=bogus <in >out 2>err
is 'a secret is in no message' "$(grep -c swordfish err)" 0
t '-b without a broker'                    64 "--brokers '': empty: is a variable not set" eval 'mock -b "" <in'
t '-e and -k'                              64 '-k'                    eval 'mock -e -k x <in'
t '--max-rejects without a file'           64 '--rejects'             eval 'mock --max-rejects 1 <in'
t 'a full standard output'                 74 '<stdout>'              eval 'mock <in >/dev/full'
quiet() { { mock <in; echo $? >status; } | true; }
t 'a closed one'                           0  ''                      quiet
ok '... ends as a filter does, quietly' grep -qxE '141|0' status

t 'nobody listens'                         69 '127.0.0.1:1.*RC_BROKERS' eval 'timeout 60 rc-produce -b 127.0.0.1:1 --timeout 2000 <in'
is '... is no position' "$(cat out)" ''
t 'RC_BROKERS'                             69 '127.0.0.1:2'           eval 'RC_BROKERS=127.0.0.1:2 rc-produce --timeout 2000 <in'

# --- dates that are still to come, and rows that are none

tomorrow=$(date -u -d '2 days' +%F)
lines "$(row a 2024-03-01)" "$(row slip 2062-11-21)" >in
t 'a date of the future'                   0  'warning: date_de_publication: 2062-11-21 is in the future' eval 'mock -q <in'
is '... moves no position' "$(cat out)" "$(at 2024-02-29)"
lines "$(row a "$tomorrow")" "$(row b 2062-11-21)" >in
t '... of several'                         0  '2 records are dated in the future' eval 'mock <in'
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
topic tiny 1 max.message.bytes 200
for i in {10..59}; do printf '{"reference_fiche":"%d","date_de_publication":null,"x":1}\n' "$i"; done >in
t 'a topic for small messages'            0  ''                      eval 'rc-produce -t tiny <in'
is '... has them all' "$(read_ tiny '%k\n' | sort -u | wc -l)" 50
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
ebad 'a header name with U+0000' '{"key":"m","headers":[["a\u0000b","c"]],"value":{}}' 'headers: U\+0000'
ebad 'a topic with U+0000'      '{"topic":"second\u0000b","key":"m","value":{}}' 'topic: U\+0000'
ebad 'a header that is bad at the end' '{"key":"m","headers":[["a","b"],3],"value":{}}' 'headers'
ebad 'a timestamp of text'      '{"timestamp":"now","key":"m","value":{}}'    'timestamp'
ebad 'a timestamp below zero'   '{"timestamp":-5,"key":"m","value":{}}'       'timestamp'
lines '{"key":"m","value":{}}' >in
t 'no topic'                               65 'line 1: .*topic'       eval 'mock -e <in'
plan
