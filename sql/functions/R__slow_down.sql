-- The vendor asked to slow down. The pause grows while refusals go on, and shrinks after.
create or replace function muster.asked_pause(o muster.outcome) returns interval
language sql immutable as $$
  select least(coalesce(muster.millis(o.retry_after_ms), interval '0'), interval '10 minutes')
$$;
comment on function muster.asked_pause(muster.outcome) is 'The pause that the vendor asked for, up to a limit.';

create or replace function muster.next_pause(p_until timestamptz, p_pause interval) returns interval
language sql stable as $$
  select case when b.quiet > 10 * b.base or b.quiet is null then interval '1 second'
              when b.quiet > b.base then greatest(p_pause / 2, interval '1 second')
              else least(2 * greatest(p_pause, interval '1 second'), interval '5 minutes') end
    from (select clock_timestamp() - p_until as quiet, greatest(p_pause, interval '10 seconds') as base) b
$$;
comment on function muster.next_pause(timestamptz, interval) is
  'Twice the last pause if it was too short, half of it if it was long enough, up to a limit; a second after a '
  'quiet time.';

create or replace function muster.lock_slowed_quotas(p_outcomes muster.outcome[]) returns void
language sql as $$
  select from muster.quota
   where quota in (select u.quota from muster.account_quota u join unnest(p_outcomes) x using (account)
                    where x.verdict = 'snooze')
   order by quota
     for update
$$;
comment on function muster.lock_slowed_quotas(muster.outcome[]) is 'Locks the quotas of calls told to slow down.';

create or replace function muster.slow_down(o muster.outcome) returns void
language sql as $$
  update muster.quota q
     set refused = q.refused + 1,
         pause = case when q.paused_until > clock_timestamp() then q.pause else s.pause end,
         -- Further refusals of the same rush lengthen the pause only if they name a later time.
         paused_until = greatest(q.paused_until, clock_timestamp()
           + case when q.paused_until > clock_timestamp() then s.asked else s.pause end)
    from (select l.quota, r.asked, greatest(r.asked, muster.next_pause(l.paused_until, l.pause)) as pause
            from muster.quota l, (select muster.asked_pause(o) as asked) r) s
   where q.quota = s.quota and q.quota in (select quota from muster.account_quota where account = o.account)
$$;
comment on function muster.slow_down(muster.outcome) is
  'The vendor asked to slow down: each quota of the account pauses, for every replica.';

create or replace function muster.slow_account(o muster.outcome) returns void
language sql as $$
  update muster.account a
     set slowdown = case when a.slowed_until > clock_timestamp() then a.slowdown else s.pause end,
         slowed_until = greatest(a.slowed_until, clock_timestamp()
           + case when a.slowed_until > clock_timestamp() then s.asked else s.pause end)
    from (select l.account, r.asked, greatest(r.asked, muster.next_pause(l.slowed_until, l.slowdown)) as pause
            from muster.account l, (select muster.asked_pause(o) as asked) r) s
   where a.account = o.account and s.account = a.account
     and not exists (select from muster.account_quota u where u.account = a.account)
$$;
comment on function muster.slow_account(muster.outcome) is
  'The vendor asked to slow down an account without a quota: the account pauses by the same rule.';
