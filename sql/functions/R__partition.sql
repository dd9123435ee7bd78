-- audit and device_history are kept by the month: a partition for each month of UTC, so that a month goes as a whole.
-- Neither has a DEFAULT partition (V020__audit.sql says why). Whoever finds a month missing makes it.
create or replace function muster.month_part(p_table text, p_at timestamptz) returns text
language sql stable as $$ select p_table || '_' || to_char(p_at at time zone 'UTC', 'YYYY_MM') $$;
comment on function muster.month_part(text, timestamptz) is
  'The name of the partition that holds this time; months are those of UTC.';

-- A table of its own, attached later: that holds up neither who writes nor who reads.
create or replace function muster.make_partition(p_table text, p_at timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_from timestamp := date_trunc('month', p_at at time zone 'UTC');
  v_name text := muster.month_part(p_table, p_at);
  -- In no other form has a time the same meaning under every TimeZone and DateStyle.
  c_utc constant text := 'YYYY-MM-DD 00:00:00+00';
begin
  if to_regclass('muster.' || v_name) is not null then
    return false;
  end if;
  perform muster.await_turn('make_partition');
  -- Another session may have made it meanwhile.
  if to_regclass('muster.' || v_name) is not null then
    return false;
  end if;
  execute format('create table muster.%I (like muster.%I including all)', v_name, p_table);
  execute format('comment on table muster.%I is %L', v_name,
                 format('The part of %s from %s on, for one month of UTC.',
                        p_table, to_char(v_from, 'YYYY-MM-DD')));
  execute format('alter table muster.%I attach partition muster.%I for values from (%L) to (%L)', p_table, v_name,
                 to_char(v_from, c_utc), to_char(v_from + interval '1 month', c_utc));
  return true;
end $$;
comment on function muster.make_partition(text, timestamptz) is
  'Makes the partition that holds this time, if it is not there, and tells whether it did. For the service.';

-- This month and three more: a service that does not run for a quarter finds its months there. An empty one is free.
create or replace function muster.make_partitions() returns text[]
language sql as $$
  select coalesce(array_agg(muster.month_part(t, m) order by t, m) filter (where muster.make_partition(t, m)), '{}')
    from unnest(array['audit', 'device_history']) t
   cross join generate_series(0, 3) n
   cross join lateral (
     select (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => n))
              at time zone 'UTC' as m) x
$$;
comment on function muster.make_partitions() is
  'Makes the partitions for this month and the next three, and returns those that it made. For the service.';

-- For a null age none.
create or replace function muster.expired_partitions(p_table text, p_age interval) returns text[]
language sql stable as $$
  select coalesce(array_agg(c.relname::text order by c.relname), '{}')
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
   where i.inhparent = to_regclass('muster.' || p_table) and c.relname < muster.month_part(p_table, now() - p_age)
$$;
comment on function muster.expired_partitions(text, interval) is
  'The partitions that ended so long ago. For the service.';

-- It waits a second for whoever reads a partition, not longer: others would queue behind.
create or replace function muster.drop_partitions(p_table text, p_age interval) returns text[]
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp set lock_timeout = '1s' as $$
declare
  v_names text[] := muster.expired_partitions(p_table, p_age);
  v_name  text;
begin
  foreach v_name in array v_names loop
    -- A reader of changes who has not come so far is told.
    if p_table = 'device_history' then
      execute format('update muster.change_feed set incomplete_to = greatest(incomplete_to, '
                       '(select max(position) from muster.%I))', v_name);
    end if;
    execute format('drop table muster.%I', v_name);
  end loop;
  return v_names;
exception
  when lock_not_available then
    return '{}';
end $$;
comment on function muster.drop_partitions(text, interval) is
  'Drops the partitions that ended so long ago, and returns them. If somebody reads one of them it drops none. For '
  'the service.';

-- A person who names no age drops nothing. The partitions that the run before could not drop are then still held.
-- For the service, whose runs have a due time, no age means for ever.
create or replace function muster.held_partitions(p_table text, p_age interval, p_due_at timestamptz) returns text[]
language sql stable as $$
  select case when p_age is not null or p_due_at is not null then muster.expired_partitions(p_table, p_age)
              else array(
                select n from unnest((select r.held from muster.retention_run r order by r.id desc limit 1)) n
                 where n in (select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                              where i.inhparent = to_regclass('muster.' || p_table))
                 order by n) end
$$;
comment on function muster.held_partitions(text, interval, timestamptz) is
  'The partitions that are past their age and could not be dropped. For the service.';

-- One at a time, whoever runs it; a second finds nothing left to do.
create or replace function muster.tend_partitions(
  p_audit interval default null, p_history interval default null, p_due_at timestamptz default null)
returns muster.retention_run
language plpgsql as $$
declare
  v_made    text[];
  v_dropped text[];
  v_run     muster.retention_run;
begin
  perform muster.await_turn('months');
  v_made := muster.make_partitions();
  v_dropped := muster.drop_partitions('audit', p_audit) || muster.drop_partitions('device_history', p_history);
  delete from muster.retention_run where at < now() - interval '30 days';
  insert into muster.retention_run (due_at, made, dropped, held)
  values (p_due_at, v_made, v_dropped,
          muster.held_partitions('audit', p_audit, p_due_at)
            || muster.held_partitions('device_history', p_history, p_due_at))
  returning * into v_run;
  return v_run;
end $$;
comment on function muster.tend_partitions(interval, interval, timestamptz) is
  'Makes the months ahead of audit and device_history, and drops those of them that ended so long ago; null drops '
  'none. muster.run_retention runs it, and a person may.';

-- Every replica asks every minute. A clock that was set back makes it due.
create or replace function muster.run_retention(p_every interval, p_audit interval, p_history interval)
returns setof muster.retention_run
language plpgsql as $$
declare
  v_due timestamptz;
begin
  if not muster.take_turn('months') then
    return;
  end if;
  select coalesce(c.due_at, now()) into v_due from muster.chore c where c.name = 'months';
  if v_due > now() and v_due <= now() + p_every then
    return;
  end if;
  v_due := least(v_due, now());
  return query select * from muster.tend_partitions(p_audit, p_history, v_due);
  -- At the same minute again, unless it was late by a whole interval.
  update muster.chore c
     set due_at = case when v_due + p_every > now() then v_due else now() end + p_every
   where c.name = 'months';
end $$;
comment on function muster.run_retention(interval, interval, interval) is
  'Runs muster.tend_partitions once in p_every over all replicas, and returns what it did; no row if it is not due, '
  'or another replica is at it. Null keeps the months of that table for ever. For the service, once a minute.';

do $$ begin perform muster.tend_partitions(); end $$;
