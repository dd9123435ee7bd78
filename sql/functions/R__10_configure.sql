-- Writes the configuration's accounts into the tables; called once at every start, in one transaction. Another replica may be
-- at work meanwhile: locks are taken in the order quota, token, account, work, as everywhere.
-- p_accounts: [{account, vendor, call_deadline_ms, token_needed, token_paid, credentials_digest (hex),
--   resources: [{resource, refresh_every_ms}], actions: [{action, params, writes}],
--   quota: {quota, scope, max_calls, window_ms} or null}]
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
    perform muster.configure_quota(a ->> 'account', a -> 'quota');
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
  -- Changed credentials are what a halted account waits for; a token got with the old ones is worth nothing.
  if v_before.credentials_digest is distinct from v_digest and v_before.account is not null then
    update muster.token
       set sealed = null, expires_at = null, renew_at = null, refresh_expires_at = null, refused_logins = 0, attempts = 0, next_try_at = null,
           renewing_until = null, fence = null
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
  update muster.poll_state s set due_at = s.synced_at + p_every
    from muster.poll_target p join muster.account_resource r on r.account = p.account and r.resource = p.resource and r.refresh_every <> p_every
   where p.account = p_account and p.resource = p_resource and p.refresh_every is null and p.enabled
     and s.target_id = p.id and s.synced_at is not null and s.fence is null and s.waits_for is null
$$;
comment on function muster.configure_interval(text, text, interval) is 'A changed interval takes hold at once for the targets that name none of their own.';

-- The number of the replica that started last is the quota's size. A permit that is taken away while it is busy stays until it
-- comes free: it stands for a call that the vendor has counted.
create or replace function muster.configure_quota(p_account text, q jsonb) returns void
language plpgsql as $$
declare
  v_window interval := muster.millis(q ->> 'window_ms');
  v_longer boolean;
  v_joined boolean;
begin
  delete from muster.account_quota where account = p_account and quota is distinct from q ->> 'quota';
  if q is null or jsonb_typeof(q) = 'null' then
    return;
  end if;
  v_longer := exists (select from muster.quota where quota = q ->> 'quota' and "window" < v_window);
  insert into muster.quota as t (quota, scope, max_calls, "window")
  values (q ->> 'quota', q ->> 'scope', (q ->> 'max_calls')::integer, v_window)
  on conflict (quota) do update set scope = excluded.scope, max_calls = excluded.max_calls, "window" = excluded."window"
   where (t.scope, t.max_calls, t."window") is distinct from (excluded.scope, excluded.max_calls, excluded."window");
  insert into muster.account_quota values (p_account, q ->> 'quota') on conflict do nothing;
  v_joined := found and exists (select from muster.account where account = p_account and (since < now() or last_success_at is not null));
  insert into muster.permit (quota, slot) select q ->> 'quota', n from generate_series(1, (q ->> 'max_calls')::integer) n on conflict do nothing;
  -- Calls made under another quota, under none, or under a shorter window may count in this window, and no permit stands for them.
  if v_longer or v_joined then
    update muster.permit set free_at = greatest(free_at, clock_timestamp() + v_window) where quota = q ->> 'quota';
  end if;
  delete from muster.permit where quota = q ->> 'quota' and slot > (q ->> 'max_calls')::integer and free_at <= clock_timestamp();
end $$;
comment on function muster.configure_quota(text, jsonb) is 'One account''s quota of muster.configure; null for no limit.';
