-- The accounts that the configuration names. muster.configure writes them at every start.

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

comment on table muster.account is 'One row per account that is or was configured. The service writes it.';
comment on column muster.account.account is 'The account''s name under muster.accounts in the configuration.';
comment on column muster.account.vendor is 'The vendor''s name, as in the configuration.';
comment on column muster.account.state is
  'active, paused (a person did it) or halted (Muster did it: the account itself is wrong). Only active accounts '
  'make calls.';
comment on column muster.account.why is 'Why it is not active; null while it is.';
comment on column muster.account.what_to_do is 'What a person has to do to make it active again; null while it is.';
comment on column muster.account.since is 'Since when it is in this state.';
comment on column muster.account.configured is
  'False once the account has left the configuration. Its rows stay readable.';
comment on column muster.account.call_deadline is
  'The longest that one call may take, from its claim to its last byte.';
comment on column muster.account.token_needed is 'Whether Muster gets a token by a call before it makes others.';
comment on column muster.account.token_paid is 'Whether the vendor counts token calls in the quota.';
comment on column muster.account.credentials_digest is
  'A keyed digest of the credentials. Muster notices by it that they were changed; nobody gets them back from it.';
comment on column muster.account.last_success_at is 'When a call last succeeded, to the second.';
comment on column muster.account.slowed_until is
  'For an account without a quota: the vendor asked to slow down, and nothing leaves before this time.';
comment on column muster.account.slowdown is
  'For an account without a quota: how long the last pause was. The next one in a row is longer.';
