-- WHAT THE METRICS SHOW OF THE DATABASE, in one place: docs/metrics.md. Each replica reads it every 15 s, or less often
-- where it takes long. All of it is counted anyway, or an index finds it: of a large inventory there is a count
-- (muster.count_inventory).
-- Accounts that left the configuration are not shown.
-- Planner: all of it is inlined into the service's statement, and planned anew each time (docs/planner.md). The file's
-- name puts it after the views that it reads.
create or replace function muster.quota_metrics() returns table (metric text, labels text[], value double precision)
language sql stable as $$
  select v.metric, array['quota', q.quota, 'scope', q.scope], v.value::double precision
    from report.quota q
   cross join lateral (values
     ('muster_quota_limit_calls', q.max_calls), ('muster_quota_used_calls', q.used),
     ('muster_quota_window_seconds', q.window_seconds),
     ('muster_quota_paused_until_timestamp_seconds', coalesce(extract(epoch from q.paused_until), 0)))
     v (metric, value)
  union all
  select 'muster_quota_refused_total', array['quota', q.quota], q.refused from report.quota q
$$;
comment on function muster.quota_metrics() is 'Of quotas, for muster.metrics.';

create or replace function muster.account_metrics() returns table (metric text, labels text[], value double precision)
language sql stable as $$
  select 'muster_account_state', array['account', a.account, 'vendor', a.vendor, 'state', s.state],
         (a.state = s.state)::integer::double precision
    from report.account a
   cross join unnest(array['active', 'paused', 'halted']) s (state)
   where a.configured
  union all
  select v.metric, array['account', a.account, 'vendor', a.vendor], v.value
    from report.account a
   cross join lateral (values
     ('muster_account_down', (a.down_since is not null)::integer),
     ('muster_account_last_success_timestamp_seconds', extract(epoch from a.last_success)),
     ('muster_token_expiry_timestamp_seconds', extract(epoch from a.token_expires_at))) v (metric, value)
   where a.configured and v.value is not null
$$;
comment on function muster.account_metrics() is 'Of accounts, for muster.metrics.';

create or replace function muster.target_metrics() returns table (metric text, labels text[], value double precision)
language sql stable as $$
  with inventory as materialized (
    select i.*, coalesce(l.letters, 0) as parked
      from muster.inventory i
      join muster.account a on a.account = i.account and a.configured
      left join (
        select account, operation, count(*) as letters from muster.dead_letter
         where state = 'open' and kind = 'pull' group by account, operation) l
        on l.account = i.account and l.operation = i.resource)
  select 'muster_targets', array['account', i.account, 'resource', i.resource, 'state', v.state],
         v.targets::double precision
    from inventory i
   cross join lateral (values
     ('fresh', i.fresh), ('stale', i.targets - i.fresh), ('overdue', i.overdue), ('late', i.late),
     ('never', i.never), ('parked', i.parked))
     v (state, targets)
  union all
  select 'muster_age_seconds', array['account', i.account, 'resource', i.resource, 'quantile', v.quantile],
         extract(epoch from v.age)
    from inventory i
   cross join lateral (values
     ('0.5', i.age_p50), ('0.95', i.age_p95), ('0.99', i.age_p99), ('1', i.age_max)) v (quantile, age)
  union all
  -- Allowed by needed, over all that share the quota: both change the interval by the same share.
  select 'muster_capacity_ratio', array['account', c.account, 'resource', c.resource],
         extract(epoch from c.refresh_every) / nullif(extract(epoch from c.best_refresh), 0)
    from report.capacity c
    join muster.account a on a.account = c.account and a.configured
   where c.best_refresh > interval '0'
$$;
comment on function muster.target_metrics() is 'Of targets, for muster.metrics.';

create or replace function muster.request_metrics() returns table (metric text, labels text[], value double precision)
language sql stable as $$
  with open as materialized (
    select account, action, status, count(*) as requests,
           max(now() - case status when 'unknown' then given_up_at when 'running' then started_at
                                   else greatest(requested_at, not_before) end) as oldest
      from muster.work_request
     where status in ('pending', 'running', 'unknown')
     group by account, action, status),
  known as (
    select c.account, c.action, s.status
      from muster.account_action c
      join muster.account a on a.account = c.account and a.configured
     cross join unnest(array['pending', 'running', 'unknown']) s (status))
  select v.metric, array['account', k.account, 'action', k.action, 'status', k.status], v.value::double precision
    from known k
    left join open o on o.account = k.account and o.action = k.action and o.status = k.status
   cross join lateral (values
     ('muster_requests', coalesce(o.requests, 0)),
     ('muster_request_oldest_seconds', greatest(coalesce(extract(epoch from o.oldest), 0), 0))) v (metric, value)
$$;
comment on function muster.request_metrics() is 'Of requests that have not ended, for muster.metrics.';

create or replace function muster.attention_metrics() returns table (metric text, labels text[], value double precision)
language sql stable as $$
  select 'muster_letters_open', array['account', l.account, 'operation', l.operation, 'error_code', l.code],
         sum(l.letters)::double precision
    -- Vendors make the codes: an account's 20 commonest have a label of their own, and the others share one. An alert
    -- asks for unclassified.
    from (select g.account, g.operation, g.letters,
                 case when g.error_code = 'unclassified'
                        or dense_rank() over (partition by g.account order by g.of_code desc, g.error_code) <= 20
                   then g.error_code else 'other' end as code
            from (select d.account, d.operation, d.error_code, count(*) as letters,
                         sum(count(*)) over (partition by d.account, d.error_code) as of_code
                    from muster.dead_letter d
                    join muster.account a on a.account = d.account and a.configured
                   where d.state = 'open'
                   group by d.account, d.operation, d.error_code) g) l
   group by l.account, l.operation, l.code
  union all
  select 'muster_attention', array['what', coalesce(k.kind, t.kind)], coalesce(t.matters, 0)
    from unnest(array['account_behind', 'account_down', 'account_halted', 'account_leaving', 'account_paused',
                      'capacity_short', 'database_restored', 'dead_letters', 'months_held', 'months_untended',
                      'list_refused', 'quota_held', 'request_unknown', 'rows_locked', 'token_missing']) k (kind)
    full join (select kind, count(*) as matters from report.attention group by kind) t on t.kind = k.kind
$$;
comment on function muster.attention_metrics() is 'Of what needs a person, for muster.metrics.';

create or replace function muster.metrics() returns table (metric text, labels text[], value double precision)
language sql stable as $$
  select 'muster_replicas', '{}'::text[], count(*)::double precision from report.replica
  union all select * from muster.quota_metrics()
  union all select * from muster.account_metrics()
  union all select * from muster.target_metrics()
  union all select * from muster.request_metrics()
  union all select * from muster.attention_metrics()
$$;
comment on function muster.metrics() is
  'The values of the metrics that come from the database, as /actuator/prometheus shows them. metric: its name in '
  'Prometheus. labels: name, value, name, value, and so on.';
