-- What the inventory asks for and what the quotas allow of it, in one place: report.capacity, report.freshness, the
-- pace and the plan read it.

-- What a sweep costs and what it leaves to single reads, by the last one. If the vendor refuses its list, nothing.
create or replace view muster.inventory_need as
select i.*,
       case when l.state = 'done'
         then least(i.calls_per_day, l.calls * 86400 / l.every + i.calls_per_day * l.missing / i.targets)
         else i.calls_per_day end as calls,
       case when l.state = 'done'
              and l.calls * 86400 / l.every + i.calls_per_day * l.missing / i.targets < i.calls_per_day
         then greatest(i.targets - l.missing, 0) * 86400 / l.every + i.calls_per_day * l.missing / i.targets
         else i.calls_per_day end as facts
  from muster.inventory i
  left join (
    select distinct on (s.account, s.resource) s.account, s.resource, s.state, s.calls, s.missing,
           extract(epoch from nullif(r.sweep_interval, interval '0')) as every
      from muster.sweep s join muster.account_resource r using (account, resource)
     where s.finished_at is not null
     order by s.account, s.resource, s.started_at desc) l using (account, resource);
comment on view muster.inventory_need is
  'The counts of muster.inventory, and the calls that they need with the sweeps that spare single reads.';
comment on column muster.inventory_need.calls_per_day is 'Calls a day, if all were read singly.';
comment on column muster.inventory_need.calls is 'Calls a day with sweeps.';
comment on column muster.inventory_need.facts is 'Devices or products that these calls read a day.';
comment on column muster.inventory_need.refreshed_at is
  'The moment that it shows: now, or for a large inventory when it was last counted.';

create or replace view muster.account_need as
with need as (
  select account, sum(calls) as calls, sum(calls_per_day) as singly from muster.inventory_need group by account),
allowed as (
  select u.account, q.quota, q.max_calls * 86400.0 / extract(epoch from q."window") as calls,
         (select sum(n.calls) from need n join muster.account_quota o on o.account = n.account
           where o.quota = q.quota) as wanted,
         (select sum(n.singly) from need n join muster.account_quota o on o.account = n.account
           where o.quota = q.quota) as wanted_singly
    from muster.account_quota u join muster.quota q using (quota))
select distinct on (account) account, quota, calls, coalesce(wanted, 0) as wanted,
       (wanted / calls)::double precision as share, (wanted_singly / calls)::double precision as share_singly
  from allowed
 order by account, calls / nullif(wanted, 0);
comment on view muster.account_need is
  'One row per account with a limit: the tightest of its quotas, and what all that share it ask for.';
comment on column muster.account_need.account is 'The account.';
comment on column muster.account_need.quota is 'The tightest of its quotas.';
comment on column muster.account_need.calls is 'Calls a day that the quota allows.';
comment on column muster.account_need.wanted is
  'Calls a day that the targets of all accounts need that share the quota, with their sweeps.';
comment on column muster.account_need.share is
  'Both as a ratio: above 1 the quota is too small. Null without targets.';
comment on column muster.account_need.share_singly is 'The same if all were read singly.';
