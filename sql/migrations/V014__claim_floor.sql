-- A floor says from when on the claim looks for work. sql/functions/R__claim_floor.sql explains it.
-- Muster inserts a new row and never updates one: versions of a row would pile up under an old snapshot.

create table muster.claim_floor (
  account       text        not null,
  kind          text        not null check (kind in ('pull', 'request')),
  priority      integer     not null,
  id            bigint      generated always as identity,
  waiting_from  timestamptz not null,
  leased_from   timestamptz not null,
  used_at       timestamptz not null,
  marked_at     timestamptz not null,
  marked_xid    xid8        not null,
  primary key (account, kind, priority, id)
);

comment on table muster.claim_floor is
  'From when on the claim looks for work. The latest row of each account, kind and priority counts.';
comment on column muster.claim_floor.account is 'The account.';
comment on column muster.claim_floor.kind is 'pull (rows of poll_state) or request (rows of work_request).';
comment on column muster.claim_floor.priority is 'The priority of those rows.';
comment on column muster.claim_floor.id is 'Orders the rows: the highest counts.';
comment on column muster.claim_floor.waiting_from is 'No waiting row is due before this time.';
comment on column muster.claim_floor.leased_from is 'No lease ends before this time.';
comment on column muster.claim_floor.used_at is
  'When there last was such a row. Muster forgets a priority that nobody used for a day.';
comment on column muster.claim_floor.marked_at is 'The next floor may move up to this time.';
comment on column muster.claim_floor.marked_xid is
  'A transaction that began to write after marked_at. Once all earlier ones have ended, nobody can commit a row '
  'that is due earlier.';
