create or replace function muster.housekeeping() returns void
language sql as $$
  -- First, because it may take long and the others hold locks.
  select muster.check_floors();
  delete from muster.quota_use where minute < now() - interval '1 day';
  -- A permit beyond the quota's size stood for a call that the vendor had counted; its window is over. The size must not grow meanwhile.
  select from muster.quota order by quota for update;
  delete from muster.permit p using muster.quota q where q.quota = p.quota and p.slot > q.max_calls and p.free_at <= now();
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

-- Counted is what was due at p_since and has come to no end since: neither was it read nor did it fail for good. What becomes due later, even
-- a second time, is not counted, so that the count reaches 0 while the service goes on. A claim moves due_at, so what was due shows in
-- synced_at and the interval.
create or replace function muster.remaining(p_since timestamptz, out work bigint, out trouble bigint)
language sql stable as $$
  select (select count(*)
            from muster.poll_state s join muster.account a using (account) join muster.poll_target p on p.id = s.target_id
           where a.state = 'active' and a.configured and p.enabled and p.created_at <= p_since
             and coalesce(s.synced_at, '-infinity') < p_since
             and (s.due_at <= p_since
                  or coalesce(s.synced_at + muster.refresh_interval(p.account, p.resource, p.refresh_every), '-infinity') <= p_since)
             and not exists (
               select from muster.dead_letter l
                where l.kind = 'pull' and l.target_id = s.target_id
                  and (l.last_failed_at >= p_since
                       -- It failed for good before, and waits for its recheck untouched.
                       or (l.state = 'open' and s.fence is null and s.attempts = 0 and s.due_at > p_since
                           and s.waits_for = l.error_code || ': ' || l.error_message))))
       + (select count(*) from muster.work_request w join muster.account a using (account)
           where a.state = 'active' and a.configured and w.status in ('pending', 'running', 'unknown')
             and w.requested_at <= p_since and coalesce(w.not_before, p_since) <= p_since
             and not exists (
               select from muster.dead_letter l
                where l.kind = 'request' and l.request_id = w.id
                  and (l.last_failed_at >= p_since or (w.fence is null and w.next_at > p_since)))),
         (select count(*) from muster.dead_letter where last_failed_at >= p_since and state = 'open')
       + (select count(*) from muster.account where state = 'halted' and configured)
$$;
comment on function muster.remaining(timestamptz) is 'What is still to do of what was due, and what of it failed, for muster.once.';
