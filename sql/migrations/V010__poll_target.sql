-- The inventory. People write poll_target; the service writes poll_state beside it.

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
comment on column muster.poll_target.key is 'The name by which Muster asks the vendor for it.';
comment on column muster.poll_target.refresh_every is 'How often to read it; null takes the account''s interval.';
comment on column muster.poll_target.priority is 'Higher goes first while calls are scarce; -1000 to 1000.';
comment on column muster.poll_target.enabled is 'False stops reading it; its copy stays.';
comment on column muster.poll_target.created_at is 'When it was inserted.';
comment on column muster.poll_target.created_by is 'Who inserted it.';
