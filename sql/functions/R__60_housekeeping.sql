create or replace function muster.housekeeping() returns void
language sql as $$
  delete from muster.quota_use where minute < now() - interval '1 day';
  -- A permit beyond the quota's size stood for a call that the vendor had counted; its window is over. The size must not grow meanwhile.
  select from muster.quota order by quota for update;
  delete from muster.permit p using muster.quota q where q.quota = p.quota and p.slot > q.max_calls and p.free_at <= now();
  -- There should be none below: see R__31_permit.
  update muster.quota q set free_from = m.first
    from muster.quota o cross join lateral (select min(free_at) as first from muster.permit where quota = o.quota offset 0) m
   where q.quota = o.quota and m.first < q.free_from;
$$;
comment on function muster.housekeeping() is 'Drops what is past its use. For the service, once a minute.';

-- Looked at every few seconds, so it costs a few index look-ups an account and counts nothing.
create or replace function muster.progress() returns table (name text, state text, why text, what_to_do text, behind boolean)
language sql stable set enable_seqscan = off set jit = off as $$
  select a.account, a.state, a.why, a.what_to_do,
         muster.is_behind(a.account)
    from muster.account a where a.configured
$$;
comment on function muster.progress() is 'Each account''s state, and whether something is due. For the service''s console.';

create or replace function muster.limits() returns table (account text, quota text, max_calls integer, window_ms bigint, changed_at timestamptz)
language sql stable as $$
  select u.account, q.quota, q.max_calls, (extract(epoch from q."window") * 1000)::bigint, q.changed_at
    from muster.account_quota u join muster.quota q using (quota)
$$;
comment on function muster.limits() is 'What limits each account, and since when at that size. For the service, which follows what another replica changes.';
