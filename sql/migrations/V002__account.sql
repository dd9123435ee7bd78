-- The accounts, as the service's configuration names them. Written by muster.configure at every start.
create table muster.account (
  account             text        primary key check (account <> ''),
  vendor              text        not null,
  state               text        not null default 'active' check (state in ('active', 'paused', 'halted')),
  why                 text,
  what_to_do          text,
  since               timestamptz not null default now(),
  configured          boolean     not null default true,
  call_deadline       interval    not null check (call_deadline > interval '0'),
  token_needed        boolean     not null default false,
  token_paid          boolean     not null default false,
  credentials_digest  bytea,
  last_success_at     timestamptz,
  slowed_until        timestamptz,
  slowdown            interval    not null default interval '0',
  constraint account_says_why check (state = 'active' or why is not null)
);
comment on table muster.account is 'One row per account that is or was configured. The service writes it at start and when an account''s state changes.';
comment on column muster.account.account is 'The account''s name under muster.accounts in the configuration.';
comment on column muster.account.vendor is 'The vendor''s name, as in the configuration.';
comment on column muster.account.state is 'active, paused (by a person) or halted (by the service: the account itself is wrong). Only active accounts make calls.';
comment on column muster.account.why is 'Why it is not active; null while it is.';
comment on column muster.account.what_to_do is 'What a person has to do to make it active again; null while it is.';
comment on column muster.account.since is 'Since when it is in this state.';
comment on column muster.account.configured is 'False once the account has left the configuration. Its rows stay readable.';
comment on column muster.account.call_deadline is 'The longest that one call may take, from its claim to its last byte.';
comment on column muster.account.token_needed is 'Whether calls need a token that is got by a call.';
comment on column muster.account.token_paid is 'Whether the vendor counts token calls in the quota.';
comment on column muster.account.credentials_digest is 'A keyed digest of the credentials, to notice that they were changed. The credentials cannot be got back from it.';
comment on column muster.account.slowed_until is 'For an account without a quota: the vendor asked to slow down, and nothing leaves before this time.';
comment on column muster.account.slowdown is 'For an account without a quota: how long the last such pause was; the next one in a row is longer.';
comment on column muster.account.last_success_at is 'When a call last succeeded, to the second.';

create table muster.account_resource (
  account        text     not null references muster.account on delete cascade,
  resource       text     not null,
  refresh_every  interval not null check (refresh_every > interval '0'),
  primary key (account, resource)
);
comment on table muster.account_resource is 'What an account''s vendor lets us keep a copy of.';
comment on column muster.account_resource.account is 'The account.';
comment on column muster.account_resource.resource is 'The word that poll_target.resource may hold.';
comment on column muster.account_resource.refresh_every is 'How often a target is read that names no interval of its own.';

create table muster.account_action (
  account  text    not null references muster.account on delete cascade,
  action   text    not null,
  params   text    not null check (params in ('none', 'resource', 'master_data')),
  writes   boolean not null,
  primary key (account, action)
);
comment on table muster.account_action is 'What operations may ask of an account by a row in work_request.';
comment on column muster.account_action.account is 'The account.';
comment on column muster.account_action.action is 'The word that work_request.action may hold.';
comment on column muster.account_action.params is 'What work_request.params may hold: none, resource ({"resource": …}), or master_data (a map of scalars, dates as text, arrays of scalars and localised names).';
comment on column muster.account_action.writes is 'Whether the action changes something at the vendor. Such requests for the same key run one after the other.';
