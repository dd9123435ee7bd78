create or replace view report.freshness as
select account, resource, targets, fresh, targets - fresh as stale, overdue, age_p50, age_p95, age_p99, age_max, refreshed_at
  from muster.inventory;
comment on view report.freshness is 'How old the copies are: one row per account and resource, over its enabled targets, as it was at refreshed_at.';
comment on column report.freshness.account is 'The account.';
comment on column report.freshness.resource is 'The resource.';
comment on column report.freshness.targets is 'Enabled targets.';
comment on column report.freshness.fresh is 'Read no longer ago than they are to be refreshed.';
comment on column report.freshness.stale is 'The others, those never read among them.';
comment on column report.freshness.overdue is 'Due, and waiting for their turn.';
comment on column report.freshness.age_p50 is 'Half of the copies are younger than this; one never read is as old as its target.';
comment on column report.freshness.age_p95 is '95 % of the copies are younger than this.';
comment on column report.freshness.age_p99 is '99 % of the copies are younger than this.';
comment on column report.freshness.age_max is 'The age of the oldest copy.';
comment on column report.freshness.refreshed_at is 'The moment that the row shows: now, or for a large inventory when it was last counted; select muster.refresh_reports() counts it anew.';

create or replace view report.quota as
select q.quota, q.scope, q.max_calls, extract(epoch from q."window") as window_seconds,
       (select count(*) from muster.permit p where p.quota = q.quota and p.free_at > now()) as used,
       round((select coalesce(sum(u.calls), 0) from muster.quota_use u where u.quota = q.quota and u.minute >= date_trunc('minute', now()) - interval '59 minutes')
         / (q.max_calls * 3600.0 / extract(epoch from q."window")), 4) as utilisation_1h,
       q.refused, case when q.paused_until > now() then q.paused_until end as paused_until, q.reserve
  from muster.quota q
 where exists (select from muster.account_quota u join muster.account a using (account) where u.quota = q.quota and a.configured);
comment on view report.quota is 'One row per limit that a vendor sets and a configured account has.';
comment on column report.quota.window_seconds is 'The window''s length in seconds.';
comment on column report.quota.used is 'Permits in use: calls under way, and those whose reply arrived within the last window.';
comment on column report.quota.utilisation_1h is 'Calls of the last hour as a share of what the quota allows in an hour.';
comment on column report.quota.paused_until is 'The vendor asked to slow down: nothing leaves before this time; null if it did not.';
comment on column report.quota.reserve is 'Permits that pulls leave free for operations'' requests.';

create or replace view report.capacity as
with need as (select account, resource, targets, refresh_every, calls_per_day as calls, refreshed_at from muster.inventory),
allowed as (
  select u.account, q.quota, q.max_calls * 86400.0 / extract(epoch from q."window") as calls,
         (select sum(n.calls) from need n join muster.account_quota o on o.account = n.account where o.quota = q.quota) as wanted
    from muster.account_quota u join muster.quota q using (quota)),
tightest as (select distinct on (account) * from allowed order by account, calls / nullif(wanted, 0))
select n.account, n.resource, n.targets, n.refresh_every, ceil(n.calls) as calls_needed_per_day, floor(t.calls) as calls_allowed_per_day,
       t.calls is null or t.wanted <= t.calls as feasible,
       case when t.calls is not null then n.refresh_every * (t.wanted / t.calls)::double precision end as best_refresh, n.refreshed_at
  from need n left join tightest t on t.account = n.account;
comment on view report.capacity is 'Whether the quota suffices for the inventory: one row per account and resource.';
comment on column report.capacity.refreshed_at is 'The moment that targets, intervals and calls needed are of: now, or for a large inventory when it was last counted; select muster.refresh_reports() counts it anew.';
comment on column report.capacity.account is 'The account.';
comment on column report.capacity.resource is 'The resource.';
comment on column report.capacity.targets is 'Enabled targets.';
comment on column report.capacity.refresh_every is 'The shortest interval among them; calls_needed_per_day counts each with its own.';
comment on column report.capacity.calls_needed_per_day is 'Calls that their intervals ask for.';
comment on column report.capacity.calls_allowed_per_day is 'Calls that the quota allows, shared with every other account and resource on it; null for no limit.';
comment on column report.capacity.feasible is 'Whether all that share the quota can be refreshed as often as asked.';
comment on column report.capacity.best_refresh is 'The shortest interval that the quota allows if all that share it are stretched alike; null for no limit.';

create or replace view report.account as
select a.account, a.vendor, case when a.configured then a.state else 'paused' end as state,
       case when not a.configured then 'it is not in the configuration any more'
            when a.state = 'active' and a.slowed_until > now() then 'the vendor asked to slow down: nothing leaves before ' || date_trunc('second', a.slowed_until)
            else a.why end as why,
       case when a.configured then a.what_to_do else 'Nothing; or configure it again and start Muster.' end as what_to_do, a.since, a.last_success_at as last_success,
       (select count(*) from muster.dead_letter l where l.account = a.account and l.state = 'open') as open_dead_letters,
       t.expires_at as token_expires_at, a.configured
  from muster.account a left join muster.token t on t.account = a.account and a.token_needed;
comment on view report.account is 'One row per account that is configured, and per account that was: those make no calls and say so.';
comment on column report.account.last_success is 'When a call last succeeded.';
comment on column report.account.open_dead_letters is 'Dead letters that wait for a person.';
comment on column report.account.token_expires_at is 'When the present token ends; null if there is none.';

create or replace view report.retention_run as
select id, at, due_at, application, made, dropped, held from muster.retention_run;
comment on view report.retention_run is 'One row per run of the job that makes the months of audit and device_history ahead and drops those past their age, for 30 days.';

create or replace view report.attention as
select since, 'account ' || account || ' is ' || state as what, why, what_to_do
  from muster.account where state <> 'active' and configured
union all
select t.failing_since, 'account ' || a.account || ' gets no token', t.last_error,
       'It is tried on. If the vendor is not just away for a while: mend what is said here, such as base-url, start Muster again, and to try at once: select muster.resume(' || quote_literal(a.account) || ');'
  from muster.token t join muster.account a using (account)
 -- One failure is nothing yet; while a token is good, calls go on.
 where t.attempts > 1 and t.failing_since is not null and a.state = 'active' and a.configured and a.token_needed
   and coalesce(t.expires_at, '-infinity') <= now()
union all
select min(l.first_failed_at), count(*) || ' dead letter(s): ' || l.account || ' ' || l.operation || ' ' || l.error_code, max(l.error_message),
       'select * from report.dead_letter where state = ''open'' and account = ' || quote_literal(l.account) || ' and operation = ' || quote_literal(l.operation) || ' and error_code = ' || quote_literal(l.error_code)
         || case when bool_and(a.configured) then '; then muster.replay(…) or muster.discard(…)'
                 else '; the account is not in the configuration any more: muster.discard(…), or configure it again' end
  from muster.dead_letter l join muster.account a using (account) where l.state = 'open' group by l.account, l.operation, l.error_code
union all
select w.given_up_at, 'request ' || w.id || ' (' || w.account || ' ' || w.action || ' ' || w.key || ') has an unknown outcome', w.error_code || ': ' || w.error_message,
       'Nothing yet: it is read again until that shows what happened. select muster.explain(' || w.id || ');'
  from muster.work_request w
 where w.status = 'unknown' and w.given_up_at < now() - interval '10 minutes'
   and not exists (select from muster.dead_letter l where l.kind = 'request' and l.request_id = w.id and l.state = 'open')
union all
select (select max(i.last_added_at) from muster.inventory i where i.account = c.account), 'account ' || account || ' has more to refresh than its quota allows',
       max(calls_allowed_per_day) || ' calls a day are allowed; ' || sum(calls_needed_per_day) || ' are needed'
         || case when min(c.refreshed_at) < now() then ', counted at ' || date_trunc('second', min(c.refreshed_at)) else '' end,
       'Lengthen refresh_every (best possible: see report.capacity) or ask the vendor for more.'
  from report.capacity c where not feasible group by account
union all
select min(i.late_since), 'account ' || account || ' falls behind',
       sum(i.late) || ' targets have been due for longer than their interval'
         || case when min(i.refreshed_at) < now() then ', counted at ' || date_trunc('second', min(i.refreshed_at)) else '' end,
       'Look at report.quota and report.freshness, and whether Muster runs.'
  from muster.inventory i join muster.account a using (account)
 where i.late > 0 and a.configured and a.state = 'active' group by account
union all
select h.held_since, 'quota ' || h.quota || ' is new or its window was lengthened: no call of ' || h.accounts || ' before ' || date_trunc('second', h.first),
       'Calls made before may count in it, so every permit is taken for one window.',
       'Nothing, if that can be borne; else put it back as it was in the configuration, and start Muster.'
  from (select q.quota, q.held_since, (select min(p.free_at) from muster.permit p where p.quota = q.quota) as first,
               (select string_agg(u.account, ', ' order by u.account) from muster.account_quota u join muster.account a using (account)
                 where u.quota = q.quota and a.configured) as accounts
          from muster.quota q
         -- What is over within minutes needs nobody.
         where q."window" > interval '10 minutes' and q.held_since > now() - q."window" offset 0) h
 where h.first > now() and h.accounts is not null
union all
select noticed_at, 'the database is not what it was', notice,
       'Nothing for Muster to do. Whether anything was lost that people asked for: select * from report.allocation order by id desc limit 1000. This line goes after a day.'
  from muster.incarnation where noticed_at > now() - interval '1 day'
union all
select r.at, 'nobody has tended the months of audit and device_history for two days', 'muster.retention_run has no run since',
       'Look whether Muster runs, and what its log says; or select muster.tend_partitions(audit''s age, history''s age);'
  from (select max(at) as at from muster.retention_run) r where r.at < now() - interval '2 days'
union all
select h.since, 'months are past their age and are still there', 'Somebody was reading them, whenever they were to be dropped: ' || h.names,
       'Look for reports or transactions that never end: select * from pg_stat_activity where state <> ''idle'' order by xact_start;'
  from (select min(at) as since, (array_agg(array_to_string(held, ', ') order by id desc))[1] as names from muster.retention_run
         where id > coalesce((select max(id) from muster.retention_run where held = '{}'), 0)) h
 where h.since < now() - interval '1 day';
comment on view report.attention is 'Everything that needs a person, one row each; empty is good.';
comment on column report.attention.since is 'Since when.';
comment on column report.attention.what is 'What it is.';
comment on column report.attention.why is 'Why it came about.';
comment on column report.attention.what_to_do is 'What to do about it.';
