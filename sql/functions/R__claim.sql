-- THE CLAIM: permits first, then the work most worth spending them on, in one transaction and one round trip.
-- Operations' requests go before pages of lists, and these before pulls of no priority. Among pulls the higher priority
-- goes first, then the most overdue. A claim leases what it hands out until after the call's deadline: a process that
-- dies gives everything back by doing nothing.
-- It takes locks in the order quota, token, account, work, as muster.settle does.
--   p_max      calls that can be made at once, or soon by an account without a quota
--   p_pulls    of these, how many may be pulls
--   p_at_once  of these, how many can be made at once. With a quota no more are handed out: a permit is bound from the
--              claim on.
--   p_seen     the highest claim's number that the caller has seen; null if none. By it Muster notices a database that
--              was set back.
-- It waits for a lock less long than the service waits for an answer: else the service would ask a second time.
-- Planner: kept plans (docs/planner.md).
create or replace function muster.claim(
  p_account text, p_max integer, p_seen bigint, p_pulls integer, p_at_once integer,
  out tasks muster.task[], out wait_until timestamptz, out unlimited boolean, out notice text, out at timestamptz,
  out quota text, out max_calls integer, out window_ms bigint)
language plpgsql
set enable_seqscan = off set enable_mergejoin = off set jit = off set lock_timeout = '2s' as $$
#variable_conflict use_column
declare
  -- How much longer than the call's deadline a lease is: time to settle.
  c_settle constant interval := interval '4 seconds';
  a         muster.account;
  l         record;
  r         record;
  h         record;
  v_floors  muster.claim_floor[];
  v_due     muster.claim_floor[];
  v_lease   timestamptz;
  v_room    integer;
  v_max     integer;
  v_asked   muster.task[] := '{}';
  v_pulled  muster.task[] := '{}';
  v_pulls   integer;
  v_free    integer;
  g         record;
begin
  tasks := '{}';
  unlimited := false;
  at := clock_timestamp();
  notice := muster.notice_restore(p_seen);
  if notice is not null then
    wait_until := at;
    return;
  end if;
  select * into a from muster.account where account = p_account and configured and state = 'active';
  if not found then
    perform muster.give_up_lost(p_account, array(select f from muster.floors(p_account) f));
    return;
  end if;

  -- How much may leave.
  select * into l from muster.lock_quotas(p_account, p_max);
  unlimited := not l.limited;
  quota := l.quota;
  max_calls := l.max_calls;
  window_ms := l.window_ms;
  if l.limited then
    p_max := least(p_max, p_at_once);
  end if;
  v_floors := array(select f from muster.floors(p_account) f);
  v_due := muster.due_floors(v_floors, clock_timestamp());
  perform muster.give_up_lost(p_account, v_due);
  at := clock_timestamp();
  wait_until := l.wait_until;
  if a.slowed_until > at then
    l.paused := true;
    l.room := 0;
    wait_until := greatest(wait_until, a.slowed_until);
  end if;
  select * into h from muster.look_at_weather(p_account, at);
  if h.may_probe then
    p_max := 1;
    l.room := least(l.room, 1);
    l.pull_room := l.room;
    l.pulls := 1;
  elsif h.held then
    l.paused := true;
    l.room := 0;
    wait_until := greatest(wait_until, h.wait_until);
  end if;
  -- What was claimed ahead is given back.
  unlimited := unlimited and not h.held;
  v_room := l.room;
  v_free := l.room;

  -- The token, if it is time, and what it leaves.
  select * into r from muster.claim_renewal(a, at, v_room > 0, l.paused);
  tasks := r.tasks;
  if a.token_paid then
    v_room := v_room - cardinality(tasks);
    l.pull_room := l.pull_room - cardinality(tasks);
  end if;
  if not r.good then
    v_room := 0;
  end if;

  -- The work.
  v_max := p_max - cardinality(tasks);
  if v_room > 0 and v_max > 0 then
    v_lease := at + a.call_deadline + c_settle;
    if not h.pulls_first then
      v_asked := muster.claim_requests(a, v_due, least(v_room, v_max), at, v_lease, r.generation);
    end if;
    v_pulls := least(l.pulls, v_max - cardinality(v_asked), l.pull_room - cardinality(v_asked), p_pulls);
    if v_pulls > 0 and exists (select from muster.sweep_page where account = p_account and read_at is null) then
      v_pulled := muster.claim_pulls(a, array(select f from unnest(v_due) f where f.priority > 0), v_pulls, at, v_lease,
        r.generation);
      v_pulls := v_pulls - cardinality(v_pulled);
      select * into g from muster.claim_pages(a, v_pulls, at, v_lease, r.generation);
      v_pulled := v_pulled || g.tasks;
      v_pulls := case when g.busy then 0 else v_pulls end;
    end if;
    if v_pulls > 0 then
      v_pulled := v_pulled || muster.claim_pulls(a, v_due, v_pulls, at, v_lease, r.generation);
    end if;
    if h.pulls_first and cardinality(v_pulled) = 0 then
      v_asked := muster.claim_requests(a, v_due, least(v_room, v_max), at, v_lease, r.generation);
    end if;
    tasks := tasks || v_asked || v_pulled;
  end if;
  if h.held and cardinality(tasks) > 0 then
    perform muster.note_probe(a, at, at + a.call_deadline + c_settle, tasks[1].fence);
  end if;

  if l.limited and cardinality(tasks) > 0 then
    perform muster.take_permits(p_account, tasks, cardinality(v_pulled), a, at);
    select * into l from muster.lock_quotas(p_account, p_max);
    v_free := l.room;
    wait_until := l.wait_until;
  end if;
  perform muster.move_floors(p_account, v_floors, cardinality(tasks) > 0);
  if cardinality(tasks) = 0 then
    -- Nothing here must outlive a crash, so the commit does not wait for the disk.
    perform set_config('synchronous_commit', 'off', true);
  end if;

  -- When to ask again. Work that becomes due while nothing may leave changes nothing.
  wait_until := least(wait_until, r.changes_at);
  if v_free > 0 or wait_until is null then
    wait_until := least(wait_until, muster.next_due(v_floors, at), muster.next_page_due(p_account, at));
  end if;
end $$;
comment on function muster.claim(text, integer, bigint, integer, integer) is
  'Takes permits and the work to spend them on. For the service. tasks: the calls to make. wait_until: when to ask '
  'again; null if nothing is in sight. unlimited: no quota counts the account''s calls. notice: the database was '
  'restored or failed over. at: the database''s clock. quota, max_calls, window_ms: the account''s tightest quota.';
