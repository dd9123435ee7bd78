-- For muster.once: what is still to do of the work that was due at a moment, and what Muster has done since.
-- To do is what was due at p_since and has not ended since: Muster neither read it, nor did it fail for good. Work that
-- becomes due later, even a second time, does not count: so the count reaches 0 while the service goes on.

-- No claim since: they stand where they stood in the index, and a million are counted from it alone.
-- Planner: one by one (docs/planner.md).
create or replace function muster.pulls_untouched(p_since timestamptz) returns table (account text, target_id bigint)
language sql stable as $$
  select a.account, s.target_id
    from muster.account a
   cross join lateral muster.floors(a.account) f
   cross join lateral (
     select d.target_id from muster.poll_state d
      where d.account = a.account and d.priority = f.priority and d.fence is null
        and d.due_at >= f.waiting_from and d.due_at <= p_since
     union all
     select d.target_id from muster.poll_state d
      where d.account = a.account and d.priority = f.priority and d.fence is not null
        and d.due_at >= f.leased_from and d.due_at <= p_since
     offset 0) s
   where f.kind = 'pull' and a.configured
$$;
comment on function muster.pulls_untouched(timestamptz) is
  'Targets that were due and for which no call was claimed since.';

-- A claim moves due_at. So synced_at and the interval show what was due.
create or replace function muster.pulls_under_way(p_since timestamptz)
returns table (account text, target_id bigint, next_at timestamptz, why text)
language sql stable as $$
  select p.account, p.id, case when s.fence is null then s.due_at end, s.waits_for
    from muster.poll_state s
    join muster.target p on p.id = s.target_id
    join muster.account a on a.account = p.account and a.configured
   where s.due_at > p_since and (s.synced_at is null or s.synced_at < p_since)
     -- A quick no for most that were not due: no call was claimed for them, nothing failed, and they are far from due.
     -- A target that was given back is due within seconds.
     and (s.synced_at is null or s.fence is not null or s.waits_for is not null
          or s.due_at <= now() + interval '1 minute')
     and p.enabled and p.created_at <= p_since
     and (s.synced_at is null or s.synced_at + p.every <= p_since)
     and not exists (
       -- A letter that a person discarded has a disabled target; a resolved one was read.
       select from muster.dead_letter l
        where l.kind = 'pull' and l.state in ('open', 'replayed') and l.target_id = s.target_id
          and (l.last_failed_at >= p_since
               -- It failed for good before, and waits for its next turn.
               or (l.state = 'open' and s.fence is null
                   and s.waits_for = l.error_code || ': ' || l.error_message)))
$$;
comment on function muster.pulls_under_way(timestamptz) is
  'Targets that were due, and have not ended though a call was claimed for them: when each goes on (null while its '
  'call runs), and why it waits.';

create or replace function muster.requests_to_do(p_since timestamptz)
returns table (account text, action text, next_at timestamptz, why text)
language sql stable as $$
  select w.account, w.action, case when w.fence is null and w.next_at > p_since then w.next_at end,
         w.error_code || ': ' || w.error_message
    from muster.work_request w
    join muster.account a on a.account = w.account and a.configured
   where w.status in ('pending', 'running', 'unknown') and w.requested_at <= p_since
     and coalesce(w.not_before, p_since) <= p_since
     and not exists (
       select from muster.dead_letter l
        where l.kind = 'request' and l.request_id = w.id
          and (l.last_failed_at >= p_since or (w.fence is null and w.next_at > p_since)))
$$;
comment on function muster.requests_to_do(timestamptz) is
  'Requests that were due and have not ended: when each goes on, and why it did not yet.';

create or replace function muster.remaining(p_since timestamptz)
returns table (account text, state text, work bigint, wait_until timestamptz, why text, least_time interval)
language sql stable set jit = off as $$
  with part as (
    select u.account, count(*) as work, 0 as later, null::timestamptz as next_at, null as why
      from muster.pulls_untouched(p_since) u group by u.account
    union all
    select u.account, count(*), count(*) filter (where u.next_at > now()), min(u.next_at), max(u.why)
      from muster.pulls_under_way(p_since) u group by u.account
    union all
    select u.account, count(*), count(*) filter (where u.next_at > now()), min(u.next_at), max(u.why)
      from muster.requests_to_do(p_since) u group by u.account),
  whole as (
    select p.account, sum(p.work)::bigint as work,
           case when sum(p.work) = sum(p.later) then min(p.next_at) end as next_at, max(p.why) as why
      from part p group by p.account),
  slow as (
    select a.account, greatest(a.slowed_until, max(q.paused_until)) as until, max(q."window" / q.max_calls) as gap
      from muster.account a
      left join muster.account_quota u using (account)
      left join muster.quota q using (quota)
     group by a.account)
  -- Nobody need be told of a shorter wait.
  select a.account, case when i.account is null then a.state else 'down' end, w.work,
         case when s.until > t.soon then s.until when w.next_at > t.soon then w.next_at end,
         case when s.until > t.soon then 'the vendor asked to slow down'
              when w.next_at > t.soon then 'tried again after ' || w.why end,
         w.work * s.gap
    from whole w
    join muster.account a using (account)
    join slow s using (account)
    -- A probe has failed since: it is not waited for.
    left join muster.weather i on i.account = a.account and i.down_since is not null and i.failed_at > p_since
   cross join (select now() + interval '5 seconds' as soon) t
   order by a.account
$$;
comment on function muster.remaining(timestamptz) is
  'The work still to do of what was due, by account: how much; until when all of it waits and why, null if it does '
  'not or only for seconds; how long the vendor''s limit makes it take at least, null without a limit. An account '
  'that is not active, or is down, does nothing meanwhile.';

-- All that was done since, also what became due meanwhile; each target and request once, however often it was done. The
-- service asks once, at the end: with a million targets it reads all of them, and hashes them in memory.
create or replace function muster.accomplished(p_began timestamptz, p_since timestamptz)
returns table (kind text, account text, operation text, done bigint, new bigint, changed bigint, failed bigint,
  unknown bigint, remaining bigint)
language sql stable set jit = off set work_mem = '64MB' as $$
  with failed as (
    select l.target_id from muster.dead_letter l
     where l.kind = 'pull' and l.state = 'open' and l.last_failed_at >= p_began),
  pulls as (
    select s.target_id, 'done' as "end" from muster.poll_state s
     where s.synced_at >= p_began and not exists (select from failed f where f.target_id = s.target_id)
    union all
    select f.target_id, 'failed' from failed f
    union all
    select u.target_id, 'remaining' from muster.pulls_untouched(p_since) u
    union all
    select u.target_id, 'remaining' from muster.pulls_under_way(p_since) u),
  counts as (
    select p.account, p.resource, count(*) filter (where t."end" = 'done') as done,
           count(*) filter (where t."end" = 'failed') as failed,
           count(*) filter (where t."end" = 'remaining') as remaining
      from pulls t join muster.poll_target p on p.id = t.target_id
     group by p.account, p.resource),
  versions as (
    select d.account, 'device' as resource, d.key, d.first_seen_at >= p_began as new
      from muster.device d where d.last_changed_at >= p_began
    union all
    select d.account, 'product', d.product_key, d.first_seen_at >= p_began
      from muster.product d where d.last_changed_at >= p_began),
  brought as (
    select p.account, p.resource, count(*) filter (where v.new) as new, count(*) filter (where not v.new) as changed
      from versions v
      join muster.poll_target p on p.account = v.account and p.resource = v.resource and p.key = v.key
      join muster.poll_state s on s.target_id = p.id and s.synced_at >= p_began
     where not exists (select from failed f where f.target_id = p.id)
     group by p.account, p.resource),
  requests as (
    select w.account, w.action, w.status from muster.work_request w
     where w.finished_at >= p_began and w.status in ('done', 'dead')
    union all
    select w.account, w.action, 'unknown'
      from muster.dead_letter l join muster.work_request w on w.id = l.request_id
     where l.kind = 'request' and l.state = 'open' and l.last_failed_at >= p_began and w.status = 'unknown'
    union all
    select r.account, r.action, 'remaining' from muster.requests_to_do(p_since) r)
  select 'pull', c.account, c.resource, c.done, coalesce(b.new, 0), coalesce(b.changed, 0), c.failed, 0, c.remaining
    from counts c left join brought b on b.account = c.account and b.resource = c.resource
  union all
  select 'request', r.account, r.action, count(*) filter (where r.status = 'done'), 0, 0,
         count(*) filter (where r.status = 'dead'), count(*) filter (where r.status = 'unknown'),
         count(*) filter (where r.status = 'remaining')
    from requests r
   group by r.account, r.action
   order by 1, 2, 3
$$;
comment on function muster.accomplished(timestamptz, timestamptz) is
  'The work done since p_began, of pulls and of requests: how many were done, brought a new or changed device or '
  'product, failed for good, or (requests) have an unknown outcome for a person to look at. And what remains of the '
  'work that was due at p_since.';
