-- The permit ledger: a quota of N calls per window has N permits. See docs/quota.md.

create table muster.quota (
  quota         text        primary key,
  scope         text        not null,
  max_calls     integer     not null check (max_calls > 0),
  "window"      interval    not null check ("window" > interval '0'),
  next_pull_at  timestamptz not null default now(),
  paused_until  timestamptz,
  pause         interval    not null default interval '0',
  refused       bigint      not null default 0,
  reserve       integer     not null default 0 check (reserve >= 0),
  changed_at    timestamptz not null default now(),
  free_from     timestamptz not null default '-infinity',
  has_permits   boolean     not null default false,
  held_since    timestamptz
);

comment on table muster.quota is 'One row per limit that a vendor sets. Accounts that share a limit share the row.';
comment on column muster.quota.quota is 'The quota''s name.';
comment on column muster.quota.scope is
  'The vendor counts by this: account, app or egress; named if the configuration names the scope.';
comment on column muster.quota.max_calls is 'The most calls in any window.';
comment on column muster.quota."window" is 'The window''s length.';
comment on column muster.quota.next_pull_at is
  'When the next pull may leave. Muster spreads pulls evenly over the window.';
comment on column muster.quota.paused_until is 'The vendor asked to slow down: nothing leaves before this time.';
comment on column muster.quota.pause is 'How long the last pause was. The next one in a row is longer.';
comment on column muster.quota.refused is 'How often the vendor refused a call because of its limit.';
comment on column muster.quota.reserve is
  'So many permits Muster keeps for operations'' requests. Pulls leave them free.';
comment on column muster.quota.changed_at is 'When its number of calls or its window last changed.';
comment on column muster.quota.free_from is
  'No permit comes free before this time. A search from here passes no permit''s past.';
comment on column muster.quota.has_permits is
  'Whether its permits have been made. They are made at its first call: idle accounts have none.';
comment on column muster.quota.held_since is
  'When Muster last held all its permits for one window: calls from before may count in it, because a working '
  'account got the quota or its window grew. Null if never.';
