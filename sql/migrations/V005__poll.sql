-- The inventory: what to keep a copy of. People write poll_target; the service writes poll_state.
create table muster.poll_target (
  id             bigint      generated always as identity primary key,
  account        text        not null,
  resource       text        not null,
  key            text        not null,
  refresh_every  interval    check (refresh_every >= interval '1 second'),
  priority       integer     not null default 0 check (priority between -1000 and 1000),
  enabled        boolean     not null default true,
  created_at     timestamptz not null default now(),
  created_by     text        not null default session_user,
  unique (account, resource, key)
);
comment on table muster.poll_target is 'What to keep a copy of: one row per device or product.';
comment on column muster.poll_target.id is 'Muster''s number of the target.';
comment on column muster.poll_target.account is 'The account to read it through.';
comment on column muster.poll_target.resource is 'What it is: device, or another resource the account''s vendor has.';
comment on column muster.poll_target.key is 'The name to ask for it by.';
comment on column muster.poll_target.refresh_every is 'How often to read it; null takes the account''s interval.';
comment on column muster.poll_target.priority is 'Higher goes first while calls are scarce; -1000 to 1000.';
comment on column muster.poll_target.enabled is 'False stops reading it; its copy stays.';
comment on column muster.poll_target.created_at is 'When it was inserted.';
comment on column muster.poll_target.created_by is 'Who inserted it.';

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
create index poll_state_due on muster.poll_state (account, priority desc, due_at);
comment on table muster.poll_state is 'When each target is due: one narrow row beside each poll_target, so that a pull that finds nothing new writes little.';
comment on column muster.poll_state.target_id is 'The target.';
comment on column muster.poll_state.account is 'The target''s account.';
comment on column muster.poll_state.priority is 'The target''s priority.';
comment on column muster.poll_state.due_at is 'When to read it next. While a call for it runs this is the end of the lease: a process that dies gives it back by doing nothing. infinity while disabled.';
comment on column muster.poll_state.fence is 'The number of the claim that runs; null while none does.';
comment on column muster.poll_state.attempts is 'Failures that may pass since the last success or dead letter.';
comment on column muster.poll_state.reauthorised is 'Whether a new token was got for it since the last success; a second refusal of the token is no token''s fault.';
comment on column muster.poll_state.synced_at is 'When it was last read; null before the first time.';
comment on column muster.poll_state.waits_for is 'Why the last call brought nothing, in one sentence; null after a success.';
