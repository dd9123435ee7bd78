-- docs/schema.md from the live comments, line by line.
with
shown as (
  select * from (values ('report', 1), ('muster', 2)) s (name, place)),
relation as (
  select c.oid, s.place as schema, n.nspname || '.' || c.relname as name,
         case c.relkind when 'v' then 1 when 'c' then 3 else 2 end as kind,
         coalesce(obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type')) as words
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join shown s on s.name = n.nspname
   where c.relkind in ('r', 'p', 'v', 'c') and not c.relispartition),
called as (
  select p.oid, s.place as schema, n.nspname || '.' || p.proname as name,
         pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
         obj_description(p.oid, 'pg_proc') as words
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join shown s on s.name = n.nspname),
line (schema, kind, name, part, place, text) as (
  select s.place, 0, '', 0, 0, E'\n## Schema ' || s.name || E'\n\n' || obj_description(n.oid, 'pg_namespace')
    from shown s join pg_namespace n on n.nspname = s.name
  union all
  select distinct r.schema, r.kind, '', 0, 0, E'\n### ' || (array['Views', 'Tables', 'Types'])[r.kind] from relation r
  union all
  select r.schema, r.kind, r.name, 1, 0,
         E'\n#### ' || r.name || E'\n\n' || r.words || E'\n\n| column | type | what it is |\n| --- | --- | --- |'
    from relation r
  union all
  select r.schema, r.kind, r.name, 2, a.attnum,
         '| `' || a.attname || '` | ' || format_type(a.atttypid, a.atttypmod) || ' | '
         || replace(coalesce(col_description(r.oid, a.attnum), ''), '|', '\|') || ' |'
    from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  union all
  select distinct f.schema, 4, '', 0, 0,
         E'\n### Functions\n\n| function | returns | what it does |\n| --- | --- | --- |'
    from called f
  union all
  select f.schema, 4, f.name, 1, 0,
         '| `' || f.name || '(' || f.arguments || ')` | ' || f.result || ' | ' || replace(f.words, '|', '\|') || ' |'
    from called f)
select replace(text, 'timestamp with time zone', 'timestamptz') from line
 order by schema, kind, name collate "C", part, place, text collate "C"
