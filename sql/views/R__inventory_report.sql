create or replace view report.freshness as
select account, resource, targets, fresh, targets - fresh as stale, overdue, age_p50, age_p95, age_p99, age_max,
       refreshed_at, change_delay, round(facts / nullif(calls, 0), 1) as facts_per_call
  from muster.inventory_need;
comment on view report.freshness is
  'How old the copies are: one row per account and resource, over its enabled targets. The column refreshed_at says '
  'how old the figures are.';
comment on column report.freshness.account is 'The account.';
comment on column report.freshness.resource is 'The resource.';
comment on column report.freshness.targets is 'Enabled targets.';
comment on column report.freshness.fresh is 'Targets whose copy is no older than their interval.';
comment on column report.freshness.stale is 'The others, those never read among them.';
comment on column report.freshness.overdue is 'Targets that are due and wait for their turn.';
comment on column report.freshness.age_p50 is
  'Half of the copies are younger than this; one never read is as old as its target.';
comment on column report.freshness.age_p95 is '95 % of the copies are younger than this.';
comment on column report.freshness.age_p99 is '99 % of the copies are younger than this.';
comment on column report.freshness.age_max is 'The age of the oldest copy.';
comment on column report.freshness.change_delay is
  'The mean time from a change at the vendor to its row here, as estimated from the learnt rates of change and the '
  'times between readings; null before rates are learnt.';
comment on column report.freshness.facts_per_call is
  'Devices or products read for each call: 1 where all are read singly, more where sweeps read lists.';
comment on column report.freshness.refreshed_at is
  'The moment that the row shows: now, or for a large inventory when it was last counted. select '
  'muster.refresh_reports() counts it again.';

create or replace view report.capacity as
select n.account, n.resource, n.targets, n.refresh_every, ceil(n.calls) as calls_needed_per_day,
       floor(t.calls) as calls_allowed_per_day, coalesce(t.share <= 1, true) as feasible,
       n.refresh_every * t.share as best_refresh, n.refreshed_at,
       round(n.facts / nullif(n.calls, 0), 1) as facts_per_call,
       n.refresh_every * t.share_singly as best_refresh_singly
  from muster.inventory_need n
  left join muster.account_need t on t.account = n.account;
comment on view report.capacity is 'Whether the quota suffices for the inventory: one row per account and resource.';
comment on column report.capacity.refreshed_at is
  'The moment that targets, intervals and calls needed show: now, or for a large inventory when it was last '
  'counted. select muster.refresh_reports() counts it again.';
comment on column report.capacity.facts_per_call is
  'Devices or products read for each call: 1 where all are read singly, more where sweeps read lists.';
comment on column report.capacity.best_refresh_singly is 'The same as best_refresh if all were read singly.';
comment on column report.capacity.account is 'The account.';
comment on column report.capacity.resource is 'The resource.';
comment on column report.capacity.targets is 'Enabled targets.';
comment on column report.capacity.refresh_every is
  'The shortest interval among them; calls_needed_per_day counts each with its own.';
comment on column report.capacity.calls_needed_per_day is
  'Calls that their intervals ask for, with the sweeps that spare single reads.';
comment on column report.capacity.calls_allowed_per_day is
  'Calls that the quota allows, shared with every other account and resource on it; null for no limit.';
comment on column report.capacity.feasible is 'Whether all that share the quota can be refreshed as often as asked.';
comment on column report.capacity.best_refresh is
  'The shortest interval that the quota allows if all that share it are stretched alike; null for no limit.';
