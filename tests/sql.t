#!/usr/bin/env bash
# rappelconso-sql(7): each question, with the answer that it prints, of the table that it makes.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack --postgres
page=$top/man/rappelconso-sql.7

t 'the table and its views' 0 '' bash -c "cd '$top' && $(sed -n '/answered from/,/^\.Ed/s/^\$ //p' "$page" | sed "s|rows|'$dir/rows'|; s/$/ \&\&/") true"
# a block of a question: SQL up to a semicolon at the end of a line, and what psql prints then
awk '/^\.Sh QUESTIONS/ { on = 1 } /^\.Sh EXAMPLES/ { on = 0 }
	on && /^\.Ss/ { n++; sub(/^\.Ss /, ""); print > ("name." n) }
	/^\.Ed/ { inside = 0 }
	on && inside == 2 { print > ("want." n) }
	on && inside == 1 { print > ("sql." n); if (/;$/) inside = 2 }
	/^\.Bd/ { inside = 1 }' "$page"
for ((i = 1; i <= $(find . -name 'name.*' | wc -l); i++)); do
	sed -i 's/\\e/\\/g; s/^\\&//' "sql.$i" "want.$i" 2>/dev/null
	is "$(cat "name.$i")" "$(psql -XqAt -v ON_ERROR_STOP=1 -f "sql.$i" 2>&1)" "$(cat "want.$i")"
done
ok 'at least fifteen questions' test "$i" -gt 15

sed -n '/^Each morning/,/^\.Ed/{/^SELECT/,/;$/p}' "$page" >news.sql
cron=$(sed -n '/^30 7/,/^\.Ed/{/^\.Ed/d;s/^30 7 \* \* \* //;s/\\e/\\/g;p}' "$page" | tr -d '\n')
sql "SELECT gtin FROM rappels.produits WHERE gtin IS NOT NULL" | head -n 50 >codes
sql "SELECT gtin FROM rappels.produits JOIN rappels.nouveautes(now() - interval '1 day') USING (reference_fiche) WHERE gtin IS NOT NULL" >new
cat new >>codes
t 'the mail of a morning' 0 '' eval "$cron"
is '... is about the codes that are new' "$(cut -d '|' -f 3 out | sort)" "$(sort new)"
head -n 50 codes | grep -vxFf new >others
mv others codes
t '... else there is none' 0 '' eval "$cron"
is '... indeed' "$(cat out)" ''
plan
