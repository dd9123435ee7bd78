-- THE PACE: how often Muster reads the targets of a quota that is too small for their intervals. Who changes often is
-- read more often, and nobody waits longer than a ceiling. Once a minute one replica counts the targets by their learnt
-- rates, and finds the eagerness that uses the quota up. A settlement then writes each target's due time by it: the
-- claim knows nothing of all this. docs/freshness.md explains it.

-- Targets alike: some 40 kinds an account and interval.
-- Planner: count in memory (docs/planner.md).
create or replace function muster.count_kinds(p_accounts text[]) returns setof muster.target_kind
language sql stable set work_mem = '64MB' set enable_nestloop = off set jit = off as $$
  select t.account, t.resource, count(*), extract(epoch from t.every)::double precision, avg(r.rate),
         sum(s.changes), sum(s.exposure)
    from muster.poll_state s
    join muster.target t on t.id = s.target_id
    left join muster.pace p on p.account = t.account and p.resource = t.resource
   cross join lateral (
     select coalesce(s.change_rate, p.mean_rate, 1 / extract(epoch from t.every)::double precision) as rate) r
   where t.account = any (p_accounts) and t.enabled
   group by t.account, t.resource, t.every, round(4 * ln(r.rate))
$$;
comment on function muster.count_kinds(text[]) is 'The enabled targets of these accounts, counted by how they change.';

-- Jitter shortens each by a fortieth on average. Of other resources than devices no rates are learnt: they take turns.
create or replace function muster.gaps(
  p_kinds muster.target_kind[], p_longest double precision[], p_eagerness double precision)
returns table (account text, resource text, targets bigint, every double precision, rate double precision,
               gap double precision)
language sql stable as $$
  select k.account, k.resource, k.targets, k.every, k.rate,
         0.975 * least(l.longest * k.every,
           case when k.resource = 'device' then muster.worth_reading_after(k.rate, p_eagerness / k.every) end)
    from unnest(p_kinds) with ordinality k (account, resource, targets, every, rate, changes, exposure, n)
    join unnest(p_longest) with ordinality l (longest, n) using (n)
$$;
comment on function muster.gaps(muster.target_kind[], double precision[], double precision) is
  'Seconds between two readings of targets of these kinds. p_longest: the longest, in their own intervals.';

-- Targets don't fall due evenly: how many of n are due varies by about the square root of n. Where there is a call for
-- each, some must always be due, or calls are left over; and who is due waits. FreshnessBenchIT measures both.
create or replace function muster.unevenness(p_targets double precision) returns double precision
language sql immutable as $$ select 1 / sqrt(greatest(p_targets, 1)) $$;
comment on function muster.unevenness(double precision) is
  'By what share of so many targets the number of those that are due varies, where a quota has a call for each.';

-- The wait is kept out of the ceiling. 1.75: in 17 of 18 simulated fleets of 24 to 4,800 targets of one interval and
-- priority nobody waited longer; in one, a sixtieth of a turn longer. Resources other than devices take turns.
create or replace function muster.longest_wait(
  p_resource text, p_ceiling double precision, p_unevenness double precision) returns double precision
language sql immutable as $$
  select case when p_resource = 'device' then greatest(p_ceiling - 1.75 * p_unevenness, 1) else 1 end
$$;
comment on function muster.longest_wait(text, double precision, double precision) is
  'In how many of their turns targets of this resource are due at the latest, under this ceiling.';

-- A bisection over the logarithm. More eagerness always takes more calls, and never makes a delay longer.
-- p_calls: so many calls a second are there; null asks for the delay of a reading at each interval, at fewer calls.
create or replace function muster.find_eagerness(
  p_kinds muster.target_kind[], p_longest double precision[], p_calls double precision) returns double precision
language plpgsql stable as $$
declare
  -- Powers of e: from a reading in some centuries to some thousand a second.
  v_low    double precision := -30;
  v_high   double precision := 20;
  v_middle double precision;
  v_more   boolean;
begin
  -- To a hundred-thousandth.
  for step in 1 .. 24 loop
    v_middle := (v_low + v_high) / 2;
    select case when p_calls is not null then sum(targets / gap) < p_calls
                else sum(targets * rate * gap) > sum(targets * rate * every) end
      into v_more
      from muster.gaps(p_kinds, p_longest, exp(v_middle));
    if v_more then
      v_low := v_middle;
    else
      v_high := v_middle;
    end if;
  end loop;
  return exp(v_low);
end $$;
comment on function muster.find_eagerness(muster.target_kind[], double precision[], double precision) is
  'The eagerness by which these targets use so many calls a second.';

-- Higher priorities are claimed first. What is planned above the quota is taken from the lowest: so it is planned for
-- that one's share alone.
create or replace function muster.lowest_share(p_accounts text[]) returns double precision
language sql stable as $$
  select count(*)::double precision / nullif(sum(count(*)) over (), 0)
    from muster.poll_target
   where account = any (p_accounts) and enabled
   group by priority order by priority limit 1
$$;
comment on function muster.lowest_share(text[]) is
  'What share of these accounts'' enabled targets has their lowest priority; null without targets.';

-- Accounts that share their tightest quota are planned together. An account that saves calls is planned alone. Sweeps
-- read all alike: what they read has no pace.
create or replace function muster.plan_pace() returns void
language plpgsql as $$
declare
  v_swept     text[] := array(select account || '/' || resource from muster.inventory_need where swept);
  g           record;
  v_kinds     muster.target_kind[];
  v_uneven    double precision;
  v_longest   double precision[];
  v_eagerness double precision;
begin
  delete from muster.pace where account || '/' || resource = any (v_swept) or account not in (
    select a.account from muster.account a left join muster.account_need n using (account)
     where (n.share > 1 and a.freshness_ceiling > 1) or a.saves_calls);
  for g in
    select array_agg(a.account) as accounts, n.share > 1 as short, greatest(n.share, 1) as stretch,
           n.calls / 86400 * sum(own.calls) / nullif(n.wanted, 0) as calls
      from muster.account a
      join (select account, sum(calls) as calls from muster.inventory_need where not swept group by account) own
        using (account)
      left join muster.account_need n using (account)
     where a.configured and ((n.share > 1 and a.freshness_ceiling > 1) or a.saves_calls)
     group by case when n.share > 1 then n.quota else a.account end, n.quota, n.share, n.calls, n.wanted
  loop
    v_kinds := array(
      select k from muster.count_kinds(g.accounts) k where k.account || '/' || k.resource <> all (v_swept));
    -- Where the quota suffices nobody waits.
    v_uneven := case when g.short then muster.unevenness((select sum(targets) from unnest(v_kinds))) else 0 end;
    v_longest := array(
      select g.stretch * muster.longest_wait(k.resource, a.freshness_ceiling, v_uneven)
        from unnest(v_kinds) with ordinality k
        join muster.account a on a.account = k.account
       order by k.ordinality);
    v_eagerness := muster.find_eagerness(v_kinds, v_longest, case when g.short then
      (1 + v_uneven * muster.lowest_share(g.accounts)) * g.calls end);
    insert into muster.pace as t (account, resource, eagerness, longest, mean_rate, planned_at)
    select k.account, k.resource, case when k.resource = 'device' then v_eagerness end, max(l),
           (1 + coalesce(sum(k.changes), 0)) / (min(k.every) + coalesce(sum(k.exposure), 0)), now()
      from unnest(v_kinds, v_longest) k (account, resource, targets, every, rate, changes, exposure, l)
     group by k.account, k.resource
    on conflict (account, resource) do update
       set (eagerness, longest, mean_rate, planned_at)
         = (excluded.eagerness, excluded.longest, excluded.mean_rate, excluded.planned_at);
  end loop;
end $$;
comment on function muster.plan_pace() is 'Plans how often Muster reads by learnt rates. One transaction at a time.';

create or replace function muster.tend_pace() returns void
language plpgsql as $$
declare
  c_every constant interval := '1 minute';
  -- At most a twentieth of the time goes into counting.
  c_share constant integer := 20;
  v_began timestamptz := clock_timestamp();
  v_due   timestamptz;
begin
  if not muster.take_turn('pace') then
    return;
  end if;
  select due_at into v_due from muster.chore where name = 'pace';
  -- A clock that was set back makes it due.
  if v_due > v_began and v_due < v_began + interval '1 hour' then
    return;
  end if;
  perform muster.plan_pace();
  update muster.chore set due_at = v_began + greatest(c_every, c_share * (clock_timestamp() - v_began))
   where name = 'pace';
end $$;
comment on function muster.tend_pace() is
  'Plans the pace, if it is time. For the service, every few seconds; one replica at a time does it.';
