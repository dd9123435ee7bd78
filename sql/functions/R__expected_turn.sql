-- When the turn of a request comes, for muster.explain.

create or replace function muster.goes_first(w muster.work_request) returns bigint
language sql stable as $$
  select min(x)
    from muster.same_key_first(
           w.account, w.key, w.id, w.started_at, muster.writing_actions(w.account), statement_timestamp()) x
   where w.action = any (muster.writing_actions(w.account))
$$;
comment on function muster.goes_first(muster.work_request) is
  'The request for the same key that has to end first; null if none has.';

-- In the order in which muster.claim_requests takes them, over all accounts that share the quota.
create or replace function muster.ahead(w muster.work_request) returns bigint
language plpgsql stable as $$
declare
  v_accounts text[] := array(
    select w.account
    union
    select a.account
      from muster.account_quota own
      join muster.account_quota u using (quota)
      join muster.account a on a.account = u.account
     where own.account = w.account and a.configured and a.state = 'active');
begin
  return (
    select count(*) from muster.work_request o
     where o.account = any (v_accounts) and o.status in ('pending', 'running', 'unknown') and o.fence is null
       and o.next_at <= statement_timestamp()
       and (o.priority > w.priority or (o.priority = w.priority and (o.next_at, o.id) < (w.next_at, w.id))));
end $$;
comment on function muster.ahead(muster.work_request) is 'How many requests that are due go before this one.';

-- Each permit lets one call leave, and the next one window later: the n-th request ahead takes the n-th permit that
-- comes free.
create or replace function muster.next_permit(p_account text, p_ahead bigint, out quota text, out at timestamptz)
language sql stable as $$
  select s.quota, greatest(s.free_at, statement_timestamp()) + (p_ahead / s.max_calls) * s."window"
    from (select q.quota, q.max_calls, q."window", f.free_at,
                 row_number() over (partition by q.quota order by f.free_at, p.slot) - 1 as turn
            from muster.account_quota u
            join muster.quota q using (quota)
           -- A quota without permits has had no call yet: all are free.
           cross join lateral (
             select slot, free_at, fence from muster.permit where quota = q.quota
              union all
             select n, '-infinity', null from generate_series(1, q.max_calls) n where not q.has_permits) p
           -- A call under way holds its permit for its longest time. Most likely its reply is about to arrive.
           cross join lateral (
             select case when p.fence is null then p.free_at
                         else least(p.free_at, statement_timestamp() + q."window") end as free_at) f
           where u.account = p_account and p.slot <= q.max_calls) s
   where s.turn = p_ahead % s.max_calls
   order by 2 desc, 1
   limit 1
$$;
comment on function muster.next_permit(text, bigint) is
  'For a call with so many ahead: the one of an account''s quotas that lets it go last, and when, at its pace. '
  'Nulls without a quota.';

create or replace function muster.expected_at(p_account text, p_ahead bigint) returns timestamptz
language sql stable as $$ select coalesce(at, statement_timestamp()) from muster.next_permit(p_account, p_ahead) $$;
comment on function muster.expected_at(text, bigint) is
  'When a call of an account with so many ahead can leave, at its quota''s pace; now without a quota.';
