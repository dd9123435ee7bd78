-- What others rely on, a line each: every view with its columns, the functions that people call, and what they return.
with said (name) as (
  select unnest(array['cancel', 'replay', 'preview_replay', 'discard', 'pause', 'resume', 'explain', 'refresh_reports',
                      'tend_partitions'])),
relation as (
  select c.oid, n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where (n.nspname in ('muster', 'report') and c.relkind = 'v')
      or (n.nspname = 'muster' and c.relname in ('poll_target', 'work_request', 'replayed', 'retention_run')))
select 'column ' || r.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
  from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
union all
select 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_arguments(p.oid) || ') returns '
       || pg_get_function_result(p.oid)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname = 'report' or (n.nspname = 'muster' and p.proname in (select name from said))
 order by 1
