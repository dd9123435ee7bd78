-- What the inventory asks for and what the quotas allow of it, in one place: report.capacity, report.freshness, the
-- pace and the plan read it.

-- A resource is swept if its vendor has a list and does not refuse it, as muster.begin_sweeps decides it. A refusal
-- without a reason counts from the second one on. The calls are those of the last sweep, or of as many pages as there
-- are targets. Single reads are added: for what it did not show, and for intervals that are shorter than a sweep's.
-- Sweeps that follow each other leave a part of the time to single reads. The quota must let more calls through than
-- they need, or their targets get older than their interval.
create or replace view muster.inventory_need as
select i.account, i.resource, i.targets, i.fresh, i.overdue, i.late, i.late_since, i.age_p50, i.age_p95, i.age_p99,
       i.age_max, i.refresh_every, i.calls_per_day, i.last_added_at, i.refreshed_at, i.never, i.change_delay,
       coalesce(n.sweeps + n.singles, i.calls_per_day) as calls,
       coalesce(n.shown + n.singles, i.calls_per_day) as facts,
       coalesce(greatest(n.sweeps + n.singles, n.sweeping), i.calls_per_day) as quota_calls,
       n.sweeps is not null as swept
  from muster.inventory i
  left join lateral (
    select c.calls * 86400 / c.every as sweeps, (i.targets - c.missing) * 86400 / c.every as shown,
           (i.calls_between * (i.targets - c.missing) + i.calls_per_day * c.missing) / i.targets as singles,
           c.calls * (1 + u.rest) * 86400 / greatest(c.every, c.refresh_every) as sweeping
      from muster.sweep_rule u
     cross join lateral (
       -- A sweep begins when single reads would fall due before the next: later, where all targets have longer
       -- intervals of their own. muster.planned_reads has the same rule.
       select r.discover, l.state,
              extract(epoch from case when r.sweep_every is null and not r.discover
                then greatest(r.sweep_interval, i.refresh_every - r.sweep_interval)
                else r.sweep_interval end) as every,
              extract(epoch from r.refresh_every) as refresh_every,
              coalesce(l.calls, i.targets / r.page_size + 1) as calls,
              least(coalesce(l.missing, 0), i.targets) as missing
         from muster.account_resource r
         left join lateral (
           select s.state, s.calls, s.missing from muster.sweep s
            where s.account = r.account and s.resource = r.resource and s.finished_at is not null
              and s.unanswered is distinct from 1
            order by s.started_at desc limit 1) l on true
        where r.account = i.account and r.resource = i.resource and r.page_size is not null
          and r.sweep_interval > interval '0') c
     where coalesce(c.state, 'done') = 'done' and (c.discover or i.targets >= c.calls + u.least_saving)) n on true;
comment on view muster.inventory_need is
  'The counts of muster.inventory, and the calls that they need with the sweeps that spare single reads.';
comment on column muster.inventory_need.calls_per_day is 'Calls a day, if all were read singly.';
comment on column muster.inventory_need.calls is 'Calls a day with sweeps.';
comment on column muster.inventory_need.facts is 'Devices or products that these calls read a day.';
comment on column muster.inventory_need.quota_calls is
  'Calls a day that a quota must allow for them: more than calls where sweeps follow each other, since each leaves a '
  'part of the time to single reads.';
comment on column muster.inventory_need.swept is 'Whether sweeps read it.';
comment on column muster.inventory_need.refreshed_at is
  'The moment that it shows: now, or for a large inventory when it was last counted.';

create or replace view muster.account_need as
with need as (
  select account, sum(calls) as calls, sum(quota_calls) as quota_calls, sum(calls_per_day) as singly
    from muster.inventory_need group by account),
allowed as (
  select u.account, q.quota, q.max_calls * 86400.0 / extract(epoch from q."window") as calls,
         (select sum(n.calls) from need n join muster.account_quota o on o.account = n.account
           where o.quota = q.quota) as wanted,
         (select sum(n.quota_calls) from need n join muster.account_quota o on o.account = n.account
           where o.quota = q.quota) as needed,
         (select sum(n.singly) from need n join muster.account_quota o on o.account = n.account
           where o.quota = q.quota) as wanted_singly
    from muster.account_quota u join muster.quota q using (quota))
select distinct on (account) account, quota, calls, coalesce(wanted, 0) as wanted,
       (needed / calls)::double precision as share, (wanted_singly / calls)::double precision as share_singly
  from allowed
 order by account, calls / nullif(needed, 0);
comment on view muster.account_need is
  'One row per account with a limit: the tightest of its quotas, and what all that share it ask for.';
comment on column muster.account_need.account is 'The account.';
comment on column muster.account_need.quota is 'The tightest of its quotas.';
comment on column muster.account_need.calls is 'Calls a day that the quota allows.';
comment on column muster.account_need.wanted is
  'Calls a day that the targets of all accounts need that share the quota, with their sweeps.';
comment on column muster.account_need.share is
  'The calls a day that the quota must allow for them, by those that it allows: above 1 it is too small. Null without '
  'targets.';
comment on column muster.account_need.share_singly is 'The same if all were read singly.';
