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
    perform muster.hold_permits(v_quota, v_now, null, 'is new or its window was lengthened');
  end if;
  -- A busy permit stays until it comes free: it stands for a call that the vendor has counted.
  delete from muster.permit where quota = v_quota and slot > v_calls and free_at <= v_now;
  -- A permit that was added, or whose window was shortened, is free earlier than all others.
  update muster.quota set free_from = '-infinity' where quota = v_quota and free_from > '-infinity';
end $$;
comment on function muster.configure_quota(text, jsonb) is 'One quota of an account of muster.configure.';

-- Calls made under another quota, under none, or under a shorter window may count in this window, and so may calls that
-- a restored database has forgotten. No permit stands for them. Calls under way arrive until their deadline.
-- Permits are taken in the order in which they come free, so these are the first ones that come free now.
create or replace function muster.hold_permits(p_quota text, p_now timestamptz, p_calls bigint, p_why text) returns void
language plpgsql as $$
declare
  v_until timestamptz := (
    select p_now + q."window" + coalesce(max(a.call_deadline), interval '0')
      from muster.quota q
      left join muster.account_quota u using (quota)
      left join muster.account a using (account)
     where q.quota = p_quota group by q.quota);
begin
  -- A quota that had no call yet has no permits. It gets those that are held, and the others at its first call.
  insert into muster.permit (quota, slot)
  select q.quota, n from muster.quota q, generate_series(1, least(q.max_calls, p_calls)) n
   where q.quota = p_quota and not q.has_permits
      on conflict do nothing;
  update muster.permit t set free_at = v_until,
         -- Held a second time it goes back to where it was before the first.
         unheld_at = case when t.unheld_at is not null and t.free_at > p_now then t.unheld_at else t.free_at end
    from (select slot from muster.permit where quota = p_quota and free_at < v_until
           order by free_at, slot limit p_calls) f
   where t.quota = p_quota and t.slot = f.slot;
  update muster.quota set held_since = p_now, held_until = v_until, held_why = p_why where quota = p_quota;
end $$;
comment on function muster.hold_permits(text, timestamptz, bigint, text) is
  'Holds permits of a quota for a deadline and one window: so many, or all for null.';

create or replace function muster.release_quota(quota text) returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  q         muster.quota;
  v_count   bigint;
  v_message text;
begin
  select * into q from muster.quota where quota = release_quota.quota for update;
  if not found then
    raise exception using errcode = 'MU013',
      message = format('there is no quota %s; those that hold permits: %s', muster.shown(release_quota.quota),
        (select coalesce(string_agg(h.quota, ', ' order by h.quota), 'none')
           from muster.quota h where h.held_until > clock_timestamp())),
      hint = 'select quota, held_until from report.quota;';
  end if;
  update muster.permit p set free_at = least(p.free_at, p.unheld_at), unheld_at = null
   where p.quota = q.quota and p.unheld_at is not null and p.free_at > clock_timestamp();
  get diagnostics v_count = row_count;
  if v_count = 0 then
    return format('quota %s holds no permits', q.quota);
  end if;
  update muster.quota h set held_until = null, free_from = '-infinity' where h.quota = q.quota;
  v_message := format('quota %s: %s permits released', q.quota, v_count);
  insert into muster.audit (at, subject, account, from_status, to_status, message, made_by, part, application)
  select muster.audit_time(), 'account', a.account, a.state, a.state, v_message, session_user, 'release_quota',
         current_setting('application_name')
    from muster.account_quota u join muster.account a using (account) where u.quota = q.quota;
  perform muster.ring();
  return v_message;
end $$;
comment on function muster.release_quota(text) is
  'Ends a hold: gives back the permits that Muster keeps for calls that it may not know of.';
