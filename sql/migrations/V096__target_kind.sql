-- Targets that are read alike, as muster.plan_pace counts them.
create type muster.target_kind as (
  account   text,
  resource  text,
  targets   bigint,
  every     double precision,
  rate      double precision,
  changes   real,
  exposure  real
);
comment on type muster.target_kind is
  'Targets of one account and resource that are alike in interval and rate of change.';
comment on column muster.target_kind.account is 'The account.';
comment on column muster.target_kind.resource is 'The resource.';
comment on column muster.target_kind.targets is 'How many they are.';
comment on column muster.target_kind.every is 'Their interval, in seconds.';
comment on column muster.target_kind.rate is 'Their mean rate, in changes a second.';
comment on column muster.target_kind.changes is 'The sum of what muster.poll_state says of them.';
comment on column muster.target_kind.exposure is 'The sum of what muster.poll_state says of them, in seconds.';
