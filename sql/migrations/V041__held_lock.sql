create table muster.held_lock (
  transaction  text        primary key,
  since        timestamptz not null
);

comment on table muster.held_lock is
  'One row per transaction that keeps rows or tables of Muster''s locked. Written once a minute: other users than a '
  'superuser do not see when the transaction of somebody else began.';
comment on column muster.held_lock.transaction is 'The virtual transaction, as in pg_locks.';
comment on column muster.held_lock.since is 'When it began, or when Muster first saw it.';
