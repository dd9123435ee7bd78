-- Which accounts have something to do now, whether their quotas allow it or not. Replicas ask for all accounts every
-- few seconds: an idle account costs nine looks into indexes, and nothing is counted.
-- muster.floors tells the same of one account. Here all accounts go through one statement: first their noted
-- priorities, a round of the recursion a priority, and a last row without one for the end. Then, for each: is a row of
-- this priority due at its floor, or did a lease end? Is a row due between this priority and the one above, which
-- nobody has noted yet? A claim notes all that it leases; so leases are looked for elsewhere only if nothing is noted.

-- A floor above the clock says that the clock was set back.
create or replace function muster.usable_floor(p_from timestamptz) returns timestamptz
language sql stable as $$ select case when p_from <= now() then p_from else '-infinity' end $$;
comment on function muster.usable_floor(timestamptz) is 'A floor to look from.';

-- Planner: kept plans, ordered look (docs/planner.md).
create or replace function muster.accounts_with_pulls() returns setof text
language plpgsql stable set enable_seqscan = off set enable_mergejoin = off set jit = off as $$
begin
  return query
  with recursive noted as (
    select a.account, f.priority, f.waiting_from, f.leased_from, 2147483647 as above
      from muster.account a
      left join lateral (
        select priority, waiting_from, leased_from from muster.claim_floor
         where account = a.account and kind = 'pull'
         order by priority desc, id desc limit 1) f on true
     where a.configured
    union all
    select n.account, f.priority, f.waiting_from, f.leased_from, n.priority
      from noted n
      left join lateral (
        (select priority, waiting_from, leased_from from muster.claim_floor
          where account = n.account and kind = 'pull' and priority < n.priority and priority > n.priority - 8
          order by priority desc, id desc limit 1)
        union all
        (select priority, waiting_from, leased_from from muster.claim_floor
          where account = n.account and kind = 'pull' and priority < n.priority - 7
          order by priority desc, id desc limit 1)
        limit 1) f on true
     where n.priority is not null)
  select n.account from noted n
   where (select true from muster.poll_state
           where account = n.account and priority = n.priority and fence is null
             and due_at >= muster.usable_floor(n.waiting_from) and due_at < now()
           order by due_at limit 1)
      or (select true from muster.poll_state
           where account = n.account and priority = n.priority and fence is not null
             and due_at >= muster.usable_floor(n.leased_from) and due_at < now()
           order by due_at limit 1)
      -- No number is between two neighbours.
      or case when n.priority = n.above - 1 then false else (select true from muster.poll_state
           where account = n.account and priority > coalesce(n.priority, -2147483648) and priority < n.above
             and fence is null and due_at < now()
           order by priority desc, due_at limit 1) end
      or (n.priority is null and n.above = 2147483647
          and (select true from muster.poll_state
                where account = n.account and fence is not null and due_at < now()
                order by priority desc, due_at limit 1));
end $$;
comment on function muster.accounts_with_pulls() is
  'The accounts with targets that are due, or whose lease ended unanswered. An account may come twice.';

-- Planner: kept plans, ordered look (docs/planner.md).
create or replace function muster.accounts_with_requests() returns setof text
language plpgsql stable set enable_seqscan = off set enable_mergejoin = off set jit = off as $$
begin
  return query
  with recursive noted as (
    select a.account, f.priority, f.waiting_from, f.leased_from, 2147483647 as above
      from muster.account a
      left join lateral (
        select priority, waiting_from, leased_from from muster.claim_floor
         where account = a.account and kind = 'request'
         order by priority desc, id desc limit 1) f on true
     where a.configured
    union all
    select n.account, f.priority, f.waiting_from, f.leased_from, n.priority
      from noted n
      left join lateral (
        (select priority, waiting_from, leased_from from muster.claim_floor
          where account = n.account and kind = 'request' and priority < n.priority and priority > n.priority - 8
          order by priority desc, id desc limit 1)
        union all
        (select priority, waiting_from, leased_from from muster.claim_floor
          where account = n.account and kind = 'request' and priority < n.priority - 7
          order by priority desc, id desc limit 1)
        limit 1) f on true
     where n.priority is not null)
  select n.account from noted n
   where (select true from muster.work_request
           where account = n.account and priority = n.priority and status in ('pending', 'running', 'unknown')
             and fence is null and next_at >= muster.usable_floor(n.waiting_from) and next_at < now()
           order by next_at limit 1)
      or (select true from muster.work_request
           where account = n.account and priority = n.priority and fence is not null
             and next_at >= muster.usable_floor(n.leased_from) and next_at < now()
           order by next_at limit 1)
      -- No number is between two neighbours.
      or case when n.priority = n.above - 1 then false else (select true from muster.work_request
           where account = n.account and priority > coalesce(n.priority, -2147483648) and priority < n.above
             and status in ('pending', 'running', 'unknown') and fence is null and next_at < now()
           order by priority desc, next_at limit 1) end
      or (n.priority is null and n.above = 2147483647
          and (select true from muster.work_request
                where account = n.account and fence is not null and next_at < now()
                order by priority desc, next_at limit 1));
end $$;
comment on function muster.accounts_with_requests() is
  'The accounts with requests that are due, or whose lease ended unanswered. An account may come twice.';

-- Few sweeps run: an idle account costs nothing here.
create or replace function muster.accounts_with_pages() returns setof text
language sql stable as $$
  select s.account from muster.sweep s
   where s.state = 'running'
     and exists (select from muster.sweep_page p where p.account = s.account and p.read_at is null and p.due_at < now())
$$;
comment on function muster.accounts_with_pages() is
  'The accounts with a page of a list that is due, or whose lease ended unanswered. An account may come twice.';

create or replace function muster.accounts_behind() returns setof text
language sql stable as $$
  select muster.accounts_with_requests() union select muster.accounts_with_pulls()
  union select muster.accounts_with_pages()
$$;
comment on function muster.accounts_behind() is 'The accounts that have something to do now.';

create or replace function muster.accounts_due(p_vendor text) returns setof text
language sql stable as $$
  select a.account
    from muster.accounts_behind() b (account)
    join muster.account a using (account)
   where a.configured and (p_vendor is null or a.vendor = p_vendor)
         -- The claim gives up what was being sent when a process stopped, whatever the account's state.
     and (a.state = 'active' or exists (
           select from muster.work_request w
            where w.account = a.account and w.fence is not null and w.next_at < now()))
$$;
comment on function muster.accounts_due(text) is
  'The active accounts of a vendor (null: of all) that have something to do now, whether their quotas allow it or not. '
  'For the service.';

create or replace function muster.progress()
returns table (name text, state text, why text, what_to_do text, behind boolean)
language sql stable as $$
  select a.account, case when d.account is null then a.state else 'down' end,
         left(coalesce(d.why, a.why), 1000),
         coalesce(d.what_to_do, a.what_to_do), a.account in (select b from muster.accounts_behind() b)
    from muster.account a
    left join muster.down d on d.account = a.account
   where a.configured
$$;
comment on function muster.progress() is
  'Each account''s state, or down, and whether something is due. For the service''s console.';
