-- Planner: places, one by one (docs/planner.md).
create or replace function muster.claim_pulls(a muster.account, p_floors muster.claim_floor[], p_max integer,
  p_now timestamptz, p_lease timestamptz, p_generation bigint) returns muster.task[]
language plpgsql as $$
declare
  v_deadline_ms constant bigint := extract(epoch from a.call_deadline) * 1000;
  v_left   integer := p_max;
  v_places tid[];
  v_some   muster.task[];
  v_tasks  muster.task[] := '{}';
  f        muster.claim_floor;
  v_turns  boolean[] := case when p_max = 1 and muster.is_held(a.account) then '{t,f}' else '{f}' end;
  v_fresh  boolean;
begin
  -- A probe is for the account. Targets that fail for themselves would hold it for as many probes as they are, so it
  -- goes to one that has not failed, if one is due.
  foreach v_fresh in array v_turns loop
    -- One priority after the other: each is a plain range of an index. Lost leases go first.
    foreach f in array p_floors loop
      continue when f.kind <> 'pull';
      v_places := array(
        select ctid from muster.poll_state
         where account = a.account and priority = f.priority and fence is not null
           and due_at >= f.leased_from and due_at <= p_now
         order by due_at limit v_left
           for update skip locked);
      if v_places <> '{}' then
        v_places := muster.lost_pulls(v_places);
      end if;
      v_places := v_places || array(
        select ctid from muster.poll_state
         where account = a.account and priority = f.priority and fence is null
           and due_at >= f.waiting_from and due_at <= p_now
           and (not v_fresh or failing_since is null)
         order by due_at limit v_left - cardinality(v_places)
           for update skip locked);
      with leased as (
        update muster.poll_state
           set due_at = p_lease, lost = case when fence is null then lost else coalesce(lost, 0) + 1 end,
               fence = nextval('muster.fence')
         where ctid = any (v_places)
        returning target_id, fence, attempts, failing_since, reauthorised)
      select coalesce(array_agg(
               row('pull', p.id, l.fence, p.resource, p.resource, p.key, null, null, l.attempts, null, null, null, null,
                   p_generation, v_deadline_ms, muster.failing_ms(a.account, l.failing_since, p_now),
                   a.last_success_at > l.failing_since, l.reauthorised, null, null)::muster.task), '{}')
        into v_some
        from leased l
       cross join lateral (select * from muster.poll_target where id = l.target_id offset 0) p;
      v_tasks := v_tasks || v_some;
      v_left := v_left - cardinality(v_places);
      exit when v_left <= 0;
    end loop;
    exit when v_left <= 0;
  end loop;
  return v_tasks;
end $$;
comment on function muster.claim_pulls(
  muster.account, muster.claim_floor[], integer, timestamptz, timestamptz, bigint) is
  'Leases targets that are due, the most overdue first.';
