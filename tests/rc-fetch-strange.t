#!/usr/bin/env bash
# rc-fetch and a portal that means no good, or is none: what it says is never taken for records,
# is called by its true name, and reaches no terminal as it is.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
export no_proxy='*'
"$top/scripts/sample-records" --count 5 --dataset rappelconso-v2 >data
start_api --data data --dataset rappelconso-v2-gtin-espaces

fetch() { timeout 20 rc-fetch --retries 1 --timeout 2000 "$@"; }
# answers [PATH]: the file answer is what comes in place of each answer.
answers() { faults "raw:file=$dir/answer,times=0,path=${1-exports}"; }
# strange WHAT STATUS STDERR FORMAT: an export answered with what printf makes of that.
strange() {
	# shellcheck disable=SC2059
	printf "$4" >answer
	answers
	t "$1" "$2" "$3" fetch
}
# body WHAT STATUS STDERR FORMAT: the same, of the body of an answer.
body() { strange "$1" "$2" "$3" "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n$4"; }
# compressed WHAT STATUS STDERR COMMAND: a body that is said to be gzip.
compressed() {
	{ printf 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n' && eval "$4"; } >answer
	answers
	t "$1" "$2" "$3" fetch
}
faults
t 'the portal as it is' 0 '' fetch
cp out whole

# --- no HTTP
head='what answers does not speak HTTP as it should: '
none="${head}its status line is none" # in words of its own; libcurl's differ between releases
strange 'another protocol'       75 "$none.*: try again later, or check --api" 'SSH-2.0-OpenSSH_9.2\r\n'
strange 'status 1000'            75 "$none"  'HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n'
strange 'status 99'              75 "$none"  'HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n'
strange 'status 099'             75 "$none"  'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'
strange 'a status that is none'  75 "$none"  'HTTP/1.1 abc\r\n\r\n'
strange 'a word for a status'    75 "$none"  'HTTP/1.1 2OO OK\r\nContent-Length: 0\r\n\r\n'
for version in 0.9 1 1.2 1.10 2 2.0 3 3.7 10.1; do
	strange "HTTP/$version"  75 "$none"  "HTTP/$version 200 OK\r\nContent-Length: 0\r\n\r\n"
done
odd_head="${head}a header that is none"
strange 'a negative length'      75 "$odd_head"  'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n'
strange 'a header without colon' 75 "$odd_head"  'HTTP/1.1 200 OK\r\nBroken header\r\n\r\n'
strange 'a header with NUL'      75 "$odd_head"  'HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n'
strange 'chunks that are none'   75 'the answer broke off: '              'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'
strange 'nothing'                75 'the answer broke off: '              ''
{ printf 'HTTP/1.1 200 OK\r\nX: ' && head -c 400000 /dev/zero | tr '\0' x && printf '\r\n\r\n'; } >answer
answers
t 'a header of 400 KB'           75 "${head}a header that is too long"    fetch
strange 'a redirect to another protocol' 78 'a redirect that is not followed: ' \
	'HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\n\r\n'
strange '... to what is no address' 78 'a redirect that is not followed: ' 'HTTP/1.1 302 Found\r\nLocation: http://a:zz/\r\n\r\n'

# --- gzip that is not right
more='more follows behind the end of its compressed body'
compressed 'gzip of two members'    75 "$head$more" 'head -n 2 data | gzip -c; tail -n 3 data | gzip -c'
is '... the records of the first'   "$(sort out)" "$(head -n 2 data | sort)"
compressed '... and something'      75 "$head$more" 'gzip -c <data; echo and so on'
compressed 'gzip that is none'      75 "${head}its body is neither plain nor whole gzip" 'cat data'
compressed 'gzip that is cut off'   75 ' broke off: ' 'gzip -c <data | head -c 400'

# --- numbers at their ends
# limits HEADERS: 429 with them.
limits() { printf 'HTTP/1.1 429 Too Many\r\nConnection: close\r\n%s\r\n\r\n' "$1" >answer && answers; }
limits 'Retry-After: 9223372036854775807'
t 'Retry-After of 2^63 - 1 s'       75 'it asks for no request before 20[0-9][0-9]-' fetch
limits 'Retry-After: 99999999999999999999999'
t '... of more'                     75 'it does not say why \(429\)' fetch
limits 'X-RateLimit-Reset: 9223372036854775807'
t 'X-RateLimit-Reset of 2^63 - 1'   75 'it asks for no request before' fetch
limits 'X-RateLimit-Reset: -9223372036854775808'
t '... of -2^63'                    75 'it does not say why \(429\): try again later$' fetch
for total in 1e9 5.5 -1 9223372036854775808 99999999999999999999 0x5 '"5"'; do
	printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"total_count":%s,"results":[%s]}' "$total" "$(paste -sd, data)" >answer
	answers records
	t "total_count $total"      75 'not what an Explore API answers \((a|no|expected|byte)' fetch --paged
	is '... nothing is taken'   "$(cat out)" ''
done

# --- what it says
odd='\033[31m\302\233 \302\205 \342\200\256 \177 \342\201\246'
body 'a byte order mark'            75 'the export broke off: a byte order mark: '      '\357\273\277{"a":1}\n'
clean '... is named' err
body 'UTF-16'                       75 'the export broke off: bytes that are not UTF-8' '\377\376{\0"\0a\0'
clean '... is named' err
body 'bytes in a record'            75 'the export broke off: bytes that are not UTF-8' '{"a":"\377"}\n'
clean '... are named' err
body 'a text'                       75 'the export broke off: Too busy \\x1b.31m' "Too busy $odd\\n"
clean '... has its controls shown' err
body 'an error in mid-stream'       75 'Streaming interrupted.*\\u202e'          "{\"a\":Streaming interrupted: $odd\\n"
clean '... too' err
printf 'HTTP/1.1 404 No\r\nConnection: close\r\n\r\n{"message":"\\u001b[31m \\u202e \\u0085 %b"}' "${odd#*m}" >answer
answers fields
t 'an error in words'               78 'the request is refused: \\x1b.31m \\u202e \\u0085 \\u009b' fetch
clean '... has its controls shown' err

# --- an address with a secret in it
for api in 'https://127.0.0.1:1/?apikey=s3cret' 'https://127.0.0.1:1/#s3cret' 'https://u:s3cret@127.0.0.1:1'; do
	t "--api ${api//s3cret/*}"  64 'RC_API_KEY' fetch --api "$api"
	is '... is not shown'       "$(grep -c s3cret err)" 0
done
t '--api with a port that is none'  64 '--api http://127.0.0.1:99999: not the address of a portal: ' fetch --api http://127.0.0.1:99999
plan
