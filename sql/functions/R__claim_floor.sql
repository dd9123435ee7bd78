-- THE FLOOR OF THE CLAIM: from when on it looks for work. A row that ended, or moved to another time, leaves entries in
-- the indexes. PostgreSQL clears them as it passes them, but not while any session holds a snapshot from before: a
-- dump, or a query that somebody forgot. A claim that looked from the beginning would pass all of them.
-- A floor may be too low: that is only slow. It is never above a row:
--   A row's next_at or due_at is no earlier than the clock when it is written, read after its transaction got its
--   number. A floor follows to the time of a mark once all transactions with lower numbers than the mark's have ended:
--   only they could still commit an earlier row. They may be in any database of the server. A transaction that only
--   reads has no number and holds up nothing.
-- A clock that is set back breaks the first rule. muster.check_floors looks without the floor, once a minute, and
-- lowers it.
create or replace function muster.next_priority(p_account text, p_kind text, p_below integer, p_above integer)
returns integer
language plpgsql stable as $$
begin
  if p_kind = 'request' then
    return greatest(
      (select priority from muster.work_request
        where account = p_account and status in ('pending', 'running', 'unknown') and fence is null
          and priority < p_below and priority > p_above
        order by priority desc limit 1),
      (select priority from muster.work_request
        where account = p_account and fence is not null and priority < p_below and priority > p_above
        order by priority desc limit 1));
  end if;
  return greatest(
    (select priority from muster.poll_state
      where account = p_account and fence is null and priority < p_below and priority > p_above
      order by priority desc limit 1),
    (select priority from muster.poll_state
      where account = p_account and fence is not null and priority < p_below and priority > p_above
      order by priority desc limit 1));
end $$;
comment on function muster.next_priority(text, text, integer, integer) is
  'The highest priority between two that an account''s rows of a kind have.';

create or replace function muster.first_due(
  p_account text, p_kind text, p_priority integer, p_leased boolean, p_from timestamptz, p_before timestamptz)
returns timestamptz
language plpgsql stable as $$
begin
  if p_kind = 'request' and p_leased then
    return (select next_at from muster.work_request
             where account = p_account and priority = p_priority and fence is not null
               and next_at >= p_from and next_at < p_before
             order by next_at limit 1);
  elsif p_kind = 'request' then
    return (select next_at from muster.work_request
             where account = p_account and priority = p_priority and status in ('pending', 'running', 'unknown')
               and fence is null and next_at >= p_from and next_at < p_before
             order by next_at limit 1);
  elsif p_leased then
    return (select due_at from muster.poll_state
             where account = p_account and priority = p_priority and fence is not null
               and due_at >= p_from and due_at < p_before
             order by due_at limit 1);
  end if;
  return (select due_at from muster.poll_state
           where account = p_account and priority = p_priority and fence is null
             and due_at >= p_from and due_at < p_before
           order by due_at limit 1);
end $$;
comment on function muster.first_due(text, text, integer, boolean, timestamptz, timestamptz) is
  'When, in a span of time, the first row of a kind and priority is due, or the first lease ends; null if none '
  'does.';

create or replace function muster.few_priorities() returns integer
language sql immutable as $$ select 8 $$;
comment on function muster.few_priorities() is
  'So many priorities of an account and kind are looked at one by one; for more, one statement looks at all.';

-- Nobody has noted them yet. Between noted priorities the look passes only rows of such a one.
create or replace function muster.unnoted_priorities(p_account text, p_kind text, p_below integer, p_above integer)
returns setof integer
language plpgsql stable as $$
declare
  v_next integer := p_below;
begin
  loop
    v_next := muster.next_priority(p_account, p_kind, v_next, p_above);
    exit when v_next is null;
    return next v_next;
  end loop;
end $$;
comment on function muster.unnoted_priorities(text, text, integer, integer) is
  'The priorities between two that an account''s rows of a kind have, the higher first.';

-- One statement, and not some a priority: an account may use two thousand of them. For few that would be slower.
create or replace function muster.lower_floors(p_account text, p_kind text, p_below integer)
returns setof muster.claim_floor
language plpgsql stable as $$
declare
  c_least constant integer := -2147483648;
begin
  return query
  with recursive noted as (
    select f.*, p_below as above
      from (values (1)) one (n)
      left join lateral (
        select * from muster.claim_floor
         where account = p_account and kind = p_kind and priority < p_below
         order by priority desc, id desc limit 1) f on true
    union all
    select f.*, n.priority
      from noted n
      left join lateral (
        -- PostgreSQL reads all of a page that lies in the range: a short one first.
        (select * from muster.claim_floor
          where account = p_account and kind = p_kind and priority < n.priority and priority > n.priority - 8
          order by priority desc, id desc limit 1)
        union all
        (select * from muster.claim_floor
          where account = p_account and kind = p_kind and priority < n.priority - 7
          order by priority desc, id desc limit 1)
        limit 1) f on true
     where n.priority is not null)
  select p_account, p_kind, x.priority, x.id,
         -- Above the clock it says that the clock was set back.
         case when x.set_back then '-infinity' else x.waiting_from end,
         case when x.set_back then '-infinity' else x.leased_from end, x.used_at, x.marked_at, x.marked_xid
    from (select n.priority, n.id, n.waiting_from, n.leased_from, n.used_at, n.marked_at, n.marked_xid,
                 greatest(n.waiting_from, n.leased_from) > clock_timestamp() as set_back
            from noted n
           where n.priority is not null
          union all
          select u.priority, null, '-infinity', '-infinity', now(), now(), null, false
            from noted n
           cross join lateral muster.unnoted_priorities(
             p_account, p_kind, n.above, coalesce(n.priority, c_least)) u (priority)
           -- No number is between two neighbours.
           where n.above - 1 > coalesce(n.priority, c_least)) x
   order by x.priority desc;
end $$;
comment on function muster.lower_floors(text, text, integer) is
  'muster.floors for one kind and the priorities below one.';

-- Between the noted priorities the look passes only rows of a new one.
create or replace function muster.floors(p_account text) returns setof muster.claim_floor
language plpgsql stable as $$
declare
  c_least constant integer := -2147483648;
  v_kind  text;
  v_below integer;
  v_next  integer;
  v_count integer;
  f       muster.claim_floor;
begin
  foreach v_kind in array '{request,pull}'::text[] loop
    v_below := 2147483647;
    v_count := 0;
    loop
      v_count := v_count + 1;
      if v_count > muster.few_priorities() then
        return query select * from muster.lower_floors(p_account, v_kind, v_below);
        exit;
      end if;
      select * into f from muster.claim_floor
       where account = p_account and kind = v_kind and priority < v_below
       order by priority desc, id desc limit 1;
      loop
        v_next := muster.next_priority(p_account, v_kind, v_below, coalesce(f.priority, c_least));
        exit when v_next is null;
        -- Nobody has noted it yet: it has no id.
        return query select p_account, v_kind, v_next, null::bigint, '-infinity'::timestamptz,
                            '-infinity'::timestamptz, now(), now(), null::xid8;
        v_below := v_next;
      end loop;
      exit when f.id is null;
      v_below := f.priority;
      -- The clock was set back.
      if greatest(f.waiting_from, f.leased_from) > clock_timestamp() then
        f.waiting_from := '-infinity';
        f.leased_from := '-infinity';
      end if;
      return next f;
    end loop;
  end loop;
end $$;
comment on function muster.floors(text) is
  'Where to look for an account''s rows: one row for each kind and priority that it has, the higher priority first.';

create or replace function muster.due_floors(p_floors muster.claim_floor[], p_now timestamptz)
returns muster.claim_floor[]
language plpgsql stable as $$
begin
  if cardinality(p_floors) <= muster.few_priorities() then
    return p_floors;
  end if;
  return array(
    select f from unnest(p_floors) f
     where case f.kind
             when 'pull' then
               (select true from muster.poll_state
                 where account = f.account and priority = f.priority and fence is null
                   and due_at >= f.waiting_from and due_at <= p_now
                 order by due_at limit 1)
               or (select true from muster.poll_state
                    where account = f.account and priority = f.priority and fence is not null
                      and due_at >= f.leased_from and due_at <= p_now
                    order by due_at limit 1)
             else
               (select true from muster.work_request
                 where account = f.account and priority = f.priority
                   and status in ('pending', 'running', 'unknown') and fence is null
                   and next_at >= f.waiting_from and next_at <= p_now
                 order by next_at limit 1)
               or (select true from muster.work_request
                    where account = f.account and priority = f.priority and fence is not null
                      and next_at >= f.leased_from and next_at <= p_now
                    order by next_at limit 1) end);
end $$;
comment on function muster.due_floors(muster.claim_floor[], timestamptz) is
  'Of many floors those that have a row that is due, or whose lease ended, in their order; few floors as they are.';

-- The claim calls it, seldom, with the floors that it has read.
create or replace function muster.move_floors(p_account text, p_floors muster.claim_floor[], p_busy boolean)
returns void
language plpgsql as $$
declare
  -- How often, for an account that is at work and for one that is not.
  c_busy constant interval := '1 second';
  c_idle constant interval := '15 seconds';
  -- So many of many a claim: its cost must not grow with the number of priorities.
  c_most constant integer := 16;
  v_xid  xid8;
  f      muster.claim_floor;
begin
  if cardinality(p_floors) > muster.few_priorities() then
    p_floors := array(
      (select x from unnest(p_floors) x where x.id is null)
      union all
      (select x from unnest(p_floors) x
        where x.id is not null
          and x.marked_at not between now() - case when p_busy then c_busy else c_idle end and now()
        order by x.marked_at limit c_most));
  end if;
  foreach f in array p_floors loop
    continue when f.id is not null
      and f.marked_at between now() - case when p_busy then c_busy else c_idle end and now();
    -- Whoever moves or lowers a floor locks its latest row.
    if f.id is not null then
      perform from muster.claim_floor
        where account = p_account and kind = f.kind and priority = f.priority and id = f.id
          for update skip locked;
      continue when not found;
    end if;
    continue when exists (
      select from muster.claim_floor
       where account = p_account and kind = f.kind and priority = f.priority and id > coalesce(f.id, 0));
    v_xid := pg_current_xact_id();
    if f.marked_xid <= pg_snapshot_xmin(pg_current_snapshot()) then
      f.waiting_from := coalesce(
        muster.first_due(p_account, f.kind, f.priority, false, f.waiting_from, f.marked_at), f.marked_at);
      f.leased_from := coalesce(
        muster.first_due(p_account, f.kind, f.priority, true, f.leased_from, f.marked_at), f.marked_at);
    else
      -- A mark whose number has yet to come is another server's.
      continue when f.marked_xid < v_xid;
    end if;
    insert into muster.claim_floor
      (account, kind, priority, waiting_from, leased_from, used_at, marked_at, marked_xid)
    values (p_account, f.kind, f.priority, f.waiting_from, f.leased_from, f.used_at, now(), v_xid);
  end loop;
end $$;
comment on function muster.move_floors(text, muster.claim_floor[], boolean) is
  'Lets an account''s floors follow the clock as far as nobody can commit a row that is due earlier.';

create or replace function muster.lock_floor(p_account text, p_kind text, p_priority integer) returns void
language plpgsql as $$
declare
  v_id bigint;
begin
  loop
    select max(id) into v_id from muster.claim_floor
     where account = p_account and kind = p_kind and priority = p_priority and id > coalesce(v_id, 0);
    exit when v_id is null;
    -- A claim that holds it may be moving the floor: then there is a later row afterwards.
    perform from muster.claim_floor
      where account = p_account and kind = p_kind and priority = p_priority and id = v_id for update;
  end loop;
end $$;
comment on function muster.lock_floor(text, text, integer) is 'Locks the latest row of a floor.';

-- It holds no lock while it looks: that may take seconds under an old snapshot.
-- Planner: kept plans (docs/planner.md).
create or replace function muster.check_floors() returns void
language plpgsql set enable_seqscan = off set enable_mergejoin = off set jit = off as $$
declare
  v_waiting timestamptz;
  v_leased  timestamptz;
  v_first   timestamptz;
  f         muster.claim_floor;
begin
  if not muster.take_turn('check_floors') then
    return;
  end if;
  delete from muster.claim_floor o
   where exists (select from muster.claim_floor n
                  where n.account = o.account and n.kind = o.kind and n.priority = o.priority and n.id > o.id);
  for f in
    select distinct on (account, kind, priority) * from muster.claim_floor
     order by account, kind, priority, id desc
  loop
    v_waiting := muster.first_due(f.account, f.kind, f.priority, false, '-infinity', 'infinity');
    v_leased := muster.first_due(f.account, f.kind, f.priority, true, '-infinity', 'infinity');
    v_first := coalesce(v_waiting, v_leased);
    if v_waiting < f.waiting_from or v_leased < f.leased_from
       or (v_first is not null and f.used_at < now() - interval '1 hour') then
      perform muster.lock_floor(f.account, f.kind, f.priority);
      insert into muster.claim_floor
        (account, kind, priority, waiting_from, leased_from, used_at, marked_at, marked_xid)
      select account, kind, priority, least(waiting_from, v_waiting), least(leased_from, v_leased), now(),
             marked_at, marked_xid
        from muster.claim_floor
       where account = f.account and kind = f.kind and priority = f.priority
       order by id desc limit 1;
    elsif v_first is null and f.used_at < now() - interval '1 day' then
      delete from muster.claim_floor where account = f.account and kind = f.kind and priority = f.priority;
    end if;
  end loop;
end $$;
comment on function muster.check_floors() is
  'Looks for work below the floors, where there should be none. Lowers floors that are too high, and forgets those '
  'without a use. For the service, once a minute.';
