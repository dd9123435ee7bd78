-- THE CLAIM: permits first, then the work most worth spending them on, in one transaction and one round trip. Operations' requests
-- go before pulls; among pulls the higher priority, then the most overdue. What it hands out is leased until after the call's
-- deadline: a process that dies gives everything back by doing nothing.
-- Locks are taken in the order quota, token, account, work; muster.settle takes them in the same order.
-- p_max: calls that can be made at once, or soon by an account without a quota; p_pulls: of these, how many may be pulls; p_at_once: of
-- these, how many can be made at once. With a quota no more are handed out: a permit is bound from the claim on.
-- p_seen: the highest claim's number that the caller has seen, by which a database that was set back is noticed; null if none.
-- No parameter has a default: a replica of an older version, which knows fewer, shall fail here, call nobody and lose nothing.
-- reauthorised is told for replicas of an older version alone: muster.settle knows it.
-- The last row has kind 'wait', and 'unlimited' as its operation if no quota counts the account's calls.
-- Plans are made when a table is empty and kept while it grows to a million rows: only those that use its indexes stay good. What has to
-- be scanned nevertheless looks dear then, and compiling it would cost more than it saves.
-- A lock is waited for less long than the service waits for an answer (socketTimeout): else it would ask again while it still waits here.
create or replace function muster.claim(p_account text, p_max integer, p_seen bigint, p_pulls integer, p_at_once integer) returns setof muster.task
language plpgsql set enable_seqscan = off set enable_mergejoin = off set jit = off set lock_timeout = '5s' as $$
declare
  -- What a lease is longer than the call's deadline: time to settle.
  c_settle constant interval := interval '4 seconds';
  v_now    timestamptz;
  a        muster.account;
  t        muster.token;
  v_room   integer;
  v_pulls  integer;
  v_pull_room integer;
  v_paused boolean;
  v_limited boolean;
  v_wait   timestamptz;
  v_token  timestamptz;
  v_renewal timestamptz;
  v_max    integer;
  v_free   integer;
  v_tasks  muster.task[] := '{}';
  v_asked  muster.task[];
  v_pulled muster.task[] := '{}';
  v_floors muster.claim_floor[];
  v_notice text := muster.notice_restore(p_seen);
begin
  if v_notice is not null then
    return query
      select 'wait', null::bigint, null::bigint, null, null, null, null::jsonb, null, null::integer, null::boolean, null::boolean, null,
             v_notice, null::boolean, 0::bigint, null::bigint, clock_timestamp(), clock_timestamp();
    return;
  end if;
  select * into a from muster.account where account = p_account and configured and state = 'active';
  if not found then
    perform muster.give_up_lost(p_account, array(select f from muster.floors(p_account) f));
    return;
  end if;
  select room, pull_room, pulls, paused, limited, wait_until into v_room, v_pull_room, v_pulls, v_paused, v_limited, v_wait
    from muster.lock_quotas(p_account, p_max);
  if v_limited then
    p_max := least(p_max, p_at_once);
  end if;
  v_floors := array(select f from muster.floors(p_account) f);
  perform muster.give_up_lost(p_account, v_floors);
  v_now := clock_timestamp();
  if a.slowed_until > v_now then
    v_paused := true;
    v_room := 0;
    v_wait := greatest(v_wait, a.slowed_until);
  end if;
  v_free := v_room;

  if a.token_needed then
    select * into t from muster.token where account = p_account;
    if coalesce(t.renew_at, '-infinity') <= v_now or coalesce(t.expires_at, '-infinity') <= v_now then
      if v_room > 0 or not (a.token_paid or v_paused) then
        v_tasks := muster.claim_token(p_account, v_now, a.call_deadline);
      end if;
      select * into t from muster.token where account = p_account;
      -- A time that has passed already would make the service ask without end.
      v_renewal := greatest(t.renewing_until, t.next_try_at);
      v_token := case when v_renewal > v_now then v_renewal end;
      if a.token_paid then
        v_room := v_room - cardinality(v_tasks);
        v_pull_room := v_pull_room - cardinality(v_tasks);
      end if;
      if coalesce(t.expires_at, '-infinity') <= v_now then
        v_room := 0;
      end if;
    else
      v_token := least(t.renew_at, t.expires_at);
    end if;
  end if;

  v_max := p_max - cardinality(v_tasks);
  if v_room > 0 and v_max > 0 then
    v_asked := muster.claim_requests(p_account, v_floors, least(v_room, v_max), v_now, v_now + a.call_deadline + c_settle, a.call_deadline);
    v_pulls := least(v_pulls, v_max - cardinality(v_asked), v_pull_room - cardinality(v_asked), p_pulls);
    if v_pulls > 0 then
      v_pulled := muster.claim_pulls(p_account, v_floors, v_pulls, v_now, v_now + a.call_deadline + c_settle);
    end if;
    v_tasks := v_tasks || v_asked || v_pulled;
  end if;
  if v_limited and cardinality(v_tasks) > 0 then
    perform muster.take_permits(p_account, v_tasks, cardinality(v_pulled), a, v_now);
    select room, wait_until into v_free, v_wait from muster.lock_quotas(p_account, p_max);
  end if;
  v_wait := least(v_wait, v_token);
  perform muster.move_floors(p_account, v_floors, cardinality(v_tasks) > 0);

  return query
    select x.kind, x.id, x.fence, x.operation, x.resource, x.key, x.params, x.step, x.retries, x.reauthorised, x.conclusive, x.error_code,
           x.error_message, x.refused, coalesce(t.generation, 0), coalesce(x.call_deadline_ms, (extract(epoch from a.call_deadline) * 1000)::bigint), v_now, null::timestamptz
      from unnest(v_tasks) x;
  return query
    select 'wait', null::bigint, null::bigint, case when not v_limited then 'unlimited' end, null, null, null::jsonb, null, null::integer,
           null::boolean, null::boolean, null, null, null::boolean, coalesce(t.generation, 0), null::bigint, v_now,
           -- What becomes due while nothing may leave changes nothing.
           case when v_free > 0 or v_wait is null then least(v_wait, muster.next_due(v_floors, v_now)) else v_wait end;
end $$;
comment on function muster.claim(text, integer, bigint, integer, integer) is 'Takes permits and the work to spend them on. For the service. Its last row says when to ask again.';

-- A write whose lease ended without an answer may have reached the vendor, and may still: it is never sent again blindly.
create or replace function muster.give_up_lost(p_account text, p_floors muster.claim_floor[]) returns void
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_ids bigint[];
  f     muster.claim_floor;
begin
  foreach f in array p_floors loop
    continue when f.kind <> 'request';
    v_ids := array(
      select id from muster.work_request
       where account = p_account and priority = f.priority and fence is not null and next_at >= f.leased_from and next_at <= v_now
         -- And not by its status: another index, which has no floor, would look as good while the table is empty.
         and step = 'write'
         -- Its settlement is late, and is being written.
         for update skip locked);
    continue when v_ids = '{}';
    update muster.work_request
       set status = 'unknown', step = 'verify', given_up_at = next_at, next_at = clock_timestamp(), fence = null, error_code = 'lost',
           error_message = 'the process that sent it stopped before the reply was seen'
     where id = any (v_ids);
  end loop;
end $$;
comment on function muster.give_up_lost(text, muster.claim_floor[]) is 'Requests that were being sent when their process stopped become unknown.';

create or replace function muster.claim_token(p_account text, p_now timestamptz, p_deadline interval) returns muster.task[]
language plpgsql as $$
declare
  -- All calls wait for a renewal: one that was killed holds the others up for so long, and the time to settle, at most.
  c_longest constant interval := interval '8 seconds';
  -- What a renewal's lease is longer than its call: time to settle.
  c_settle constant interval := interval '1 second';
  v_deadline constant interval := least(p_deadline, c_longest);
  v_fence bigint;
begin
  update muster.token
     set renewing_until = p_now + v_deadline + c_settle, fence = nextval('muster.fence')
   where account = (select account from muster.token where account = p_account
                     and coalesce(renewing_until, '-infinity') <= p_now and coalesce(next_try_at, '-infinity') <= p_now
                     and (coalesce(renew_at, '-infinity') <= p_now or coalesce(expires_at, '-infinity') <= p_now)
                     for update skip locked)
  returning fence into v_fence;
  if v_fence is null then
    return '{}';
  end if;
  return array(select row('token', null, v_fence, 'token', null, null, null, null, attempts, false, null, null, null, null, generation,
                          (extract(epoch from v_deadline) * 1000)::bigint, p_now, null)::muster.task
                 from muster.token where account = p_account);
end $$;
comment on function muster.claim_token(text, timestamptz, interval) is 'The renewal of an account''s token, for one caller at a time.';

-- Requests that change something at the vendor run one after the other for the same key: a second one waits for the first to finish.
-- Left to itself PostgreSQL would plan the lease anew each time, because it knows then how many rows it is for; a claim would take half
-- as long again.
create or replace function muster.claim_requests(p_account text, p_floors muster.claim_floor[], p_max integer, p_now timestamptz, p_lease timestamptz,
  p_deadline interval) returns muster.task[]
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  -- How old the reading may be on which a change is sent.
  c_stale constant interval := interval '1 minute';
  v_writes text[] := array(select action from muster.account_action where account = p_account and writes);
  v_naming text[] := muster.naming_actions(p_account);
  v_left   integer := p_max;
  v_places tid[];
  v_some   muster.task[];
  v_tasks  muster.task[] := '{}';
  f        muster.claim_floor;
begin
  -- One priority after the other, so that each is a plain range of an index.
  foreach f in array p_floors loop
    continue when f.kind <> 'request';
    -- What was lost has its turn already. A write that was is given up first, and never sent again as it is.
    v_places := array(
      select ctid from muster.work_request
       where account = p_account and priority = f.priority and fence is not null and next_at >= f.leased_from and next_at <= p_now and step <> 'write'
       order by next_at limit v_left for update skip locked);
    v_places := v_places || array(
      select w.ctid from muster.work_request w
       where w.account = p_account and w.priority = f.priority and w.status in ('pending', 'running', 'unknown') and w.fence is null
         and w.next_at >= f.waiting_from and w.next_at <= p_now
         -- A case, and not an or: what it costs is spent on the rows that are taken, and only on those that write.
         and case when w.action = any (v_writes) then not exists (
           select from muster.work_request o
            where o.account = w.account and o.key = w.key and o.action = any (v_writes) and o.id <> w.id and o.status in ('pending', 'running', 'unknown')
              and (o.started_at is not null or (w.started_at is null and o.next_at <= p_now and o.id < w.id))) else true end
       order by w.next_at, w.id
       limit v_left - cardinality(v_places) for update of w skip locked);
    -- Also for no rows: so an idle account's ticks keep its plan, and the lone row that comes at last does not wait for planning.
    with leased as (
      update muster.work_request w
         set status = case when w.step = 'verify' then 'unknown' else 'running' end, attempts = w.attempts + 1,
             started_at = coalesce(w.started_at, p_now), next_at = p_lease, fence = nextval('muster.fence'),
             -- The account may have been paused since: what was read long ago is read again before it is acted upon.
             step = case when w.step = 'write' and w.next_at < p_now - c_stale then 'read' else w.step end
       where w.ctid = any (v_places)
      returning w.*)
    select coalesce(array_agg(row('request', l.id, l.fence, l.action, muster.request_resource(l, v_naming), l.key, l.params, l.step, l.retries,
             l.reauthorised, l.given_up_at + p_deadline <= p_now, l.error_code, l.error_message, l.refused, 0, null, p_now, null)::muster.task
           order by l.id), '{}')
      into v_some from leased l;
    v_tasks := v_tasks || v_some;
    v_left := v_left - cardinality(v_places);
    exit when v_left <= 0;
  end loop;
  return v_tasks;
end $$;
comment on function muster.claim_requests(text, muster.claim_floor[], integer, timestamptz, timestamptz, interval) is 'Leases operations'' requests that are due.';

create or replace function muster.claim_pulls(p_account text, p_floors muster.claim_floor[], p_max integer, p_now timestamptz, p_lease timestamptz)
returns muster.task[]
language plpgsql as $$
declare
  v_left  integer := p_max;
  v_places tid[];
  v_some  muster.task[];
  v_tasks muster.task[] := '{}';
  f       muster.claim_floor;
begin
  -- One priority after the other, so that each is a plain range of an index; what was lost has had its turn.
  foreach f in array p_floors loop
    continue when f.kind <> 'pull';
    v_places := array(
      select ctid from muster.poll_state
       where account = p_account and priority = f.priority and fence is not null and due_at >= f.leased_from and due_at <= p_now
       order by due_at limit v_left for update skip locked);
    v_places := v_places || array(
      select ctid from muster.poll_state
       where account = p_account and priority = f.priority and fence is null and due_at >= f.waiting_from and due_at <= p_now
       order by due_at limit v_left - cardinality(v_places) for update skip locked);
    with leased as (
      update muster.poll_state set due_at = p_lease, fence = nextval('muster.fence') where ctid = any (v_places)
      returning target_id, fence, attempts, reauthorised)
    select coalesce(array_agg(row('pull', p.id, l.fence, p.resource, p.resource, p.key, null, null, l.attempts, l.reauthorised, null, null,
             null, null, 0, null, p_now, null)::muster.task), '{}')
      into v_some
      -- Not joined: planned when the table is empty, that would read all of it.
      from leased l cross join lateral (select * from muster.poll_target where id = l.target_id offset 0) p;
    v_tasks := v_tasks || v_some;
    v_left := v_left - cardinality(v_places);
    exit when v_left <= 0;
  end loop;
  return v_tasks;
end $$;
comment on function muster.claim_pulls(text, muster.claim_floor[], integer, timestamptz, timestamptz) is 'Leases targets that are due, the most overdue first.';

-- A lease that ends unanswered is found by the next tick.
create or replace function muster.next_due(p_floors muster.claim_floor[], p_now timestamptz) returns timestamptz
language plpgsql stable as $$
declare
  v_next timestamptz;
  f      muster.claim_floor;
begin
  foreach f in array p_floors loop
    v_next := least(v_next, muster.first_due(f.account, f.kind, f.priority, false, p_now, coalesce(v_next, 'infinity')));
  end loop;
  return v_next;
end $$;
comment on function muster.next_due(muster.claim_floor[], timestamptz) is 'When something that waits and is not due yet becomes due.';
