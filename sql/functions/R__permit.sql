-- THE PERMIT LEDGER: how many calls an account's quotas let go now, and the permits that they take. See docs/quota.md.
-- The claim calls it. muster.free_permits gives permits back.
-- Each call leaves two entries in the index of the times at which permits come free, both earlier than any free permit
-- now. PostgreSQL clears them as it passes them, but not under an old snapshot; so the search begins at a floor,
-- quota.free_from. The first permit that a claim takes was the first to come free. The settlements of calls under way
-- set their permits to a time no earlier than their claims, which is a deadline and a window before their booking. A
-- clock that is set back breaks that: muster.housekeeping looks without the floor, once a minute, and lowers it.

-- Pulls leave one gap apart. After a late pull others may leave that much sooner; more would be a burst.
create or replace function muster.catch_up() returns interval
language sql immutable as $$ select interval '250 milliseconds' $$;
comment on function muster.catch_up() is 'How far pulls may catch up after a late tick.';

-- Locks the account's quotas in the order of their names.
-- Pulls leave some of the free permits to operations: the reserve, and the last one while the next is further away than
-- an operator may have to wait, which is a gap. Replies take different times, so permits come free unevenly. Without
-- this the calls would drift into clusters with long waits between them.
create or replace function muster.lock_quotas(p_account text, p_max integer,
  out room integer, out pull_room integer, out pulls integer, out paused boolean, out limited boolean,
  out wait_until timestamptz, out quota text, out max_calls integer, out window_ms bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  -- How much longer than a gap an operator may have to wait. Less would leave permits unused where replies vary.
  c_tolerance constant interval := interval '150 milliseconds';
  q       muster.quota;
  v_now   timestamptz;
  v_gap   interval;
  v_widest interval := interval '0';
  v_from  timestamptz;
  v_over  integer;
  v_free  integer;
  v_next  timestamptz;
  v_soon  timestamptz;
  v_spare integer;
  v_wait  timestamptz;
  v_seen  text[] := '{}';
  v_owned text[];
begin
  pulls := p_max;
  paused := false;
  for q in
    select t.* from muster.quota t join muster.account_quota u using (quota)
     where u.account = p_account order by t.quota for update of t
  loop
    v_now := clock_timestamp();
    -- A gap that rounds to nothing is as good as none.
    v_gap := greatest(q."window" / q.max_calls, interval '1 microsecond');
    if v_gap > v_widest then
      v_widest := v_gap;
      quota := q.quota;
      max_calls := q.max_calls;
      window_ms := extract(epoch from q."window") * 1000;
    end if;
    -- Permits beyond a size that was lowered stand for calls that still count.
    v_over := 0;
    if (select max(slot) from muster.permit where quota = q.quota) > q.max_calls then
      select count(*) into v_over
        from muster.permit where quota = q.quota and slot > q.max_calls and free_at > v_now;
    end if;
    select count(*) - v_over into v_free
      from (select from muster.permit
             where quota = q.quota and free_at >= q.free_from and free_at <= v_now and slot <= q.max_calls
             order by free_at limit p_max + q.reserve + v_over + 1) f;
    -- It has none until its first call: all are free, but those that are held.
    if not q.has_permits then
      v_free := q.max_calls - (select count(*) from muster.permit where quota = q.quota and free_at > v_now);
    end if;
    v_seen := v_seen || q.quota;
    select min(free_at), array(select u.quota from muster.account_quota u where u.account = p_account order by u.quota)
      into v_next, v_owned
      from muster.permit where quota = q.quota and free_at > v_now;
    room := least(room, v_free);
    v_soon := v_next - v_gap - c_tolerance;
    v_spare := greatest(q.reserve, case when v_soon > v_now then 1 else 0 end);
    pull_room := least(pull_room, v_free - v_spare);
    v_wait := case when v_free <= 0 or v_free <= q.reserve then v_next when v_free <= v_spare then v_soon end;
    v_from := greatest(q.next_pull_at, v_now - muster.catch_up());
    if v_from > v_now then
      pulls := 0;
      v_wait := least(v_wait, v_from);
    else
      pulls := least(pulls, 1 + floor(extract(epoch from v_now - v_from) / extract(epoch from v_gap))::integer);
    end if;
    if q.paused_until > v_now then
      paused := true;
      room := 0;
      wait_until := greatest(wait_until, q.paused_until, case when v_free <= 0 then v_next end);
    else
      wait_until := least(wait_until, v_wait);
    end if;
  end loop;
  limited := found;
  -- A start gave the account others while this waited for its locks: the service asks again.
  if v_seen <> v_owned then
    room := 0;
    wait_until := clock_timestamp();
  end if;
  -- Without a quota to lock, two claims at once might each start a request for the same key. Only the service can lock
  -- this row. Not the token's or the account's: a settlement may be writing there.
  if not limited then
    perform from muster.account_resource where account = p_account order by resource limit 1 for update;
    -- A start may have given it its first quota meanwhile.
    if exists (select from muster.account_quota where account = p_account) then
      limited := true;
      room := 0;
      wait_until := clock_timestamp();
    end if;
  end if;
  room := greatest(coalesce(room, p_max), 0);
  pull_room := coalesce(pull_room, p_max);
end $$;
comment on function muster.lock_quotas(text, integer) is
  'How many calls an account may make now (room), how many permits pulls may take, how many pulls the pace allows, '
  'whether the vendor asked for a pause, whether any quota counts its calls, and when that may change. And the '
  'tightest of its quotas.';

-- A quota has no permits until its first call: thousands of idle accounts cost none.
create or replace function muster.make_permits(p_quota text) returns void
language sql as $$
  insert into muster.permit (quota, slot)
  select q.quota, n from muster.quota q, generate_series(1, q.max_calls) n
   where q.quota = p_quota
      on conflict do nothing;
  update muster.quota set has_permits = true where quota = p_quota and not has_permits;
$$;
comment on function muster.make_permits(text) is 'Makes the permits of a quota that it lacks.';

-- Until one window after the latest moment at which the call can still reach the vendor.
create or replace function muster.take_permits(
  p_account text, p_tasks muster.task[], p_pulls integer, a muster.account, p_now timestamptz) returns void
language plpgsql as $$
declare
  -- So far behind a floor may stay if nothing else changes its row.
  c_step constant interval := interval '1 second';
  q        muster.quota;
  v_first  timestamptz;
  v_places tid[];
  v_paid   bigint[] := array(select x.fence from unnest(p_tasks) x where x.kind <> 'token' or a.token_paid);
begin
  if cardinality(v_paid) = 0 then
    return;
  end if;
  for q in
    select t.* from muster.quota t join muster.account_quota u using (quota)
     where u.account = p_account order by t.quota
  loop
    if not q.has_permits then
      perform muster.make_permits(q.quota);
    end if;
    -- Planner: places (docs/planner.md).
    select array_agg(f.place), min(f.free_at) into v_places, v_first
      from (select ctid as place, free_at from muster.permit
             where quota = q.quota and slot <= q.max_calls and free_at >= q.free_from and free_at <= p_now
             order by free_at, slot limit cardinality(v_paid) for update) f;
    -- The clock was set back since the permits were counted. Nothing leaves, and the service claims again.
    if cardinality(v_places) is distinct from cardinality(v_paid) then
      raise exception 'quota % has % free permits for % calls',
        q.quota, coalesce(cardinality(v_places), 0), cardinality(v_paid);
    end if;
    -- A statement of its own: one that began before a late settlement moved a permit would not see where it is now.
    update muster.permit p
       set free_at = p_now + a.call_deadline + q."window", fence = v_paid[array_position(v_places, p.ctid)],
           unheld_at = null
     where p.ctid = any (v_places);
    q.free_from := coalesce(v_first, p_now) - q."window" - (
      select max(o.call_deadline) from muster.account_quota u join muster.account o using (account)
       where u.quota = q.quota);
    update muster.quota
       set next_pull_at = case when p_pulls = 0 then next_pull_at
             else greatest(next_pull_at, p_now - muster.catch_up()) + p_pulls * ("window" / max_calls) end,
           free_from = q.free_from
     where quota = q.quota and (p_pulls > 0 or q.free_from not between free_from and free_from + c_step);
    insert into muster.quota_use as t (quota, minute, calls)
    values (q.quota, date_trunc('minute', p_now), cardinality(v_paid))
    on conflict (quota, minute) do update set calls = t.calls + excluded.calls;
  end loop;
end $$;
comment on function muster.take_permits(text, muster.task[], integer, muster.account, timestamptz) is
  'Books a permit of each quota for each task of a claim that pays.';

-- The reply has arrived: the permit is busy for one window more, and never longer than it was booked for, because a
-- settlement may have waited for the database. A call that never left gives it back at once.
create or replace function muster.free_permits(p_outcomes muster.outcome[]) returns void
language sql as $$
  update muster.permit p
     set free_at = least(p.free_at,
           case when x.verdict = 'release' and not coalesce(x.sent, false) then clock_timestamp()
                else clock_timestamp() - coalesce(muster.millis(x.age_ms), interval '0') + q."window" end),
         fence = null
    from unnest(p_outcomes) x, muster.account_quota u, muster.quota q
   where u.account = x.account and q.quota = u.quota and p.quota = u.quota and p.fence = x.fence
     and coalesce(x.arrived, true)
$$;
comment on function muster.free_permits(muster.outcome[]) is
  'Gives permits back, one window after the reply arrived. A call that may still reach the vendor keeps its permit.';
