-- What the quotas allow of what the inventory asks for, in one place: report.capacity, the pace and the plan read it.
create or replace view muster.account_need as
with need as (
  select account, sum(calls_per_day) as calls from muster.inventory group by account),
allowed as (
  select u.account, q.quota, q.max_calls * 86400.0 / extract(epoch from q."window") as calls,
         (select sum(n.calls) from need n join muster.account_quota o on o.account = n.account
           where o.quota = q.quota) as wanted
    from muster.account_quota u join muster.quota q using (quota))
select distinct on (account) account, quota, calls, coalesce(wanted, 0) as wanted,
       (wanted / calls)::double precision as share
  from allowed
 order by account, calls / nullif(wanted, 0);
comment on view muster.account_need is
  'One row per account with a limit: the tightest of its quotas, and what all that share it ask for.';
comment on column muster.account_need.account is 'The account.';
comment on column muster.account_need.quota is 'The tightest of its quotas.';
comment on column muster.account_need.calls is 'Calls a day that the quota allows.';
comment on column muster.account_need.wanted is
  'Calls a day that the intervals of all targets ask for whose account shares the quota.';
comment on column muster.account_need.share is
  'Both as a ratio: above 1 the quota is too small. Null without targets.';
