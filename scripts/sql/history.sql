-- history.sql - keep what a row of the table was before it changed or went, and since when it is as it is; see rc-flow(1), views --history.
-- psql -v schema=NAME -v table='"SCHEMA"."TABLE"' -f history.sql, after views.sql; may be run again at any time, and has to be
-- where the table has a new column.
-- What is kept is beside the table, as are the triggers, so that views may come and go:
--   TABLE_historique   each version that is over, with valid_from and valid_to
--   TABLE_depuis       since when the version is valid that the table has
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT quote_ident(:'schema') AS s, format('%I.%I', nspname, relname) AS t, nspname AS table_schema,
       format('%I.%I', nspname, relname || '_historique') AS versions, format('%I.%I', nspname, relname || '_depuis') AS since,
       format('%I.%I', nspname, left(relname, 50) || '_historise') AS keep, left(relname, 40) AS short
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = :'table'::regclass \gset
\ir own.sql

CREATE TABLE IF NOT EXISTS :versions (LIKE :t);
ALTER TABLE :versions ADD COLUMN IF NOT EXISTS valid_from timestamptz NOT NULL, ADD COLUMN IF NOT EXISTS valid_to timestamptz NOT NULL;
SELECT format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s', :'versions', attname, format_type(atttypid, atttypmod))
FROM pg_attribute WHERE attrelid = :'table'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum \gexec
SELECT :'short' || '_historique_fiche_idx' AS key_index, :'short' || '_historique_fin_idx' AS end_index, :'short' || '_depuis_idx' AS since_index \gset
CREATE INDEX IF NOT EXISTS :"key_index" ON :versions (reference_fiche, valid_from);
CREATE INDEX IF NOT EXISTS :"end_index" ON :versions (valid_to);
CREATE TABLE IF NOT EXISTS :since (reference_fiche text PRIMARY KEY, depuis timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS :"since_index" ON :since (depuis);
COMMENT ON TABLE :versions IS 'rappelconso : versions passees des rappels (rc-flow views --history)';
COMMENT ON TABLE :since IS 'rappelconso : depuis quand un rappel est ce qu''il est (rc-flow views --history)';
-- nobody writes between what is noted here and the triggers
LOCK TABLE :t IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO :since SELECT reference_fiche, '-infinity' FROM :t ON CONFLICT DO NOTHING;
DELETE FROM :since d WHERE NOT EXISTS (SELECT FROM :t r WHERE r.reference_fiche = d.reference_fiche);

SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns, string_agg(format('a.%I', attname), ', ' ORDER BY attnum) AS old_columns,
       string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) AS typed_columns,
       string_agg(quote_literal(attname), ', ' ORDER BY attnum) AS names
FROM pg_attribute WHERE attrelid = :'table'::regclass AND attnum > 0 AND NOT attisdropped \gset

-- The triggers' function: `avant` has the rows as they were, `apres` as they are.  The moment is that of the statement, which holds the
-- rows by then, and not that of its transaction's beginning: so the moments of a row only go forward; where the clock does not,
-- they are a microsecond apart.  Rows are compared by their bytes, so that an UPDATE to the same leaves no trace.
SELECT format($format$
CREATE OR REPLACE FUNCTION %1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  moment constant timestamptz := clock_timestamp();
BEGIN
  CASE TG_OP
  WHEN 'INSERT' THEN
    INSERT INTO %3$s AS d SELECT reference_fiche, moment FROM apres ON CONFLICT (reference_fiche) DO UPDATE SET depuis = EXCLUDED.depuis;
  WHEN 'UPDATE' THEN
    INSERT INTO %2$s (%4$s, valid_from, valid_to)
    SELECT %5$s, d.depuis, greatest(moment, d.depuis + interval '1 microsecond') FROM avant a JOIN %3$s d USING (reference_fiche)
    WHERE NOT EXISTS (SELECT FROM apres b WHERE b.reference_fiche = a.reference_fiche AND b *= a);
    DELETE FROM %3$s d USING avant a WHERE a.reference_fiche = d.reference_fiche
      AND NOT EXISTS (SELECT FROM apres b WHERE b.reference_fiche = a.reference_fiche);
    INSERT INTO %3$s AS d SELECT b.reference_fiche, moment FROM apres b
    WHERE NOT EXISTS (SELECT FROM avant a WHERE a.reference_fiche = b.reference_fiche AND a *= b)
    ON CONFLICT (reference_fiche) DO UPDATE SET depuis = greatest(EXCLUDED.depuis, d.depuis + interval '1 microsecond');
  WHEN 'DELETE' THEN
    INSERT INTO %2$s (%4$s, valid_from, valid_to)
    SELECT %5$s, d.depuis, greatest(moment, d.depuis + interval '1 microsecond') FROM avant a JOIN %3$s d USING (reference_fiche);
    DELETE FROM %3$s d USING avant a WHERE a.reference_fiche = d.reference_fiche;
  WHEN 'TRUNCATE' THEN -- before it, for nothing says afterwards what there was
    INSERT INTO %2$s (%4$s, valid_from, valid_to)
    SELECT %5$s, d.depuis, greatest(moment, d.depuis + interval '1 microsecond') FROM %6$s a JOIN %3$s d USING (reference_fiche);
    DELETE FROM %3$s;
  END CASE;
  RETURN NULL;
END $body$
$format$, :'keep', :'versions', :'since', :'columns', :'old_columns', :'t') \gexec
CREATE OR REPLACE TRIGGER historique_insert AFTER INSERT ON :t REFERENCING NEW TABLE AS apres FOR EACH STATEMENT EXECUTE FUNCTION :keep();
CREATE OR REPLACE TRIGGER historique_update AFTER UPDATE ON :t REFERENCING OLD TABLE AS avant NEW TABLE AS apres FOR EACH STATEMENT EXECUTE FUNCTION :keep();
CREATE OR REPLACE TRIGGER historique_delete AFTER DELETE ON :t REFERENCING OLD TABLE AS avant FOR EACH STATEMENT EXECUTE FUNCTION :keep();
CREATE OR REPLACE TRIGGER historique_truncate BEFORE TRUNCATE ON :t FOR EACH STATEMENT EXECUTE FUNCTION :keep();

-- --- for readers

SELECT format('DROP FUNCTION IF EXISTS %1$s.au(timestamptz), %1$s.nouveautes(timestamptz); DROP VIEW IF EXISTS %1$s.versions', :'s')
WHERE EXISTS (SELECT FROM pg_proc WHERE pronamespace = :'s'::regnamespace AND proname = 'au') \gexec
SELECT format($format$
CREATE OR REPLACE VIEW %1$s.versions AS
SELECT %2$s, valid_from, valid_to FROM %3$s
UNION ALL
SELECT %4$s, d.depuis, 'infinity' FROM %5$s a JOIN %6$s d USING (reference_fiche)
$format$, :'s', :'columns', :'versions', :'old_columns', :'t', :'since') \gexec
COMMENT ON VIEW :s.versions IS 'Chaque version d''un rappel, de valid_from a valid_to (infinity : celle du moment)';

SELECT format($format$
CREATE OR REPLACE FUNCTION %1$s.au(moment timestamptz) RETURNS TABLE (%2$s) LANGUAGE plpgsql STABLE PARALLEL SAFE AS $body$
#variable_conflict use_column
DECLARE
  unknown constant text := (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_catalog.pg_attribute
    WHERE attrelid = to_regclass(%3$L) AND attnum > 0 AND NOT attisdropped AND attname <> ALL (ARRAY[%4$s]));
BEGIN
  IF unknown IS NOT NULL THEN
    RAISE EXCEPTION 'the table has new columns, of which no history is kept yet: %%: run rc-flow views %%', unknown, %5$L || ' --history';
  END IF;
  RETURN QUERY SELECT %6$s FROM %1$s.versions WHERE valid_from <= $1 AND $1 < valid_to;
END $body$
$format$, :'s', :'typed_columns', :'t', :'names', :'schema', :'columns') \gexec
COMMENT ON FUNCTION :s.au IS 'La table telle qu''elle etait a ce moment';

SELECT format($format$
CREATE OR REPLACE FUNCTION %1$s.nouveautes(depuis timestamptz)
  RETURNS TABLE (reference_fiche text, quoi text, quand timestamptz, colonnes jsonb) LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH alors AS (SELECT v.reference_fiche AS fiche, valid_to, to_jsonb(v) - 'valid_from' - 'valid_to' AS it FROM %1$s.versions v
                 WHERE valid_from <= $1 AND $1 < valid_to AND valid_to < 'infinity'),
       maintenant AS (SELECT v.reference_fiche AS fiche, valid_from, to_jsonb(v) - 'valid_from' - 'valid_to' AS it FROM %1$s.versions v
                      WHERE valid_to = 'infinity' AND valid_from > $1)
  SELECT coalesce(m.fiche, a.fiche), CASE WHEN a.fiche IS NULL THEN 'nouveau' WHEN m.fiche IS NULL THEN 'retire' ELSE 'modifie' END,
         coalesce(m.valid_from, (SELECT max(v.valid_to) FROM %1$s.versions v WHERE v.reference_fiche = a.fiche)),
         CASE WHEN a.fiche IS NOT NULL AND m.fiche IS NOT NULL THEN
           (SELECT jsonb_object_agg(key, jsonb_build_array(a.it -> key, value)) FROM jsonb_each(m.it) WHERE value IS DISTINCT FROM a.it -> key) END
  FROM alors a FULL JOIN maintenant m ON m.fiche = a.fiche WHERE a.it IS DISTINCT FROM m.it;
END
$format$, :'s') \gexec
COMMENT ON FUNCTION :s.nouveautes IS 'Ce qui est nouveau, modifie ({colonne: [avant, apres]}) ou retire depuis ce moment';
COMMIT;
