-- What a settlement means for tokens, and for accounts that are themselves wrong.
create or replace function muster.token_of_call(o jsonb) returns muster.token
language sql stable as $$
  select t from muster.token t
   where t.account = o ->> 'account'
     and (t.generation = (o ->> 'token_generation')::bigint or not (select a.token_needed from muster.account a where a.account = t.account))
$$;
comment on function muster.token_of_call(jsonb) is 'The account''s token, null unless the call was made with it. One that is configured, and not got by a call, always was.';

-- A call that was refused with a token that another replica has renewed meanwhile just tries again. So does one that was refused while a
-- token is being got, or after an attempt to get one failed: at some vendors the new token ends the old one before anybody here has it.
create or replace function muster.blames_token(o jsonb) returns boolean
language sql stable as $$
  select exists (select from muster.token_of_call(o) t
                  where t.account is not null
                    and ((t.fence is null and t.attempts = 0) or not (select a.token_needed from muster.account a where a.account = t.account)))
$$;
comment on function muster.blames_token(jsonb) is 'Whether a refusal says something about the present token: the call was made with it, and nobody can have been given another.';

create or replace function muster.holds_lease(o jsonb) returns boolean
language sql stable as $$
  select case o ->> 'kind'
    when 'pull' then exists (select from muster.poll_state where target_id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint)
    when 'request' then exists (select from muster.work_request where id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint)
    else exists (select from muster.token where account = o ->> 'account' and fence = (o ->> 'fence')::bigint) end
$$;
comment on function muster.holds_lease(jsonb) is 'Whether an outcome is that of the present lease.';

create or replace function muster.was_reauthorised(o jsonb) returns boolean
language sql stable as $$
  select case o ->> 'kind'
    when 'pull' then exists (select from muster.poll_state where target_id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint and reauthorised)
    else exists (select from muster.work_request where id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint and reauthorised) end
$$;
comment on function muster.was_reauthorised(jsonb) is 'Whether a new token was already got for the row of an outcome.';

-- A call was refused with the token that is still the present one: that token is worth nothing, and a new one is got, once. Calls that
-- were on their way say nothing new; a refusal of a later claim, or of the same row, says that the token is not what is wrong. Where tokens
-- are got by a call, a later claim is one with a new token: what was claimed while the first refusal was being written had the old one too.
create or replace function muster.doubt_token(o jsonb) returns void
language plpgsql as $$
declare
  v_got boolean := (select token_needed from muster.account where account = o ->> 'account');
  t     muster.token;
begin
  perform from muster.token where account = o ->> 'account' for update;
  t := muster.token_of_call(o);
  if t.account is null then
    return;
  elsif not muster.blames_token(o) then
    update muster.token set expires_at = clock_timestamp(), renew_at = clock_timestamp() where account = t.account and expires_at > clock_timestamp();
  elsif v_got and t.expires_at <= clock_timestamp() and (t.doubted_at_fence is not null or not muster.was_reauthorised(o)) then
    -- It is known already to be worth nothing. But tokens that always end before the reply is seen would be got for ever.
    return;
  elsif muster.was_reauthorised(o) or (o ->> 'fence')::bigint > t.doubted_at_fence then
    perform muster.halt(o ->> 'account', o ->> 'code', o ->> 'message', o ->> 'advice');
  elsif t.doubted_at_fence is null then
    update muster.token set expires_at = clock_timestamp(), renew_at = clock_timestamp(), doubted_at_fence = (select last_value from muster.fence)
     where account = t.account;
  end if;
end $$;
comment on function muster.doubt_token(jsonb) is 'A call was refused for its authorisation.';

create or replace function muster.settle_token(o jsonb) returns void
language plpgsql as $$
declare
  -- Wrong credentials cost so many logins in all, over all replicas; vendors lock accounts that try more often.
  c_logins constant integer := 3;
  k jsonb := o -> 'token';
  v_now timestamptz := clock_timestamp();
  v_failed boolean := o ->> 'verdict' not in ('snooze', 'release');
  v_refused integer;
begin
  if o ->> 'kind' <> 'token' then
    if o ->> 'verdict' = 'halt' then
      if muster.holds_lease(o) then
        perform muster.halt(o ->> 'account', o ->> 'code', o ->> 'message', o ->> 'advice');
      end if;
    else
      perform muster.doubt_token(o);
    end if;
    return;
  end if;
  if o ->> 'verdict' = 'done' then
    update muster.token
       set sealed = decode(k ->> 'sealed', 'hex'), generation = generation + 1, got_at = v_now,
           expires_at = v_now + muster.millis(k ->> 'lifetime_ms'), renew_at = v_now + muster.millis(k ->> 'renew_ms'),
           refresh_expires_at = v_now + muster.millis(k ->> 'refresh_lifetime_ms'),
           renewing_until = null, fence = null, refused_logins = 0, attempts = 0, next_try_at = null, failing_since = null, last_error = null
     where account = o ->> 'account' and fence = (o ->> 'fence')::bigint;
    return;
  end if;
  -- It left, and nobody waits for its end any more: until its lease ends no other may overlap it.
  if o ->> 'verdict' = 'release' and (o ->> 'sent')::boolean then
    return;
  end if;
  update muster.token
     set refused_logins = refused_logins + case when (o ->> 'refused_login')::boolean then 1 else 0 end,
         attempts = attempts + case when v_failed then 1 else 0 end,
         failing_since = case when v_failed then coalesce(failing_since, v_now) else failing_since end,
         last_error = case when v_failed then (o ->> 'code') || ': ' || (o ->> 'message') else last_error end,
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
