-- Figures over all targets take longer the more there are: 2 s of a processor for a million. One replica at a time
-- counts a large inventory into a table, and the reports read that (muster.inventory). Reports count a small one
-- whenever somebody asks.
create or replace function muster.live_targets() returns integer language sql immutable as $$ select 4000 $$;
comment on function muster.live_targets() is
  'Up to so many targets the reports count for themselves: some 10 ms. A page or a metric reads several reports.';

create or replace function muster.is_large() returns boolean
language sql stable as $$ select exists (select from muster.poll_target offset muster.live_targets()) $$;
comment on function muster.is_large() is 'Whether there are more targets than the reports count for themselves.';

-- Planner: count in memory (docs/planner.md).
create or replace function muster.count_inventory() returns muster.inventory_refresh
language plpgsql set work_mem = '64MB' set enable_nestloop = off set jit = off as $$
declare
  -- At most a twentieth of the time is spent on counting; and the service asks no more often than c_least.
  c_share   constant integer := 20;
  c_least   constant interval := '10 seconds';
  -- After so many intervals without a count nobody counts any more.
  c_missed  constant integer := 3;
  v_began   timestamptz := clock_timestamp();
  v_pause   interval;
  v_refresh muster.inventory_refresh;
begin
  delete from muster.inventory_refresh;
  delete from muster.inventory_snapshot;
  if not muster.is_large() then
    return null;
  end if;
  -- Without a row in inventory_refresh the view counts.
  insert into muster.inventory_snapshot (account, resource, targets, fresh, overdue, late, late_since, age_p50, age_p95,
    age_p99, age_max, refresh_every, calls_per_day, last_added_at, never, change_delay, calls_between)
  select account, resource, targets, fresh, overdue, late, late_since, age_p50, age_p95,
         age_p99, age_max, refresh_every, calls_per_day, last_added_at, never, change_delay, calls_between
    from muster.inventory;
  v_pause := greatest(c_share * (clock_timestamp() - v_began), c_least);
  insert into muster.inventory_refresh (refreshed_at, took, next_at, expires_at)
  values (now(), clock_timestamp() - v_began, clock_timestamp() + v_pause, clock_timestamp() + c_missed * v_pause)
  returning * into v_refresh;
  return v_refresh;
end $$;
comment on function muster.count_inventory() is
  'Counts a large inventory into inventory_snapshot. Empties that for a small one, and returns null. '
  'muster.tend_reports and muster.refresh_reports call it, one at a time.';

create or replace function muster.tend_reports() returns void
language plpgsql as $$
declare
  v_refresh muster.inventory_refresh;
begin
  if not muster.take_turn('reports') then
    return;
  end if;
  select * into v_refresh from muster.inventory_refresh;
  -- A clock that was set back makes it due.
  if now() between v_refresh.refreshed_at and v_refresh.next_at
     or (v_refresh.only_row is null and not muster.is_large()) then
    return;
  end if;
  perform muster.count_inventory();
end $$;
comment on function muster.tend_reports() is
  'Counts a large inventory for the reports, if it is time. For the service, every few seconds; one replica at a '
  'time does it.';

create or replace function muster.refresh_reports() returns text
language plpgsql as $$
declare
  v_refresh muster.inventory_refresh;
begin
  perform muster.await_turn('reports');
  v_refresh := muster.count_inventory();
  if v_refresh.refreshed_at is null then
    return 'the inventory is small: the reports are up to date whenever they are read';
  end if;
  return format('%s targets were counted in %s s; the service does it again at %s',
    (select sum(targets) from muster.inventory_snapshot),
    round(extract(epoch from v_refresh.took), 1), date_trunc('second', v_refresh.next_at));
end $$;
comment on function muster.refresh_reports() is
  'Counts the inventory for the reports now, and says in a sentence what it did. The service does it by itself '
  'every few seconds to minutes.';
