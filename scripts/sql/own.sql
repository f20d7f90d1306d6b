-- own.sql - included: that the schema named :schema is ours, or not there; else its contents are somebody's.
SELECT set_config('rappelconso.schema', :'schema', true), set_config('rappelconso.table_schema', :'table_schema', true) \g /dev/null
DO $$
DECLARE
  schema constant text := current_setting('rappelconso.schema');
BEGIN
  IF schema = current_setting('rappelconso.table_schema') THEN
    RAISE EXCEPTION 'schema % has the table itself: name another one for the views', quote_ident(schema);
  ELSIF EXISTS (SELECT FROM pg_namespace WHERE nspname = schema)
      AND coalesce(obj_description((SELECT oid FROM pg_namespace WHERE nspname = schema), 'pg_namespace'), '') NOT LIKE 'rappelconso : vues%' THEN
    RAISE EXCEPTION 'schema % is not one of rc-flow views: name another one, or one that is not there', quote_ident(schema);
  END IF;
END $$;
