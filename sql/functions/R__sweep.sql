-- SWEEPS. A vendor's list call shows a page of devices for the price of one call. A sweep reads all pages of an
-- account's list once. It lists what was created until its start, the oldest first, so that new devices move no page. A
-- page is work: muster.claim_pages hands it out, muster.settle_page writes what it showed. So a sweep goes on where it
-- stopped.
-- muster.begin_sweeps decides in one place which way is cheaper.

create or replace function muster.least_saving() returns integer
language sql stable as $$ select least_saving from muster.sweep_rule $$;
comment on function muster.least_saving() is
  'A sweep must spare so many calls more than it costs. A small inventory is read singly.';

-- Sweeps that follow each other without a pause would leave nothing for single reads.
create or replace function muster.next_sweep_at(l muster.sweep, p_every interval) returns timestamptz
language sql stable as $$
  select case when l.unanswered < 6 then l.finished_at + interval '5 minutes' * power(4, l.unanswered - 1)
              when l.state = 'refused' then l.finished_at + interval '1 day'
              when l.state = 'dearer' then l.finished_at
              else greatest(l.started_at + p_every, l.finished_at + (l.finished_at - l.started_at) * u.rest::float) end
    from muster.sweep_rule u
$$;
comment on function muster.next_sweep_at(muster.sweep, interval) is
  'When a sweep is due after this one, if it pays. What the vendor refused is tried a day later. What nobody gave a '
  'reason for is tried after 5 minutes, then after four times as long each, a day at most.';

-- It counts no further than the answer needs. p_devices: how many devices the list has; null if no sweep knows.
-- Who sets sweep_every wants copies as fresh as that: then all single reads of an interval count.
create or replace function muster.sweep_pays(r muster.account_resource, p_devices bigint) returns boolean
language sql stable as $$
  select n.calls <= (
    select count(*)
      from (select
              from muster.poll_state s
              join muster.poll_target p on p.id = s.target_id and p.resource = r.resource and p.enabled
             where s.account = r.account and s.due_at < clock_timestamp()
                   + greatest(r.sweep_interval, case when r.sweep_every is not null then r.refresh_every end)
             limit n.calls) t)
    from (select coalesce(p_devices, 0) / r.page_size + 1 + muster.least_saving() as calls) n
$$;
comment on function muster.sweep_pays(muster.account_resource, bigint) is
  'Whether more single reads fall due until the next sweep than its pages cost.';

create or replace function muster.list_facts(p_account text, p_resource text, p_targets numeric)
returns double precision
language sql stable as $$
  select coalesce((
    select p_targets / n.pages
      from muster.account_resource r
     cross join lateral (select floor(p_targets / r.page_size) + 1 as pages) n
     where r.account = p_account and r.resource = p_resource and r.sweep_interval > interval '0'
       and (r.discover or p_targets >= n.pages + muster.least_saving())
       and coalesce((
         select s.state from muster.sweep s
          where s.account = r.account and s.resource = r.resource and s.finished_at is not null
            and s.unanswered is distinct from 1
          order by s.started_at desc limit 1), 'done') = 'done'), 1)
$$;
comment on function muster.list_facts(text, text, numeric) is
  'How many targets a call reads if so many are read by sweeps; 1 where no list does better.';

create or replace function muster.begin_sweeps(p_account text) returns void
language plpgsql set lock_timeout = '500ms' as $$
declare
  r       muster.account_resource;
  l       muster.sweep;
  v_sweep bigint;
begin
  for r in
    select x.* from muster.account_resource x join muster.account a using (account)
     where x.account = p_account and x.page_size is not null and a.configured and a.state = 'active'
       and x.sweep_interval > interval '0'
     order by x.resource
  loop
    select * into l from muster.sweep s
     where s.account = r.account and s.resource = r.resource order by s.started_at desc limit 1;
    continue when l.state = 'running' or clock_timestamp() < muster.next_sweep_at(l, r.sweep_interval);
    -- The list may have become shorter: after a day its first page tells anew.
    continue when not (r.discover or muster.sweep_pays(r,
      case when l.finished_at > clock_timestamp() - interval '1 day' then l.devices end));
    v_sweep := null;
    begin
      insert into muster.sweep (account, resource, page_size, room)
      values (r.account, r.resource, r.page_size, case when r.discover then
        greatest(r.discover_at_most - (select count(*) from muster.poll_target p
                                        where p.account = r.account and p.resource = r.resource
                                          and p.discovered_at is not null), 0) else 0 end)
      on conflict (account, resource) where state = 'running' do nothing
      returning id into v_sweep;
    exception
      -- A transaction that enrols targets, and is not committed yet, has begun it.
      when lock_not_available then null;
    end;
    if v_sweep is not null then
      insert into muster.sweep_page (sweep_id, account, page) values (v_sweep, r.account, 0);
      perform muster.ring();
    end if;
  end loop;
end $$;
comment on function muster.begin_sweeps(text) is
  'Begins the sweeps of an account that are due and spare more calls than they cost.';

-- Devices that left the list while it was read moved the later ones forward, over the end of a page that was read
-- already. Such a page is read once more.
create or replace function muster.reread_pages(p_sweep bigint) returns boolean
language plpgsql as $$
begin
  update muster.sweep_page p
     set read_at = null, due_at = clock_timestamp(), attempts = 0, again = true
    from muster.sweep_page n
   where p.sweep_id = p_sweep and n.sweep_id = p_sweep and n.created_from = p.created_from and n.page = p.page + 1
     and n.total < p.total and n.read_at > p.read_at and not p.again;
  return found;
end $$;
comment on function muster.reread_pages(bigint) is
  'Makes pages due again behind which the list has become shorter. False if there are none.';

create or replace function muster.end_sweep(p_sweep bigint, p_state text, p_why text) returns void
language sql as $$
  update muster.sweep s
     set state = p_state, finished_at = clock_timestamp(), pages = p.pages, calls = p.calls, new = p.added,
         devices = case when p_state = 'dearer' then p.total else p.entries end,
         why = left(coalesce(p_why,
           case when p.failed > 0 then p.failed || ' page(s) could not be read: ' || p.waits_for end,
           case when p.left_out > 0 then p.left_out || ' device(s) were not enrolled: discover-at-most is reached, or '
             || 'the key is none that Muster takes' end), 1000),
         missing = case when p_state = 'done' then (
           select count(*) from muster.poll_state t
             join muster.poll_target k on k.id = t.target_id and k.resource = s.resource and k.enabled
            where t.account = s.account and coalesce(t.synced_at, k.created_at) < s.started_at) end
    from (select count(entries) as pages, coalesce(sum(calls), 0) as calls, coalesce(sum(entries), 0) as entries,
                 coalesce(sum(added), 0) as added, coalesce(sum(left_out), 0) as left_out,
                 coalesce(max(total), 0) as total,
                 count(*) filter (where read_at is not null and entries is null) as failed, max(waits_for) as waits_for
            from muster.sweep_page where sweep_id = p_sweep) p
   where s.id = p_sweep;
  delete from muster.sweep_page where sweep_id = p_sweep;
$$;
comment on function muster.end_sweep(bigint, text, text) is 'Writes what came of a sweep, and drops its pages.';

create or replace function muster.refuse_sweep(p_sweep bigint, o muster.outcome) returns void
language sql as $$
  select muster.end_sweep(p_sweep, 'refused', o.code || ': ' || o.message);
  update muster.sweep s
     set unanswered = 1 + coalesce((
           select b.unanswered from muster.sweep b
            where b.account = s.account and b.resource = s.resource and b.started_at < s.started_at
            order by b.started_at desc limit 1), 0)
   where s.id = p_sweep and o.blame is not null
$$;
comment on function muster.refuse_sweep(bigint, muster.outcome) is
  'The first page was refused: in the vendor''s own words, or without any, as by a gateway.';

-- Planner: kept plans (docs/planner.md).
create or replace function muster.tend_sweeps() returns void
language plpgsql set enable_seqscan = off set enable_mergejoin = off set jit = off as $$
declare
  -- How long report.sweep shows a sweep that has ended.
  c_kept constant interval := interval '30 days';
  s      muster.sweep;
begin
  if not muster.take_turn('sweeps') then
    return;
  end if;
  for s in select * from muster.sweep where state = 'running' loop
    if exists (select from muster.account_resource
                where account = s.account and resource = s.resource and page_size is null) then
      -- In the order of a settlement: the pages first.
      perform from muster.sweep_page where sweep_id = s.id order by id for update;
      perform muster.end_sweep(s.id, 'done', 'the vendor''s list call was taken out of its routes');
    elsif not exists (select from muster.sweep_page where sweep_id = s.id and read_at is null)
          and not muster.reread_pages(s.id) then
      perform muster.end_sweep(s.id, 'done', null);
    end if;
  end loop;
  perform muster.begin_sweeps(l.account)
     from (select distinct account from muster.account_resource where page_size is not null) l;
  delete from muster.sweep where finished_at < clock_timestamp() - c_kept;
end $$;
comment on function muster.tend_sweeps() is
  'Ends the sweeps whose pages are read, and begins those that are due. For the service, every few seconds; one '
  'replica at a time does it.';
