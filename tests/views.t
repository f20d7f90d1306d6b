#!/usr/bin/env bash
# rc-flow views: what readers look at, of tables of both descriptions and of the first API; products are compared with those that another
# program, in Python, takes out of the same rows.
# shellcheck disable=SC1112 # quotes of a text
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
start_stack --postgres

# table NAME DATASET <RECORDS: loaded by that description; view SCHEMA TABLE DATASET [OPTION]...: its views.
table() { rc-transform -d "$2" >"$1.rows" && rc-load -d "$2" -t "$1" --create <"$1.rows"; }
view() { RC_DATASET=$3 RC_FLOW_TABLE=$2 rc-flow "${@:4}" views "$1"; }
v2=rappelconso-v2 full=rappelconso-v2-full v1=rappelconso0
"$top/scripts/sample-records" --count 3000 >generated
{
	# what real ones have: five kinds of code, no code, eleven digits, an interval, a model, more products than one, a code twice
	head -n 1 generated | jq -c '.numero_fiche = "2026-01-0001" | .motif_rappel = "lait à la vanille, crème d’œuf" | .date_de_fin_de_la_procedure_de_rappel = "2030-01-01" | .identification_produits =
		["3250390592099","00621","date limite de consommation","2023-07-05","2023-07-09","|20023966","tous les lots","date de durabilité minimale",
		"2022-01-01","","|","lot x","date limite de consommation","2022-02-30","","|36000291452","","non concerné","","","|036000291452","l1","","",""]'
	head -n 1 generated | jq -c '.numero_fiche = "2026-01-0002" | .date_de_fin_de_la_procedure_de_rappel = null | .identification_produits =
		"3250390592099$$date de consommation recommandée$2024-02-29$|20023966$date limite de consommation$2024-01-01$|18.12.2025 - 08.05.2026|3008 v3: tous"'
	head -n 1 generated | jq -c '.numero_fiche = "2026-01-0003" | .date_de_fin_de_la_procedure_de_rappel = "2030-01-01" | .identification_produits = null | .marque_produit = null | .risques_encourus = "incendie|choc électrique"'
} >odd
cat generated odd >records
table gen $v2 <records
table genfull $full <records
t 'views' 0 '' view rgen gen $v2
t '... of the table with every field' 0 '' view rfull genfull $full
t '... once more' 0 '' view rgen gen $v2
schemas=(rgen:gen rfull:genfull)
if [ -d "$shared/data" ]; then
	zcat "$shared/data/rappelconso0-6000.jsonl.gz" | table first $v1
	view rfirst first $v1
	cat "$shared/data/rappelconso-v2-live-10.jsonl" <(jq -c '.results[]' "$shared/data/rappelconso-v2-page.json") | tee live.records | table live $v2
	table livefull $full <live.records
	view rlive live $v2
	view rlivefull livefull $full
	schemas+=(rfirst:first rlive:live rlivefull:livefull)
fi

# --- products, as another program finds them

cat >products.py <<'P'
import datetime, json, sys
KINDS = ["date limite de consommation", "date de durabilite minimale", "date de consommation recommandee", "non concerne"]
def valid(c):
    c = c.zfill(14)
    return c != "0" * 14 and sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(c)) % 10 == 0
def day(text):
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return None
def dates(words):
    return len(words) <= 2 and all(len(w) == 10 and w[4] == w[7] == "-" and (w[:4] + w[5:7] + w[8:]).isdigit() for w in words)
def split(line):
    for kind in KINDS: # by its last place: what is behind are dates
        for at in range(len(line) - len(kind), -1, -1):
            if line.startswith(kind, at) and (at == 0 or line[at - 1].isspace()) and dates(line[at + len(kind):].split()) \
                    and (at + len(kind) == len(line) or line[at + len(kind)].isspace()):
                return line[:max(at - 1, 0)], kind, line[at + len(kind):].split()
    return line, None, []
def code_of(head, lot_follows):
    first = head.split()[0] if head.split() and not head[0].isspace() else ""
    if not (first.isascii() and first.isdigit()):
        return None
    if len(first) in (12, 13, 14) or len(first) == 8 and valid(first) and lot_follows(head, first):
        return first
    return None
for line in sys.stdin:
    row = json.loads(line)
    n = 0
    if "identification_en_parties" in row:
        for line in (row["identification_en_parties"] or "").split("\n"):
            parts = [p.strip() for p in line.split("$")]
            if not any(parts):
                continue
            n += 1
            at = next((i for i, p in enumerate(parts) if p in KINDS), len(parts))
            code = code_of(parts[0], lambda h, f: at > 1 and h == f) if parts[0] and " " not in parts[0] else None
            lot = " ".join(line.split("$")[1 if code else 0:at]).strip() or None
            after = parts[at + 1:] + ["", ""]
            print(json.dumps([row["reference_fiche"], n, code and code.zfill(14), code, lot, parts[at] if at < len(parts) else None, day(after[0]), day(after[1])]))
        continue
    for line in (row["identification_des_produits"] or "").replace("|", "\n").split("\n"):
        line = line.strip(" \t\r")
        if line == "":
            continue
        n += 1
        head, kind, found = split(line)
        code = code_of(head, lambda h, f: len(h) > len(f))
        lot = head[len(code or ""):].strip() or None
        found = (found + ["", ""])[:2]
        print(json.dumps([row["reference_fiche"], n, code and code.zfill(14), code, lot, kind, day(found[0]), day(found[1])]))
P
for it in "${schemas[@]}"; do
	schema=${it%:*} table=${it#*:}
	python3 products.py <"$table.rows" | jq -c . | LC_ALL=C sort >want
	sql "SELECT jsonb_build_array(reference_fiche, n, gtin, gtin_lu, lot, date_type, date_debut, date_fin) FROM $schema.produits" | jq -c . | LC_ALL=C sort >got
	n=$((n + 1))
	if [ -s want ] && cmp -s want got; then echo "ok $n - $schema: products as another program finds them"; else
		failed "$schema: products" && diff want got | head -n 12 | sed 's/^/# /'
	fi
	echo "# $(wc -l <want) products"
	codes="SELECT reference_fiche, unnest(gtins) FROM $schema.rappels" valid="SELECT reference_fiche, gtin FROM $schema.produits WHERE gtin_valide"
	is "$schema: gtins are the right ones of them" "$(sql "SELECT count(*) FROM (($codes EXCEPT $valid) UNION ALL ($valid EXCEPT $codes)) x")" 0
	is "$schema: a recall a row, and its dates" "$(sql "SELECT count(*), count(date_de_publication), count(date_de_fin_de_la_procedure_de_rappel) FROM $schema.rappels")" \
		"$(jq -rs '"\(length)|\(map(select(.date_de_publication)) | length)|\(map(select(.date_de_fin_de_la_procedure_de_rappel)) | length)"' "$table.rows")"
	is "$schema: by month" "$(sql "SELECT to_char(mois, 'YYYY-MM') || ' ' || rappels FROM $schema.par_mois")" \
		"$(jq -r '.date_de_publication[:7]' "$table.rows" | sort | uniq -c | awk '{ print $2 " " $1 }')"
	is "$schema: by category" "$(sql "SELECT sum(rappels), count(*) FROM $schema.par_categorie")" \
		"$(jq -rs '"\(length)|\(map([.categorie_de_produit, .sous_categorie_de_produit] | map(ascii_downcase? // .)) | unique | length)"' "$table.rows")"
done
p() { sql "SELECT n, gtin, gtin_valide, gtin_interne, gtin_lu, lot, date_type, date_debut, date_fin FROM rgen.produits WHERE reference_fiche = '2026-01-000$1' ORDER BY n"; }
is 'a code, lot and dates; 8 digits; no code and no such day; 11 digits; 12' "$(p 1)" '1|03250390592099|t|f|3250390592099|00621|date limite de consommation|2023-07-05|2023-07-09
2|00000020023966|t|t|20023966|tous les lots|date de durabilite minimale|2022-01-01|
3|||||lot x|date limite de consommation||
4|||||36000291452|non concerne||
5|00036000291452|t|f|036000291452|l1|||'
is 'a code without a lot; 8 digits that are one; what is no product' "$(p 2)" '1|03250390592099|t|f|3250390592099||date de consommation recommandee|2024-02-29|
2|||||20023966|date limite de consommation|2024-01-01|
3|||||18.12.2025 - 08.05.2026|||
4|||||3008 v3: tous|||'

# --- look-up

found() { sql "SELECT string_agg(reference_fiche, ' ' ORDER BY reference_fiche) FROM rgen.$1 WHERE reference_fiche LIKE '2026-%'"; }
for code in 3250390592099 03250390592099 '3 250390-592099' 3250.390.592099 $'3250390592099\u00a0'; do
	is "par_gtin('$code')" "$(found "par_gtin('$code')")" '2026-01-0001 2026-01-0002'
done
is '... 8 digits, 12' "$(found "par_gtin('2002 3966')") $(found "par_gtin('036000291452')") $(found "par_gtin('36000291452')")" '2026-01-0001 2026-01-0001 '
is '... nothing that is a code' "$(sql "SELECT count(*) FROM rgen.par_gtin(''), rgen.par_gtin('x') y"; sql 'SELECT count(*) FROM rgen.par_gtin(NULL)')" $'0\n0'
is '... ten at random' "$(sql "SELECT count(*) FROM (SELECT DISTINCT gtin FROM rgen.produits WHERE gtin_valide LIMIT 10) g
	WHERE (SELECT count(*) FROM rgen.par_gtin(gtin)) = (SELECT count(DISTINCT reference_fiche) FROM rgen.produits p WHERE p.gtin = g.gtin)")" 10
is '... by the index' "$(sql "SET enable_seqscan = off; EXPLAIN SELECT * FROM rgen.rappels WHERE gtins @> ARRAY['03250390592099']" | grep -o 'Index Scan on gen_rgen_gtins_idx')" \
	'Index Scan on gen_rgen_gtins_idx'
is 'recherche: accents of the question do not matter, nor the words that French leaves out' "$(found "recherche('lait à la vanille')") $(found "recherche('LAIT a la vanille')") $(
	found "recherche('même la crème d''œuf')") $(found "recherche('crème d’œuf été')")" '2026-01-0001 2026-01-0001 2026-01-0001 2026-01-0001'
is '... the best first' "$(sql "SELECT count(*) FROM (SELECT rang, lag(rang) OVER () AS before FROM rgen.recherche('salmonelle') LIMIT 50) x WHERE rang > before")" 0
is '... of nothing, nothing' "$(sql "SELECT count(*) FROM rgen.recherche('')")" 0
is 'actifs: an end that is not known is none' "$(found "actifs('2030-01-01')") $(found "actifs('2030-01-02')") $(found "actifs('2021-01-01')")" '2026-01-0001 2026-01-0003  '
is 'par_risque: of free text and risks, the risks alone' "$(sql 'SELECT risque FROM rgen.par_risque EXCEPT SELECT risque FROM rfull.par_risque')" ''
is '... several of one recall' "$(sql "SELECT string_agg(r, ',') FROM unnest(rgen.risques((SELECT risques_pour_le_consommateur FROM gen WHERE reference_fiche = '2026-01-0003'))) r")" \
	'incendie,choc electrique'
is 'par_marque' "$(sql 'SELECT sum(rappels), max(dernier) FROM rgen.par_marque')" "3003|$(jq -r .date_de_publication gen.rows | sort | tail -n 1)"
if [ -d "$shared/data" ]; then
	is 'the shared records: risks of the first API' "$(sql "SELECT rappels FROM rfirst.par_risque WHERE risque = 'listeria monocytogenes'")" \
		"$(zcat "$shared/data/rappelconso0-6000.jsonl.gz" | jq -s 'unique_by(.reference_fiche) | map(select(.risques_encourus_par_le_consommateur // "" | test("Listeria mono"))) | length')"
	is '... four recalls of milk with vanilla' "$(sql "SELECT count(*) FROM rfirst.recherche('lait à la vanille')")" 4
fi

# --- nothing that a text has can fail a load

python3 - >hostile <<'P'
import json
texts = ["", "|" * 3000, "\n$ " * 1000, "x" * 1500000, " ".join(str(i) for i in range(300000)), "é\u0001\u2028\U0001f600" * 5000, "1" * 100000,
         "9" * 14 + "\n" + "0" * 13 + " a", "\\ ' \" $$ %s :s", "20023966", "20023966 ", "'" * 3000, " ".join(chr(0x4e00 + i % 20000) + chr(0x4e00 + i // 7) for i in range(60000)),
         "٣٢٥٠٣٩٠٥٩٢٠٩٩ a", " ".join(chr(0x20000 + i % 40000) + "-" + chr(0x20000 + i // 3) for i in range(20000)), "a" * 2046 + " " + "b" * 2047 + " " + "c" * 3000, None]
for i, text in enumerate(texts):
    for name in ("identification_des_produits", "motif_du_rappel", "nom_de_la_marque_du_produit", "risques_pour_le_consommateur"):
        print(json.dumps({"reference_fiche": f"h{i}{name[0]}", name: text}))
P
whole <hostile >in
t 'texts of any kind' 0 '' rc-load -t gen <in
is '... are all there, and can be read' "$(sql "SELECT count(*), count(gtins) FROM rgen.rappels WHERE reference_fiche LIKE 'h%'") $(
	sql "SELECT count(*) > 1000 FROM rgen.produits WHERE reference_fiche LIKE 'h%'")" "68|68 t"

# --- rights, other schemas, another release, the end

sql 'CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA rgen TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA rgen TO reader; CREATE ROLE loader LOGIN;
	GRANT SELECT, INSERT, UPDATE, DELETE ON gen TO loader' >/dev/null
is 'who may read the views needs no right on the table' "$(PGUSER=reader sql "SELECT count(*) > 0 FROM rgen.par_gtin('3250390592099'), rgen.recherche('vanille'), rgen.actifs('2021-05-01')")" t
row_() { head -n 1 gen.rows | jq -c '.reference_fiche = "new" | .identification_des_produits = "4006381333931 l"'; }
t 'who loads needs none on the schema' 0 '' env PGUSER=loader rc-load -t gen < <(row_)
is '... and what it loads is found' "$(sql "SELECT reference_fiche FROM rgen.par_gtin('4006381333931')")" new
sql "CREATE OR REPLACE FUNCTION rgen.gtins(identification text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN ARRAY[''old'']; END'; REINDEX INDEX gen_rgen_gtins_idx"
t 'an index of another release' 0 '' view rgen gen $v2
is '... is made anew' "$(sql "SET enable_seqscan = off; SELECT reference_fiche FROM rgen.par_gtin('4006381333931')")" new
t 'two schemas of one table' 0 '' view other gen $v2
is '... each with indexes of its own' "$(sql "SELECT count(*) FROM pg_indexes WHERE tablename = 'gen'")" 5
t 'the schema of the table' 78 'rc-flow: views: ERROR: +schema public has the table itself' view public gen $v2
sql 'CREATE SCHEMA mine; CREATE TABLE mine.kept (a int)' >/dev/null
t 'a schema of somebody' 78 'schema mine is not one of rc-flow views' view mine gen $v2
t '... is not dropped either' 78 'schema mine is not one of rc-flow views' view mine gen $v2 --drop
t 'a name that SQL reads otherwise' 0 '' view 'Les "rappels" 1' gen $v2
t '... is dropped' 0 '' view 'Les "rappels" 1' gen $v2 --drop
sql 'CREATE VIEW of_mine AS SELECT * FROM other.par_mois'
t 'what views of others are made of' 78 'views of others .*: of_mine: drop them first' view other gen $v2 --drop
sql 'DROP VIEW of_mine'
t 'the end' 0 '' view other gen $v2 --drop
is '... of all of it, but no other' "$(sql "SELECT count(*) FROM pg_namespace WHERE nspname IN ('other', 'rgen')") $(sql "SELECT count(*) FROM pg_indexes WHERE tablename = 'gen'")" '1 3'
t '... once more' 0 '' view other gen $v2 --drop
t 'a table that is not there' 78 'relation .*nowhere' view nowhere nowhere $v2
t 'no schema' 64 'in which schema' rc-flow views
t 'an option of views' 64 'only with views' rc-flow --drop run
t 'no server' 69 'rc-flow: .*connection to server' env PGHOST=/nowhere rc-flow views rgen
plan
