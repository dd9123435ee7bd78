create or replace view report.quota as
select q.quota, q.scope, q.max_calls, extract(epoch from q."window") as window_seconds,
       (select count(*) from muster.permit p where p.quota = q.quota and p.free_at > now()) as used,
       round((select coalesce(sum(u.calls), 0) from muster.quota_use u
               where u.quota = q.quota and u.minute >= date_trunc('minute', now()) - interval '59 minutes')
         / (q.max_calls * 3600.0 / extract(epoch from q."window")), 4) as utilisation_1h,
       q.refused, case when q.paused_until > now() then q.paused_until end as paused_until, q.reserve,
       case when q.held_until > now() then q.held_until end as held_until,
       (select count(*) from muster.permit p where p.quota = q.quota and p.free_at > now() and p.fence is not null)
         as in_flight,
       (select min(p.free_at) from muster.permit p where p.quota = q.quota and p.free_at > now()) as next_free_at,
       (select coalesce(sum(u.calls), 0) from muster.quota_use u where u.quota = q.quota) as calls_24h,
       array(select u.account from muster.account_quota u join muster.account a using (account)
              where u.quota = q.quota and a.configured order by u.account) as accounts
  from muster.quota q
 where exists (select from muster.account_quota u join muster.account a using (account)
                where u.quota = q.quota and a.configured);
comment on view report.quota is 'One row per limit that a vendor sets and a configured account has.';
comment on column report.quota.window_seconds is 'The window''s length in seconds.';
comment on column report.quota.used is
  'Permits in use: calls under way, and those whose reply arrived within the last window.';
comment on column report.quota.utilisation_1h is
  'Calls of the last hour as a share of what the quota allows in an hour.';
comment on column report.quota.paused_until is
  'The vendor asked to slow down: nothing leaves before this time; null if it did not.';
comment on column report.quota.reserve is 'Permits that pulls leave free for operations'' requests.';
comment on column report.quota.held_until is
  'Until then Muster holds permits for calls that it may not know of, as after a restore; null if it holds none. They '
  'count as used. muster.release_quota ends it.';
comment on column report.quota.in_flight is 'Permits of calls whose reply has not arrived.';
comment on column report.quota.next_free_at is
  'When the next permit in use comes free, or would if its call took until its deadline; null if none is in use.';
comment on column report.quota.calls_24h is 'Calls of the last 24 hours.';
comment on column report.quota.accounts is 'The configured accounts that share it.';
