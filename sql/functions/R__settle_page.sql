-- What a settlement means for a page of a list. A page that was read refreshes each target that it shows, as a single
-- read does. A page that failed costs that page.
create or replace function muster.settle_page(o muster.outcome, p_devices text[]) returns void
language plpgsql as $$
declare
  p muster.sweep_page;
  v_lost integer;
begin
  select * into p from muster.sweep_page where id = o.id and fence = o.fence for update;
  if not found then
    return;
  end if;
  v_lost := case when muster.failed_within(o) then coalesce(p.lost, 0) + 1 end;
  if o.verdict = 'done' then
    perform muster.page_read(p, o, p_devices);
  elsif o.verdict = 'park'
        and not exists (select from muster.sweep_page where sweep_id = p.sweep_id and entries is not null) then
    perform muster.refuse_sweep(p.sweep_id, o);
  else
    update muster.sweep_page
       set fence = null, lost = v_lost, waits_for = o.code || ': ' || o.message, due_at = muster.later(o.delay_ms),
           read_at = case when o.verdict = 'park' or v_lost >= muster.most_lost() then clock_timestamp() end,
           attempts = attempts + case when o.verdict = 'retry' then 1 else 0 end,
           failing_since = case when o.blame is null then failing_since
                                else coalesce(failing_since, clock_timestamp()) end,
           reauthorised = reauthorised or (o.verdict = 'reauthorise' and muster.blames_token(o))
     where id = p.id;
  end if;
end $$;
comment on function muster.settle_page(muster.outcome, text[]) is 'One page of a list.';

-- Locks in the order target, letter, device, page. It waits for no target that another settlement holds.
create or replace function muster.page_read(p muster.sweep_page, o muster.outcome, p_devices text[]) returns void
language plpgsql as $$
declare
  s          muster.sweep;
  r          muster.account_resource;
  d          record;
  t          record;
  v_news     timestamptz[];
  v_doubtful bigint[];
  v_dearer   boolean;
  k          record;
begin
  select * into s from muster.sweep where id = p.sweep_id;
  select * into r from muster.account_resource where account = s.account and resource = s.resource;
  -- Asked before the page makes its targets due later.
  v_dearer := p.page = 0 and not p.again and p.created_from = '-infinity' and not r.discover
    and not muster.sweep_pays(r, o.total);
  select * into d from muster.discover(s, r.discover, o.keys);
  select * into t from muster.lock_listed(r, o.keys);
  if cardinality(o.keys) > coalesce(cardinality(t.numbers), 0) then
    select * into k from muster.only_known(r, o, p_devices);
    o := k.page;
    p_devices := k.devices;
    select * into t from muster.lock_listed(r, o.keys);
  end if;
  perform muster.resolve_letters(t.ids, '{}', '{}');
  if o.device is not null then
    select news, doubtful into v_news, v_doubtful from muster.store_page(r.account, o, p_devices);
  end if;
  if o.product is not null then
    perform muster.store_products(o.product);
  end if;
  perform muster.targets_listed(r, t.places, t.idles, t.everys, t.reads, t.numbers, v_news);
  if v_doubtful is not null then
    perform muster.read_contradicted(r.account, t.ids, array_agg(o.keys[i]), array_agg(p_devices[o.device + i - 1]))
       from unnest(v_doubtful) i;
  end if;
  update muster.sweep_page
     set read_at = clock_timestamp(), fence = null, lost = null, waits_for = null, entries = o.entries,
         added = added + d.added, left_out = d.left_out, total = o.total
   where id = p.id;
  if v_dearer then
    perform muster.end_sweep(s.id, 'dearer', format('the list has %s entries: its pages would cost more calls than the '
      'single reads that they spare', o.total));
  else
    perform muster.follow_page(p, s.page_size, r.deepest_page, o);
  end if;
end $$;
comment on function muster.page_read(muster.sweep_page, muster.outcome, text[]) is 'A page that was read.';

-- Another settlement reads a target that it holds this very moment. To wait for it could be a deadlock.
-- An interval that changes in this very moment holds from the next page on.
-- Planner: one by one (docs/planner.md).
create or replace function muster.lock_listed(r muster.account_resource, p_keys text[],
  out ids bigint[], out places tid[], out idles boolean[], out everys interval[], out reads timestamptz[],
  out numbers bigint[])
language sql as $$
  select array_agg(t.id), array_agg(s.ctid), array_agg(s.fence is null),
         array_agg(case when s.due_at < 'infinity' then coalesce(t.refresh_every, r.refresh_every) end),
         array_agg(s.synced_at), array_agg(t.n)
    from (select k.id, k.refresh_every, x.n
            from unnest(p_keys) with ordinality x (key, n)
           cross join lateral (
             select id, refresh_every from muster.poll_target
              where account = r.account and resource = r.resource and key = x.key offset 0) k
           order by k.id offset 0) t
   cross join lateral (
     select ctid, fence, due_at, synced_at from muster.poll_state
      where target_id = t.id for update skip locked offset 0) s
$$;
comment on function muster.lock_listed(muster.account_resource, text[]) is
  'Locks the targets that a page shows, in the order of their ids. numbers: their places on the page.';

-- Planner: one by one (docs/planner.md).
create or replace function muster.store_page(p_account text, o muster.outcome, p_devices text[],
  out news timestamptz[], out doubtful bigint[])
language plpgsql as $$
declare
  v_other bigint[];
  v_known bigint[];
  n       record;
begin
  select array_agg(d.news_at), array_agg(x.n) filter (where o.partial and d.activated = false),
         array_agg(x.n) filter (
           where d.missing_since is not null
              or case when o.partial then d.list_digest else d.digest end is distinct from x.digest),
         array_agg(x.n) filter (where d.digest is not null)
    into news, doubtful, v_other, v_known
    from unnest(o.keys, o.digests) with ordinality x (key, digest, n)
    left join lateral (
      select digest, list_digest, missing_since, news_at, activated from muster.device
       where account = p_account and key = x.key offset 0) d on true;
  -- The text of what is stored already is not even looked at.
  if v_other is not null then
    perform muster.store_devices(array_agg(p_account), array_agg(o.keys[i]), array_agg(o.digests[i]),
                                 array_agg(p_devices[o.device + i - 1]), o.partial)
       from unnest(v_other) i;
    for n in
      select i, d.news_at
        from (select unnest(v_other) intersect select unnest(v_known)) x (i)
       cross join lateral (
         select news_at from muster.device where account = p_account and key = o.keys[i] offset 0) d
    loop
      news[n.i] := n.news_at;
    end loop;
  end if;
end $$;
comment on function muster.store_page(text, muster.outcome, text[]) is
  'Stores what a page shows of devices and what is not stored yet. news: when each last brought news. doubtful: the '
  'numbers of those that a list may contradict.';

-- A target whose single read is under way stays leased.
create or replace function muster.targets_listed(r muster.account_resource, p_places tid[], p_idles boolean[],
  p_everys interval[], p_reads timestamptz[], p_numbers bigint[], p_news timestamptz[]) returns void
language plpgsql as $$
begin
  perform muster.targets_read(array_agg(place), array_agg(every), array_agg(r.account), array_agg(r.resource),
                              array_agg(p_news[number] > read_at))
     from unnest(p_places, p_everys, p_reads, p_numbers, p_idles) x (place, every, read_at, number, idle)
    where idle having count(*) > 0;
  if false = any (p_idles) then
    update muster.poll_state set synced_at = clock_timestamp(), failing_since = null, waits_for = null
     where ctid = any (array(select place from unnest(p_places, p_idles) x (place, idle) where not idle));
  end if;
end $$;
comment on function muster.targets_listed(
  muster.account_resource, tid[], boolean[], interval[], timestamptz[], bigint[], timestamptz[]) is
  'A page has read the targets at these places. It teaches as single reads do. The caller holds their locks.';

-- The list implies that the device was activated since its own call said that it was not: that call says so, soon.
create or replace function muster.read_contradicted(p_account text, p_ids bigint[], p_keys text[], p_devices text[])
returns void
language sql as $$
  update muster.poll_state s set due_at = clock_timestamp()
   where s.fence is null and s.due_at < 'infinity' and s.target_id = any (array(
     select t.id from unnest(p_keys, p_devices) x (key, device)
      cross join lateral (
        select activated, digest from muster.device where account = p_account and key = x.key offset 0) d
      cross join lateral (
        select id from muster.poll_target
         where account = p_account and resource = 'device' and key = x.key offset 0) t
      where t.id = any (p_ids)
        and case when d.activated = false and d.digest <> muster.no_digest()
              then (x.device::jsonb -> 'fills' ->> 'activated')::boolean end))
$$;
comment on function muster.read_contradicted(text, bigint[], text[], text[]) is
  'Makes targets due that a list shows otherwise than the call that owns the column did.';

-- An empty or short page ends the list, whatever its total says; the total tells how many pages may be read at once.
create or replace function muster.follow_page(p muster.sweep_page, p_size integer, p_deepest integer, o muster.outcome)
returns void
language plpgsql as $$
declare
  -- A total that is not true costs no more rows than that.
  c_ahead constant integer := 1000;
  v_last  integer := greatest(p.page + 1, case when o.total > 0
    then least(ceil(o.total::numeric / p_size) - 1, p.page + c_ahead)::integer end);
  v_known integer;
begin
  if o.entries < p_size then
    delete from muster.sweep_page n
     where n.sweep_id = p.sweep_id and n.created_from = p.created_from and n.page > p.page
       and n.read_at is null and n.fence is null
       and not exists (select from muster.sweep_page l
                        where l.sweep_id = p.sweep_id and l.created_from = p.created_from and l.page > p.page
                          and l.entries > 0);
    return;
  end if;
  if p.page + 1 >= p_deepest then
    -- From the creation of its last device on. That device is shown twice; the next window must not begin where this
    -- one did.
    insert into muster.sweep_page (sweep_id, account, created_from, page)
    select p.sweep_id, p.account, o.created_to, 0 where o.created_to > p.created_from
    on conflict do nothing;
    return;
  end if;
  select max(page) into v_known from muster.sweep_page where sweep_id = p.sweep_id and created_from = p.created_from;
  insert into muster.sweep_page (sweep_id, account, created_from, page)
  select p.sweep_id, p.account, p.created_from, n
    from generate_series(greatest(v_known, p.page) + 1, least(v_last, p_deepest - 1)) n
  on conflict do nothing;
end $$;
comment on function muster.follow_page(muster.sweep_page, integer, integer, muster.outcome) is
  'The pages that follow a page: of a full one the next, or all that the total promises; of a short one none.';
