-- views.sql - views for those who read the table of recalls, in a schema of their own; see rc-flow(1), views.
-- psql -v schema=NAME -v table='"SCHEMA"."TABLE"' -f views.sql; may be run again at any time.
-- PostgreSQL 14 or later, a database in UTF-8, no extension.
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
BEGIN;
SET LOCAL client_min_messages = warning;

-- s: the schema, as SQL has it; t: the table; parts: whether it has identification_en_parties, as rappelconso-v2-full makes it.
SELECT quote_ident(:'schema') AS s, format('%I.%I', nspname, relname) AS t, nspname AS table_schema, relname AS table_name,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'identification_en_parties' AND NOT attisdropped) AS parts
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = :'table'::regclass \gset
\ir own.sql
CREATE SCHEMA IF NOT EXISTS :s;
COMMENT ON SCHEMA :s IS 'rappelconso : vues pour lire les rappels (rc-flow views)';

-- What the indexes are made by, before this: if it changes, they are made anew.
SELECT coalesce(md5(string_agg(prosrc, '' ORDER BY proname)), '') AS before
FROM pg_proc WHERE pronamespace = :'s'::regnamespace AND proname IN ('gtins', 'document') \gset

-- --- functions of the indexes
-- Each is one PL/pgSQL function that calls none of this schema: SQL functions within would be set up anew for each row that is
-- loaded, and the role that loads needs no right here.  Neither can fail, whatever the text: a load would.

-- gtins(identification): the right bar codes of a recall, 14 digits each, as view produits finds them.
CREATE OR REPLACE FUNCTION :s.gtins(identification text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  line text;
  code text;
  found text[] := '{}';
BEGIN
  IF identification IS NULL THEN
    RETURN found;
  END IF;
  FOREACH line IN ARRAY string_to_array(translate(identification, '|', E'\n'), E'\n') LOOP
    code := substring(line FROM '^[ \t\r]*([0-9]{8}|[0-9]{12,14})(?![^ \t\r])');
    CONTINUE WHEN code IS NULL OR code !~ '[1-9]';
    -- eight digits are a code only before a lot, or before the place of one that is empty
    CONTINUE WHEN length(code) = 8 AND line ~ ('^[ \t\r]*[0-9]{8}([ \t\r]*$|[ \t\r](date limite de consommation|'
      'date de durabilite minimale|date de consommation recommandee|non concerne)([ \t\r]|$))');
    code := lpad(code, 14, '0');
    CONTINUE WHEN code = ANY (found) OR
      (3 * (substr(code, 1, 1)::int + substr(code, 3, 1)::int + substr(code, 5, 1)::int + substr(code, 7, 1)::int
        + substr(code, 9, 1)::int + substr(code, 11, 1)::int + substr(code, 13, 1)::int)
        + substr(code, 2, 1)::int + substr(code, 4, 1)::int + substr(code, 6, 1)::int + substr(code, 8, 1)::int
        + substr(code, 10, 1)::int + substr(code, 12, 1)::int + substr(code, 14, 1)::int) % 10 <> 0;
    found := found || code;
  END LOOP;
  RETURN found;
END $$;

-- document(...): what recherche() looks at: brand and product first, then kind and reason, risk and shops, bar codes and lots.  Texts
-- are cut, for the words of a tsvector may take a megabyte, of which the longest characters, in compound words, which come twice, fill
-- two thirds then.
CREATE OR REPLACE FUNCTION :s.document(marque text, modele text, sous_categorie text, motif text, risque text, distributeurs text,
    identification text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN setweight(to_tsvector('pg_catalog.french', left(concat_ws(' ', marque, modele), 20000)), 'A')
      || setweight(to_tsvector('pg_catalog.french', left(concat_ws(' ', sous_categorie, motif), 20000)), 'B')
      || setweight(to_tsvector('pg_catalog.french', left(concat_ws(' ', risque, distributeurs), 20000)), 'C')
      || setweight(to_tsvector('pg_catalog.french', left(coalesce(identification, ''), 20000)), 'D');
END $$;

-- --- functions of the views

-- jour(texte): a date of the forms 2024-04-18 (and what follows it) and 18/04/2024; null if there is no such day.
CREATE OR REPLACE FUNCTION :s.jour(texte text) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  year int; month int; day int;
BEGIN
  IF texte ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])' THEN
    year := substr(texte, 1, 4); month := substr(texte, 6, 2); day := substr(texte, 9, 2);
  ELSIF texte ~ '^[0-9]{2}/[0-9]{2}/[0-9]{4}(?![0-9])' THEN
    year := substr(texte, 7, 4); month := substr(texte, 4, 2); day := substr(texte, 1, 2);
  END IF;
  IF year > 0 AND month BETWEEN 1 AND 12 AND day BETWEEN 1 AND
      (CASE WHEN month IN (4, 6, 9, 11) THEN 30 WHEN month <> 2 THEN 31 WHEN year % 4 = 0 AND year % 100 <> 0 OR year % 400 = 0 THEN 29 ELSE 28 END) THEN
    RETURN make_date(year, month, day);
  END IF;
  RETURN NULL;
END $$;

-- parties(texte): the parts of a list: lines, and what `|` and `$?` (once ¤) part in records of the first API; null without any.
CREATE OR REPLACE FUNCTION :s.parties(texte text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  part text;
  found text[];
BEGIN
  FOREACH part IN ARRAY string_to_array(translate(replace(texte, '$?', '|'), '|', E'\n'), E'\n') LOOP
    part := btrim(part, E' \t\r');
    IF part <> '' THEN
      found := found || part;
    END IF;
  END LOOP;
  RETURN found;
END $$;

-- gtin14(code): 8, 12, 13 or 14 digits, with blanks, points and hyphens between them, as 14; null if it is no such code.
CREATE OR REPLACE FUNCTION :s.gtin14(code text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (
  SELECT CASE WHEN digits ~ '^([0-9]{8}|[0-9]{12,14})$' THEN lpad(digits, 14, '0') END
  FROM (SELECT regexp_replace(code, '[\s.\u00a0\u2010-\u2015-]', '', 'g') AS digits) d);

-- gtin_valide(gtin): whether the last of 14 digits is their check digit: the sum of all, every other one three times, is a
-- multiple of ten (GS1 General Specifications, 7.9).
CREATE OR REPLACE FUNCTION :s.gtin_valide(gtin text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  sum int := 0;
BEGIN
  FOR n IN 1..14 LOOP
    sum := sum + substr(gtin, n, 1)::int * CASE WHEN n % 2 = 1 THEN 3 ELSE 1 END;
  END LOOP;
  RETURN sum > 0 AND sum % 10 = 0;
END $$;

-- sans_accents(texte): as the table has its texts, in lower case: what readers type has accents.
CREATE OR REPLACE FUNCTION :s.sans_accents(texte text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
  regexp_replace(normalize(replace(replace(translate(lower(texte), '’‘ʼ', ''''''''), 'œ', 'oe'), 'æ', 'ae'), NFD), '[\u0300-\u036f]', '', 'g');

-- risques(texte): the risks that it names, of those that the portal knows, where a line has nothing else.
CREATE OR REPLACE FUNCTION :s.risques(texte text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  known constant text := '(additifs et aromes depassement des seuils de securite|additifs et aromes non autorises|aflatoxines'
    '|anomalie d''etiquetage|arret respiratoire|autre risque|autres contaminants biologiques|autres contaminants chimiques'
    '|autres mycotoxines|bacillus cereus|biotoxines marines asp \(toxines amnesiantes\)|biotoxines marines dsp \(toxines diarrheiques\)'
    '|biotoxines marines psp \(toxines paralysantes\)|blessures( externes)?|brucella spp( +\(agent responsable de la brucellose\))?|brulures?'
    '|campylobacter spp( +\(agent responsable de la campylobacteriose\))?|choc electrique|clostridium botulinum( +\(agent responsable du botulisme\))?'
    '|clostridium perfringens|cronobacter( spp)?|datura \(alcaloides tropaniques\)|defaut de fabrication, defaut d''etancheite \(ex: micro fuites, '
    'thermoscellage defectueux\) ou anomalies de conditionnement|depassement de seuils de securite|depassement des limites autorisees de pesticides'
    '|dioxines et pcb|dommages internes|elements traces metalliques \(metaux lourds ?: plomb, mercure, cadmium\.\.\.\)'
    '|ergot de seigle|escherichia coli( shiga toxinogene \(stec\))?|etouffement(, strangulation)?|fumonisines|histamine'
    '|hydrocarbures aromatiques polycycliques|incendie|inertes \(verre, metal, plastique, papier, textile\.\.\.\)|intoxication'
    '|listeria monocytogenes( +\(agent responsable de la listeriose\))?|modifications organoleptiques|noyade|non inertes \(insectes,? larves etc\)|norovirus'
    '|ochratoxine( a)?|patuline|presence d''?ogm|presence ogm|presence de substance interdite|produits phytosanitaires non autorises|pseudomonas( aeruginosa)?'
    '|residus de medicaments veterinaires|risque chimique|risque environnemental|risque microbiologique'
    '|salmonella spp( +\(agent responsable de la salmonellose\))?|staphylococcus aureus( +\(agent responsable d''intoxination staphylococcique\))?'
    '|strangulation|substances allergisantes non declarees|substances interdites \(au sens du reglement ue 37/2010\)|suffocation'
    '|toxines endogenes ?: histamine \(poissons, fromages, boissons alcoolisees, charcuteries\)|trichinella( spp)?|vibrio( parahaemolyticus| vulnificus| cholerae)?'
    '|virus de l''hepatite [ae]|yersinia enterocolitica|zearalenone)';
  line text;
  found text[] := '{}';
BEGIN
  FOREACH line IN ARRAY regexp_split_to_array(lower(texte), '\n|\||\$\?') LOOP
    line := btrim(regexp_replace(line, '\s+', ' ', 'g'));
    IF length(line) < 2000 AND line ~ ('^' || known || '( ' || known || ')*$') THEN
      found := found || ARRAY(SELECT r[1] FROM regexp_matches(line, known, 'g') r);
    END IF;
  END LOOP;
  RETURN found;
END $$;

-- lignes(identification): its products, a line each, taken apart from the end: up to two dates and the kind of date before them, the lot
-- before those, and, at the beginning, the bar code: 12, 13 or 14 digits alone, or 8 with a right check digit before a lot.  Where a line
-- ends in none of the four kinds of date, all but the code is the lot.
CREATE OR REPLACE FUNCTION :s.lignes(identification text)
  RETURNS TABLE (n int, gtin_lu text, lot text, date_type text, date_debut text, date_fin text)
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 2 AS $$
DECLARE
  line text; head text; kind text;
  dates text[];
  d int[];
BEGIN
  n := 0;
  FOREACH line IN ARRAY string_to_array(translate(coalesce(identification, ''), '|', E'\n'), E'\n') LOOP
    line := btrim(line, E' \t\r');
    CONTINUE WHEN line = '';
    n := n + 1;
    head := line; dates := '{}'; date_type := NULL; gtin_lu := NULL;
    WHILE cardinality(dates) < 2 AND right(head, 11) ~ '^\s[0-9]{4}-[0-9]{2}-[0-9]{2}$' LOOP
      dates := right(head, 10) || dates;
      head := rtrim(left(head, -10), E' \t\r');
    END LOOP;
    FOREACH kind IN ARRAY ARRAY['date limite de consommation', 'date de durabilite minimale', 'date de consommation recommandee', 'non concerne'] LOOP
      IF right(head, length(kind)) = kind AND left(right(' ' || head, length(kind) + 1), 1) ~ '\s' THEN
        date_type := kind;
        head := left(head, -length(kind) - (head <> kind)::int);
        EXIT;
      END IF;
    END LOOP;
    IF date_type IS NULL THEN
      head := line; dates := '{}';
    END IF;
    IF head ~ '^[0-9]{12,14}(\s|$)' THEN
      gtin_lu := substring(head FROM '^[0-9]+');
    ELSIF head ~ '^[0-9]{8}\s' AND left(head, 8) ~ '[1-9]' THEN -- a second blank is the place of an empty lot
      d := string_to_array(left(head, 8), NULL);
      gtin_lu := CASE WHEN (3 * (d[1] + d[3] + d[5] + d[7]) + d[2] + d[4] + d[6] + d[8]) % 10 = 0 THEN left(head, 8) END;
    END IF;
    lot := nullif(btrim(substr(head, coalesce(length(gtin_lu), 0) + 1), E' \t\r'), '');
    date_debut := dates[1];
    date_fin := dates[2];
    RETURN NEXT;
  END LOOP;
END $$;

-- lignes_en_parties(parties): the same of identification_en_parties, whose parts are told by their place.
CREATE OR REPLACE FUNCTION :s.lignes_en_parties(parties text)
  RETURNS TABLE (n int, gtin_lu text, lot text, date_type text, date_debut text, date_fin text)
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 2 AS $$
DECLARE
  line text; code text;
  p text[];
  d int[];
  at int;
BEGIN
  n := 0;
  FOREACH line IN ARRAY string_to_array(coalesce(parties, ''), E'\n') LOOP
    CONTINUE WHEN translate(line, E'$ \t\r', '') = '';
    n := n + 1;
    p := string_to_array(line, '$');
    at := cardinality(p) + 1;
    FOR i IN 1..cardinality(p) LOOP
      IF btrim(p[i]) IN ('date limite de consommation', 'date de durabilite minimale', 'date de consommation recommandee', 'non concerne') THEN
        at := i;
        EXIT;
      END IF;
    END LOOP;
    code := btrim(p[1]); gtin_lu := NULL;
    IF code ~ '^[0-9]{12,14}$' THEN
      gtin_lu := code;
    ELSIF code ~ '^[0-9]{8}$' AND code ~ '[1-9]' AND at > 2 THEN
      d := string_to_array(code, NULL);
      gtin_lu := CASE WHEN (3 * (d[1] + d[3] + d[5] + d[7]) + d[2] + d[4] + d[6] + d[8]) % 10 = 0 THEN code END;
    END IF;
    lot := nullif(btrim(array_to_string(p[CASE WHEN gtin_lu IS NULL THEN 1 ELSE 2 END:at - 1], ' ')), '');
    date_type := btrim(p[at]);
    date_debut := btrim(p[at + 1]);
    date_fin := btrim(p[at + 2]);
    RETURN NEXT;
  END LOOP;
END $$;

-- --- views

\if :parts
\set lines '(SELECT * FROM ' :s '.lignes_en_parties(r.identification_en_parties))'
\set more ', libelle, numero_version, nature_juridique_du_rappel, marque_de_salubrite, rappel_guid, ' :s '.parties(risques_encourus) AS risques_encourus'
\set risks ' coalesce(' :s '.parties(lower(r.risques_encourus)), \'{}\')'
\else
\set lines '(SELECT * FROM ' :s '.lignes(r.identification_des_produits))'
\set more ''
\set risks ' coalesce(' :s '.risques(r.risques_pour_le_consommateur), \'{}\')'
\endif

CREATE OR REPLACE VIEW :s.rappels AS
SELECT reference_fiche,
       :s.jour(date_de_publication::text) AS date_de_publication,
       :s.jour(date_de_fin_de_la_procedure_de_rappel::text) AS date_de_fin_de_la_procedure_de_rappel,
       :s.jour(date_debut_commercialisation::text) AS date_debut_commercialisation,
       :s.jour(date_fin_commercialisation::text) AS date_fin_commercialisation,
       lower(categorie_de_produit) AS categorie_de_produit, lower(sous_categorie_de_produit) AS sous_categorie_de_produit,
       nom_de_la_marque_du_produit, noms_des_modeles_ou_references, identification_des_produits,
       :s.gtins(identification_des_produits) AS gtins,
       :s.parties(conditionnements) AS conditionnements, temperature_de_conservation,
       :s.parties(zone_geographique_de_vente) AS zone_geographique_de_vente, :s.parties(distributeurs) AS distributeurs,
       motif_du_rappel, :s.parties(risques_pour_le_consommateur) AS risques_pour_le_consommateur,
       :s.parties(recommandations_sante) AS recommandations_sante, numero_de_contact,
       :s.parties(modalites_de_compensation) AS modalites_de_compensation,
       :s.parties(informations_complementaires) AS informations_complementaires,
       :s.parties(liens_vers_les_images) AS liens_vers_les_images, lien_vers_la_liste_des_produits,
       lien_vers_la_liste_des_distributeurs, lien_vers_affichette_pdf, lien_vers_la_fiche_rappel :more
FROM :t;
COMMENT ON VIEW :s.rappels IS 'Un rappel par ligne : dates en dates, listes en tableaux, codes-barres justes sur 14 chiffres';

CREATE OR REPLACE VIEW :s.produits AS
SELECT r.reference_fiche, l.n, :s.gtin14(l.gtin_lu) AS gtin, :s.gtin_valide(:s.gtin14(l.gtin_lu)) AS gtin_valide,
       :s.gtin14(l.gtin_lu) ~ '^([0-9](2|0[24])|000000[02])' AS gtin_interne, l.gtin_lu, l.lot, l.date_type,
       :s.jour(l.date_debut) AS date_debut, :s.jour(l.date_fin) AS date_fin
FROM :t r CROSS JOIN LATERAL :lines l;
COMMENT ON VIEW :s.produits IS 'Un produit par ligne : code-barres, lot, type de date, dates';
COMMENT ON COLUMN :s.produits.gtin IS 'Le code-barres sur 14 chiffres';
COMMENT ON COLUMN :s.produits.gtin_valide IS 'Sa clef de controle est juste';
COMMENT ON COLUMN :s.produits.gtin_interne IS 'Code propre a un magasin (prefixes 02, 04, 20 a 29 ; sur 8 chiffres 0 et 2) : ailleurs, un autre produit';
COMMENT ON COLUMN :s.produits.gtin_lu IS 'Le code-barres tel que publie';

CREATE OR REPLACE VIEW :s.par_mois AS
SELECT date_trunc('month', date_de_publication)::date AS mois, count(*) AS rappels FROM :s.rappels GROUP BY 1 ORDER BY 1;
COMMENT ON VIEW :s.par_mois IS 'Rappels publies, par mois';
CREATE OR REPLACE VIEW :s.par_marque AS
SELECT lower(btrim(nom_de_la_marque_du_produit)) AS marque, count(*) AS rappels, max(date_de_publication) AS dernier
FROM :s.rappels GROUP BY 1 ORDER BY 2 DESC, 1;
COMMENT ON VIEW :s.par_marque IS 'Rappels par marque, sans egard aux majuscules, et la date du dernier';
CREATE OR REPLACE VIEW :s.par_categorie AS
SELECT categorie_de_produit, sous_categorie_de_produit, count(*) AS rappels FROM :s.rappels GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2;
COMMENT ON VIEW :s.par_categorie IS 'Rappels par categorie et sous-categorie';
CREATE OR REPLACE VIEW :s.par_risque AS
SELECT risque, count(DISTINCT reference_fiche) AS rappels FROM :t r, unnest(:risks) risque GROUP BY 1 ORDER BY 2 DESC, 1;
COMMENT ON VIEW :s.par_risque IS 'Rappels par risque, sans les textes libres ; un rappel peut en avoir plusieurs';
-- what recherche() looks at, so that its callers need no right on the table
CREATE OR REPLACE VIEW :s.textes AS
SELECT reference_fiche, :s.jour(date_de_publication::text) AS date_de_publication, nom_de_la_marque_du_produit, noms_des_modeles_ou_references,
       motif_du_rappel, lien_vers_la_fiche_rappel,
       :s.document(nom_de_la_marque_du_produit, noms_des_modeles_ou_references, sous_categorie_de_produit, motif_du_rappel,
                   risques_pour_le_consommateur, distributeurs, identification_des_produits) AS document FROM :t;
COMMENT ON VIEW :s.textes IS 'Ce que recherche() regarde';

-- --- look-up

CREATE OR REPLACE FUNCTION :s.actifs(jour date DEFAULT current_date) RETURNS SETOF :s.rappels LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT * FROM :s.rappels r WHERE r.date_de_fin_de_la_procedure_de_rappel >= $1 AND (r.date_de_publication <= $1 OR r.date_de_publication IS NULL);
END;
COMMENT ON FUNCTION :s.actifs IS 'Les rappels en cours ce jour-la ; une fin inconnue n''en est pas';

CREATE OR REPLACE FUNCTION :s.par_gtin(code text) RETURNS SETOF :s.rappels LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT * FROM :s.rappels r WHERE r.gtins @> ARRAY[:s.gtin14(code)] ORDER BY r.date_de_publication DESC NULLS LAST, r.reference_fiche DESC;
END;
COMMENT ON FUNCTION :s.par_gtin IS 'Les rappels d''un code-barres de 8, 12, 13 ou 14 chiffres, le plus recent d''abord';

-- The words that French leaves out have lost their accents in the table, where they are words like others: a question is not
-- about them.
CREATE OR REPLACE FUNCTION :s.recherche(question text, combien int DEFAULT 100)
  RETURNS TABLE (rang real, reference_fiche text, date_de_publication date, marque text, modele text, motif text, lien text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT ts_rank_cd(r.document, q), r.reference_fiche, r.date_de_publication, r.nom_de_la_marque_du_produit, r.noms_des_modeles_ou_references,
         r.motif_du_rappel, r.lien_vers_la_fiche_rappel
  FROM :s.textes r, websearch_to_tsquery('pg_catalog.french', regexp_replace(:s.sans_accents(question),
         '\m(a|ete|etee|etees|etes|etant|etante|etants|etantes|etais|etait|etions|etiez|etaient|fumes|futes|eumes|eutes|meme)\M', ' ', 'g')) q
  WHERE r.document @@ q ORDER BY 1 DESC, 3 DESC NULLS LAST, 2 DESC LIMIT combien;
END;
COMMENT ON FUNCTION :s.recherche IS 'Les rappels dont parle une question en francais, les meilleurs d''abord ; "entre guillemets", -sans, or';

-- --- indexes, which have the schema's name, so that two schemas can have views of one table

SELECT left(:'table_name', 25) || '_' || left(:'schema', 20) || '_gtins_idx' AS codes_index,
       left(:'table_name', 25) || '_' || left(:'schema', 20) || '_recherche_idx' AS words_index,
       :'before' NOT IN ('', md5(string_agg(prosrc, '' ORDER BY proname))) AS changed
FROM pg_proc WHERE pronamespace = :'s'::regnamespace AND proname IN ('gtins', 'document') \gset
\if :changed
DROP INDEX IF EXISTS :"table_schema".:"codes_index", :"table_schema".:"words_index";
\endif
CREATE INDEX IF NOT EXISTS :"codes_index" ON :t USING gin (:s.gtins(identification_des_produits));
CREATE INDEX IF NOT EXISTS :"words_index" ON :t USING gin (:s.document(nom_de_la_marque_du_produit, noms_des_modeles_ou_references,
  sous_categorie_de_produit, motif_du_rappel, risques_pour_le_consommateur, distributeurs, identification_des_produits));
ANALYZE :t;
COMMIT;
