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
    perform muster.end_sweep(p.sweep_id, 'refused', o.code || ': ' || o.message);
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
  v_shown constant text[] := p_devices[o.device : o.device + cardinality(o.keys) - 1];
  s          muster.sweep;
  r          muster.account_resource;
  d          record;
  v_ids      bigint[];
  v_accounts text[];
  v_dearer   boolean;
begin
  select * into s from muster.sweep where id = p.sweep_id;
  select * into r from muster.account_resource where account = s.account and resource = s.resource;
  -- Asked before the page makes its targets due later.
  v_dearer := p.page = 0 and not p.again and p.created_from = '-infinity' and not r.discover
    and not muster.sweep_pays(r, o.total);
  select * into d from muster.discover(s, r.discover, o.keys);
  v_ids := muster.note_target_readings(array(
    select t.id from unnest(o.keys) k
     cross join lateral (
       select id from muster.poll_target
        where account = s.account and resource = s.resource and key = k offset 0) t));
  if v_shown <> '{}' then
    v_accounts := array_fill(s.account, array[cardinality(o.keys)]);
    perform muster.store_devices(v_accounts, o.keys, o.digests, v_shown, coalesce(o.partial, false));
  end if;
  if o.product is not null then
    perform muster.store_products(o.product);
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
  if o.partial then
    perform muster.read_contradicted(s.account, v_ids, o.keys, v_shown);
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
