-- THE SETTLEMENT: what became of claimed tasks, in batches, in one transaction: the canonical records, the row's new state, the dead
-- letter that explains it, and the permit given back. An outcome whose fence is no longer the row's changes nothing.
-- p_outcomes: [{kind, id, fence, account, verdict, code, message, vendor_code, http_status, vendor_request_id, request, response,
--   delay_ms, retry_after_ms, advice, gone, final, sent, arrived, age_ms, token_generation, refused_login, token: {sealed, lifetime_ms, renew_ms,
--   refresh_lifetime_ms}, result, device, digest, product, tariff}]
-- device: the number, from 1, of the canonical record in p_devices. It comes as text, and is parsed only if its MD5, the digest, is not the stored one.
-- verdict: done send retry snooze reauthorise park halt unknown release. final: a park that settles even a write of unknown outcome.
-- age_ms: how long ago the reply arrived. sent: true if a call that is given back had left. arrived: false if the call may still reach the vendor after this.
-- Locks are taken in the order quota, token, account, target, request, letter, and targets in the order of their ids.
-- Plans are made when a table is empty and kept while it grows to a million rows: only those that use its indexes stay good. What has to
-- be scanned nevertheless looks dear then, and compiling it would cost more than it saves.
-- A lock is waited for less long than the service waits for an answer (socketTimeout): else it would ask again while it still waits here.
create or replace function muster.settle(p_outcomes jsonb, p_devices text[]) returns void
language plpgsql set enable_seqscan = off set enable_mergejoin = off set jit = off set lock_timeout = '5s' as $$
declare
  o jsonb;
  v_accounts text[];
  v_well     text[];
  v_snoozed  boolean;
  v_tokens   boolean;
  v_pulls    boolean;
  v_failing  boolean;
  v_requests boolean;
  v_open     boolean;
begin
  -- What there is, by one look. Most batches hold pulls or requests that went well, and each further look at them costs as much again.
  select array_agg(distinct account), array_agg(distinct account) filter (where verdict in ('done', 'send')), bool_or(verdict = 'snooze'),
         bool_or(kind = 'token' or verdict in ('reauthorise', 'halt')), bool_or(kind = 'pull'), bool_or(kind = 'pull' and verdict <> 'done'),
         bool_or(kind = 'request'), bool_or(kind = 'request' and verdict <> 'done')
    into v_accounts, v_well, v_snoozed, v_tokens, v_pulls, v_failing, v_requests, v_open
    from jsonb_to_recordset(p_outcomes) x (kind text, verdict text, account text);
  if v_snoozed then
    perform from muster.quota
      where quota in (select u.quota from muster.account_quota u join jsonb_array_elements(p_outcomes) x on u.account = x ->> 'account'
                       where x ->> 'verdict' = 'snooze')
      order by quota for update;
    for o in select x from jsonb_array_elements(p_outcomes) x where x ->> 'verdict' = 'snooze' order by x ->> 'account' loop
      perform muster.slow_down(o);
    end loop;
  end if;
  if exists (select from muster.account_quota where account = any (v_accounts)) then
    perform muster.free_permits(p_outcomes);
  end if;
  if v_tokens then
    for o in select x from jsonb_array_elements(p_outcomes) x
              where x ->> 'kind' = 'token' or x ->> 'verdict' in ('reauthorise', 'halt') order by x ->> 'account' loop
      perform muster.settle_token(o);
    end loop;
  end if;
  if v_snoozed then
    for o in select x from jsonb_array_elements(p_outcomes) x where x ->> 'verdict' = 'snooze' order by x ->> 'account' loop
      perform muster.slow_account(o);
    end loop;
  end if;
  update muster.token t set doubted_at_fence = null
   where t.doubted_at_fence is not null and exists (
     select from jsonb_array_elements(p_outcomes) x
      where x ->> 'account' = t.account and x ->> 'kind' <> 'token' and x ->> 'verdict' in ('done', 'send') and (x ->> 'fence')::bigint > t.doubted_at_fence);
  if v_pulls then
    perform muster.settle_pulls_done(p_outcomes, p_devices);
  end if;
  if v_requests then
    perform muster.settle_requests_done(p_outcomes, p_devices);
  end if;
  if v_open then
    for o in select x from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'request' and x ->> 'verdict' <> 'done' order by (x ->> 'id')::bigint loop
      perform muster.settle_request(o, p_devices);
    end loop;
  end if;
  if v_failing then
    for o in select x from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'pull' and x ->> 'verdict' <> 'done' order by (x ->> 'id')::bigint loop
      perform muster.settle_pull(o);
    end loop;
  end if;
  update muster.account a set last_success_at = clock_timestamp()
   where a.account in (
     select l.account from muster.account l
      where l.account = any (v_well)
        and coalesce(l.last_success_at, '-infinity') < clock_timestamp() - interval '1 second'
        -- Out of the order of locks, so nobody is waited for: whoever holds the row is setting the same, or the next batch sets it.
        for no key update skip locked);
end $$;
comment on function muster.settle(jsonb, text[]) is 'Writes what became of claimed tasks. For the service.';

-- What it takes for a server that can't be used for now it keeps, and claims nothing; anything else it would take for poisonous records.
create or replace function muster.settle(p_outcomes jsonb) returns void
language plpgsql as $$
begin
  raise exception 'a newer Muster has taken over this database; this replica has to be stopped or started anew in the new version' using errcode = '57P03';
end $$;
comment on function muster.settle(jsonb) is 'Tells a replica of an older version, which runs on during an upgrade, to wait.';

-- The reply has arrived: the permit is busy for one window more, and never longer than it was booked for: a settlement may have
-- waited for the database. A call that never left (verdict release) gives it back at once.
create or replace function muster.free_permits(p_outcomes jsonb) returns void
language sql as $$
  update muster.permit p
     set free_at = least(p.free_at, case when x ->> 'verdict' = 'release' and not coalesce((x ->> 'sent')::boolean, false) then clock_timestamp()
                       else clock_timestamp() - coalesce(muster.millis(x ->> 'age_ms'), interval '0') + q."window" end), fence = null
    from jsonb_array_elements(p_outcomes) x, muster.account_quota u, muster.quota q
   where u.account = x ->> 'account' and q.quota = u.quota and p.quota = u.quota and p.fence = (x ->> 'fence')::bigint
     and coalesce((x ->> 'arrived')::boolean, true)
$$;
comment on function muster.free_permits(jsonb) is 'Gives permits back, one window after the reply arrived. A call that may still reach the vendor keeps its permit.';

create or replace function muster.asked_pause(o jsonb) returns interval
language sql immutable as $$ select least(coalesce(muster.millis(o ->> 'retry_after_ms'), interval '0'), interval '10 minutes') $$;
comment on function muster.asked_pause(jsonb) is 'What the vendor asked for by Retry-After, up to a limit.';

create or replace function muster.next_pause(p_until timestamptz, p_pause interval) returns interval
language sql stable as $$
  select case when b.quiet > 10 * b.base or b.quiet is null then interval '1 second'
              when b.quiet > b.base then greatest(p_pause / 2, interval '1 second')
              else least(2 * greatest(p_pause, interval '1 second'), interval '5 minutes') end
    from (select clock_timestamp() - p_until as quiet, greatest(p_pause, interval '10 seconds') as base) b
$$;
comment on function muster.next_pause(timestamptz, interval) is 'Twice the last pause if it was too short, half of it if it was long enough, up to a limit; a second after a quiet time.';

-- The pause grows while refusals go on and shrinks after. Retry-After is honoured up to a limit.
create or replace function muster.slow_down(o jsonb) returns void
language sql as $$
  update muster.quota q
     set refused = q.refused + 1,
         pause = case when q.paused_until > clock_timestamp() then q.pause else s.pause end,
         -- Further refusals of the same rush lengthen the pause only if they name a later time.
         paused_until = greatest(q.paused_until, clock_timestamp() + case when q.paused_until > clock_timestamp() then s.asked else s.pause end)
    from (select l.quota, r.asked, greatest(r.asked, muster.next_pause(l.paused_until, l.pause)) as pause
            from muster.quota l, (select muster.asked_pause(o) as asked) r) s
   where q.quota = s.quota and q.quota in (select quota from muster.account_quota where account = o ->> 'account')
$$;
comment on function muster.slow_down(jsonb) is 'The vendor asked to slow down: each quota of the account pauses, for every replica.';

-- Without a quota to pause, the account itself pauses, by the same rule.
create or replace function muster.slow_account(o jsonb) returns void
language sql as $$
  update muster.account a
     set slowdown = case when a.slowed_until > clock_timestamp() then a.slowdown else s.pause end,
         slowed_until = greatest(a.slowed_until, clock_timestamp() + case when a.slowed_until > clock_timestamp() then s.asked else s.pause end)
    from (select l.account, r.asked, greatest(r.asked, muster.next_pause(l.slowed_until, l.slowdown)) as pause
            from muster.account l, (select muster.asked_pause(o) as asked) r) s
   where a.account = o ->> 'account' and s.account = a.account and not exists (select from muster.account_quota u where u.account = a.account)
$$;
comment on function muster.slow_account(jsonb) is 'The vendor asked to slow down an account that has no quota.';
