-- What waits and what is leased stand in indexes of their own: a lease moves a row away from where it waited and leaves nothing in the
-- time to come, where the claim looks for what becomes due next.
drop index muster.work_request_open;
create index work_request_waiting on muster.work_request (account, priority desc, next_at, id)
  where status in ('pending', 'running', 'unknown') and fence is null;
create index work_request_leased on muster.work_request (account, priority desc, next_at) where fence is not null;
drop index muster.poll_state_due;
create index poll_state_waiting on muster.poll_state (account, priority desc, due_at) where fence is null;
create index poll_state_leased on muster.poll_state (account, priority desc, due_at) where fence is not null;

-- A row is never changed: while somebody holds an old snapshot its versions would pile up where each claim has to pass them.
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
comment on table muster.claim_floor is 'From when on the claim has to look for work. The latest row of each account, kind and priority counts.';
comment on column muster.claim_floor.account is 'The account.';
comment on column muster.claim_floor.kind is 'pull (rows of poll_state) or request (rows of work_request).';
comment on column muster.claim_floor.priority is 'The priority of those rows.';
comment on column muster.claim_floor.id is 'Orders the rows: the highest counts.';
comment on column muster.claim_floor.waiting_from is 'No row that waits is due before this time.';
comment on column muster.claim_floor.leased_from is 'No lease ends before this time.';
comment on column muster.claim_floor.used_at is 'When there last was such a row; a priority that is not used for a day is forgotten.';
comment on column muster.claim_floor.marked_at is 'The time up to which the next floor may move.';
comment on column muster.claim_floor.marked_xid is 'A transaction that began to write after that time. Once all before it have ended, nobody can commit a row that is due earlier.';

-- The claim takes the floors.
drop function if exists muster.give_up_lost(text);
drop function if exists muster.claim_requests(text, integer, timestamptz, timestamptz, interval);
drop function if exists muster.claim_pulls(text, integer, timestamptz, timestamptz);
drop function if exists muster.next_due(text, timestamptz);
drop function if exists muster.request_priorities(text);
drop function if exists muster.poll_priorities(text);

comment on column muster.audit.to_status is 'The status or state after; deleted if the row was taken out by hand. The same as before where a request of unknown outcome is read again, or a lease that was lost is given anew.';
