-- drop.sql - drop what views.sql has made, with the indexes; see rc-flow(1), views --drop.
-- psql -v schema=NAME -v table='"SCHEMA"."TABLE"' -v history=0 -f drop.sql
-- What history.sql keeps stays, and it goes on to keep it, unless history is 1: then it stops, and what it has stays.
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT quote_ident(:'schema') AS s, coalesce((SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = to_regclass(:'table')), '') AS table_schema \gset
\ir own.sql
DO $$
DECLARE
  others text := (SELECT string_agg(DISTINCT v.oid::regclass::text, ', ') FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
    JOIN pg_class v ON v.oid = r.ev_class JOIN pg_class o ON o.oid = d.refobjid JOIN pg_namespace n ON n.oid = o.relnamespace
    WHERE d.classid = 'pg_rewrite'::regclass AND n.nspname = current_setting('rappelconso.schema') AND v.relnamespace <> n.oid);
BEGIN
  IF others IS NOT NULL THEN
    RAISE EXCEPTION 'views of others are made of those in schema %: %: drop them first', quote_ident(current_setting('rappelconso.schema')), others;
  END IF;
END $$;
DROP SCHEMA IF EXISTS :s CASCADE;
\if :history
SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger
WHERE tgrelid = to_regclass(:'table') AND tgname ~ '^historique_(insert|update|delete|truncate)$' \gexec
SELECT format('DROP FUNCTION IF EXISTS %I.%I()', nspname, left(relname, 50) || '_historise')
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = to_regclass(:'table') \gexec
\endif
COMMIT;
