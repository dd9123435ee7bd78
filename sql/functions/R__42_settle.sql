-- THE SETTLEMENT: what became of claimed tasks, in batches, in one transaction: the canonical records, the row's new state, the dead
-- letter that explains it, and the permit given back. An outcome whose fence is no longer the row's changes nothing.
-- p_outcomes: [{kind, id, fence, account, verdict, code, message, vendor_code, http_status, vendor_request_id, request, response,
--   delay_ms, retry_after_ms, advice, gone, final, arrived, token_generation, refused_login, token: {sealed, lifetime_ms, renew_ms,
--   refresh_lifetime_ms}, result, device, product, tariff}]
-- verdict: done send retry snooze reauthorise park halt unknown release. final: a park that settles even a write of unknown outcome.
-- arrived: false if the call may still reach the vendor after this.
-- Locks are taken in the order quota, token, account, target, request, letter, and targets in the order of their ids.
create or replace function muster.settle(p_outcomes jsonb) returns void
language plpgsql as $$
declare
  o jsonb;
begin
  for o in select x from jsonb_array_elements(p_outcomes) x where x ->> 'verdict' = 'snooze' order by x ->> 'account' loop
    perform muster.slow_down(o);
  end loop;
  perform muster.free_permits(p_outcomes);
  for o in select x from jsonb_array_elements(p_outcomes) x
            where x ->> 'kind' = 'token' or x ->> 'verdict' in ('reauthorise', 'halt') order by x ->> 'account' loop
    perform muster.settle_token(o);
  end loop;
  perform from muster.poll_state s
    where s.target_id in (select (x ->> 'id')::bigint from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'pull')
    order by s.target_id for update;
  perform muster.settle_pulls_done(p_outcomes);
  for o in select x from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'request' order by (x ->> 'id')::bigint loop
    perform muster.settle_request(o);
  end loop;
  for o in select x from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'pull' and x ->> 'verdict' <> 'done' order by (x ->> 'id')::bigint loop
    perform muster.settle_pull(o);
  end loop;
  update muster.account a set last_success_at = clock_timestamp()
   where a.account in (
     select l.account from muster.account l
      where l.account in (select x ->> 'account' from jsonb_array_elements(p_outcomes) x where x ->> 'verdict' in ('done', 'send'))
        and coalesce(l.last_success_at, '-infinity') < clock_timestamp() - interval '1 second'
        -- Out of the order of locks, so nobody is waited for: whoever holds the row is setting the same, or the next batch sets it.
        for no key update skip locked);
end $$;
comment on function muster.settle(jsonb) is 'Writes what became of claimed tasks. For the service.';

-- The reply has arrived: the permit is busy for one window more, and never longer than it was booked for: a settlement may have
-- waited for the database. A call that never left (verdict release) gives it back at once.
create or replace function muster.free_permits(p_outcomes jsonb) returns void
language sql as $$
  update muster.permit p
     set free_at = least(p.free_at, case when x ->> 'verdict' = 'release' then clock_timestamp() else clock_timestamp() + q."window" end), fence = null
    from jsonb_array_elements(p_outcomes) x, muster.account_quota u, muster.quota q
   where u.account = x ->> 'account' and q.quota = u.quota and p.quota = u.quota and p.fence = (x ->> 'fence')::bigint
     and coalesce((x ->> 'arrived')::boolean, true)
$$;
comment on function muster.free_permits(jsonb) is 'Gives permits back, one window after the reply arrived. A call that may still reach the vendor keeps its permit.';

-- The pause doubles while refusals go on and starts small again after a quiet time. Retry-After is honoured up to a limit.
create or replace function muster.slow_down(o jsonb) returns void
language sql as $$
  update muster.quota q
     set refused = q.refused + 1,
         pause = case when q.paused_until > clock_timestamp() then q.pause else s.pause end,
         -- Further refusals of the same rush lengthen the pause only if they name a later time.
         paused_until = greatest(q.paused_until, clock_timestamp() + case when q.paused_until > clock_timestamp() then s.asked else s.pause end)
    from (select quota, a.asked,
                 greatest(a.asked,
                   case when paused_until > clock_timestamp() - 2 * greatest(pause, interval '30 seconds') then least(2 * greatest(pause, interval '1 second'), interval '5 minutes')
                        else interval '1 second' end) as pause
            from muster.quota, (select least(coalesce(muster.millis(o ->> 'retry_after_ms'), interval '0'), interval '10 minutes') as asked) a) s
   where q.quota = s.quota and q.quota in (select quota from muster.account_quota where account = o ->> 'account')
$$;
comment on function muster.slow_down(jsonb) is 'The vendor asked to slow down: the whole quota pauses, for every replica.';

-- A call that was refused with a token that another replica has renewed meanwhile just tries again.
create or replace function muster.present_token(o jsonb) returns boolean
language sql stable as $$
  select exists (select from muster.token where account = o ->> 'account' and generation = (o ->> 'token_generation')::bigint)
$$;
comment on function muster.present_token(jsonb) is 'Whether a call was made with the token that is still the present one.';

create or replace function muster.holds_lease(o jsonb) returns boolean
language sql stable as $$
  select case o ->> 'kind'
    when 'pull' then exists (select from muster.poll_state where target_id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint)
    when 'request' then exists (select from muster.work_request where id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint)
    else exists (select from muster.token where account = o ->> 'account' and fence = (o ->> 'fence')::bigint) end
$$;
comment on function muster.holds_lease(jsonb) is 'Whether an outcome is that of the present lease.';

create or replace function muster.settle_token(o jsonb) returns void
language plpgsql as $$
declare
  -- Wrong credentials cost so many logins in all, over all replicas; vendors lock accounts that try more often.
  c_logins constant integer := 3;
  k jsonb := o -> 'token';
  v_now timestamptz := clock_timestamp();
  v_refused integer;
begin
  if o ->> 'kind' <> 'token' then
    -- A call was refused with a token that is still the present one: that token is worth nothing.
    if o ->> 'verdict' = 'reauthorise' then
      update muster.token set expires_at = v_now, renew_at = v_now
       where account = o ->> 'account' and generation = (o ->> 'token_generation')::bigint and expires_at > v_now;
    elsif muster.holds_lease(o) then
      perform muster.halt(o ->> 'account', o ->> 'code', o ->> 'message', o ->> 'advice');
    end if;
    return;
  end if;
  if o ->> 'verdict' = 'done' then
    update muster.token
       set sealed = decode(k ->> 'sealed', 'hex'), generation = generation + 1, got_at = v_now,
           expires_at = v_now + muster.millis(k ->> 'lifetime_ms'), renew_at = v_now + muster.millis(k ->> 'renew_ms'),
           refresh_expires_at = v_now + muster.millis(k ->> 'refresh_lifetime_ms'),
           renewing_until = null, fence = null, refused_logins = 0, attempts = 0, next_try_at = null
     where account = o ->> 'account' and fence = (o ->> 'fence')::bigint;
    return;
  end if;
  update muster.token
     set refused_logins = refused_logins + case when (o ->> 'refused_login')::boolean then 1 else 0 end,
         attempts = attempts + case when o ->> 'verdict' in ('snooze', 'release') then 0 else 1 end,
         next_try_at = muster.later((o ->> 'delay_ms')::numeric), renewing_until = null, fence = null,
         refresh_expires_at = case when o ->> 'verdict' = 'reauthorise' then v_now else refresh_expires_at end
   where account = o ->> 'account' and fence = (o ->> 'fence')::bigint
  returning refused_logins into v_refused;
  if not found then
    return;
  end if;
  if v_refused >= c_logins or o ->> 'verdict' = 'halt' then
    perform muster.halt(o ->> 'account', o ->> 'code', o ->> 'message', o ->> 'advice');
  end if;
end $$;
comment on function muster.settle_token(jsonb) is 'A new token, or what became of the attempt to get one.';

create or replace function muster.halt(p_account text, p_code text, p_message text, p_advice text) returns void
language sql as $$
  update muster.account
     set state = 'halted', since = clock_timestamp(), why = p_code || ': ' || p_message,
         what_to_do = coalesce(p_advice, 'Mend the account''s configuration or its rights at the vendor.')
           || ' Then start Muster again with the changed configuration, or: select muster.resume(' || quote_literal(p_account) || ');'
   where account = p_account and state <> 'halted'
$$;
comment on function muster.halt(text, text, text, text) is 'Stops an account that is itself wrong.';

create or replace function muster.settle_pulls_done(p_outcomes jsonb) returns void
language plpgsql as $$
declare
  v_done bigint[];
  v_fences bigint[];
begin
  with done as (
    update muster.poll_state s
       set due_at = case when p.enabled then clock_timestamp() + muster.refresh_interval(p.account, p.resource, p.refresh_every) else 'infinity' end,
           fence = null, attempts = 0, reauthorised = false, synced_at = clock_timestamp(), waits_for = null
      from jsonb_array_elements(p_outcomes) x, muster.poll_target p
     where x ->> 'kind' = 'pull' and x ->> 'verdict' = 'done'
       and s.target_id = (x ->> 'id')::bigint and s.fence = (x ->> 'fence')::bigint and p.id = s.target_id
    returning s.target_id, (x ->> 'fence')::bigint as fence)
  select array_agg(target_id), array_agg(fence) into v_done, v_fences from done;
  perform muster.store_outcomes(
    (select jsonb_agg(x) from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'pull' and (x ->> 'fence')::bigint = any (v_fences)));
  perform muster.resolve_letters(v_done, '{}', '{}');
end $$;
comment on function muster.settle_pulls_done(jsonb) is 'The pulls of a batch that brought something.';

create or replace function muster.store_outcomes(p_outcomes jsonb) returns void
language sql as $$
  select muster.store_devices(jsonb_agg(x -> 'device')) from jsonb_array_elements(p_outcomes) x where x ? 'device' having count(*) > 0;
  select muster.store_products(jsonb_agg(x -> 'product')) from jsonb_array_elements(p_outcomes) x where x ? 'product' having count(*) > 0;
  select muster.store_tariffs(jsonb_agg(t.tariff))
    from (select distinct on (x -> 'tariff' ->> 'account', x -> 'tariff' ->> 'tariff_id') x -> 'tariff' as tariff
            from jsonb_array_elements(p_outcomes) x where x ? 'tariff'
           order by x -> 'tariff' ->> 'account', x -> 'tariff' ->> 'tariff_id', (x ->> 'fence')::bigint desc) t
  having count(*) > 0;
$$;
comment on function muster.store_outcomes(jsonb) is 'Stores what a batch of replies showed.';

create or replace function muster.settle_pull(o jsonb) returns void
language plpgsql as $$
declare
  s muster.poll_state;
  p muster.poll_target;
  v text := o ->> 'verdict';
begin
  select * into s from muster.poll_state where target_id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint for update;
  if not found then
    return;
  end if;
  select * into p from muster.poll_target where id = s.target_id;
  update muster.poll_state
     set fence = null, waits_for = (o ->> 'code') || ': ' || (o ->> 'message'),
         due_at = case when p.enabled then muster.later((o ->> 'delay_ms')::numeric) else 'infinity' end,
         attempts = case v when 'retry' then s.attempts + 1 when 'park' then 0 else s.attempts end,
         reauthorised = case v when 'reauthorise' then s.reauthorised or muster.present_token(o) when 'park' then false else s.reauthorised end
   where target_id = s.target_id;
  if v = 'park' then
    perform muster.park_pull(o, p);
    if (o ->> 'gone')::boolean then
      perform muster.mark_missing(p.account, p.resource, p.key);
    end if;
  end if;
end $$;
comment on function muster.settle_pull(jsonb) is 'One pull that brought nothing.';

create or replace function muster.settle_request(o jsonb) returns void
language plpgsql as $$
declare
  w muster.work_request;
  v text := o ->> 'verdict';
begin
  select * into w from muster.work_request
   where id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint and status in ('running', 'unknown') for update;
  if not found then
    return;
  end if;
  perform muster.store_outcomes(jsonb_build_array(o));
  perform muster.touch_sync(o, w);
  if (o ->> 'gone')::boolean then
    perform muster.mark_missing(w.account, coalesce(w.params ->> 'resource', 'device'), w.key);
  end if;
  if v = 'done' then
    perform muster.finish_request(o, w);
  elsif v = 'park' and (w.step <> 'verify' or (o ->> 'final')::boolean) then
    update muster.work_request
       set status = 'dead', finished_at = clock_timestamp(), fence = null, error_code = o ->> 'code', error_message = o ->> 'message',
           http_status = (o ->> 'http_status')::integer, vendor_request_id = coalesce(o ->> 'vendor_request_id', vendor_request_id)
     where id = w.id;
    perform muster.park_request(o, w);
  else
    update muster.work_request
       set status = case when v = 'unknown' or (w.step = 'verify' and v <> 'send') then 'unknown' else 'pending' end,
           step = case v when 'send' then 'write' when 'unknown' then 'verify' else w.step end,
           given_up_at = case when v = 'unknown' and w.step = 'write' then clock_timestamp() when v = 'send' then null else w.given_up_at end,
           -- A read sent before this moment proves nothing: the write may still arrive.
           next_at = greatest(muster.later((o ->> 'delay_ms')::numeric), case when v = 'unknown' and w.step = 'verify' then w.given_up_at + a.call_deadline end),
           fence = null, attempts = w.attempts - case when v in ('snooze', 'release') then 1 else 0 end,
           retries = case when v = 'retry' then w.retries + 1 when v = 'park' then 0 else w.retries end,
           -- What was accepted, or ends this try, ends with it: a token may be refused again another day.
           reauthorised = v not in ('send', 'unknown', 'park') and (w.reauthorised or (v = 'reauthorise' and muster.present_token(o))),
           error_code = coalesce(o ->> 'code', w.error_code), error_message = coalesce(o ->> 'message', w.error_message),
           http_status = coalesce((o ->> 'http_status')::integer, w.http_status),
           vendor_request_id = coalesce(o ->> 'vendor_request_id', w.vendor_request_id)
      from muster.account a
     where id = w.id and a.account = w.account;
    -- A reconciling read that is refused proves nothing: the row stays unknown, and a person is told.
    if v = 'park' then
      perform muster.park_request(o, w);
    end if;
  end if;
end $$;
comment on function muster.settle_request(jsonb) is 'One request: done, its next step, a later try, or dead.';

create or replace function muster.finish_request(o jsonb, w muster.work_request) returns void
language plpgsql as $$
begin
  update muster.work_request
     set status = 'done', finished_at = clock_timestamp(), fence = null, error_code = null, error_message = null,
         http_status = (o ->> 'http_status')::integer, vendor_request_id = coalesce(o ->> 'vendor_request_id', vendor_request_id),
         result = coalesce(o -> 'result', '{}')
   where id = w.id;
  perform muster.resolve_letters('{}', array[w.replay_of], array[w.id]);
end $$;
comment on function muster.finish_request(jsonb, muster.work_request) is 'A request that reached its end.';

-- A request's reading counts as a reading of the target too, if there is one; and it resolves the target's letter.
create or replace function muster.touch_sync(o jsonb, w muster.work_request) returns void
language plpgsql as $$
declare
  v_resource text := case when o ? 'product' then 'product' when o ? 'device' then 'device' end;
  v_target bigint;
begin
  if v_resource is null then
    return;
  end if;
  select p.id into v_target from muster.poll_target p where p.account = w.account and p.resource = v_resource and p.key = w.key;
  update muster.poll_state s
     set synced_at = clock_timestamp(),
         (due_at, attempts, waits_for) = (select
           case when s.fence is null and p.enabled then clock_timestamp() + muster.refresh_interval(p.account, p.resource, p.refresh_every) else s.due_at end,
           case when s.fence is null then 0 else s.attempts end,
           case when s.fence is null then null else s.waits_for end)
    from muster.poll_target p
   where p.id = s.target_id
     -- A target that another settlement holds is being read this very moment; waiting for it could be a deadlock.
     and s.target_id = (select l.target_id from muster.poll_state l where l.target_id = v_target for update skip locked);
  if found then
    perform muster.resolve_letters(array[v_target], '{}', '{}');
  elsif v_target is not null then
    return;
  elsif v_resource = 'device' then
    update muster.device set synced_at = clock_timestamp() where account = w.account and key = w.key;
  else
    update muster.product set synced_at = clock_timestamp() where account = w.account and product_key = w.key;
  end if;
end $$;
comment on function muster.touch_sync(jsonb, muster.work_request) is 'Notes that a request has read the device or product.';
