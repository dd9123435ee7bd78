create or replace function muster.housekeeping() returns void
language plpgsql as $$
declare
  v_quotas text[];
begin
  delete from muster.quota_use where minute < now() - interval '1 day';
  -- A permit beyond the quota's size stood for a call that the vendor had counted; its window is over. The size must
  -- not grow meanwhile. What somebody keeps locked is left to the next time.
  v_quotas := array(select q.quota from muster.quota q order by q.quota for update skip locked);
  delete from muster.permit p using muster.quota q
   where q.quota = any (v_quotas) and q.quota = p.quota and p.slot > q.max_calls and p.free_at <= now();
  -- There should be none below the floor: see R__permit.sql.
  update muster.quota q set free_from = m.first
    from muster.quota o
   cross join lateral (select min(free_at) as first from muster.permit where quota = o.quota offset 0) m
   where q.quota = any (v_quotas) and q.quota = o.quota and m.first < q.free_from;
  -- Nothing is left to probe with.
  perform muster.keep_weather(muster.fair_weather(i.idle), true)
    from (select t as idle from muster.weather t
           where t.probe_at is not null
             and not exists (select from muster.poll_target p where p.account = t.account and p.enabled)
             and not exists (select from muster.work_request r
                              where r.account = t.account and r.status in ('pending', 'running', 'unknown'))
             for update skip locked) i;
end $$;
comment on function muster.housekeeping() is 'Drops what is past its use. For the service, once a minute.';
