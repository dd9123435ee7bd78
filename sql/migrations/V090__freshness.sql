alter table muster.account
  add column freshness_ceiling double precision not null default 1.5 check (freshness_ceiling >= 1),
  add column saves_calls boolean not null default false,
  add column not_news text[] not null default '{}';

comment on column muster.account.freshness_ceiling is
  'Where the quota is too small: how many times its turn in a round robin a target waits at most. 1 is a round robin.';
comment on column muster.account.saves_calls is
  'Whether Muster reads by the learnt rates of change where the quota suffices too.';
comment on column muster.account.not_news is
  'Columns of report.device, and paths such as attributes.updateTime, whose change is no news to the learning.';
