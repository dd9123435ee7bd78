create or replace function muster.note_locks() returns void
language sql as $$
  delete from muster.held_lock h where not exists (select from pg_locks l where l.virtualtransaction = h.transaction);
  insert into muster.held_lock (transaction, since)
  select transaction, coalesce(since, clock_timestamp()) from muster.lock_holder
      on conflict do nothing;
$$;
comment on function muster.note_locks() is
  'Notes who keeps rows locked, for report.attention. For the service, once a minute.';
