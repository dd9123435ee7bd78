-- WEATHER: the failures that are the account's and no device's: no connection, a time-out, HTTP 500, a page of HTML.
-- After muster.weather.failures in a row, on muster.weather.keys keys, the account is held: one call at a time leaves,
-- a probe, and all others wait. If the failures go on for muster.weather.probe-every, the account is down, and people
-- are told. The first answer ends both. Nothing that failed meanwhile counts as an attempt, and nothing is parked.
-- The hold comes first because failures at random come ten in a row now and then; a few probes tell these apart.

-- Only the service's sessions write settings, at a start.
create or replace function muster.weather_setting(p_name text, p_default text) returns text
language sql stable as $$
  select coalesce((select value from muster.setting where name = 'muster.weather.' || p_name), p_default)
$$;
comment on function muster.weather_setting(text, text) is
  'A setting of the service about weather; the default before it first started.';

create or replace function muster.is_held(p_account text) returns boolean
language sql stable as $$
  select exists (select from muster.weather where account = p_account and probe_at is not null)
$$;
comment on function muster.is_held(text) is 'Whether nothing but probes leaves for an account.';

-- p_refused: the fences of calls whose fresh token was refused without a code.
create or replace function muster.answers(o muster.outcome, p_refused bigint[]) returns boolean
language sql immutable as $$
  select case
    when (o.blame is not null and o.verdict in ('retry', 'park', 'unknown')) or o.fence = any (p_refused) then false
    when o.verdict = 'halt' then true
    when o.kind <> 'token' and o.blame is null
         and (o.verdict in ('done', 'send') or (o.verdict in ('park', 'unknown') and o.http_status is not null))
      then true end
$$;
comment on function muster.answers(muster.outcome, bigint[]) is
  'Whether the vendor answered: true (also if it refused one device, by a code), false (the account''s failure), or '
  'null if the outcome says nothing about it.';

create or replace function muster.key_of(o muster.outcome) returns text
language sql stable as $$
  select case o.kind
    when 'pull' then (select key from muster.poll_target where id = o.id)
    when 'request' then (select key from muster.work_request where id = o.id)
    when 'list' then 'page ' || o.id
    else o.kind end
$$;
comment on function muster.key_of(muster.outcome) is 'The device, the product or the page of an outcome.';

create or replace function muster.fair_weather(w muster.weather) returns muster.weather
language plpgsql volatile as $$
begin
  w.ended_at := case when w.probe_at is not null then clock_timestamp() else w.ended_at end;
  w.failures := 0;
  w.keys := '{}';
  w.failing_since := null;
  w.why := null;
  w.down_since := null;
  w.probe_at := null;
  w.probe_gap := null;
  w.probes := 0;
  return w;
end $$;
comment on function muster.fair_weather(muster.weather) is 'The same without failures, and no longer held or down.';

create or replace function muster.weather_after(w muster.weather, o muster.outcome, p_answers boolean)
returns muster.weather
language plpgsql stable as $$
declare
  -- More keys than anybody asks for say nothing more.
  c_keys constant integer := 100;
begin
  if o.fence = w.probe_fence then
    w.probe_fence := null;
    w.probing_until := null;
  end if;
  if p_answers then
    w := muster.fair_weather(w);
  elsif not p_answers then
    w.failures := w.failures + 1;
    w.failing_since := coalesce(w.failing_since, clock_timestamp());
    w.failed_at := clock_timestamp();
    w.why := o.code || ': ' || o.message;
    if cardinality(w.keys) < c_keys and not muster.key_of(o) = any (w.keys) then
      w.keys := w.keys || muster.key_of(o);
    end if;
  elsif o.kind = 'token' and o.verdict = 'done' and w.probe_at is not null then
    -- The new token has to be tried.
    w.probe_at := clock_timestamp();
  end if;
  return w;
end $$;
comment on function muster.weather_after(muster.weather, muster.outcome, boolean) is
  'An account''s weather after one outcome. p_answers: see muster.answers.';

-- An account with few keys has them all in it sooner. Without a token no key can be read: a few failures to get one
-- are enough.
create or replace function muster.fails_everywhere(w muster.weather) returns boolean
language plpgsql stable as $$
declare
  c_logins  constant integer := 3;
  -- Nobody was called meanwhile but the few that fail: people are told all the same.
  c_at_last constant interval := interval '15 minutes';
  v_keys    constant integer := muster.weather_setting('keys', '3')::integer;
begin
  if exists (select from muster.token t
              where t.account = w.account and t.attempts >= c_logins
                and coalesce(t.expires_at, '-infinity') <= clock_timestamp()) then
    return w.failures > 0;
  end if;
  return w.failures >= muster.weather_setting('failures', '10')::integer
    and (cardinality(w.keys) >= v_keys
         or w.failed_at - w.failing_since >= c_at_last
         or cardinality(w.keys) >= (
           select count(*)
             from ((select key from muster.poll_target where account = w.account and enabled limit v_keys)
                   union
                   (select key from muster.work_request
                     where account = w.account and status in ('pending', 'running', 'unknown') limit v_keys)) k));
end $$;
comment on function muster.fails_everywhere(muster.weather) is
  'Whether so many calls failed in a row, on so many keys, that the account is to blame.';

create or replace function muster.weather_judged(w muster.weather) returns muster.weather
language plpgsql stable as $$
declare
  -- While nobody is told yet, a probe a second tells failures at random apart.
  c_first constant interval := interval '1 second';
  v_every constant interval := muster.weather_setting('probe-every', 'PT5S')::interval;
begin
  if w.probe_at is null and muster.fails_everywhere(w) then
    w.probe_gap := least(c_first, v_every);
    w.probe_at := clock_timestamp() + w.probe_gap;
  end if;
  if w.probe_at is not null and w.down_since is null and w.failed_at - w.failing_since >= v_every then
    w.down_since := w.failing_since;
    w.probe_gap := v_every;
  end if;
  return w;
end $$;
comment on function muster.weather_judged(muster.weather) is
  'The same, held or down if its failures say so.';

-- In the order in which the replies arrived: a failure that was awaited before an answer came says nothing after it.
create or replace function muster.note_weather(
  p_outcomes muster.outcome[], p_accounts text[], p_refused bigint[], p_ill boolean)
returns text[]
language plpgsql as $$
declare
  w      muster.weather;
  v_next muster.weather;
  v_held text[] := '{}';
  o      muster.outcome;
begin
  if not p_ill and not exists (
    select from muster.weather t
     where t.account = any (p_accounts) and (t.failures > 0 or t.probe_at is not null)) then
    return '{}';
  end if;
  insert into muster.weather (account) select a from unnest(p_accounts) a order by 1 on conflict do nothing;
  for w in select t.* from muster.weather t where t.account = any (p_accounts) order by t.account for update loop
    v_next := w;
    for o in
      select x.* from unnest(p_outcomes) x where x.account = w.account order by x.age_ms desc nulls last, x.fence
    loop
      v_next := muster.weather_after(v_next, o, muster.answers(o, p_refused));
    end loop;
    v_next := muster.weather_judged(v_next);
    if v_next is distinct from w then
      perform muster.keep_weather(v_next, w.probe_at is not null);
    end if;
    if v_next.probe_at is not null then
      v_held := v_held || w.account;
    end if;
  end loop;
  return v_held;
end $$;
comment on function muster.note_weather(muster.outcome[], text[], bigint[], boolean) is
  'Notes what a batch says of its accounts'' weather, and returns those that are held.';

create or replace function muster.keep_weather(w muster.weather, p_held boolean) returns void
language plpgsql as $$
begin
  update muster.weather
     set failures = w.failures, keys = w.keys, failing_since = w.failing_since, failed_at = w.failed_at, why = w.why,
         down_since = w.down_since, probe_at = w.probe_at, probe_gap = w.probe_gap, probe_fence = w.probe_fence,
         probing_until = w.probing_until, probes = w.probes, ended_at = w.ended_at
   where account = w.account;
  if p_held and w.probe_at is null then
    perform muster.go_on(w.account);
  end if;
end $$;
comment on function muster.keep_weather(muster.weather, boolean) is
  'Writes an account''s weather. p_held: whether it was held before.';

create or replace function muster.waiting(p_outcomes muster.outcome[], p_held text[], p_refused bigint[])
returns muster.outcome[]
language plpgsql immutable as $$
declare
  o     muster.outcome;
  v_all muster.outcome[] := '{}';
begin
  foreach o in array p_outcomes loop
    if o.account = any (p_held)
       and ((o.blame is not null and o.verdict in ('retry', 'park')) or o.fence = any (p_refused)) then
      o.verdict := 'wait';
      o.delay_ms := 0;
    end if;
    v_all := v_all || o;
  end loop;
  return v_all;
end $$;
comment on function muster.waiting(muster.outcome[], text[], bigint[]) is
  'A batch in which the failures of accounts that are held count for nothing: their rows wait.';

-- Rows in doubt are read first, before those that became due meanwhile. Whoever else holds a row puts it to its own
-- time.
create or replace function muster.go_on(p_account text) returns void
language plpgsql as $$
declare
  v_now   constant timestamptz := clock_timestamp();
  v_doubt boolean;
begin
  update muster.work_request w
     set next_at = greatest(v_now, w.not_before, w.given_up_at + a.call_deadline)
    from muster.account a
   where a.account = p_account and w.id in (
     select id from muster.work_request
      where account = p_account and status = 'unknown' and fence is null
        for update skip locked);
  v_doubt := found;
  update muster.work_request w
     set next_at = greatest(v_now + interval '1 millisecond', w.not_before, w.given_up_at + a.call_deadline)
    from muster.account a
   where a.account = p_account and w.id in (
     select id from muster.work_request
      where account = p_account and status = 'pending' and fence is null
        and case when next_at > v_now then retries > 0 else v_doubt end
        for update skip locked);
end $$;
comment on function muster.go_on(text) is
  'An account''s requests that wait for a further try are due, those in doubt first: their failures were the '
  'account''s.';

create or replace function muster.probe_now(p_account text) returns boolean
language sql as $$
  with due as (
    update muster.weather
       set probe_at = clock_timestamp(), probe_gap = muster.weather_setting('probe-every', 'PT5S')::interval
     where account = p_account and probe_at is not null
    returning 1)
  select exists (select from due)
$$;
comment on function muster.probe_now(text) is
  'Lets the next probe of a held account leave at once. False if the account is not held.';

-- For muster.claim, which has the account''s quotas locked: no other claim is at it.
create or replace function muster.look_at_weather(p_account text, p_now timestamptz,
  out held boolean, out may_probe boolean, out wait_until timestamptz, out pulls_first boolean)
language plpgsql as $$
declare
  w muster.weather;
begin
  select * into w from muster.weather where account = p_account and probe_at is not null;
  held := found;
  wait_until := greatest(w.probe_at, w.probing_until);
  may_probe := held and wait_until <= p_now;
  -- In turn: a request that fails for itself must not be the only one to be tried.
  pulls_first := held and w.probes % 2 = 1;
end $$;
comment on function muster.look_at_weather(text, timestamptz) is
  'Whether an account is held, whether a probe may leave now, and else when one may.';

create or replace function muster.note_probe(a muster.account, p_now timestamptz, p_lease timestamptz, p_fence bigint)
returns void
language sql as $$
  update muster.weather w
     set probe_fence = p_fence, probing_until = p_lease, probes = w.probes + 1,
         -- Up to a fifth less, so that the accounts of a vendor do not all ask at once.
         probe_at = p_now + w.probe_gap * (0.8 + 0.2 * random()),
         probe_gap = case when w.down_since is null then w.probe_gap
           else least(w.probe_gap * 1.5, muster.weather_setting('probe-at-most', 'PT45S')::interval) end
   -- Whoever else holds the row has heard from the vendor. One probe too many is no harm.
   where w.account = (
     select account from muster.weather where account = a.account and probe_at is not null for update skip locked)
$$;
comment on function muster.note_probe(muster.account, timestamptz, timestamptz, bigint) is
  'A probe leaves. The time to the next one grows.';

create or replace function muster.explain_down(w muster.weather) returns text
language sql stable as $$
  select format('account %s is down since %s: %s. One call at a time looks whether it is well again, %s',
    w.account, muster.spoken_time(w.down_since), rtrim(w.why, '.'),
    case when w.probing_until > statement_timestamp() then 'now'
         when w.probe_at <= statement_timestamp() then 'as soon as its quota allows'
         else 'next at ' || muster.spoken_time(w.probe_at) end)
$$;
comment on function muster.explain_down(muster.weather) is 'Explains why everything of an account waits.';
