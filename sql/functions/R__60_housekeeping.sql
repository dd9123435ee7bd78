create or replace function muster.housekeeping() returns void
language sql as $$
  delete from muster.quota_use where minute < now() - interval '1 day';
  -- A permit beyond the quota's size stood for a call that the vendor had counted; its window is over.
  delete from muster.permit p using muster.quota q where q.quota = p.quota and p.slot > q.max_calls and p.free_at <= now();
$$;
comment on function muster.housekeeping() is 'Drops what is past its use. For the service, once a minute.';

create or replace function muster.progress() returns table (progress_account text, state text, targets bigint, due bigint, never_read bigint, open_letters bigint, open_requests bigint)
language sql stable as $$
  select a.account, a.state,
         (select count(*) from muster.poll_state s where s.account = a.account and s.due_at < 'infinity'),
         (select count(*) from muster.poll_state s where s.account = a.account and (s.due_at <= now() or s.fence is not null)),
         (select count(*) from muster.poll_state s where s.account = a.account and s.synced_at is null and s.due_at < 'infinity'),
         (select count(*) from muster.dead_letter l where l.account = a.account and l.state = 'open'),
         (select count(*) from muster.work_request w where w.account = a.account and w.status in ('pending', 'running', 'unknown'))
    from muster.account a where a.configured
$$;
comment on function muster.progress() is 'How far each account is, for the service''s console.';
