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
  with mean as (
    select r.resource, coalesce(p_refresh, r.refresh_every) as every,
           coalesce(p.mean_rate, (
             select (1 + sum(s.changes)) / (extract(epoch from r.refresh_every) + sum(s.exposure))
               from muster.poll_state s
               join muster.poll_target t on t.id = s.target_id
              where s.account = p_account and t.resource = r.resource and s.changes is not null
             having count(*) > 0),
             1 / extract(epoch from r.refresh_every)::double precision) as rate
      from muster.account_resource r
      left join muster.pace p on p.account = r.account and p.resource = r.resource
     where r.account = p_account),
  counted as (
    select t.resource, coalesce(t.refresh_every, m.every) as every, coalesce(s.change_rate, m.rate) as rate,
           count(*) as targets
      from muster.poll_state s
      join muster.poll_target t on t.id = s.target_id
      join mean m on m.resource = t.resource
     where t.account = p_account and t.enabled
     group by 1, 2, 3
    union all
    select resource, every, rate, p_add from mean where resource = p_resource and p_add > 0)
  select p_account, resource, sum(targets)::bigint, extract(epoch from every)::double precision,
         sum(targets * rate) / sum(targets), null::real, null::real
    from counted
   group by resource, every, round(4 * ln(rate))
$$;
comment on function muster.planned_kinds(text, text, bigint, interval) is
  'The targets that an account would have. Rates that are not learnt yet are the account''s mean.';

create or replace function muster.plan(
  account text, add bigint default 0, refresh interval default null, max_calls integer default null,
  kind text default 'device')
returns table (resource text, targets bigint, refresh_every interval, calls_needed_per_day numeric,
               calls_allowed_per_day numeric, feasible boolean, best_refresh interval, age_p50 interval,
               age_p95 interval, age_max interval, binds text, ask_for integer, "window" interval)
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  a           muster.account;
  v_kinds     muster.target_kind[];
  v_facts     double precision[];
  v_own       double precision;
  q           record;
  v_stretch   double precision;
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
  if plan.add < 0 or plan.max_calls < 1 then
    raise exception using errcode = 'MU009', message = 'a plan adds targets, and a limit is one call at least',
      hint = 'select * from muster.plan(account => ''lvcc1'', add => 5000, refresh => ''15 min'')';
  end if;
  v_kinds := array(select k from muster.planned_kinds(plan.account, plan.kind, plan.add, plan.refresh) k);
  v_facts := array(
    select muster.list_facts(plan.account, k.resource, sum(k.targets) over (partition by k.resource))
      from unnest(v_kinds) with ordinality k order by k.ordinality);
  select sum(targets / every / facts) into v_own
    from unnest(v_kinds, v_facts) k (account, resource, targets, every, rate, changes, exposure, facts);
  -- The tightest of its quotas; what other accounts ask of it stays.
  select l.quota, l.calls, l.wanted, l.wanted / l.calls as share, l."window" into q
    from (select t.quota, t."window",
                 coalesce(plan.max_calls, t.max_calls) / extract(epoch from t."window")::double precision as calls,
                 v_own + coalesce((
                   select sum(i.calls) / 86400 from muster.inventory_need i
                     join muster.account_quota o on o.account = i.account
                    where o.quota = t.quota and i.account <> plan.account), 0)::double precision as wanted
            from muster.account_quota u join muster.quota t using (quota)
           where u.account = plan.account) l
   order by 4 desc limit 1;
  v_stretch := greatest(q.share, 1);
  -- Sweeps read all alike.
  if (a.saves_calls or (q.share > 1 and a.freshness_ceiling > 1)) and 1 = all (v_facts) then
    v_longest := array(
      select v_stretch * case when k.resource = 'device' then a.freshness_ceiling else 1 end
        from unnest(v_kinds) with ordinality k order by k.ordinality);
    v_eagerness := muster.find_eagerness(v_kinds, v_longest,
      case when q.share > 1 then q.calls * v_own / q.wanted end);
  end if;
  return query
    with read as (
      select g.resource, g.targets, g.every, g.gap, 1::double precision as facts
        from muster.gaps(v_kinds, v_longest, v_eagerness) g
       where v_longest is not null
      union all
      select k.resource, k.targets, k.every, coalesce(v_stretch, 1) * k.every, k.facts
        from unnest(v_kinds, v_facts) k (account, resource, targets, every, rate, changes, exposure, facts)
       where v_longest is null)
    select r.resource, sum(r.targets)::bigint, make_interval(secs => min(r.every)),
           ceil(sum(r.targets * 86400 / r.every / r.facts))::numeric, floor(q.calls * 86400)::numeric,
           coalesce(q.share <= 1, true),
           case when q.share is not null then make_interval(secs => min(r.every) * q.share) end,
           make_interval(secs => muster.age_at(0.5, array_agg(r.targets), array_agg(r.gap))),
           make_interval(secs => muster.age_at(0.95, array_agg(r.targets), array_agg(r.gap))),
           make_interval(secs => max(r.gap)),
           case when q.share > 1 then q.quota end,
           ceil(q.wanted * extract(epoch from q."window") - 0.000001)::integer, q."window"
      from read r
     group by r.resource
     order by r.resource;
end $$;
comment on function muster.plan(text, bigint, interval, integer, text) is
  'What an account''s freshness would be, one row a resource: with so many more targets, another interval for those '
  'without their own, another limit of its tightest quota. binds: the quota that is too small; null if none is. '
  'ask_for: the least calls in a window with which every target is read at its interval.';
