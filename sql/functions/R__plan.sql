-- WHAT IF: an account's freshness with more targets, another interval or another limit, before anything is changed.

create or replace function muster.age_at(p_share double precision, p_targets bigint[], p_gaps double precision[])
returns double precision
language plpgsql immutable as $$
declare
  v_low    double precision := 0;
  v_high   double precision := (select max(g) from unnest(p_gaps) g);
  v_middle double precision;
begin
  -- The ages of targets that are read alike lie evenly between 0 and their gap. To a millionth.
  for step in 1 .. 20 loop
    v_middle := (v_low + v_high) / 2;
    if (select sum(n * least(v_middle / g, 1)) < p_share * sum(n) from unnest(p_targets, p_gaps) x (n, g)) then
      v_low := v_middle;
    else
      v_high := v_middle;
    end if;
  end loop;
  return v_high;
end $$;
comment on function muster.age_at(double precision, bigint[], double precision[]) is
  'The age in seconds below which this share of copies is, if so many are read after so many seconds each.';

-- Planner: count in memory (docs/planner.md).
create or replace function muster.planned_kinds(
  p_account text, p_resource text, p_add bigint, p_refresh interval) returns setof muster.target_kind
language sql stable set work_mem = '64MB' set enable_nestloop = off set jit = off as $$
  with counted as materialized (
    select t.resource, t.refresh_every, s.change_rate, count(*) filter (where t.enabled) as targets,
           sum(s.changes) as changes, sum(s.exposure) filter (where s.changes is not null) as exposure
      from muster.poll_state s
      join muster.poll_target t on t.id = s.target_id
     where s.account = p_account and t.account = p_account
     group by 1, 2, 3),
  mean as (
    select r.resource, coalesce(p_refresh, r.refresh_every) as every,
           coalesce(p.mean_rate, (
             select (1 + sum(c.changes)) / (extract(epoch from r.refresh_every) + sum(c.exposure))
               from counted c where c.resource = r.resource),
             1 / extract(epoch from r.refresh_every)::double precision) as rate
      from muster.account_resource r
      left join muster.pace p on p.account = r.account and p.resource = r.resource
     where r.account = p_account),
  planned as (
    select c.resource, coalesce(c.refresh_every, m.every) as every, coalesce(c.change_rate, m.rate) as rate, c.targets
      from counted c
      join mean m on m.resource = c.resource
     where c.targets > 0
    union all
    select resource, every, rate, p_add from mean where resource = p_resource and p_add > 0)
  select p_account, resource, sum(targets)::bigint, extract(epoch from every)::double precision,
         sum(targets * rate) / sum(targets), null::real, null::real
    from planned
   group by resource, every, round(4 * ln(rate))
$$;
comment on function muster.planned_kinds(text, text, bigint, interval) is
  'The targets that an account would have. Rates that are not learnt yet are the account''s mean.';

-- p_calls: the quota's calls a second, if sweeps follow each other as it lets them; null if each comes at its interval.
create or replace function muster.planned_reads(
  p_account text, p_kinds muster.target_kind[], p_refresh interval, p_calls double precision)
returns table (resource text, targets bigint, every double precision, sweep_every double precision,
               missing double precision, sweeps double precision, sweeping double precision, singles double precision)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select k.resource, k.targets, k.every, s.every, s.missing, coalesce(k.part * s.pages / s.every, 0),
         coalesce(k.part * s.pages * (1 + s.rest) / greatest(s.every, s.refresh_every), 0),
         k.targets * case when s.every is null then 1 / k.every
           else (1 - s.missing) * (ceil(s.every / k.every) - 1) / s.every + s.missing / k.every end
    from (select t.resource, t.targets, t.every, (sum(t.targets) over w)::double precision as fleet,
                 (t.targets / sum(t.targets) over w)::double precision as part, min(t.every) over w as soonest
            from unnest(p_kinds) t window w as (partition by t.resource)) k
    left join lateral (
      select n.pages, n.rest, n.refresh_every, n.missing, greatest(n.every, n.pages * (1 + n.rest) / p_calls) as every
        from (select k.fleet / f.facts as pages, u.rest::double precision as rest,
                     extract(epoch from coalesce(p_refresh, r.refresh_every))::double precision as refresh_every,
                     case when r.sweep_every is null and not r.discover
                       then greatest(e.sweep, k.soonest - e.sweep) else e.sweep end as every,
                     least(coalesce((
                       select l.missing from muster.sweep l
                        where l.account = r.account and l.resource = r.resource and l.state = 'done'
                        order by l.started_at desc limit 1) / k.fleet, 0), 1) as missing
                from muster.account_resource r
               cross join muster.sweep_rule u
               cross join lateral (
                 select (extract(epoch from r.sweep_interval)
                         * case when r.sweep_every is null and p_refresh is not null
                             then extract(epoch from p_refresh) / extract(epoch from r.refresh_every)
                             else 1 end)::double precision as sweep) e
               cross join lateral (select muster.list_facts(p_account, k.resource, k.fleet::numeric) as facts) f
               where r.account = p_account and r.resource = k.resource and f.facts > 1) n) s on true;
end $$;
comment on function muster.planned_reads(text, muster.target_kind[], interval, double precision) is
  'How these targets are read: the time between two sweeps that show them, the share that they do not show, and calls '
  'a second for their part of the sweeps, with what these leave to single reads, and for single reads.';

create or replace function muster.plan(
  account text, add bigint default 0, refresh interval default null, max_calls integer default null,
  kind text default 'device')
returns table (resource text, targets bigint, refresh_every interval, calls_needed_per_day numeric,
               calls_allowed_per_day numeric, feasible boolean, best_refresh interval, age_p50 interval,
               age_p95 interval, age_max interval, binds text, ask_for integer, "window" interval)
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  -- No fleet is as large.
  c_most constant bigint := 100000000;
  a           muster.account;
  v_kinds     muster.target_kind[];
  v_own       record;
  q           record;
  v_stretch   double precision;
  v_paced     muster.target_kind[];
  v_uneven    double precision;
  v_longest   double precision[];
  v_eagerness double precision;
begin
  select * into a from muster.account t where t.account = plan.account and t.configured;
  if not found then
    raise exception using errcode = 'MU001',
      message = format('account %s is not configured; known accounts: %s', muster.shown(plan.account),
        muster.known_accounts());
  end if;
  perform muster.check_refresh_every(plan.account, 'a plan', plan.refresh);
  if plan.add is null or plan.add not between 0 and c_most or plan.max_calls < 1 then
    raise exception using errcode = 'MU019',
      message = format('a plan adds 0 to %s targets, and a limit is one call at least', c_most),
      hint = 'select * from muster.plan(account => ''lvcc1'', add => 5000, refresh => ''15 min'')';
  end if;
  if not exists (
    select from muster.account_resource r where r.account = plan.account and r.resource = plan.kind) then
    raise exception using errcode = 'MU002',
      message = format('account %s has no resource %s; it has: %s', plan.account, muster.shown(plan.kind),
        (select string_agg(r.resource, ', ' order by r.resource)
           from muster.account_resource r where r.account = plan.account));
  end if;
  v_kinds := array(select k from muster.planned_kinds(plan.account, plan.kind, plan.add, plan.refresh) k);
  select sum(greatest(r.calls, r.sweeping)) as needed,
         coalesce(array_agg(r.resource) filter (where r.swept), '{}') as swept
    into v_own
    from (select p.resource, sum(sweeps + singles) as calls, sum(sweeping) as sweeping,
                 bool_or(sweep_every > 0) as swept
            from muster.planned_reads(plan.account, v_kinds, plan.refresh, null) p
           group by p.resource) r;
  -- The tightest of its quotas; what other accounts ask of it stays.
  select l.*, v_own.needed + l.others as wanted, (v_own.needed + l.others) / l.calls as share into q
    from (select t.quota, t."window",
                 coalesce(plan.max_calls, t.max_calls) / extract(epoch from t."window")::double precision as calls,
                 coalesce((
                   select sum(i.quota_calls) / 86400 from muster.inventory_need i
                     join muster.account_quota o on o.account = i.account
                    where o.quota = t.quota and i.account <> plan.account), 0)::double precision as others
            from muster.account_quota u join muster.quota t using (quota)
           where u.account = plan.account) l
   order by share desc limit 1;
  -- Sweeps go first, and leave a part of the time.
  select greatest((sum(singles) + q.others)
           / greatest(q.calls - sum(sweeps), q.calls * (select rest / (1 + rest) from muster.sweep_rule)), 1)
    into v_stretch
    from muster.planned_reads(plan.account, v_kinds, plan.refresh, q.calls);
  -- Sweeps read all alike.
  v_paced := array(select k from unnest(v_kinds) k
    where k.resource <> all (v_own.swept) and (a.saves_calls or (q.share > 1 and a.freshness_ceiling > 1)));
  -- Of all that share the quota, as muster.plan_pace counts them.
  v_uneven := case when q.share > 1 then muster.unevenness((select sum(targets) from unnest(v_paced)) + (
    select coalesce(sum(i.targets), 0)
      from muster.inventory_need i
      join muster.account_need n using (account)
      join muster.account o using (account)
     where i.account <> a.account and n.quota = q.quota and not i.swept
       and (o.freshness_ceiling > 1 or o.saves_calls))) else 0 end;
  v_longest := array(
    select greatest(q.share, 1) * muster.longest_wait(k.resource, a.freshness_ceiling, v_uneven)
      from unnest(v_paced) with ordinality k order by k.ordinality);
  v_eagerness := muster.find_eagerness(v_paced, v_longest,
    case when q.share > 1 then q.calls / q.wanted * (select sum(targets / every) from unnest(v_paced)) end);
  return query
    with read as (
      select r.*, v_stretch * r.every as gap, ceil(r.sweep_every / (v_stretch * r.every)) - 1 as times
        from muster.planned_reads(plan.account, v_kinds, plan.refresh, q.calls) r),
    -- The time between two sweeps, by the single reads in it. Thousandths, so that few targets have parts too.
    gaps as (
      select g.resource, 1000 * g.targets as weight, g.gap from muster.gaps(v_paced, v_longest, v_eagerness) g
      union all
      select r.resource, 1000 * r.targets, r.gap from read r
       where r.sweep_every is null and v_paced = '{}'
      union all
      select r.resource, (1000 * r.targets * x.share)::bigint, x.gap from read r
       cross join lateral (values
         (r.missing + (1 - r.missing) * r.times * r.gap / r.sweep_every, r.gap),
         ((1 - r.missing) * (1 - r.times * r.gap / r.sweep_every), r.sweep_every - r.times * r.gap)) x (share, gap)
       where x.share > 0),
    aged as (
      select g.resource, array_agg(g.weight) as weights, array_agg(g.gap) as gaps, max(g.gap) as longest
        from gaps g group by g.resource)
    select p.resource, sum(p.targets)::bigint, make_interval(secs => min(p.every)),
           ceil(sum(p.sweeps + p.singles) * 86400 - 0.000001)::numeric, floor(q.calls * 86400)::numeric,
           coalesce(q.share <= 1, true),
           case when q.share is not null then make_interval(secs => min(p.every) * q.share) end,
           make_interval(secs => muster.age_at(0.5, g.weights, g.gaps)),
           make_interval(secs => muster.age_at(0.95, g.weights, g.gaps)),
           make_interval(secs => g.longest),
           case when q.share > 1 then q.quota end,
           least(ceil(q.wanted * extract(epoch from q."window") - 0.000001), 2147483647)::integer, q."window"
      from muster.planned_reads(plan.account, v_kinds, plan.refresh, null) p
      join aged g using (resource)
     group by p.resource, g.weights, g.gaps, g.longest
     order by p.resource;
end $$;
comment on function muster.plan(text, bigint, interval, integer, text) is
  'What an account''s freshness would be, one row a resource: with so many more targets, another interval for those '
  'without their own, another limit of its tightest quota. binds: the quota that is too small; null if none is. '
  'ask_for: the least calls in a window with which every target is read at its interval.';
