-- What a settlement means for tokens, and for accounts that are themselves wrong.
create or replace function muster.token_of_call(o muster.outcome) returns muster.token
language sql stable as $$
  select t from muster.token t
   where t.account = o.account
     and (t.generation = o.token_generation
          or not (select a.token_needed from muster.account a where a.account = t.account))
$$;
comment on function muster.token_of_call(muster.outcome) is
  'The account''s token; null if the call was made with another. A token that is configured, and not got by a call, '
  'is always the call''s.';

-- A call that was refused with a token that another replica has renewed meanwhile just tries again. So does a call that
-- was refused while a token is being got, or after an attempt to get one failed: at some vendors the new token ends the
-- old one before anybody here has it.
create or replace function muster.blames_token(o muster.outcome) returns boolean
language sql stable as $$
  select exists (
    select from muster.token_of_call(o) t
     where t.account is not null
       and ((t.fence is null and t.attempts = 0)
            or not (select a.token_needed from muster.account a where a.account = t.account)))
$$;
comment on function muster.blames_token(muster.outcome) is
  'Whether a refusal says something about the present token: the call was made with it, and nobody can have been '
  'given another.';

create or replace function muster.holds_lease(o muster.outcome) returns boolean
language sql stable as $$
  select case o.kind
    when 'pull' then exists (select from muster.poll_state where target_id = o.id and fence = o.fence)
    when 'request' then exists (select from muster.work_request where id = o.id and fence = o.fence)
    when 'list' then exists (select from muster.sweep_page where id = o.id and fence = o.fence)
    else exists (select from muster.token where account = o.account and fence = o.fence) end
$$;
comment on function muster.holds_lease(muster.outcome) is 'Whether an outcome is that of the present lease.';

create or replace function muster.was_reauthorised(o muster.outcome) returns boolean
language sql stable as $$
  select case o.kind
    when 'pull' then exists (
      select from muster.poll_state where target_id = o.id and fence = o.fence and reauthorised)
    when 'list' then exists (select from muster.sweep_page where id = o.id and fence = o.fence and reauthorised)
    else exists (select from muster.work_request where id = o.id and fence = o.fence and reauthorised) end
$$;
comment on function muster.was_reauthorised(muster.outcome) is
  'Whether Muster already got a new token for the row of an outcome.';

-- The vendor refused a call with the present token: that token is worth nothing, and Muster gets a new one, once.
-- Calls on their way say nothing new. A refusal of a later claim, or of the same row, says that the token is not to
-- blame. Where Muster gets tokens by a call, a later claim is one with a new token: a claim made while the first
-- refusal was being written had the old one too.
create or replace function muster.doubt_token(o muster.outcome) returns boolean
language plpgsql as $$
declare
  v_got   boolean := (select token_needed from muster.account where account = o.account);
  v_again boolean;
  t       muster.token;
begin
  perform from muster.token where account = o.account for update;
  t := muster.token_of_call(o);
  v_again := muster.was_reauthorised(o);
  if t.account is null then
    return false;
  elsif not muster.blames_token(o) then
    update muster.token set expires_at = clock_timestamp(), renew_at = clock_timestamp()
     where account = t.account and expires_at > clock_timestamp();
  elsif v_got and t.expires_at <= clock_timestamp() and (t.doubted_at_fence is not null or not v_again) then
    -- Muster knows already that it is worth nothing. But tokens that always end before the reply is seen must end too.
    return false;
  elsif (v_again or o.fence > t.doubted_at_fence) and o.blame is null then
    perform muster.halt(o.account, o.code, o.message);
  elsif v_again or o.fence > t.doubted_at_fence then
    -- The vendor may accept none of the tokens of its bad hour afterwards: each probe logs in anew.
    update muster.token set expires_at = clock_timestamp(), renew_at = clock_timestamp()
     where account = t.account and muster.is_held(t.account);
    return true;
  elsif t.doubted_at_fence is null then
    update muster.token
       set expires_at = clock_timestamp(), renew_at = clock_timestamp(),
           doubted_at_fence = (select last_value from muster.fence)
     where account = t.account;
  end if;
  return false;
end $$;
comment on function muster.doubt_token(muster.outcome) is
  'The vendor refused a call''s authorisation. True if it refuses fresh tokens too, and gives no code for it.';

create or replace function muster.trust_tokens(p_accounts text[], p_outcomes muster.outcome[]) returns void
language sql as $$
  update muster.token t set doubted_at_fence = null
   where t.account = any (p_accounts) and t.doubted_at_fence is not null
     and exists (
       select from unnest(p_outcomes) x
        where x.account = t.account and x.kind <> 'token' and x.verdict in ('done', 'send')
          and x.fence > t.doubted_at_fence)
$$;
comment on function muster.trust_tokens(text[], muster.outcome[]) is
  'A call that was claimed after the doubt succeeded: the account''s token is good.';

create or replace function muster.concerns_token(o muster.outcome) returns boolean
language sql immutable as $$
  select o.kind = 'token' or o.verdict in ('reauthorise', 'halt')
         or (o.verdict = 'retry' and o.http_status = 401 and o.blame is not null)
$$;
comment on function muster.concerns_token(muster.outcome) is 'Whether muster.settle_token has to see an outcome.';

create or replace function muster.settle_token(o muster.outcome) returns boolean
language plpgsql as $$
begin
  if o.kind <> 'token' then
    if o.verdict <> 'halt' then
      return muster.doubt_token(o);
    elsif muster.holds_lease(o) then
      perform muster.halt(o.account, o.code, o.message);
    end if;
  elsif o.verdict = 'done' then
    perform muster.keep_token(o);
  -- A renewal that left, and whose end nobody awaits any more, keeps its lease: no other may overlap it.
  elsif o.verdict <> 'release' or not coalesce(o.sent, false) then
    perform muster.note_failed_login(o);
  end if;
  return false;
end $$;
comment on function muster.settle_token(muster.outcome) is
  'A new token, the attempt to get one, or a doubt about it. True if the vendor refuses fresh tokens without a code.';

create or replace function muster.keep_token(o muster.outcome) returns void
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  update muster.token
     set sealed = o.sealed, generation = generation + 1, got_at = v_now,
         expires_at = v_now + muster.millis(o.lifetime_ms), renew_at = v_now + muster.millis(o.renew_ms),
         refresh_expires_at = v_now + muster.millis(o.refresh_lifetime_ms),
         renewing_until = null, fence = null, refused_logins = 0, attempts = 0, next_try_at = null,
         failing_since = null, last_error = null
   where account = o.account and fence = o.fence;
end $$;
comment on function muster.keep_token(muster.outcome) is 'Keeps a new token.';

create or replace function muster.note_failed_login(o muster.outcome) returns void
language plpgsql as $$
declare
  -- Wrong credentials cost so many logins in all, over all replicas. Vendors lock accounts that try more often.
  c_logins constant integer := 3;
  v_now     timestamptz := clock_timestamp();
  v_failed  boolean := o.verdict not in ('snooze', 'release');
  v_refused integer;
begin
  update muster.token
     set refused_logins = refused_logins + case when o.refused_login then 1 else 0 end,
         attempts = attempts + case when v_failed then 1 else 0 end,
         failing_since = case when v_failed then coalesce(failing_since, v_now) else failing_since end,
         last_error = case when v_failed then o.code || ': ' || o.message else last_error end,
         -- The probes of an account that is held say when.
         next_try_at = case when o.blame is null or not muster.is_held(o.account) then muster.later(o.delay_ms) end,
         renewing_until = null, fence = null,
         refresh_expires_at = case when o.verdict = 'reauthorise' then v_now else refresh_expires_at end
   where account = o.account and fence = o.fence
  returning refused_logins into v_refused;
  if v_refused >= c_logins or (v_refused is not null and o.verdict = 'halt') then
    perform muster.halt(o.account, o.code, o.message);
  end if;
end $$;
comment on function muster.note_failed_login(muster.outcome) is 'An attempt to get a token failed, or was given back.';
