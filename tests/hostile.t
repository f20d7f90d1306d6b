#!/usr/bin/env bash
# Lines that no one means well, through each program that reads lines: a bad one
# ends it with 65 and a message that names the line, an odd one with that or with
# success, and none with a signal.  RC_BUILD may name a build with sanitizers.
# shellcheck disable=SC1003,SC2016
test_limit=400 # it runs some thousand programs
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack --postgres
consumers=0
# A dataset of few columns, so that short lines are whole rows.
rest='"motif_du_rappel":null,"date_de_publication":null,"date_debut_commercialisation":null'
jq '.columns |= map(select(.name | IN("reference_fiche", "motif_du_rappel", "date_de_publication",
	"date_debut_commercialisation")))' "$top/lib/dataset/rappelconso0.json" >few.json
export RC_DATASET=$dir/few.json
export ASAN_OPTIONS=${ASAN_OPTIONS-detect_leaks=0} # librdkafka's mock leaks

at='"topic":"t","partition":0,"offset":'
row="{\"reference_fiche\":\"a\",$rest}"
envelope="{${at}0,\"key\":\"a\",\"value\":$row}"
rc-load --create </dev/null
ulimit -t 60 # seconds of the processor that a run may take

transform() { rc-transform; }
produce() { rc-produce -X test.mock.num.brokers=1; }
load() { rc-load; }
produce_e() { rc-produce -e -t r -X test.mock.num.brokers=1 "$@"; }
load_e() { rc-load -e --consumer "consumer$((consumers += 1))" "$@"; } # whom nothing is known of
state() { rc-state set --store file:state.json; }

# after GOOD FILE...: a good line, and these files as the second.
after() {
	printf '%s\n' "$1"
	cat "${@:2}"
	echo
}
# through PROGRAM WANT INPUT: is that how it ends?
through() {
	local got line
	"$1" <"$3" >out 2>err
	got=$?
	case $2:$got in
	bad:65 | odd:65) while IFS= read -r line; do [[ $line != rc-*': <stdin>: line 2: '* ]] || return 0; done <err ;;
	good:0 | odd:0) return ;;
	esac
	echo "# $1: status $got, of a line that is $2"
	head -n 5 err | cut -c 1-300 | sed 's/^/# /'
	return 1
}

# try WHAT WANT FILE: is it bad, odd (good for some) or good, for all programs?
try() {
	local bad=0 odd=${2/good/odd}
	after "$row" "$3" >rows
	after "$envelope" "$3" >lines
	after "$envelope" <(printf '{%s1,"key":"b","value":' "$at") "$3" <(printf '}') >wrapped
	after '{"last_processed":"2024-01-01"}' "$3" >positions
	n=$((n + 1))
	{
		through transform "$2" rows || bad=1
		through produce "$2" rows || bad=1
		through load "$2" rows || bad=1
		through produce_e "$odd" lines || bad=1
		through load_e "$odd" lines || bad=1
		through produce_e "$2" wrapped || bad=1
		through load_e "$2" wrapped || bad=1
		through state "$odd" positions || bad=1
	} >said
	if [ "$bad" -eq 0 ]; then echo "ok $n - $1"; else failed "$1" && cat said; fi
}
# line WHAT WANT TEXT: the same of a text with printf's escapes.
line() {
	printf '%b' "$3" >line
	try "$1" "$2" line
}
member() { line "$1" "$2" "{\"reference_fiche\":\"b\",$rest,$3}"; }

line 'a brace'                      bad '{'
line 'a closing brace'              bad '}'
line 'a quote'                      bad '"'
line 'a bracket'                    bad '['
line 'a backslash'                  bad '\\'
line 'a colon'                      bad ':'
line 'half a name'                  bad '{"reference_fiche'
line 'half a text'                  bad '{"reference_fiche":"b'
line 'half an escape'               bad '{"reference_fiche":"b\\'
line 'half a code'                  bad '{"reference_fiche":"\\u12'
line 'no value'                     bad '{"reference_fiche":}'
line 'no name'                      bad '{:"b"}'
line 'a name that is a number'      bad '{1:"b"}'
line 'single quotes'                bad "{'reference_fiche':'b'}"
line 'a comma'                      bad '{"reference_fiche":"b",}'
line 'a comma first'                bad '{,"reference_fiche":"b"}'
line 'a comment'                    bad '{"reference_fiche":"b"/*x*/}'
line 'two at once'                  bad '{"reference_fiche":"b"}{"reference_fiche":"c"}'
line 'a tail'                       bad '{"reference_fiche":"b"}x'
line 'the wrong bracket'            bad '{"reference_fiche":"b"]'
line 'a NUL first'                  bad '\0000{"reference_fiche":"b"}'
line 'a NUL last'                   bad '{"reference_fiche":"b"}\0000'
line 'a NUL in between'             bad '{"reference_fiche":"b\0000"}'
line 'nothing but NUL'              bad '\0000\0000\0000'
line 'a byte order mark'            bad '\0357\0273\0277{"reference_fiche":"b"}'
line 'another one'                  bad '\0376\0377{"reference_fiche":"b"}'
line 'bytes'                        bad '\0200\0377\0001\0002'
line 'a vertical tab as space'      bad '{\0013"reference_fiche":"b"}'
line 'a no-break space as space'    bad '{\0302\0240"reference_fiche":"b"}'
member 'NaN'                        bad '"x":NaN'
member 'infinity'                   bad '"x":Infinity'
member 'undefined'                  bad '"x":undefined'
member 'half a word'                bad '"x":nul'
member 'a word in capitals'         bad '"x":NULL'
member 'a plus'                     bad '"x":+1'
member 'a minus'                    bad '"x":-'
member 'a point'                    bad '"x":.5'
member '... last'                   bad '"x":5.'
member 'half an exponent'           bad '"x":5e'
member 'hexadecimal'                bad '"x":0x10'
member 'a leading zero'             bad '"x":-01'
member 'a tab in a text'            bad '"x":"\0011"'
member 'a control character'        bad '"\0037":1'
member 'an escape that is none'     bad '"x":"\\q"'
member 'a lone surrogate'           bad '"x":"\\ud800"'
member '... before a text'          bad '"x":"\\ud800\\u0041"'
member '... the second'             bad '"\\udfff":"x"'
member 'four hexadecimal digits'    bad '"x":"\\u00g0"'
member 'half a character'           bad '"x":"\0303"'
member '... before a quote'         bad '"x":"\0342\0202"'
member 'a tail of a character'      bad '"x":"\0200"'
member 'too long a form'            bad '"x":"\0340\0200\0257"'
member 'a surrogate in UTF-8'       bad '"x":"\0355\0240\0275\0355\0270\0200"'
member 'beyond Unicode'             bad '"x":"\0365\0200\0200\0200"'
member 'Latin-1'                    bad '"x":"caf\0351"'
member 'a list that does not end'   bad '"x":[1,2'
member 'a list with a comma'        bad '"x":[1,]'
member 'crossed brackets'           bad '"x":[{"y":1]}'

line 'nothing in it'                odd '{}'
line 'a list'                       odd '[]'
line 'null'                         odd 'null'
line 'a text'                       odd '"reference_fiche"'
line 'a number'                     odd '1e999999999'
line 'a key of NUL'                 odd '{"reference_fiche":"\\u0000"}'
line 'a key that is empty'          odd '{"reference_fiche":""}'
line 'a key that is huge'           odd "{\"reference_fiche\":\"$(printf '%0100000d' 0)\"}"
line 'a key that is a number'       odd '{"reference_fiche":123456789012345678901234567890}'
line 'a key that is a list'         odd '{"reference_fiche":[]}'
line 'the key twice'                odd '{"reference_fiche":"b","reference_fiche":null}'
member 'a column that is a list'    odd '"motif_du_rappel":[[[]]]'
member 'a column with NUL'          odd '"motif_du_rappel":"\\u0000"'
member 'a date far away'            odd '"date_de_publication":"9999-12-31"'
member 'a date long ago'            odd '"date_de_publication":"0000-01-01"'
member 'a date of digits'           odd '"date_de_publication":"99999999999999999999-01-01"'
member 'a period of digits'         odd '"date_debut_fin_de_commercialisation":"99/99/9999 00/00/0000 1/1/1 //"'

# Envelopes: each member as anything.
for field in topic partition offset timestamp key headers value key_base64 value_base64; do
	i=0
	for value in null true -1 0.5 1e3 99999999999999999999 '"x"' '"\\u0000"' '"===="' '[]' '{}' '[["a"]]' '[[null,null]]' \
		'[["a",null,"*"]]' '[["",""],["",""],[[],[]]]'; do
		printf '{%s%d,"key":"b","value":{"reference_fiche":"b"},"%s":%b}\n' "$at" $((i += 1)) "$field" "$value"
	done >envelopes
	rm -f rejects
	case $field in
	value) t 'to Kafka any value is fine'    0  ''                      eval 'produce_e <envelopes' ;;
	*) t "to Kafka, $field of anything"      0  'of 15 records rejected' eval 'produce_e --rejects rejects <envelopes' ;;
	esac
	t "to PostgreSQL, $field of anything"    0  'of 15 records rejected' eval 'load_e --rejects rejects <envelopes'
done

member 'a name that is empty'       good '"":1'
member 'a name with NUL'            good '"\\u0000":1'
member 'a name of quotes'           good '"\\"\\\\\\/":1'
member 'a huge number'              good "\"x\":$(printf '9%.0s' {1..5000})e-$(printf '9%.0s' {1..50})"
member 'all escapes'                good '"x":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\uFFFF\\ud83d\\ude00"'
member 'DEL'                        good '"x":"\0177"'
member 'not a character'            good '"x":"\0357\0277\0277"'
member 'the last one'               good '"x":"\0364\0217\0277\0277"'
# shellcheck disable=SC2046 # words
member 'nesting of 500'             good "\"x\":$(printf '[%.0s' $(seq 500))$(printf ']%.0s' $(seq 500))"
member 'white space'                good "\"x\" \t:\r $(printf '%010000d' 0 | tr 0 ' ')1 "

# nest DEPTH OPEN CLOSE: what opens DEPTH times, and closes as often.
nest() {
	awk -v n="$1" -v o="$2" -v c="$3" -v r="${rest//\"/\\\"}" 'BEGIN { printf "{\"reference_fiche\":\"b\",%s,\"x\":", r
		for (i = 0; i < n; i++) printf "%s", o
		if (o ~ /:$/) printf "1"
		for (i = 0; i < n; i++) printf "%s", c
		printf "}" }'
}
nest 10000 '[' ']' >line; try 'lists 10,000 deep' bad line
nest 1000000 '[' '' >line; try 'lists that open a million times' bad line
nest 100000 '{"a":' '}' >line; try 'objects 100,000 deep' bad line
members() { awk -v n="$1" -v f="$2" -v r="${rest//\"/\\\"}" 'BEGIN { printf "{\"reference_fiche\":\"b\",%s", r
	for (i = 0; i < n; i++) printf ",\"" f "\":%d", i % 100000, i; printf "}" }'; }
members 150000 'x%d' >line
try '150,000 members' good line
members 150000 'x%.0s' >line; try '... of one name' good line
members 2000 '\\u0041\\u0000%d' >line; try '... of escapes' good line
awk -v r="${rest//\"/\\\"}" 'BEGIN { printf "{\"reference_fiche\":\"b\",%s,\"x\":[", r; for (i = 0; i < 500000; i++) printf "%d,", i; printf "0]}" }' >line
try 'a list of half a million' good line
{ printf '{"reference_fiche":"b",%s,"x":"' "$rest"; head -c 3000000 /dev/zero | tr '\0' '\\'; printf '"}'; } >line
try '3 MB of backslashes' good line
head -c 1000000 /dev/urandom | tr -d '\n' >line; try 'a megabyte of noise' bad line
head -c 70000000 /dev/zero | tr '\0' '{' >line; try '70 MB of braces' bad line
for reader in 'rc-runs status --lag' 'rc-state set --store file:state'; do
	t "... for $reader"                    65 '<stdin>: line 1: a line of 70000000 bytes: longer than 64 MiB' eval "$reader <line"
done
plan
