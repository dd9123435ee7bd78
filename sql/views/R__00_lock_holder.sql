-- A lock on a row stands in pg_locks as one on its table. Who only reads, and who cleans up, is left out.
-- Only a superuser and members of pg_read_all_stats see when somebody else's transaction began.
create or replace view muster.lock_holder as
select l.virtualtransaction as transaction, l.pid, a.usename::text collate "default" as usename, a.application_name,
       string_agg(distinct c.relname::text collate "default", ', ') as tables, coalesce(a.xact_start, h.since) as since
  from pg_locks l
  join pg_class c on c.oid = l.relation and c.relnamespace = 'muster'::regnamespace and c.relkind in ('r', 'p')
  left join pg_stat_activity a on a.pid = l.pid
  left join muster.held_lock h on h.transaction = l.virtualtransaction
 where l.database = (select oid from pg_database where datname = current_database()) and l.granted
   and l.mode not in ('AccessShareLock', 'ShareUpdateExclusiveLock') and l.pid is distinct from pg_backend_pid()
 group by l.virtualtransaction, l.pid, a.usename, a.application_name, a.xact_start, h.since;
comment on view muster.lock_holder is
  'Transactions that keep rows or tables of Muster''s locked, those of a moment too.';
comment on column muster.lock_holder.transaction is 'The virtual transaction, as in pg_locks.';
comment on column muster.lock_holder.pid is 'Its process; null for a prepared transaction.';
comment on column muster.lock_holder.usename is 'Its user.';
comment on column muster.lock_holder.application_name is 'Its application.';
comment on column muster.lock_holder.tables is 'The tables.';
comment on column muster.lock_holder.since is 'When it began, or when Muster first saw it; null if neither is known.';
