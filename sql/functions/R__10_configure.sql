-- Writes the configuration's accounts into the tables; called once at every start, in one transaction. Another replica may be
-- at work meanwhile: locks are taken in the order quota, token, account, work, as everywhere.
-- p_accounts: [{account, vendor, call_deadline_ms, token_needed, token_paid, credentials_digest (hex),
--   resources: [{resource, refresh_every_ms}], actions: [{action, params, writes}],
--   quotas: [{quota, scope, max_calls, window_ms, reserve}]}]; none for no limit
create or replace function muster.configure(p_accounts jsonb) returns void
language plpgsql as $$
declare
  a jsonb;
begin
  perform pg_advisory_xact_lock(hashtext('muster.configure'));
  perform from muster.quota order by quota for update;
  perform from muster.token order by account for update;
  perform from muster.account order by account for update;
  update muster.account set configured = false
   where configured and account not in (select x ->> 'account' from jsonb_array_elements(p_accounts) x);
  for a in select * from jsonb_array_elements(p_accounts) loop
    perform muster.configure_account(a);
    perform muster.configure_quotas(a ->> 'account', coalesce(a -> 'quotas', '[]'));
  end loop;
end $$;
comment on function muster.configure(jsonb) is 'Writes the configuration''s accounts into the tables. For the service.';

create or replace function muster.configure_account(a jsonb) returns void
language plpgsql as $$
declare
  v_account text := a ->> 'account';
  v_digest  bytea := decode(a ->> 'credentials_digest', 'hex');
  v_before  muster.account;
begin
  select * into v_before from muster.account where account = v_account for update;
  insert into muster.account as t (account, vendor, call_deadline, token_needed, token_paid, credentials_digest)
  values (v_account, a ->> 'vendor', muster.millis(a ->> 'call_deadline_ms'), (a ->> 'token_needed')::boolean, (a ->> 'token_paid')::boolean, v_digest)
  on conflict (account) do update
     set vendor = excluded.vendor, call_deadline = excluded.call_deadline, token_needed = excluded.token_needed,
         token_paid = excluded.token_paid, credentials_digest = excluded.credentials_digest, configured = true
   where (t.vendor, t.call_deadline, t.token_needed, t.token_paid, t.credentials_digest, t.configured)
         is distinct from (excluded.vendor, excluded.call_deadline, excluded.token_needed, excluded.token_paid, excluded.credentials_digest, true);
  insert into muster.token (account) values (v_account) on conflict do nothing;
  if not v_before.configured then
    -- It was left out for a while: what failed before says nothing of now.
    update muster.token set attempts = 0, next_try_at = null, failing_since = null, last_error = null where account = v_account;
  end if;
  -- Changed credentials are what a halted account waits for; a token got with the old ones is worth nothing.
  if v_before.credentials_digest is distinct from v_digest and v_before.account is not null then
    update muster.token
       set sealed = null, expires_at = null, renew_at = null, refresh_expires_at = null, refused_logins = 0, attempts = 0, next_try_at = null,
           failing_since = null, last_error = null,
           renewing_until = null, fence = null, doubted_at_fence = null
     where account = v_account;
    update muster.account set state = 'active', why = null, what_to_do = null, since = now() where account = v_account and state = 'halted';
  end if;
  perform muster.configure_interval(v_account, r ->> 'resource', muster.millis(r ->> 'refresh_every_ms')) from jsonb_array_elements(a -> 'resources') r;
  delete from muster.account_resource where account = v_account;
  insert into muster.account_resource
  select v_account, r ->> 'resource', muster.millis(r ->> 'refresh_every_ms') from jsonb_array_elements(a -> 'resources') r;
  delete from muster.account_action where account = v_account;
  insert into muster.account_action
  select v_account, r ->> 'action', r ->> 'params', (r ->> 'writes')::boolean from jsonb_array_elements(a -> 'actions') r;
end $$;
comment on function muster.configure_account(jsonb) is 'One account of muster.configure.';

create or replace function muster.configure_interval(p_account text, p_resource text, p_every interval) returns void
language sql as $$
  select from muster.poll_state s
    join muster.poll_target p on p.id = s.target_id and p.account = p_account and p.resource = p_resource
    join muster.account_resource r on r.account = p.account and r.resource = p.resource and r.refresh_every <> p_every
   order by s.target_id for update of s;
  update muster.poll_state s set due_at = greatest(s.synced_at + p_every, clock_timestamp())
    from muster.poll_target p join muster.account_resource r on r.account = p.account and r.resource = p.resource and r.refresh_every <> p_every
   where p.account = p_account and p.resource = p_resource and p.refresh_every is null and p.enabled
     and s.target_id = p.id and s.synced_at is not null and s.fence is null and s.waits_for is null
$$;
comment on function muster.configure_interval(text, text, interval) is 'A changed interval takes hold at once for the targets that name none of their own.';

create or replace function muster.configure_quotas(p_account text, p_quotas jsonb) returns void
language plpgsql as $$
begin
  delete from muster.account_quota where account = p_account and quota not in (select q ->> 'quota' from jsonb_array_elements(p_quotas) q);
  perform muster.configure_quota(p_account, q) from jsonb_array_elements(p_quotas) q;
end $$;
comment on function muster.configure_quotas(text, jsonb) is 'One account''s quotas of muster.configure: these and no others; none for no limit.';

-- The number of the replica that started last is the quota's size. A permit that is taken away while it is busy stays until it
-- comes free: it stands for a call that the vendor has counted.
create or replace function muster.configure_quota(p_account text, q jsonb) returns void
language plpgsql as $$
declare
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
     set scope = excluded.scope, max_calls = excluded.max_calls, "window" = excluded."window", reserve = excluded.reserve,
         changed_at = case when (t.max_calls, t."window") = (excluded.max_calls, excluded."window") then t.changed_at else v_now end,
         -- What was a gap may have been an hour.
         next_pull_at = least(t.next_pull_at, v_now + excluded."window" / excluded.max_calls)
   where (t.scope, t.max_calls, t."window", t.reserve) is distinct from (excluded.scope, excluded.max_calls, excluded."window", excluded.reserve);
  insert into muster.account_quota values (p_account, v_quota) on conflict do nothing;
  v_joined := found and exists (select from muster.account where account = p_account and (since < now() or last_success_at is not null));
  insert into muster.permit (quota, slot) select v_quota, n from generate_series(1, v_calls) n on conflict do nothing;
  if v_window < v_before then
    update muster.permit set free_at = free_at - (v_before - v_window) where quota = v_quota;
  end if;
  -- Calls made under another quota, under none, or under a shorter window may count in this window, and no permit stands for them;
  -- those under way now arrive until their deadline.
  if v_window > v_before or v_joined then
    update muster.permit
       set free_at = greatest(free_at, v_now + v_window + (select max(a.call_deadline) from muster.account_quota u join muster.account a using (account)
                                                            where u.quota = v_quota))
     where quota = v_quota;
    update muster.quota set held_since = v_now where quota = v_quota;
  end if;
  delete from muster.permit where quota = v_quota and slot > v_calls and free_at <= v_now;
  -- A permit that was added, or whose window was shortened, is free earlier than all others.
  update muster.quota set free_from = '-infinity' where quota = v_quota and free_from > '-infinity';
end $$;
comment on function muster.configure_quota(text, jsonb) is 'One quota of an account of muster.configure.';
