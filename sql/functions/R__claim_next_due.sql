-- When a claim that found nothing need be made again.
create or replace function muster.next_due(p_floors muster.claim_floor[], p_now timestamptz) returns timestamptz
language plpgsql stable as $$
declare
  v_next timestamptz;
  f      muster.claim_floor;
begin
  if cardinality(p_floors) <= muster.few_priorities() then
    foreach f in array p_floors loop
      v_next := least(v_next,
        muster.first_due(f.account, f.kind, f.priority, false, p_now, coalesce(v_next, 'infinity')));
    end loop;
    return v_next;
  end if;
  return least(
    (select min(w.next_at) from unnest(p_floors) x
      cross join lateral (
        select next_at from muster.work_request
         where account = x.account and priority = x.priority and status in ('pending', 'running', 'unknown')
           and fence is null and next_at >= p_now and next_at < 'infinity'
         order by next_at limit 1) w
      where x.kind = 'request'),
    (select min(s.due_at) from unnest(p_floors) x
      cross join lateral (
        select due_at from muster.poll_state
         where account = x.account and priority = x.priority and fence is null and due_at >= p_now
           and due_at < 'infinity'
         order by due_at limit 1) s
      where x.kind = 'pull'));
end $$;
comment on function muster.next_due(muster.claim_floor[], timestamptz) is
  'When a row that waits and is not due yet becomes due. The next tick finds a lease that ends.';
