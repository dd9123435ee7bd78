-- Pages of lists that the claim leases. They go behind operations' requests, and behind pulls with a priority above 0.
-- Other pulls wait while a page is due or under way: it may spare them.
create or replace function muster.claim_pages(a muster.account, p_max integer, p_now timestamptz, p_lease timestamptz,
  p_generation bigint, out tasks muster.task[], out busy boolean)
language plpgsql as $$
declare
  -- At once: a page has hundreds of kB, and takes many times its bytes of memory.
  c_most constant integer := 8;
  v_deadline_ms constant bigint := extract(epoch from a.call_deadline) * 1000;
  v_places tid[];
begin
  v_places := array(
    select ctid from muster.sweep_page
     where account = a.account and read_at is null and due_at <= p_now
     order by due_at, id
     limit greatest(0, least(p_max, c_most - (
       select count(*) from muster.sweep_page
        where account = a.account and read_at is null and fence is not null and due_at > p_now)))
       for update skip locked);
  -- It may be what ends the process.
  update muster.sweep_page
     set read_at = p_now, fence = null, waits_for = 'defect: ' || muster.explain_lost()
   where ctid = any (v_places) and fence is not null and lost >= muster.most_lost() - 1;
  with leased as (
    update muster.sweep_page
       set due_at = p_lease, calls = calls + 1, lost = case when fence is null then lost else coalesce(lost, 0) + 1 end,
           fence = nextval('muster.fence')
     where ctid = any (v_places) and read_at is null
    returning *)
  select coalesce(array_agg(
           row('list', l.id, l.fence, 'list', s.resource, 'page ' || l.page,
               jsonb_strip_nulls(jsonb_build_object(
                 'page', l.page, 'size', s.page_size, 'until', muster.epoch_ms(s.started_at),
                 'from', case when l.created_from > '-infinity' then muster.epoch_ms(l.created_from) end)),
               null, l.attempts, null, null, null, null, p_generation, v_deadline_ms,
               muster.failing_ms(a.account, l.failing_since, p_now), a.last_success_at > l.failing_since,
               l.reauthorised, null, null)::muster.task order by l.id), '{}')
    into tasks
    from leased l
    join muster.sweep s on s.id = l.sweep_id;
  -- By the clock: a settlement may just have made the pages behind the first.
  busy := exists (
    select from muster.sweep_page
     where account = a.account and read_at is null and (fence is not null or due_at <= clock_timestamp()));
end $$;
comment on function muster.claim_pages(muster.account, integer, timestamptz, timestamptz, bigint) is
  'Leases pages of lists that are due. busy: one is due or under way.';

create or replace function muster.next_page_due(p_account text, p_now timestamptz) returns timestamptz
language sql stable as $$
  select min(due_at) from muster.sweep_page
   where account = p_account and read_at is null and fence is null and due_at > p_now
$$;
comment on function muster.next_page_due(text, timestamptz) is 'When a page that waits is due.';
