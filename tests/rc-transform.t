#!/usr/bin/env bash
# rc-transform: from the portal's records to rows, line by line, whatever the
# lines are.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# ids FILE: the column id of each row in it, which comes first.
ids() { sed -E 's/^\{"id":"([^"]*)".*/\1/' "$1"; }

# A description with one column of each kind.
cat >d.json <<'E'
{
  "name": "d",
  "portal": {"url": "https://example.org", "dataset": "d"},
  "key": {"column": "id"},
  "cursor": {"column": "day"},
  "topic": {"name": "d"},
  "table": "d",
  "absent": "null",
  "columns": [
    {"name": "id", "op": "keep", "from": "key"},
    {"name": "day", "op": "date", "from": "at"},
    {"name": "plain", "op": "unaccent"},
    {"name": "links", "op": "keep", "lists": true},
    {"name": "list", "op": "list", "split": ["|", "¤"], "space": "$"},
    {"name": "cut", "op": "list", "split": "|", "space": "$", "join": "$"},
    {"name": "both", "op": "join", "from": ["one", "two"]},
    {"name": "start", "op": "period", "part": "start", "from": "sold"},
    {"name": "end", "op": "period", "part": "end", "from": "sold"}
  ]
}
E
export RC_DATASET=$dir/d.json
tr_() { rc-transform "$@" <in; }
# became WHAT RECORD COLUMNS: the columns that are not null, but for the key.
became() {
	lines "$2" >in
	t "$1"                                    0  ''                      tr_
	is '... so' "$(jq -c 'with_entries(select(.value != null)) | del(.id)' out)" "$3"
}

# --- what becomes of a record

echo '{"key":"a"}' >in
t 'what is missing is null'                0  ''                      tr_
is '... in the order of the description, without white space' "$(cat out)" \
	'{"id":"a","day":null,"plain":null,"links":null,"list":null,"cut":null,"both":null,"start":null,"end":null}'
printf ' { "two" : "y" ,\t"key":"a", "more":[{"deep":[1,2]}], "one":"x" } \r\n' >in
t 'whatever the order of the record'       0  ''                      tr_
is '... and its white space' "$(cat out)" \
	'{"id":"a","day":null,"plain":null,"links":null,"list":null,"cut":null,"both":"x\ny","start":null,"end":null}'
became 'a date'           '{"key":"a","at":"2024-02-29T23:59:59+00:00"}'    '{"day":"2024-02-29"}'
became 'no date'          '{"key":"a","at":null}'                           '{}'
became 'an empty date'    '{"key":"a","at":""}'                             '{}'
became 'a text'           '{"key":"a","plain":"Œuf à 5 °C… « ça » €"}'      '{"plain":"OEuf a 5 degC... << ca >> EUR"}'
became 'an empty text'    '{"key":"a","plain":""}'                          '{}'
became 'a text of nothing' '{"key":"a","plain":"\ue000"}'                   '{"plain":""}'
became 'escapes'          '{"key":"a","plain":"\u00e9\n\t\"\\\/\u0000\ud83d\ude00."}' '{"plain":"e\n\t\"\\/\u0000."}'
became 'kept, escapes'    '{"key":"a","links":"\u00e9é\/\u0000\ud83d\ude00😀|¤$"}' '{"links":"éé/\u0000😀😀|¤$"}'
became 'links'            '{"key":"a","links":["é","b|c",null,""]}'         '{"links":"é\nb|c"}'
# shellcheck disable=SC2016 # no expansions
became 'a list'           '{"key":"a","list":" é|¤ b$c$$d$ ¤|e"}'           '{"list":"e\nb c  d\ne"}'
became 'a list of texts'  '{"key":"a","list":["a|b",null,"","c"]}'          '{"list":"a\nb\nc"}'
# shellcheck disable=SC2016 # no expansions
{
	became 'a list that was one text' '{"key":"a","cut":["1","é"," b","|","","c","","|2","d",null]}' '{"cut":"1 e  b\nc\n2 d"}'
	became '... the text'     '{"key":"a","cut":"1$é$ b$|$$c$$|2$d$"}'          '{"cut":"1 e  b\nc\n2 d"}'
	became '... in one place' '{"key":"a","cut":["a|b$c"]}'                     '{"cut":"a\nb c"}'
	became '... of nothing'   '{"key":"a","cut":["","",""]}'                    '{"cut":""}'
	became '... as a text'    '{"key":"a","cut":"$$"}'                          '{"cut":""}'
}
became 'a list of one empty text' '{"key":"a","cut":[""]}'                  '{}'
became 'an empty list'    '{"key":"a","list":[]}'                           '{}'
became 'one part'         '{"key":"a","one":"é","two":""}'                  '{"both":"e"}'
became 'the other part'   '{"key":"a","one":null,"two":"é"}'                '{"both":"e"}'
became 'a period'         '{"key":"a","sold":"Du 01/02/2024 au 03/04/2024"}' '{"start":"01/02/2024","end":"03/04/2024"}'
became 'a start'          '{"key":"a","sold":"Depuis le 01/02/2024"}'       '{"start":"01/02/2024"}'
became 'an end'           '{"key":"a","sold":"Jusqu'\''au 01/02/2024"}'     '{"end":"01/02/2024"}'
became 'both words'       '{"key":"a","sold":"depuis le 01/02/2024 jusqu'\''à"}' '{"start":"01/02/2024"}'
became 'neither word'     '{"key":"a","sold":"vers le 01/02/2024"}'         '{}'
became 'three dates'      '{"key":"a","sold":"01/02/2024 02/02/2024 03/02/2024"}' '{}'
became 'no dates'         '{"key":"a","sold":"longtemps"}'                  '{}'
became 'a name that comes twice' '{"key":"a","plain":"1","plain":"2"}'      '{"plain":"2"}'
became '... with escapes' '{"key":"a","plain":"1","pl\u0061in":"2"}'        '{"plain":"2"}'
became 'an object that is not asked for' '{"key":"a","x":{"plain":"1"}}'    '{}'

# --- a field that is not there

jq 'del(.absent)' d.json >strict.json
whole='{"key":"a","at":null,"plain":"p","links":null,"list":null,"cut":null,"one":null,"two":null,"sold":null}'
lines "$whole" >in
t 'all fields are there'                   0  ''                      tr_ -d ./strict.json
for field in at plain links list cut one two sold; do
	jq -c "del(.$field) + {renamed: .$field}" <<<"$whole" >in
	t "no $field"                          65 "line 1: $field: .*lacks this field" tr_ -d ./strict.json
	is '... no row' "$(cat out)" ''
	t '... null where the description says so' 0 ''                   tr_
done
{ lines "$whole"; jq -c 'del(.plain)' <<<"$whole"; lines "$whole"; } >in
rm -f rejects
t '... set aside'                          0  '1 of 3 records rejected' tr_ -d ./strict.json --rejects rejects
is '... the rest goes on' "$(wc -l <out) $(jq -c '[.line, .field]' rejects)" '2 [2,"plain"]'
rm -f rejects

# --- what the portal sends

if [ -d "$shared/cases" ]; then
	t 'live records, a list of what was one text' 0 ''                rc-transform -d rappelconso-v2 <"$shared/cases/live-format.jsonl"
	mv out live
	t '... and that text'                  0  ''                      rc-transform -d rappelconso-v2 <"$shared/cases/live-format-as-text.jsonl"
	ok '... give the same rows' cmp out live
	is '... a line for each product' "$(jq -r 'select(.reference_fiche == "2026-02-0902").identification_des_produits' live)" \
		"l0237 date limite de consommation 2020-11-12
l0240 date limite de consommation 2020-11-15"
	is '... the date part of a date' "$(jq -c 'select(.reference_fiche == "2026-02-0903") | [.date_debut_commercialisation,
		.date_fin_commercialisation, .date_de_fin_de_la_procedure_de_rappel]' live)" '["2020-06-30","2021-04-20","2021-06-30"]'
	is '... Safety Gate' "$(jq -r 'select(.reference_fiche | startswith("sr/")) | .identification_des_produits' live)" \
		'tous les lots  non concerne'
else
	skip 'live records' 'shared/cases is not here'
fi

# Texts of many parts, for which the time must not be that of their square.
{
	printf '{"key":"a","list":"'
	head -c 8000000 /dev/zero | sed 's/\x0/¤/g'
	printf 'é","cut":"'
	head -c 8000000 /dev/zero | tr '\0' '$'
	printf '","plain":"'
	head -c 8000000 /dev/zero | tr '\0' '\134'
	printf '"}\n'
} >in
t 'millions of separators'                 0  ''                      timeout 60 rc-transform -d ./d.json <in
is '... are right' "$(jq -c '[.list, .cut, (.plain | length)]' out)" '["e","",4000000]'

# --- lines

printf '\n{"key":"a"}\r\n \t\r\n\r\n{"key":"b"}\n{"key":"c"}' >in
t 'CR, blank lines, no LF at the end'      0  ''                      tr_ --stats stats
is '... are no matter' "$(ids out | tr '\n' ' ')$(tail -c 1 out | od -An -c)" 'a b c   \n'
is '... blank lines are no records' "$(jq -c '[.tool, .records_in, .records_out, .rejected, .skipped, .bytes_in, .bytes_out]' stats)" \
	"[\"rc-transform\",3,3,0,0,$(wc -c <in),$(wc -c <out)]"
is '... seconds are a number, the position none' "$(jq -c '[.seconds | type, . >= 0]' stats) $(jq -c .position stats)" '["number",true] null'
t 'no lines'                               0  ''                      eval 'rc-transform </dev/null'
is '... no rows' "$(cat out)" ''
{
	printf '{"key":"a","plain":"'
	head -c 5000000 /dev/zero | tr '\0' x
	printf 'é"}\n'
} >in
t 'a line of 5 MB'                         0  ''                      tr_
is '... is whole' "$(jq -r '.plain | [length, .[-2:]] | "\(.[0]) \(.[1])"' out)" '5000001 xe'
{
	echo '{"key":"a"}'
	printf '{"key":"long","x":"'
	head -c 70000000 /dev/zero | tr '\0' x
	printf '"}\n{"key":"z"}\n'
} >in
t 'a line of 70 MB'                        65 '<stdin>: line 2: '     tr_
is '... what came before it is written, nothing after' "$(ids out)" a
t '... set aside'                          0  '1 of 3 records rejected' tr_ --rejects rejects
is '... the rest is written' "$(ids out | tr '\n' ' ')$(jq -c '[.line, has("raw")]' rejects)" 'a z [2,false]'
{
	echo '{"key":"a"}'
	printf '{"key":"grows","plain":"'
	yes '½' | tr -d '\n' | head -c 34000000 # " 1/2" each
	printf '"}\n{"key":"z"}\n'
} >in
rm -f rejects
t 'a row of 68 MB from a line of 34'       65 '<stdin>: line 2: its line would be longer than 64 MiB' tr_
is '... what came before it is written, nothing after' "$(ids out)" a
t '... set aside'                          0  '1 of 3 records rejected' tr_ --rejects rejects
is '... the rest is written' "$(ids out | tr '\n' ' ')$(jq -c '[.line, .record.key]' rejects)" 'a z [2,"grows"]'

# A line comes out when it has come in, not when the next one does.
mkfifo pipe
background first 'rc-transform <pipe'
first=$job
exec 7>pipe
echo '{"key":"a"}' >&7
wait_for 20 test -s first.out
is 'what comes in goes out at once' "$(ids first.out)" a
printf '{"key":"b"}\n{"key":"c' >&7
has() { [ "$(wc -l <first.out)" -eq "$1" ]; }
wait_for 20 has 2
kill -TERM "$first"
wait "$first"
is 'SIGTERM' "$? $(cat first.err)" '143 '
exec 7>&-
is '... whole lines have been written' "$(ids first.out | tr '\n' ' ')$(tail -c 1 first.out | od -An -c)" 'a b   \n'

# --- bad lines

# bad WHAT LINE SAYS: between two good ones.
bad() {
	{
		printf '{"key":"a"}\n\n'
		printf '%b\n' "$2"
		printf '{"key":"z"}\n'
	} >in
	t "$1"                                    65 "^rc-transform: <stdin>: line 3: .*$3" tr_
	is '... what came before is written, nothing after' "$(ids out)" a
	rm -f rejects
	t '... set aside'                         0  '^rc-transform: 1 of 3 records rejected: see rejects$' tr_ -q --rejects rejects
	is '... the rest is written' "$(ids out | tr '\n' ' ')$(jq -c '[.tool, .line, has("reason")]' rejects)" \
		'a z ["rc-transform",3,true]'
}
deep=$(printf '%010000d' 0 | tr 0 '[')
bad 'a line cut short'       '{"key":"b'                          'end'
bad 'no JSON'                'key: b'                             ''
bad 'a list'                 '["b"]'                              'object'
bad 'null'                   'null'                               'object'
bad 'two records in a line'  '{"key":"b"}{"key":"c"}'             ''
bad 'a comma too many'       '{"key":"b",}'                       ''
bad 'no quotes'              '{key:"b"}'                          ''
bad 'NaN'                    '{"key":"b","x":NaN}'                ''
bad 'infinity'               '{"key":"b","x":-Infinity}'          ''
bad 'a leading zero'         '{"key":"b","x":01}'                 ''
bad 'nesting of 10,000'      "{\"key\":\"b\",\"x\":$deep"         'deep'
bad '... closed'             "{\"key\":\"b\",\"x\":$deep$(tr '[' ']' <<<"$deep")}" 'deep'
bad 'a byte order mark'      '\0357\0273\0277{"key":"b"}'         'byte order mark'
bad 'invalid UTF-8'          '{"key":"b","plain":"\0351"}'        'UTF-8'
is '... is set aside as it is' "$(jq -r .raw_base64 rejects | base64 -d | od -An -tx1 | tr -d ' \n')" \
	"$(printf '{"key":"b","plain":"\351"}' | od -An -tx1 | tr -d ' \n')"
bad '... where it is not asked for' '{"key":"b","\0351":1}'       'UTF-8'
bad 'too long a form of a slash' '{"key":"b","x":"\0300\0257"}'   'UTF-8'
bad 'a surrogate in UTF-8'   '{"key":"b","x":"\0355\0240\0200"}'  'UTF-8'
bad 'beyond Unicode'         '{"key":"b","x":"\0364\0220\0200\0200"}' 'UTF-8'
bad 'a lone surrogate'       '{"key":"b","plain":"\\ud83d"}'    'surrogate'
bad '... the second half'    '{"key":"b","x":"\\ude00\\ud83d"}' 'surrogate'
bad 'a control character'    '{"key":"b","plain":"a\\001"}'       ''
bad 'a NUL'                  '{"key":"b"\0000}'                   ''
bad 'no such escape'         '{"key":"b","plain":"\\q"}'        'escape'
bad 'the key is missing'     '{"plain":"b"}'                      'key: '
bad 'the key is null'        '{"key":null}'                       'key: '
bad 'the key is empty'       '{"key":""}'                         'key: '
bad 'the key is a list'      '{"key":["b"]}'                      'key: '
is '... its field is named, the record is kept' "$(jq -c '[.field, .record]' rejects)" '["key",{"key":["b"]}]'
bad 'a list where none may be' '{"key":"b","plain":["b"]}'        'plain: '
bad '... in a join'          '{"key":"b","two":["b"]}'            'two: '
bad 'an object'              '{"key":"b","list":{"b":1}}'         'list: '
bad '... kept'               '{"key":"b","links":{}}'             'links: '
bad '... in a list'          '{"key":"b","list":["a",{"b":1}]}'   'list: '
bad 'a list in a list'       '{"key":"b","links":[["b"]]}'        'links: '
bad 'a number as text'       '{"key":"b","plain":5}'              'plain: '
bad 'a truth value as text'  '{"key":"b","list":true}'            'list: '
bad 'a number as date'       '{"key":"b","at":20240101}'          'at: '
bad 'no such date'           '{"key":"b","at":"2024-02-30"}'      'at: '
bad 'another form of date'   '{"key":"b","at":"01/02/2024"}'      'at: '
bad 'a list as period'       '{"key":"b","sold":[]}'              'sold: '

# --- rejects

lines '{"key":"a"}' '{"key":"b","plain":[1]}' 'x' '{"key":"c","list":5}' '{"key":"d"}' >in
rm -f rejects
t 'a bad record'                           65 'plain'                 tr_ --stats stats
is '... is the error of the counts' "$(jq -c '[.status, .error]' stats)" "[65,$(head -n 1 err | sed 's/^rc-transform: //' | jq -R .)]"
t 'an error with bytes that are no text'   73 'nowhere'               tr_ --rejects $'nowhere\xe9/f' --stats stats
is '... is JSON all the same' "$(jq -c '[.status, (.error | contains("nowhere\\xe9/f"))]' stats)" '[73,true]'
t 'several rejects'                        0  '3 of 5'                tr_ --rejects rejects --stats stats
is '... in order' "$(jq -c '[.line, .field, .record, .raw]' rejects)" '[2,"plain",{"key":"b","plain":[1]},null]
[3,null,null,"x"]
[4,"list",{"key":"c","list":5},null]'
is '... and counted' "$(jq -c '[.records_in, .records_out, .rejected, .status, .error]' stats)" '[5,2,3,0,null]'
is '... no one else may write to them' "$(stat -c %A rejects | cut -c6,9)" --
jq -c '.record // empty | del(.plain, .list)' rejects >mended
t '... mended'                             0  ''                      eval 'rc-transform <mended'
is '... can be piped in again' "$(ids out | tr '\n' ' ')" 'b c '
t '... the same again'                     0  '3 of 5'                tr_ --rejects rejects
is '... are set aside once' "$(jq -c .line rejects | tr '\n' ' ')" '2 3 4 '
rm rejects
t '--max-rejects'                          65 'line 4: .*--max-rejects' tr_ --rejects rejects --max-rejects 2
is '... what came before is written' "$(ids out) $(jq -c .line rejects | tr '\n' ' ')" 'a 2 3 '
t '... as many as there are'               0  '3 of 5'                tr_ --rejects rejects --max-rejects 3
t '... none'                               65 'line 2: '              tr_ --rejects rejects --max-rejects 0
t '... without a file'                     64 '--rejects'             tr_ --max-rejects 2
t 'a file for them that cannot be made'    73 'nowhere/rejects'       tr_ --rejects nowhere/rejects
t '... nor written'                        74 '/dev/full'             tr_ --rejects /dev/full
seq 50 | sed 's/.*/{"key":"k&"}/' >in
t 'no rejects'                             0  ''                      tr_ --rejects none
is '... are not spoken of' "$(wc -l <out)" 50

# --- the output

seq 100000 | sed 's/.*/{"key":"k&","plain":"&"}/' >in
quiet() { { rc-transform <in; echo $? >status; } | head -1 >first.out; }
t 'a closed standard output'               0  ''                      quiet
is '... after the first line' "$(ids first.out)" k1
is '... ends as a filter does, quietly' "$(cat status)" 141
t 'a full one'                             74 '<stdout>: .*No space'  eval 'rc-transform <in >/dev/full'
head -1 in >one
t '... for one line, too'                  74 '<stdout>: .*No space'  eval 'rc-transform <one >/dev/full'
t 'a closed descriptor'                    74 '<stdout>'              eval 'rc-transform <one >&-'
t 'no input'                               74 '<stdin>'               eval 'timeout 5 rc-transform <&-'
t 'a folder as input'                      74 '<stdin>: .*line 1'     eval 'rc-transform <.'
t '--stats that cannot be written'         73 'nowhere/stats'         eval 'rc-transform --stats nowhere/stats <one'

# --- descriptions

unset RC_DATASET
sample-records --count 1 | jq -c '.numero_fiche = "a"' >in
t 'the default is the second API'          0  ''                      tr_
is '... its key' "$(jq -r .reference_fiche out)" a
t '-d, the name of another'                65 'reference_fiche'       tr_ -d rappelconso0
t 'RC_DATASET'                             65 'reference_fiche'       eval 'RC_DATASET=rappelconso0 tr_'
t '... but -d wins'                        0  ''                      eval 'RC_DATASET=rappelconso0 tr_ -d rappelconso-v2'
t 'one that is not there'                  78 'no-such'               tr_ -d no-such
t '... of a path'                          78 './no-such.json'        tr_ -d ./no-such.json
mkdir theirs
cp d.json theirs/rappelconso-v2.json
t 'RC_DATASETS'                            65 'key'                   eval 'RC_DATASETS=theirs tr_'
t '... has not all of them'                65 'reference_fiche'       eval 'RC_DATASETS=theirs tr_ -d rappelconso0'
# wrong WHAT FILTER SAYS: a description that is bad at one place.
wrong() {
	jq "$2" d.json >bad.json
	t "$1"                                    78 "^rc-transform: bad.json: .*$3" tr_ -d bad.json
}
wrong 'no columns'               'del(.columns)'                      'columns'
wrong 'columns that are none'    '.columns = {}'                      'columns'
wrong 'an operation not known'   '.columns[2].op = "shout"'           'columns\[2\].*shout'
wrong 'a member not known'       '.columns[2].form = "x"'             'columns\[2\].*form'
wrong '... at the top'           '.tabel = "x"'                       'tabel'
wrong 'a name twice'             '.columns[3].name = "plain"'         'columns\[3\].*plain'
wrong 'no name'                  'del(.columns[1].name)'              'columns\[1\].*name'
wrong 'several sources'          '.columns[2].from = ["a", "b"]'      'columns\[2\].*from'
wrong 'a key that is no column'  '.key.column = "nobody"'             'key.*nobody'
wrong 'no key'                   'del(.key)'                          'key'
wrong 'a cursor that is no date' '.cursor.column = "plain"'           'cursor.*plain'
wrong 'no partitions'            '.topic.partitions = 0'              'topic.*partitions'
wrong 'no table'                 'del(.table)'                        'table'
wrong 'half a period'            'del(.columns[7].part)'              'columns\[7\].*part'
wrong 'a list with no separator' 'del(.columns[4].split)'             'columns\[4\].*split'
wrong 'a list joined, not cut'   '.columns[2].join = "x"'             'columns\[2\].*join'
wrong 'no join'                  '.columns[5].join = ""'              'columns\[5\].*join'
wrong 'absent, and what then?'   '.absent = "maybe"'                  'absent.*maybe'
printf '{\n"name": "d",\n"name": "e"}' >bad.json
t 'a name twice in it'                     78 'bad.json: line 3'      tr_ -d bad.json
printf '{\n"name": ' >bad.json
t 'one that is cut short'                  78 'bad.json: line 2'      tr_ -d bad.json
: >bad.json
t 'an empty one'                           78 'bad.json: line 1'      tr_ -d bad.json

# As make install puts it.
mkdir -p prefix/bin prefix/share/rappelconso/datasets links
cp "$(command -v rc-transform)" prefix/bin/
jq '.columns[0].from = "installed"' d.json >prefix/share/rappelconso/datasets/mine.json
echo '{"installed":"a"}' >in
t 'installed'                              0  ''                      eval 'prefix/bin/rc-transform -d mine <in'
is '... its descriptions are found' "$(ids out)" a
ln -s "$dir/prefix/bin/rc-transform" links/rc-transform
from_root() { (cd / && "$dir/$1" "${@:2}" <"$dir/in"); }
t '... by a link'                          0  ''                      from_root links/rc-transform -d mine
found() { PATH=$dir/links:$PATH && rc-transform -d mine <in; }
t '... and from PATH'                      0  ''                      eval '(found)'

# --- wrong use

t 'an option that is none'                 64 '--frobnicate'          tr_ --frobnicate
t '... of one letter'                      64 '-Z'                    tr_ -Z
t 'an argument that is none'               64 'file.json'             tr_ file.json
t 'an option without its argument'         64 '--rejects'             tr_ --rejects
t 'a number that is none'                  64 '--max-rejects'         tr_ --rejects x --max-rejects -1
t '--help'                                 0  ''                      rc-transform --help
ok '... is on standard output' grep -q -- --max-rejects out
t '--version'                              0  ''                      rc-transform -V
ok '... too' grep -qE '^rc-transform .*[0-9]+\.[0-9]+' out
for program in 'rc-fetch libcurl' 'rc-produce librdkafka' 'rc-consume librdkafka' 'rc-load libpq' 'rc-runs libpq' \
	'rc-state librdkafka' 'rc-state libpq'; do
	is "... of ${program#* }" "$("${program% *}" -V | grep -cE "^${program#* } [0-9]+\.[0-9]+")" 1
done
t '--help into a full disk'                74 '<stdout>'              eval 'rc-transform --help >/dev/full'
# --- wrong use has counts, too

for wrong in '--max-rejects x' --bogus operand; do
	rm -f counts
	# shellcheck disable=SC2086 # two words
	t "wrong use: $wrong" 64 'rc-transform: ' rc-transform $wrong --stats counts
	is '... is in the counts' "$(jq -c '[.status, .error != null]' counts)" '[64,true]'
done
t '--help' 0 '' rc-transform --stats no-counts --help
ok '... writes none' test ! -e no-counts
plan
