#!/usr/bin/env bash
# rc-fetch and a portal that fails: what it breaks off is taken up again, what lasts is said, and
# every wait ends.
# shellcheck disable=SC2016 # the dollars are jq's
test_limit=300 # it waits for many time limits
# shellcheck source=tests/fetch.sh
. "${0%/*}/fetch.sh"

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
    'cut-clean=it ends too early|invalid UTF-8' 'short=fewer records' 'interrupted=no |not |ends'
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

plan
