create table muster.poll_state (
  target_id     bigint      primary key references muster.poll_target on delete cascade,
  account       text        not null,
  priority      integer     not null,
  due_at        timestamptz not null,
  fence         bigint,
  attempts      integer     not null default 0,
  reauthorised  boolean     not null default false,
  synced_at     timestamptz,
  waits_for     text
) with (fillfactor = 80);
-- Waiting and leased rows have an index each. A lease leaves nothing where the claim looks for work.
create index poll_state_waiting on muster.poll_state (account, priority desc, due_at) where fence is null;
create index poll_state_leased on muster.poll_state (account, priority desc, due_at) where fence is not null;

comment on table muster.poll_state is
  'When each target is due. A narrow row beside each poll_target: a pull that finds nothing new writes little.';
comment on column muster.poll_state.target_id is 'The target.';
comment on column muster.poll_state.account is 'The target''s account.';
comment on column muster.poll_state.priority is 'The target''s priority.';
comment on column muster.poll_state.due_at is
  'When Muster reads it next; infinity while disabled. While a call runs: the end of its lease. A process that dies '
  'gives it back by doing nothing.';
comment on column muster.poll_state.fence is 'The number of the claim that runs; null while none does.';
comment on column muster.poll_state.attempts is 'Failures in a row since the last success or dead letter.';
comment on column muster.poll_state.reauthorised is
  'Whether Muster got a new token for it since the last success. If the vendor refuses that too, the token is not '
  'to blame.';
comment on column muster.poll_state.synced_at is 'When it was last read; null before the first time.';
comment on column muster.poll_state.waits_for is 'Why the last call failed, in one sentence; null after a success.';
