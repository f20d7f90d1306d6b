-- report.sql - one page of HTML about the recalls, out of the views of rc-flow(1); see rc-report(1).
-- psql -v schema=NAME -v table='"SCHEMA"."TABLE"' -v dataset=NAME -v count=N -v css=TEXT -v js=TEXT -f report.sql
-- The bars are made here: the SVG of gnuplot and the like has colours of its own, which are wrong in the dark, and no texts for those
-- who do not see it; rectangles are a line of SQL.
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
BEGIN READ ONLY;
SET LOCAL TimeZone = 'UTC';
-- the views that rc-flow views has made of the table, unless they are named, and the record of runs, where there is one
SELECT CASE WHEN :'schema' <> '' THEN :'schema' ELSE coalesce((SELECT min(n.nspname) FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
  JOIN pg_namespace n ON n.oid = v.relnamespace WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = to_regclass(:'table') AND v.relname = 'rappels'
    AND obj_description(n.oid, 'pg_namespace') LIKE 'rappelconso : vues%'), '') END AS schema \gset
SELECT set_config('rappelconso.schema', :'schema', true), set_config('rappelconso.table', :'table', true) \g /dev/null
DO $$
BEGIN
  IF current_setting('rappelconso.schema') = '' THEN
    RAISE EXCEPTION 'table % has no views: make them with rc-flow views SCHEMA', current_setting('rappelconso.table');
  END IF;
END $$;
SELECT quote_ident(:'schema') AS s, coalesce((SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
         WHERE c.oid = to_regclass('rc_runs')), '') AS runs, to_regclass('rc_runs') IS NOT NULL AS has_runs \gset
SET LOCAL search_path = pg_catalog;

\qecho '<!DOCTYPE html>'
\qecho '<html lang="fr">'
\qecho '<head>'
\qecho '<meta charset="utf-8">'
\qecho '<meta name="viewport" content="width=device-width, initial-scale=1">'
\qecho '<meta name="referrer" content="no-referrer">'
\qecho '<title>Rappels de produits</title>'
\qecho '<style>'
\qecho :css
\qecho '</style>'
\qecho '</head>'
\qecho '<body>'
\qecho '<a class="skip" href="#rappels">Aller à la recherche</a>'

SELECT format($html$<header>
<h1>Rappels de produits</h1>
<p class="soft">Les rappels publiés par RappelConso, du %s au %s. Page faite le %s à %s (UTC).</p>
<ul class="figures">
<li><strong>%s</strong> rappels</li>
<li><strong>%s</strong> publiés dans les 30 derniers jours de la période</li>
<li><strong>%s</strong> en cours aujourd’hui</li>
<li><strong>%s</strong> produits avec un code-barres juste</li>
</ul>
</header>
<main>
<div class="grid">$html$,
  to_char(first, 'DD/MM/YYYY'), to_char(last, 'DD/MM/YYYY'), to_char(now(), 'DD/MM/YYYY'), to_char(now(), 'HH24:MI'),
  all_, recent, (SELECT count(*) FROM :s.actifs()), (SELECT count(*) FROM :s.produits WHERE gtin_valide))
FROM (SELECT min(date_de_publication) AS first, max(date_de_publication) AS last, count(*) AS all_,
        count(*) FILTER (WHERE date_de_publication > (SELECT max(date_de_publication) FROM :s.rappels) - 30) AS recent FROM :s.rappels) x;

-- --- by month: the last sixty, a bar each, and the same as a table

WITH months AS (
  SELECT m::date AS mois, coalesce(rappels, 0) AS n, row_number() OVER (ORDER BY m) - 1 AS i, count(*) OVER () AS total, max(coalesce(rappels, 0)) OVER () AS most
  FROM generate_series(greatest((SELECT min(mois) FROM :s.par_mois), (SELECT max(mois) FROM :s.par_mois) - interval '59 months'),
         (SELECT max(mois) FROM :s.par_mois), interval '1 month') m LEFT JOIN :s.par_mois p ON p.mois = m::date),
scale AS (SELECT greatest(most, 1) AS most, total, 690.0 / total AS width, (10 ^ floor(log(greatest(most, 1)::numeric / 2)))::numeric AS ten FROM months LIMIT 1),
steps AS (SELECT greatest(1, CASE WHEN most / ten <= 5 THEN ten WHEN most / ten <= 10 THEN 2 * ten ELSE 5 * ten END)::bigint AS step FROM scale)
SELECT '<section class="whole" aria-labelledby="mois"><h2 id="mois">Par mois</h2><div class="wide" tabindex="0" role="group" aria-label="Dessin"><svg viewBox="0 0 740 220" role="img" aria-labelledby="mois-dessin"><title id="mois-dessin">'
  || format('Rappels par mois, de %s à %s : au plus %s', to_char(min(mois), 'MM/YYYY'), to_char(max(mois), 'MM/YYYY'), max(n)) || '</title>'
  || (SELECT string_agg(format('<line x1="40" x2="735" y1="%1$s" y2="%1$s"/><text x="34" y="%2$s" text-anchor="end">%3$s</text>', round(190 - 175 * v / most, 1), round(194 - 175 * v / most, 1), v), '')
      FROM scale, steps, LATERAL generate_series(0, most, step) v)
  || string_agg(format('<rect x="%s" y="%s" width="%s" height="%s"><title>%s : %s</title></rect>', round(42 + i * width, 1), round(190 - 175.0 * n / scale.most, 1),
       round(greatest(width * 0.8, 1), 1), round(175.0 * n / scale.most, 1), to_char(mois, 'MM/YYYY'), n), '' ORDER BY i)
  || string_agg(CASE WHEN extract(month FROM mois) = 1 OR i = 0 AND extract(month FROM mois) < 10 THEN
       format('<text x="%s" y="208">%s</text>', round(42 + i * width, 1), to_char(mois, CASE WHEN extract(month FROM mois) = 1 THEN 'YYYY' ELSE 'MM/YYYY' END)) ELSE '' END, '' ORDER BY i)
  || '</svg></div><details><summary>En chiffres</summary><table><thead><tr><th scope="col">Mois</th><th scope="col" class="n">Rappels</th></tr></thead><tbody>'
  || string_agg(format('<tr><th scope="row">%s</th><td class="n">%s</td></tr>', to_char(mois, 'MM/YYYY'), n), '' ORDER BY i DESC) || '</tbody></table></details></section>'
FROM months, scale;

-- --- three tables with bars

WITH parts AS (
  SELECT 1 AS place, 'categories' AS id, 'Par catégorie' AS title, 'Catégorie' AS what, coalesce(categorie_de_produit, 'sans') AS name, sum(rappels) AS n, NULL::date AS last FROM :s.par_categorie GROUP BY 5
  UNION ALL SELECT 2, 'risques', 'Par risque', 'Risque', risque, rappels, NULL FROM :s.par_risque
  UNION ALL SELECT 3, 'marques', 'Les marques les plus rappelées', 'Marque', marque, rappels, dernier FROM :s.par_marque WHERE marque <> '' AND marque NOT LIKE 'sans marque%'),
ranked AS (SELECT *, row_number() OVER (PARTITION BY place ORDER BY n DESC, name) AS rank, max(n) OVER (PARTITION BY place) AS most FROM parts)
SELECT format('<section aria-labelledby="%s"><h2 id="%1$s">%s</h2><table><thead><tr><th scope="col">%s</th>%s<th scope="col" class="n">Rappels</th><td class="part"></td></tr></thead><tbody>',
    id, title, what, CASE WHEN place = 3 THEN '<th scope="col">Dernier</th>' ELSE '' END)
  || string_agg(format('<tr><th scope="row">%s</th>%s<td class="n">%s</td><td class="part"><div style="width:%s%%"></div></td></tr>',
       replace(replace(replace(name, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), CASE WHEN place = 3 THEN '<td class="day">' || to_char(last, 'DD/MM/YYYY') || '</td>' ELSE '' END,
       n, round(100.0 * n / most)), '' ORDER BY rank) || '</tbody></table></section>'
FROM ranked WHERE rank <= 12 GROUP BY place, id, title, what ORDER BY place;

-- --- how the flow is

\if :has_runs
WITH r AS (SELECT * FROM :runs x WHERE coalesce(to_jsonb(x) ->> 'dataset', :'dataset') = :'dataset'),
last AS (SELECT * FROM r WHERE attempt = 0 ORDER BY to_jsonb(r) -> 'sequence' DESC NULLS LAST, started DESC LIMIT 1),
month AS (SELECT count(*) FILTER (WHERE attempt = 0) AS runs, count(*) FILTER (WHERE attempt = 0 AND status <> 0) AS failed,
            coalesce(sum(records_out) FILTER (WHERE task = 'load' AND attempt > 0), 0) AS loaded, coalesce(sum(rejected) FILTER (WHERE attempt > 0), 0) AS aside
          FROM r WHERE started > (SELECT started FROM last) - interval '30 days')
SELECT format('<section aria-labelledby="flux"><h2 id="flux">État du flux</h2><table><tbody><tr><th scope="row">Dernière exécution</th><td>%s</td></tr>'
  '<tr><th scope="row">Dernière réussie</th><td>%s</td></tr><tr><th scope="row">Trente derniers jours</th><td>%s, dont %s ; %s lignes chargées, %s mises de côté</td></tr></tbody></table></section>',
  coalesce((SELECT to_char(started, 'DD/MM/YYYY à HH24:MI') || CASE WHEN status = 0 THEN ', réussie' WHEN ended IS NULL THEN ', sans fin connue' ELSE ', échouée (' || status || ')' END FROM last), 'aucune'),
  coalesce((SELECT to_char(max(ended), 'DD/MM/YYYY à HH24:MI') FROM r WHERE attempt = 0 AND status = 0), 'aucune'),
  runs || CASE WHEN runs = 1 THEN ' exécution' ELSE ' exécutions' END, failed || CASE WHEN failed = 1 THEN ' échec' ELSE ' échecs' END, loaded, aside) FROM month;
\endif

-- --- the newest, to be searched

WITH newest AS (SELECT * FROM :s.rappels ORDER BY date_de_publication DESC NULLS LAST, reference_fiche DESC LIMIT :count),
cells AS (
  SELECT row_number() OVER (ORDER BY date_de_publication DESC NULLS LAST, reference_fiche DESC) AS i, r.date_de_publication, array_to_string(gtins, ' ') AS codes, e.t,
         CASE WHEN lien_vers_la_fiche_rappel ~ '^https?://[^\s"<>]+$' THEN replace(lien_vers_la_fiche_rappel, '&', '&amp;') END AS link
  FROM newest r, LATERAL (SELECT array_agg(replace(replace(replace(replace(coalesce(x, ''), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;') ORDER BY n) AS t
    FROM unnest(ARRAY[reference_fiche, nom_de_la_marque_du_produit, left(replace(noms_des_modeles_ou_references, E'\n', ' ; '), 200), sous_categorie_de_produit, left(motif_du_rappel, 300),
      array_to_string(gtins, ' ')]) WITH ORDINALITY u (x, n)) e)
SELECT format('<section id="rappels" class="whole recalls" aria-labelledby="nouveaux"><h2 id="nouveaux">Les %s rappels les plus récents</h2><div class="ask"><label for="question">Chercher parmi eux : un mot, une marque, '
    'un code-barres</label><input id="question" type="search" autocomplete="off"><p id="trouves" class="soft" role="status"></p></div>'
    '<table><thead><tr><th scope="col">Publié</th><th scope="col">Produit</th><th scope="col">Motif</th></tr></thead><tbody>', count(*))
  || coalesce(string_agg(format('<tr data-codes="%s"><td>%s</td><td><strong>%s</strong> %s<br><span class="soft">%s%s</span></td><td>%s<br>%s</td></tr>', codes, to_char(date_de_publication, 'DD/MM/YYYY'), t[2], t[3], t[4],
       CASE WHEN codes <> '' THEN ' · ' || t[6] ELSE '' END, t[5], CASE WHEN link IS NOT NULL THEN format('<a href="%s">Fiche %s</a>', link, t[1]) ELSE 'Fiche ' || t[1] END), E'\n' ORDER BY i), '')
  || '</tbody></table></section>'
FROM cells;
\qecho '</div>'
\qecho '</main>'
\qecho '<footer class="soft"><p>Données : <a href="https://rappel.conso.gouv.fr">RappelConso</a>, licence ouverte. Un code-barres propre à un magasin est ailleurs un autre produit.</p></footer>'
\qecho '<script>'
\qecho :js
\qecho '</script>'
\qecho '</body>'
\qecho '</html>'
COMMIT;
