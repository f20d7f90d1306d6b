#!/usr/bin/env bash
# Memory: what each program takes at most, which is the same for ten thousand records and for four times as many.
test_limit=200
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack
"$top/scripts/sample-records" --count 2000 --from 2024-01-01 >some
# again and again, under other numbers; of the same size as the portal's
for i in {1..20}; do sed "s/\"numero_fiche\":\"/&$i-/" some; done >records
rc-transform <records >rows
ok 'the rows are long' test "$(wc -c <rows)" -gt 60000000
queue=32
[ "$(rc-consume --version | sed -n 's/.*librdkafka 2\.\([0-9]*\).*/\1/p')" -ge 2 ] || queue=48

# both PROGRAM MIB INPUT COMMAND...: with a quarter of the input, and all of it.
both() {
	local input=$3
	head -n 10000 "$input" >quarter
	peak rss1 "${@:4}" <quarter >/dev/null 2>err || cat err
	peak_below "$1: ten thousand records" rss1 "$2"
	peak rss2 "${@:4}" <"$input" >/dev/null 2>err || cat err
	peak_below "$1: forty thousand" rss2 "$2"
	ok '... take not much more' [ "$(<rss2)" -lt $(($(<rss1) + $2 * 256)) ]
}
both rc-transform 16 records rc-transform
both rc-produce 32 rows rc-produce --create-topic
rc-consume -eE >messages 2>err
is 'messages' "$(wc -l <messages)" 50001 # and a position
both 'rc-load' 16 rows rc-load --create
both 'rc-load, rows that are there' 16 rows rc-load
sed 's/"distributeurs":"/&x /' rows >changed
both 'rc-load --compare, rows that differ' 16 changed rc-load --compare --whole --mend mend
ok '... all of them' test "$(wc -l <mend)" -gt 30000
rc-load --forget 2>err
both 'rc-load -e' 16 messages rc-load -e
both 'rc-produce -e' 32 messages rc-produce -e
both 'rc-consume' $queue messages rc-consume -E -n 40000
peak rss rc-consume -eE | { sleep 2 && cat >/dev/null; }
peak_below 'rc-consume -e, whose reader is slow' rss $queue
plan
