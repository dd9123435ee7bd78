create or replace function muster.configure_quotas(p_account text, p_quotas jsonb) returns void
language plpgsql as $$
begin
  delete from muster.account_quota
   where account = p_account and quota not in (select q ->> 'quota' from jsonb_array_elements(p_quotas) q);
  perform muster.configure_quota(p_account, q) from jsonb_array_elements(p_quotas) q;
end $$;
comment on function muster.configure_quotas(text, jsonb) is
  'One account''s quotas of muster.configure: these and no others; none for no limit.';

-- The number of the replica that started last is the quota's size.
create or replace function muster.configure_quota(p_account text, q jsonb) returns void
language plpgsql as $$
declare
  c_many constant integer := 10000;
  v_quota  text := q ->> 'quota';
  v_calls  integer := (q ->> 'max_calls')::integer;
  v_window interval := muster.millis(q ->> 'window_ms');
  v_before interval := (select "window" from muster.quota where quota = v_quota);
  v_now    timestamptz := clock_timestamp();
  v_joined boolean;
begin
  insert into muster.quota as t (quota, scope, max_calls, "window", reserve)
  values (v_quota, q ->> 'scope', v_calls, v_window, (q ->> 'reserve')::integer)
  on conflict (quota) do update
     set scope = excluded.scope, max_calls = excluded.max_calls, "window" = excluded."window",
         reserve = excluded.reserve,
         changed_at = case when (t.max_calls, t."window") = (excluded.max_calls, excluded."window") then t.changed_at
                           else v_now end,
         -- The former gap may have been an hour.
         next_pull_at = least(t.next_pull_at, v_now + excluded."window" / excluded.max_calls)
   where (t.scope, t.max_calls, t."window", t.reserve)
         is distinct from (excluded.scope, excluded.max_calls, excluded."window", excluded.reserve);
  insert into muster.account_quota (account, quota) values (p_account, v_quota) on conflict do nothing;
  v_joined := found and exists (
    select from muster.account where account = p_account and (since < now() or last_success_at is not null));
  -- Many are made here, where the service waits longer than at a claim.
  if v_calls > c_many or (select has_permits from muster.quota where quota = v_quota) then
    perform muster.make_permits(v_quota);
  end if;
  if v_window < v_before then
    update muster.permit set free_at = free_at - (v_before - v_window) where quota = v_quota;
  end if;
  if v_window > v_before or v_joined then
    perform muster.hold_permits(v_quota, v_now);
  end if;
  -- A busy permit stays until it comes free: it stands for a call that the vendor has counted.
  delete from muster.permit where quota = v_quota and slot > v_calls and free_at <= v_now;
  -- A permit that was added, or whose window was shortened, is free earlier than all others.
  update muster.quota set free_from = '-infinity' where quota = v_quota and free_from > '-infinity';
end $$;
comment on function muster.configure_quota(text, jsonb) is 'One quota of an account of muster.configure.';

-- Calls made under another quota, under none, or under a shorter window may count in this window, and no permit
-- stands for them. Calls under way arrive until their deadline.
create or replace function muster.hold_permits(p_quota text, p_now timestamptz) returns void
language plpgsql as $$
begin
  perform muster.make_permits(p_quota);
  update muster.permit t
     set free_at = greatest(t.free_at, p_now + q."window" + (
           select max(a.call_deadline) from muster.account_quota u join muster.account a using (account)
            where u.quota = p_quota))
    from muster.quota q
   where t.quota = p_quota and q.quota = p_quota;
  update muster.quota set held_since = p_now where quota = p_quota;
end $$;
comment on function muster.hold_permits(text, timestamptz) is
  'Holds every permit of a quota for a deadline and one window.';
