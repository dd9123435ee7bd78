-- deploy/dbt/sources.yml from the live comments, line by line. A JSON text is a YAML text.
with
view as (
  select c.oid, c.relname as name from pg_class c where c.relnamespace = 'report'::regnamespace and c.relkind = 'v'),
line (name, place, text) as (
  select v.name, 0, format(E'      - name: %s\n        description: %s\n        columns:', v.name,
                           to_json(obj_description(v.oid, 'pg_class')))
    from view v
  union all
  select v.name, a.attnum, format(E'          - name: %s\n            data_type: %s\n            description: %s',
                                  a.attname, to_json(format_type(a.atttypid, a.atttypmod)),
                                  to_json(col_description(v.oid, a.attnum)))
    from view v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0 and not a.attisdropped)
select text from line order by name collate "C", place
