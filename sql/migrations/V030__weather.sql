-- How an account's vendor answers. A row appears with the account's first failure. See sql/functions/R__weather.sql.

create table muster.weather (
  account        text        primary key references muster.account on delete cascade,
  failures       integer     not null default 0,
  keys           text[]      not null default '{}',
  failing_since  timestamptz,
  failed_at      timestamptz,
  why            text,
  down_since     timestamptz,
  probe_at       timestamptz,
  probe_gap      interval,
  probe_fence    bigint,
  probing_until  timestamptz,
  probes         integer     not null default 0,
  ended_at       timestamptz
) with (fillfactor = 50);

comment on table muster.weather is
  'Failures that are not a device''s but the account''s: the vendor cannot be reached, or gives no answer that says '
  'anything. One row per account that ever had one.';
comment on column muster.weather.account is 'The account.';
comment on column muster.weather.failures is 'Such failures in a row; 0 after an answer.';
comment on column muster.weather.keys is 'Some of the devices and products whose calls failed so.';
comment on column muster.weather.failing_since is 'When the first of them was noted; null after an answer.';
comment on column muster.weather.failed_at is 'When the last one was noted.';
comment on column muster.weather.why is 'What the last of them says.';
comment on column muster.weather.down_since is 'Since when the account is down; null while it is not.';
comment on column muster.weather.probe_at is
  'When the next probe may leave. Null while calls leave as always; else nothing but probes does.';
comment on column muster.weather.probe_gap is 'From the start of one probe to the start of the next, at most.';
comment on column muster.weather.probe_fence is 'The number of the claim of the probe under way; null if none is.';
comment on column muster.weather.probing_until is 'When the lease of that probe ends.';
comment on column muster.weather.probes is 'Probes so far.';
comment on column muster.weather.ended_at is 'When an answer last ended such a time.';
