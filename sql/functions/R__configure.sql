-- Writes the configuration's accounts into the tables, at every start, in one transaction. Another replica may be at
-- work meanwhile: this takes locks in the order quota, token, account, work, as everywhere. It gives up soon where
-- somebody else keeps one, and all that it has taken with it; the service tries it again.
-- p_accounts: [{account, vendor, call_deadline_ms, token_needed, token_paid, key_in_path,
--   credentials_digest (hex), resources: [{resource, refresh_every_ms, page_size, deepest_page, sweep_every_ms,
--   discover, discover_at_most}], those after the second absent without a list; actions: [{action, params, writes}],
--   quotas: [{quota, scope, max_calls, window_ms, reserve}], freshness_ceiling, saves_calls, not_news: [path]}];
--   no quotas for no limit
create or replace function muster.configure(p_accounts jsonb) returns void
language plpgsql set lock_timeout = '500ms' as $$
declare
  a jsonb;
begin
  perform muster.await_turn('configure');
  perform from muster.quota order by quota for update;
  perform from muster.token order by account for update;
  -- Rows that only name an account, as of a bulk of targets that is not committed yet, hold nothing up.
  perform from muster.account order by account for no key update;
  -- Others may have these. See R__replica.sql.
  update muster.account set left_out_at = clock_timestamp()
   where configured and left_out_at is null
     and account not in (select x ->> 'account' from jsonb_array_elements(p_accounts) x);
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
  select * into v_before from muster.account where account = v_account for no key update;
  insert into muster.account as t
    (account, vendor, call_deadline, token_needed, token_paid, key_in_path, credentials_digest, freshness_ceiling,
     saves_calls, not_news)
  values (v_account, a ->> 'vendor', muster.millis(a ->> 'call_deadline_ms'), (a ->> 'token_needed')::boolean,
          (a ->> 'token_paid')::boolean, coalesce((a ->> 'key_in_path')::boolean, false), v_digest,
          coalesce((a ->> 'freshness_ceiling')::double precision, 1.5), coalesce((a ->> 'saves_calls')::boolean, false),
          array(select jsonb_array_elements_text(a -> 'not_news')))
  on conflict (account) do update
     set vendor = excluded.vendor, call_deadline = excluded.call_deadline, token_needed = excluded.token_needed,
         token_paid = excluded.token_paid, key_in_path = excluded.key_in_path,
         credentials_digest = excluded.credentials_digest, configured = true, left_out_at = null,
         freshness_ceiling = excluded.freshness_ceiling, saves_calls = excluded.saves_calls,
         not_news = excluded.not_news
   where (t.vendor, t.call_deadline, t.token_needed, t.token_paid, t.key_in_path, t.credentials_digest, t.configured,
          t.left_out_at, t.freshness_ceiling, t.saves_calls, t.not_news)
         is distinct from (excluded.vendor, excluded.call_deadline, excluded.token_needed, excluded.token_paid,
                           excluded.key_in_path, excluded.credentials_digest, true, null, excluded.freshness_ceiling,
                           excluded.saves_calls, excluded.not_news);
  insert into muster.token (account) values (v_account) on conflict do nothing;
  if not v_before.configured then
    -- It had left for a while: old failures say nothing of now.
    update muster.token set attempts = 0, next_try_at = null, failing_since = null, last_error = null
     where account = v_account;
  end if;
  if v_before.account is not null and v_before.credentials_digest is distinct from v_digest then
    perform muster.forget_credentials(v_account);
  end if;
  -- What was changed may mend it.
  perform muster.probe_now(v_account);
  perform muster.configure_interval(v_account, r.resource, n.every)
     from jsonb_array_elements(a -> 'resources') j
    cross join lateral (select muster.millis(j ->> 'refresh_every_ms') as every) n
     join muster.account_resource r on r.account = v_account and r.resource = j ->> 'resource'
    where r.refresh_every <> n.every;
  delete from muster.account_resource where account = v_account;
  insert into muster.account_resource
    (account, resource, refresh_every, page_size, deepest_page, sweep_every, discover, discover_at_most)
  select v_account, r ->> 'resource', muster.millis(r ->> 'refresh_every_ms'), (r ->> 'page_size')::integer,
         (r ->> 'deepest_page')::integer, muster.millis(r ->> 'sweep_every_ms'),
         coalesce((r ->> 'discover')::boolean, false), coalesce((r ->> 'discover_at_most')::bigint, 0)
    from jsonb_array_elements(a -> 'resources') r;
  perform muster.begin_sweeps(v_account);
  delete from muster.account_action where account = v_account;
  insert into muster.account_action (account, action, params, writes)
  select v_account, r ->> 'action', r ->> 'params', (r ->> 'writes')::boolean
    from jsonb_array_elements(a -> 'actions') r;
end $$;
comment on function muster.configure_account(jsonb) is 'One account of muster.configure.';

-- A halted account waits for changed credentials. A token from the old ones is worth nothing.
create or replace function muster.forget_credentials(p_account text) returns void
language sql as $$
  update muster.token
     set sealed = null, expires_at = null, renew_at = null, refresh_expires_at = null, refused_logins = 0,
         attempts = 0, next_try_at = null, failing_since = null, last_error = null,
         renewing_until = null, fence = null, doubted_at_fence = null
   where account = p_account;
  update muster.account set state = 'active', why = null, what_to_do = null, since = now()
   where account = p_account and state = 'halted';
$$;
comment on function muster.forget_credentials(text) is 'The credentials have changed: forgets the token, ends a halt.';

create or replace function muster.configure_interval(p_account text, p_resource text, p_every interval) returns void
language sql as $$
  select from muster.poll_state s
    join muster.poll_target p on p.id = s.target_id and p.account = p_account and p.resource = p_resource
   order by s.target_id
     for update of s;
  update muster.poll_state s set due_at = greatest(s.synced_at + p_every, clock_timestamp())
    from muster.poll_target p
   where p.account = p_account and p.resource = p_resource and p.refresh_every is null and p.enabled
     and s.target_id = p.id and s.synced_at is not null and s.fence is null and s.waits_for is null
$$;
comment on function muster.configure_interval(text, text, interval) is
  'A changed interval takes hold at once for targets without one of their own.';

create or replace function muster.set_columns(
  p_vendor text, p_estate text[], p_rated_capacity text[], p_timezone text[]) returns void
language sql as $$
  insert into muster.attribute_path as t (vendor, estate, rated_capacity, timezone)
  values (p_vendor, p_estate, p_rated_capacity, p_timezone)
  on conflict (vendor) do update
     set estate = excluded.estate, rated_capacity = excluded.rated_capacity, timezone = excluded.timezone
   where (t.estate, t.rated_capacity, t.timezone)
         is distinct from (excluded.estate, excluded.rated_capacity, excluded.timezone)
$$;
comment on function muster.set_columns(text, text[], text[], text[]) is
  'Notes where a vendor''s typed columns stand in attributes. For the service, at its start.';

create or replace function muster.set_setting(p_name text, p_value text) returns void
language sql as $$
  insert into muster.setting as s (name, value) values (p_name, p_value)
  on conflict (name) do update set value = excluded.value, since = excluded.since where s.value <> excluded.value
$$;
comment on function muster.set_setting(text, text) is
  'Notes a setting that people see in messages. For the service, at its start.';
