-- PostgreSQL gives LOCK TABLE with the right to delete targets, and a table that is locked, or waited for so, stops all
-- accounts. The rows of a quota, a token or an account stop all that share them: operations change them by functions
-- that take a moment. Rows of targets and requests stop nothing else, and are not looked at. A superuser and members of
-- the tables' owner do maintenance, and are left alone.
create or replace function muster.end_table_locks(p_rows_too boolean) returns setof text
language sql as $$
  with lock as materialized (
    select distinct l.pid, a.usename, a.application_name
      from pg_locks l
      join pg_class c on c.oid = l.relation and c.relnamespace = 'muster'::regnamespace and c.relkind in ('r', 'p')
      join pg_stat_activity a on a.pid = l.pid
     where l.database = (select oid from pg_database where datname = current_database())
       and (l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
            or p_rows_too and l.mode = 'RowExclusiveLock' and c.relname in ('quota', 'token', 'account'))
       and pg_has_role(a.usesysid, to_regrole('muster_ops'), 'member')
       and not pg_has_role(a.usesysid, c.relowner, 'member')
       and pg_has_role('pg_signal_backend', 'usage')
  )
  select format('session %s (%s, %s)', pid, usename, application_name) from lock where pg_terminate_backend(pid);
$$;
comment on function muster.end_table_locks(boolean) is
  'Ends sessions of operations that lock a whole table, or rows that others share too, and returns them. Needs '
  'pg_signal_backend. For the service.';
