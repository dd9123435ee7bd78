-- The permit ledger: a quota of N calls per window is N rows. See docs/quota.md.
create table muster.quota (
  quota         text        primary key,
  scope         text        not null,
  max_calls     integer     not null check (max_calls > 0),
  "window"      interval    not null check ("window" > interval '0'),
  next_pull_at  timestamptz not null default now(),
  paused_until  timestamptz,
  pause         interval    not null default interval '0',
  refused       bigint      not null default 0
);
comment on table muster.quota is 'One row per limit that a vendor sets. Accounts that share a limit share the row.';
comment on column muster.quota.quota is 'The quota''s name.';
comment on column muster.quota.scope is 'What the vendor counts by: account, app or egress; named if the configuration gives the scope a name of its own.';
comment on column muster.quota.max_calls is 'The most calls in any window.';
comment on column muster.quota."window" is 'The window''s length.';
comment on column muster.quota.next_pull_at is 'When the next pull may leave: pulls are spread evenly over the window.';
comment on column muster.quota.paused_until is 'The vendor asked to slow down: nothing leaves before this time.';
comment on column muster.quota.pause is 'How long the last pause was; the next one in a row is longer.';
comment on column muster.quota.refused is 'How often the vendor refused a call because of its limit.';

create table muster.account_quota (
  account  text not null references muster.account on delete cascade,
  quota    text not null references muster.quota,
  primary key (account, quota)
);
comment on table muster.account_quota is 'Which quotas a call of an account uses up. An account without a row has no limit.';
comment on column muster.account_quota.account is 'The account.';
comment on column muster.account_quota.quota is 'The quota.';

create table muster.permit (
  quota    text        not null references muster.quota on delete cascade,
  slot     integer     not null check (slot >= 1),
  free_at  timestamptz not null default '-infinity',
  fence    bigint,
  primary key (quota, slot)
) with (fillfactor = 50);
comment on table muster.permit is 'The permits of a quota. Never UNLOGGED: a permit that is forgotten is a call too many.';
comment on column muster.permit.quota is 'The quota.';
comment on column muster.permit.slot is 'The permit''s number, from 1.';
comment on column muster.permit.free_at is 'When it may be taken again: one window after the reply arrived; until that is known, one window after the call''s deadline.';
comment on column muster.permit.fence is 'The claim that took it; null once its reply arrived.';

create table muster.quota_use (
  quota   text        not null references muster.quota on delete cascade,
  minute  timestamptz not null,
  calls   integer     not null,
  primary key (quota, minute)
);
comment on table muster.quota_use is 'Calls a minute, for report.quota. Kept for a day.';
comment on column muster.quota_use.quota is 'The quota.';
comment on column muster.quota_use.minute is 'The minute''s beginning.';
comment on column muster.quota_use.calls is 'Permits taken in it.';
