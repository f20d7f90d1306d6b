#!/usr/bin/env bash
# scripts/rc-report: one page of HTML, whole, with nothing from elsewhere, whatever the texts are, of the figures that the views have.
# shellcheck source=tests/load.sh
. "${0%/*}/load.sh"
"$top/scripts/sample-records" --count 2000 --lifelike >records
rc-transform <records | rc-load --create

# page: what is in the file out: the tags that are not closed, ids that are there twice, references to none, and what a browser would fetch.
cat >page.py <<'P'
import html.parser, sys
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.wrong, self.refs, self.rows, self.text = [], set(), [], [], 0, ""
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in ("meta", "br", "input", "line"):
            self.open.append(tag)
        if attrs.get("id") in self.ids: self.wrong.append("twice: " + attrs["id"])
        if "id" in attrs: self.ids.add(attrs["id"])
        self.refs += (attrs.get("aria-labelledby", "") + " " + attrs.get("for", "")).split()
        if tag == "a" and attrs["href"].startswith("#"): self.refs.append(attrs["href"][1:])
        self.wrong += [f"{tag} {name}" for name in attrs if name.startswith("on") or name in ("src", "srcset", "style") and name != "style"]
        if tag in ("link", "img", "iframe", "object", "base"): self.wrong.append(tag)
        self.rows += "data-codes" in attrs
    handle_startendtag = handle_starttag
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag: self.wrong.append("/" + tag)
    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"): self.text += data
        elif "url(" in data or "@import" in data or "http" in data: self.wrong.append("elsewhere")
page = Page()
page.feed(sys.stdin.read())
page.close()
page.wrong += ["no " + ref for ref in page.refs if ref not in page.ids] + page.open
print(page.rows, *page.wrong)
open("text", "w").write(page.text)
P
page() { python3 page.py <out; }

t 'no views' 78 'rc-report: .*"rappel_conso_table" has no views: make them with rc-flow views' rc-report
is '... no page' "$(cat out)" ''
rc-flow views rappels
t 'a page' 0 '' rc-report
is '... is whole, and fetches nothing' "$(page)" 500
ok '... says how many there are' grep -q '2000 rappels' <(tr '\n' ' ' <text)
ok '... and of each month' grep -q "$(sql "SELECT to_char(mois, 'MM/YYYY') || rappels FROM rappels.par_mois ORDER BY 1 DESC LIMIT 1")" <(tr -d '\n' <text)
ok '... its newest' grep -q "Fiche $(sql 'SELECT reference_fiche FROM rappels.rappels ORDER BY date_de_publication DESC, reference_fiche DESC LIMIT 1')" text
ok '... and codes' grep -q "data-codes=\"$(sql "SELECT array_to_string(gtins, ' ') FROM rappels.rappels WHERE gtins <> '{}' ORDER BY date_de_publication DESC, reference_fiche DESC LIMIT 1")\"" out
ok '... in French' grep -q '<html lang="fr">' out
ok '... below 400 KB' test "$(wc -c <out)" -lt 400000
ok '... of a flow that never ran, nothing' eval '! grep -q "État du flux" text'
rc-runs --ddl | psql -Xq
sql "INSERT INTO rc_runs (run, task, attempt, started, ended, status, sequence, dataset) VALUES ('a', 'run', 0, now() - interval '1 day', now() - interval '1 day', 0, 1, 'rappelconso-v2'),
	('b', 'run', 0, now(), now(), 75, 2, NULL), ('c', 'run', 0, now(), now(), 0, 3, 'other')"
t '... of one that did' 0 '' rc-report --count 3
is '... with as many recalls as asked for' "$(page)" 3
is '... how it is' "$(tr -d '\n' <text | grep -o 'État du flux.*mises de côté' | sed 's/[0-9/]* à [0-9:]*/WHEN/g')" \
	'État du fluxDernière exécutionWHEN, échouée (75)Dernière réussieWHENTrente derniers jours2 exécutions, dont 1 échec ; 0 lignes chargées, 0 mises de côté'
sql "UPDATE rappel_conso_table SET nom_de_la_marque_du_produit = '</td></table><script>alert(1)</script>&amp;\"', motif_du_rappel = '<img src=x onerror=alert(1)>',
	categorie_de_produit = '<b>\"x\"', lien_vers_la_fiche_rappel = 'javascript:alert(1)//https://' WHERE reference_fiche > '2024'"
t 'texts that are HTML' 0 '' rc-report
is '... are texts' "$(page)" 500
ok '... as they are' grep -qF '</td></table><script>alert(1)</script>&amp;"' text
ok '... and no link is one that runs' eval '! grep -qi "href=.javascript" out'
sql 'TRUNCATE rappel_conso_table'
t 'no recall at all' 0 '' rc-report
is '... is a page, too' "$(page)" 0
t 'a table of another name' 78 '"nowhere" has no views' rc-report -t nowhere
t 'another schema' 78 'nowhere.* does not exist' rc-report -s nowhere
t 'a count that is none' 64 '-n x: not a number' rc-report -n x
t 'an option that is none' 64 '--no: no such option' rc-report --no
t 'an option without its argument' 64 '-s: needs an argument' rc-report -s
t 'help' 0 '' rc-report --help
t 'no server' 69 'rc-report: .*connection to server' env PGHOST=/nowhere rc-report
t 'a full disk' 74 'No space' eval 'rc-report >/dev/full'
plan
