-- Requests that the claim leases.

-- THE SAME-KEY RULE: requests that change something at the vendor run one after the other for the same key. A request
-- that has started goes first, then the lowest number of those that are due. p_writes: muster.writing_actions.
create or replace function muster.same_key_first(
  p_account text, p_key text, p_id bigint, p_started_at timestamptz, p_writes text[], p_now timestamptz)
returns setof bigint
language sql stable rows 1 as $$
  select o.id from muster.work_request o
   where o.account = p_account and o.key = p_key and o.action = any (p_writes) and o.id <> p_id
     and o.status in ('pending', 'running', 'unknown')
     and (o.started_at is not null or (p_started_at is null and o.next_at <= p_now and o.id < p_id))
$$;
comment on function muster.same_key_first(text, text, bigint, timestamptz, text[], timestamptz) is
  'The requests for the same key that must end before this one, which writes, may start.';

-- A write whose lease ended without an answer may have reached the vendor, and may still. Muster never sends it again
-- without a look.
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
       where account = p_account and priority = f.priority and fence is not null
         and next_at >= f.leased_from and next_at <= v_now
         -- Not by its status: the planner would take another index, without a floor.
         and step = 'write'
         -- A locked row's settlement is late, and is being written.
         for update skip locked);
    continue when v_ids = '{}';
    update muster.work_request
       set status = 'unknown', step = 'verify', given_up_at = next_at, next_at = clock_timestamp(), fence = null,
           error_code = 'lost', error_message = 'the process that sent it stopped before the reply was seen'
     where id = any (v_ids);
  end loop;
end $$;
comment on function muster.give_up_lost(text, muster.claim_floor[]) is
  'Requests that were being sent when their process stopped become unknown.';

-- Planner: generic plan, places, case (docs/planner.md).
create or replace function muster.claim_requests(a muster.account, p_floors muster.claim_floor[], p_max integer,
  p_now timestamptz, p_lease timestamptz, p_generation bigint) returns muster.task[]
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  v_writes text[] := muster.writing_actions(a.account);
  v_naming text[] := muster.naming_actions(a.account);
  v_left   integer := p_max;
  v_places tid[];
  v_tasks  muster.task[] := '{}';
  f        muster.claim_floor;
begin
  -- One priority after the other: each is a plain range of an index.
  foreach f in array p_floors loop
    continue when f.kind <> 'request';
    -- Lost leases go first. muster.give_up_lost has the lost writes.
    v_places := array(
      select ctid from muster.work_request
       where account = a.account and priority = f.priority and fence is not null
         and next_at >= f.leased_from and next_at <= p_now and step <> 'write'
       order by next_at limit v_left
         for update skip locked);
    if v_places <> '{}' then
      v_places := muster.lost_requests(v_places);
    end if;
    v_places := v_places || array(
      select w.ctid from muster.work_request w
       where w.account = a.account and w.priority = f.priority
         and w.status in ('pending', 'running', 'unknown') and w.fence is null
         and w.next_at >= f.waiting_from and w.next_at <= p_now
         and case when w.action = any (v_writes)
               then not exists (
                 select from muster.same_key_first(w.account, w.key, w.id, w.started_at, v_writes, p_now))
               else true end
       order by w.next_at, w.id limit v_left - cardinality(v_places)
         for update of w skip locked);
    v_tasks := v_tasks || muster.lease_requests(a, v_places, v_naming, p_now, p_lease, p_generation);
    v_left := v_left - cardinality(v_places);
    exit when v_left <= 0;
  end loop;
  return v_tasks;
end $$;
comment on function muster.claim_requests(
  muster.account, muster.claim_floor[], integer, timestamptz, timestamptz, bigint) is
  'Leases operations'' requests that are due.';

-- The claim calls it for no rows too. So an idle account's ticks keep its plan, and the lone row that comes at last
-- does not wait for planning.
create or replace function muster.lease_requests(a muster.account, p_places tid[], p_naming text[],
  p_now timestamptz, p_lease timestamptz, p_generation bigint) returns muster.task[]
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  -- How old the reading may be on which Muster sends a change.
  c_stale constant interval := interval '1 minute';
  v_deadline_ms constant bigint := extract(epoch from a.call_deadline) * 1000;
  -- A probe changes nothing at the vendor.
  v_probe constant boolean := muster.is_held(a.account);
  v_tasks muster.task[];
begin
  with leased as (
    update muster.work_request w
       set status = case when w.step = 'verify' then 'unknown' else 'running' end,
           attempts = w.attempts + 1,
           started_at = coalesce(w.started_at, p_now),
           next_at = p_lease,
           fence = nextval('muster.fence'),
           lost = case when w.fence is null then w.lost else coalesce(w.lost, 0) + 1 end,
           -- The account may have been paused: Muster reads again before it acts upon an old reading.
           step = case when w.step = 'write' and (v_probe or w.next_at < p_now - c_stale) then 'read'
                       else w.step end
     where w.ctid = any (p_places)
    returning w.*)
  select coalesce(array_agg(
           row('request', l.id, l.fence, l.action,
               case when u.unfit is null then muster.request_resource(l, p_naming) else 'device' end, l.key,
               case when u.unfit is null then l.params end, l.step,
               l.retries, l.given_up_at + a.call_deadline <= p_now, l.error_code, l.error_message, l.refused,
               p_generation, v_deadline_ms, muster.failing_ms(a.account, l.failing_since, p_now),
               a.last_success_at > l.failing_since, l.reauthorised, u.unfit,
               case when l.started_at = p_now
                 then (extract(epoch from p_now - greatest(l.requested_at, l.not_before)) * 1000)::bigint
               end)::muster.task
           order by l.id), '{}')
    into v_tasks
    from leased l
   cross join lateral (
     select case when l.params is not null then muster.unfit_params(l.params) end as unfit offset 0) u;
  return v_tasks;
end $$;
comment on function muster.lease_requests(
  muster.account, tid[], text[], timestamptz, timestamptz, bigint) is 'Leases the requests at these places.';
