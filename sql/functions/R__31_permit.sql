-- THE PERMIT LEDGER: how many calls an account's quotas let go now, and the permits that they take. See docs/quota.md; the claim calls
-- it, and muster.free_permits gives them back.
-- Each call leaves two entries in the index of the times at which permits come free, all of them earlier than any permit is free now.
-- PostgreSQL clears them as it passes them, but not while any session holds a snapshot from before, so the search begins at a floor
-- (quota.free_from). The first permit that is taken was the first to come free; whatever settles the calls under way then sets their
-- permits to a time no earlier than their claims, which is a deadline and a window before what they are booked for. A clock that is set
-- back breaks that: muster.housekeeping looks without the floor, once a minute, and lowers it.

-- Pulls leave one gap apart; one that comes late may be followed by others that much sooner. More would be a burst.
create or replace function muster.catch_up() returns interval language sql immutable as $$ select interval '250 milliseconds' $$;
comment on function muster.catch_up() is 'How far pulls may catch up after a late tick.';

-- Locks the account's quotas, in the order of their names, and says how many calls may leave now.
-- Of the free permits pulls leave some to operations: the reserve, and the last one as long as the next is further away than an
-- operator may have to wait, which is a gap. Replies take different times, so permits come free unevenly; without this the calls
-- would drift into clusters, with long waits between them.
create or replace function muster.lock_quotas(p_account text, p_max integer, out room integer, out pull_room integer, out pulls integer, out paused boolean,
  out limited boolean, out wait_until timestamptz)
language plpgsql as $$
declare
  -- How much longer than a gap an operator may have to wait: less would leave permits unused where replies take different times.
  c_tolerance constant interval := interval '150 milliseconds';
  q       muster.quota;
  v_now   timestamptz;
  v_gap   interval;
  v_from  timestamptz;
  v_over  integer;
  v_free  integer;
  v_next  timestamptz;
  v_soon  timestamptz;
  v_spare integer;
  v_wait  timestamptz;
begin
  pulls := p_max;
  paused := false;
  for q in select t.* from muster.quota t join muster.account_quota u using (quota) where u.account = p_account order by t.quota for update of t loop
    v_now := clock_timestamp();
    -- A gap that rounds to nothing is as good as none.
    v_gap := greatest(q."window" / q.max_calls, interval '1 microsecond');
    -- Permits beyond a size that was lowered stand for calls that still count.
    v_over := 0;
    if (select max(slot) from muster.permit where quota = q.quota) > q.max_calls then
      select count(*) into v_over from muster.permit where quota = q.quota and slot > q.max_calls and free_at > v_now;
    end if;
    select count(*) - v_over into v_free
      from (select from muster.permit where quota = q.quota and free_at >= q.free_from and free_at <= v_now and slot <= q.max_calls
             order by free_at limit p_max + q.reserve + v_over + 1) f;
    select min(free_at) into v_next from muster.permit where quota = q.quota and free_at > v_now;
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
  -- Without a quota to lock, two claims at once might each start a request for the same key.
  if not limited then
    perform pg_advisory_xact_lock(hashtext('muster.claim'), hashtext(p_account));
  end if;
  room := greatest(coalesce(room, p_max), 0);
  pull_room := coalesce(pull_room, p_max);
end $$;
comment on function muster.lock_quotas(text, integer) is 'How many calls an account may make now, how many permits pulls may take, how many pulls the pace allows, whether the vendor asked for a pause, whether any quota counts its calls, and when that may change.';

-- Books a permit of each quota for each task that pays, until one window after the latest moment at which the call can still reach the vendor.
create or replace function muster.take_permits(p_account text, p_tasks muster.task[], p_pulls integer, a muster.account, p_now timestamptz) returns void
language plpgsql as $$
declare
  -- So far behind a floor may stay where nothing else is to be written to its row.
  c_step constant interval := interval '1 second';
  q        muster.quota;
  v_first  timestamptz;
  v_places tid[];
  v_paid   bigint[] := array(select x.fence from unnest(p_tasks) x where x.kind <> 'token' or a.token_paid);
begin
  if cardinality(v_paid) = 0 then
    return;
  end if;
  for q in select t.* from muster.quota t join muster.account_quota u using (quota) where u.account = p_account order by t.quota loop
    select array_agg(f.place), min(f.free_at) into v_places, v_first
      from (select ctid as place, free_at from muster.permit
             where quota = q.quota and slot <= q.max_calls and free_at >= q.free_from and free_at <= p_now
             order by free_at, slot limit cardinality(v_paid) for update) f;
    -- A clock that was set back since the permits were counted. Nothing leaves, and the claim is made again.
    if cardinality(v_places) is distinct from cardinality(v_paid) then
      raise exception 'quota % has % free permits for % calls', q.quota, coalesce(cardinality(v_places), 0), cardinality(v_paid);
    end if;
    -- By their places: by its key each would be looked for among all that it was. And in a statement of its own, since one that began
    -- before a late settlement moved a permit does not see where it is now.
    update muster.permit p
       set free_at = p_now + a.call_deadline + q."window", fence = v_paid[array_position(v_places, p.ctid)]
     where p.ctid = any (v_places);
    q.free_from := coalesce(v_first, p_now) - q."window" - (select max(o.call_deadline) from muster.account_quota u join muster.account o using (account) where u.quota = q.quota);
    update muster.quota
       set next_pull_at = case when p_pulls = 0 then next_pull_at
                               else greatest(next_pull_at, p_now - muster.catch_up()) + p_pulls * ("window" / max_calls) end,
           free_from = q.free_from
     where quota = q.quota and (p_pulls > 0 or q.free_from not between free_from and free_from + c_step);
    insert into muster.quota_use as t values (q.quota, date_trunc('minute', p_now), cardinality(v_paid))
    on conflict (quota, minute) do update set calls = t.calls + excluded.calls;
  end loop;
end $$;
comment on function muster.take_permits(text, muster.task[], integer, muster.account, timestamptz) is 'Books the permits of what muster.claim hands out.';

-- So that a ring wakes those alone who have something to do: with many accounts their empty claims would hold up the one that has.
create or replace function muster.accounts_due() returns setof text
language plpgsql stable set enable_seqscan = off set enable_mergejoin = off set jit = off as $$
begin
  return query select a.account from muster.account a where a.configured and a.state = 'active' and muster.is_behind(a.account);
end $$;
comment on function muster.accounts_due() is 'The accounts that have something to do now, whether their quotas allow it or not. For the service.';
