#!/usr/bin/env bash
# rc-fetch and a portal whose records change while they are read, or that leaves some out: what is
# there all the time comes, or the status and the message say that it may not.
# shellcheck disable=SC2016 # the dollars are jq's
# shellcheck source=tests/fetch.sh
. "${0%/*}/fetch.sh"

# from FILE FAULT...: what the stand-in serves to begin with, in place of small.
from() { faults "swap:file=$1,path=fields" "${@:2}"; }
# has FILE: all of its records came, once.
has() { [ -z "$(comm -23 <(sort "$1") <(sort out))" ] && [ -z "$(sort out | uniq -d)" ]; }

# --- left out

faults omit:after=300,path=exports
t 'a record that is left out once' 0 'only 599 of 600' fetch small --stats stats
ok '... comes late' has small
is '... so that no date says how far all goes' "$(jq -c .position stats)" null
faults omit:after=300,path=exports,times=0
t '... each time' 75 '599 of 600 records came, though asked again.*older than what came: later, fetch everything again$' \
	fetch small --stats stats
is '... tells no position' "$(jq -c .position stats)" null
t '... and since a date' 75 'later, fetch again with --since 2021-01-01$' fetch small --since 2021-01-01
faults omit:after=300,path=exports 503:times=0,path=exports
t '... and then nothing' 75 'something older than what came may be missing: later, fetch everything again$' \
	fetch small --retries 2 --stats stats
is '... tells no position' "$(jq -c .position stats)" null
faults omit:after=300,path=exports 503:times=0,path=exports
t '... with -q, too' 75 'something older than what came may be missing' fetch small --retries 2 -q
faults cut:after=300,path=exports,times=0
t 'an export that breaks off' 75 'broke off' fetch small --retries 2 --stats stats
is '... goes as far as it went' "$(jq -r .position stats)" "$(tail -n 1 out | jq -r .date_publication)"

# --- one that is left out, masked by one that is published meanwhile

head -n 599 small >old
jq -c '.numero_fiche = "new" | .date_publication = "2031-01-01T00:00:00+00:00"' <(tail -n 1 small) >new
cat old new >both
from old swap:file=both,path=exports omit:after=300,path=exports
t 'one left out, one published meanwhile' 0 'only 599 of 600' fetch small
ok '... both come' has both
sed 1d both >less # as many as before
from old swap:file=less,path=exports omit:after=300,path=exports
t '... and one deleted' 0 'only 598 of 599' fetch small
ok '... all come that are there' has less
from old swap:file=both,path=records,skip=1
t 'one published after the export' 0 'only 599 of 600' fetch small --stats stats
ok '... comes' has both
is '... in order' "$(jq -r .position stats)" 2031-01-01T00:00:00+00:00
from both swap:file=old,path=records,skip=1
t 'one deleted after the export' 0 '' fetch small
ok '... is no matter' has old

# --- pages that move

sed 20d small >gone
sed '20s/"date_publication":"[^"]*"/"date_publication":"2032-01-01T00:00:00+00:00"/' small >redated
for what in gone redated; do
	for skip in 2 3 4; do
		from small "swap:file=$what,path=records,skip=$skip"
		t "$what, before page $skip" 0 "$([ $what = gone ] || echo differs)" fetch small --paged
		ok '... what is there came' has <(sed 20d "$what")
	done
done
jq -c '.date_publication = "2024-01-01T00:00:00+00:00"' small >sameday
sed 20d sameday >goneday
from sameday swap:file=goneday,path=records,skip=3
t 'more records of one date than a page has, and one is deleted' 0 '' fetch small --paged
ok '... what is there came' has goneday
{ head -n 599 small | jq -c '.date_publication = null' && tail -n 1 small; } >undated
sed 20d undated >goneundated
from undated swap:file=goneundated,path=records,skip=4
t '... without a date' 0 '' fetch small --paged
ok '... what is there came' has goneundated
for mode in '' --paged; do
	from undated
	t "--limit, of records without a date${mode:+, }$mode" 0 '' fetch small --limit 250 $mode
	is '... as many' "$(wc -l <out)" 250
done
from undated cut:after=200,path=exports
t '... that break off' 0 'broke off' fetch small --limit 250
is '... as many' "$(wc -l <out)" 250
jq -c 'if input_line_number % 3 == 0 then .date_publication = null else . end' small >thirds
from thirds cut:after=400,path=exports cut:after=150,path=exports
t '... some with one' 0 'broke off' fetch small --limit 550
is '... as many' "$(wc -l <out)" 550
faults omit:after=10300,path=exports
t 'more records of one date than pages reach, and one left out' 0 'only 10499 of 10500' fetch oneday --paged
ok '... comes' cmp <(sort oneday) <(sort out)

# --- in another order than asked for

from small
from small backwards:path=exports
t 'the last record first' 0 'do not come oldest first' fetch small --stats stats
ok '... all there' has small
is '... and no date to go on from' "$(jq -c .position stats)" null
faults backwards:path=exports,times=0 cut:after=300,path=exports,times=0
t '... and it breaks off' 75 'something older than what came may be missing' fetch small --retries 2 --stats stats
is '... and no date to go on from' "$(jq -c .position stats)" null
faults backwards:path=exports,times=0 cut:after=300,path=exports
t '... once' 0 'broke off' fetch small
ok '... all there' has small

# --- without a date

jq -c '.date_publication = null' <(head -n 20 small) >twenty
{ cat twenty && sed 1,20d small; } >some
v2=$(jq -rs '.[300].date_publication[:10]' small)
jq -c --arg d "$v2" 'select(.date_publication == null or .date_publication > $d + "T00:00:00+00:00")' some >want
for mode in '' --paged; do
	from some
	t "records without a date come on every run${mode:+, }$mode" 0 '' fetch small --since "$v2" $mode
	ok '... with those that are new' has want
	is '... and no others' "$(wc -l <out)" "$(wc -l <want)"
	jq '.cursor.nulls = "exclude"' small.json >excluded.json
	t '... unless the description excludes them' 0 '' fetch excluded $mode
	ok '... none of them' cmp <(sed 1,20d small) out
done
jq '.cursor.nulls = "reject"' small.json >rejected.json
t '... or has them be bad data' 0 '' fetch rejected
head -n 1 twenty >bad
t '... in the next program' 65 'line 1: date_publication: null' eval 'rc-transform -d ./rejected.json <bad'

# --- one key and version, two contents

{ cat small && sed -n 100p small | jq -c '.motif_rappel = "another"'; } >two
from two
t 'a record that comes with another content' 0 \
	"the record \"$(sed -n 100p small | jq -r .numero_fiche)\" differs from one of its key and version" fetch small
ok '... is not shown' cmp <(sort small) <(sort out)
is '... which is said once' "$(grep -c differs err)" 1
{ cat small && sed -n 100p small; } >two
from two
t '... with the same' 0 '' fetch small

# --- records that are not quite JSON

# spoilt NUMBER TEXT: small with printf's TEXT at the beginning of a text of that record; in served,
# a byte stands for a raw line feed, see stand_in/dataset.py.
spoilt() {
	sed "$1s/\"motif_rappel\":\"/&@@/" small | perl -pe 'BEGIN { $t = shift } s/@@/$t/' "$(printf '%b' "$2")" >served
	tr '\036' '\n' <served >spoilt
}
key=$(sed -n 40p small | jq -r .numero_fiche)
for it in 'half a surrogate|\\ud83d' 'a raw control|\001' 'a byte of Latin-1|caf\351' 'a raw line feed|a\036b'; do
	spoilt 41 "${it#*|}"
	for mode in '' --paged; do
		from served
		t "${it%|*}${mode:+, }$mode" 0 "after the record \"$key\" of .* is no record" fetch small $mode
		ok '... is passed on as it is, with all the rest' cmp <(sort spoilt) <(tr -d '\r' <out | sort)
	done
done
t '... and rejected' 65 'line 41: ' eval 'rc-transform <out'
spoilt 600 '\001'
from served
t 'the newest record' 0 'is no record' fetch small
ok '... is passed on' cmp spoilt out
spoilt '1,3' '\001'
from served
t 'three, the oldest' 0 'is no record' fetch small --retries 2
ok '... are passed on' cmp spoilt out
is '... each is said once' "$(grep -c 'is no record' err)" 3
background follow "rc-fetch -d ./small.json ${usual[*]} --follow --interval 1"
polls() { asked 'map(select(.path | endswith("/exports/jsonl"))) | length > 8'; }
wait_for 30 polls
kill -TERM "$job"
wait "$job"
is '--follow: each once' "$(cmp spoilt follow.out && grep -c 'is no record' follow.err)" 3
faults interrupted:times=0,path=exports,half=1
t "the portal's message in a record is none" 75 'Streaming interrupted' fetch small --retries 2
ok '... and is not passed on' eval '! grep -q Streaming out'
spoilt 41 '\001'
from served cut-clean:after=100,path=exports,times=3
t 'half a line at the end is none' 0 'broke off' fetch small
ok '... with one that is' cmp <(sort spoilt) <(sort out)

plan
