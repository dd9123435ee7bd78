-- What a settlement means for pulls.
-- Planner: places, one by one (docs/planner.md).
create or replace function muster.settle_pulls_done(p_outcomes muster.outcome[], p_devices text[]) returns void
language plpgsql as $$
declare
  v_ids       bigint[];
  v_fences    bigint[];
  v_places    tid[];
  v_reads     timestamptz[];
  v_numbers   integer[];
  v_digests   uuid[];
  v_more      boolean;
  v_everys    interval[];
  v_accounts  text[];
  v_resources text[];
  v_keys      text[];
begin
  -- Locks all pulls in the order of their ids, also those that failed: nothing about the outcome may be asked before.
  select array_agg(l.id), array_agg(l.fence), array_agg(l.ctid), array_agg(l.synced_at), array_agg(l.device),
         array_agg(l.digest), bool_or(l.product is not null or l.tariff is not null)
    into v_ids, v_fences, v_places, v_reads, v_numbers, v_digests, v_more
    from (select x.id, x.fence, x.verdict, x.device, x.digest, x.product, x.tariff, s.ctid, s.synced_at,
                 s.fence = x.fence as held
            from (select * from unnest(p_outcomes) where kind = 'pull' order by id) x
           cross join lateral (
             select ctid, fence, synced_at from muster.poll_state where target_id = x.id for update offset 0) s
          offset 0) l
   where l.held and l.verdict = 'done';
  if v_ids is null then
    return;
  end if;
  -- A statement of its own: somebody may have changed the target until the lock was there.
  select array_agg(case when p.enabled then p.every end order by x.n), array_agg(p.account order by x.n),
         array_agg(p.resource order by x.n), array_agg(p.key order by x.n)
    into v_everys, v_accounts, v_resources, v_keys
    from unnest(v_ids) with ordinality x (id, n)
   cross join lateral (select * from muster.target where id = x.id offset 0) p;
  perform muster.store_devices(array_agg(x.account), array_agg(x.key), array_agg(x.digest),
                               array_agg(p_devices[x.number]))
     from unnest(v_accounts, v_keys, v_digests, v_numbers) x (account, key, digest, number)
    where x.number is not null having count(*) > 0;
  perform muster.targets_read(v_places, v_everys, v_accounts, v_resources,
                              muster.brought_news(v_accounts, v_keys, v_reads, v_numbers));
  if v_more then
    perform muster.store_others(array(select x from unnest(p_outcomes) x where x.fence = any (v_fences)));
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
end $$;
comment on function muster.settle_pulls_done(muster.outcome[], text[]) is
  'The pulls of a batch that brought something.';

-- News of another session's reading counts too: it came since this target was last read.
create or replace function muster.brought_news(
  p_accounts text[], p_keys text[], p_reads timestamptz[], p_devices integer[]) returns boolean[]
language sql stable as $$
  select array_agg(d.news order by x.n)
    from unnest(p_accounts, p_keys, p_reads, p_devices) with ordinality x (account, key, read_at, device, n)
    left join lateral (
      select news_at > x.read_at as news from muster.device
       where account = x.account and key = x.key and x.device is not null offset 0) d on true
$$;
comment on function muster.brought_news(text[], text[], timestamptz[], integer[]) is
  'Whether devices brought news since they were last read; null for a first reading, and for no device.';

-- A null interval is a disabled target's. Most targets have the same one, and bring no news.
create or replace function muster.targets_read(
  p_places tid[], p_everys interval[], p_accounts text[], p_resources text[], p_news boolean[]) returns void
language plpgsql as $$
declare
  g        record;
  v_now    timestamptz;
  v_second double precision;
  v_mean   double precision;
begin
  for g in
    select x.every, x.news, x.places, p as pace
      from (select every, account, resource, coalesce(news, false) as news, array_agg(place) as places
              from unnest(p_everys, p_accounts, p_resources, p_news, p_places) y (every, account, resource, news, place)
             group by 1, 2, 3, 4) x
      left join muster.pace p on p.account = x.account and p.resource = x.resource
  loop
    v_now := clock_timestamp();
    v_second := extract(epoch from g.every);
    v_mean := coalesce((g.pace).mean_rate, 1 / v_second, 1);
    update muster.poll_state s
       set (changes, exposure, change_rate, due_at) = (
             select l.changes, l.exposure, l.rate, coalesce(v_now + case when (g.pace).longest is null then g.every
                      else muster.next_reading(coalesce(l.rate, v_mean), v_second, g.pace) end, 'infinity')
               from muster.learn(s.changes, s.exposure, coalesce(s.change_rate, v_mean),
                                 extract(epoch from v_now - s.synced_at)::double precision, g.news, v_mean) l),
           fence = null, attempts = 0,
           failing_since = null, reauthorised = false, lost = null, synced_at = v_now, waits_for = null
     where ctid = any (g.places);
  end loop;
end $$;
comment on function muster.targets_read(tid[], interval[], text[], text[], boolean[]) is
  'Muster has read the targets at these places. The caller holds their locks.';

create or replace function muster.settle_pull(o muster.outcome) returns void
language plpgsql as $$
declare
  s muster.poll_state;
  p muster.target;
  v_lost integer;
begin
  select * into s from muster.poll_state where target_id = o.id and fence = o.fence for update;
  if not found then
    return;
  end if;
  if muster.failed_within(o) then
    v_lost := coalesce(s.lost, 0) + 1;
    if v_lost >= muster.most_lost() then
      -- Tried again once a day: one failure more is enough then.
      v_lost := muster.most_lost() - 1;
      o := muster.as_defect(o);
    end if;
  end if;
  select * into p from muster.target where id = s.target_id;
  update muster.poll_state
     set fence = null, lost = v_lost, waits_for = o.code || ': ' || o.message,
         -- Of what the vendor did not answer it is asked again at the target's interval, letter or not.
         due_at = case when not p.enabled then 'infinity'
                       when o.blame is null then muster.later(o.delay_ms)
                       else least(muster.later(o.delay_ms), clock_timestamp() + p.every) end,
         attempts = case when o.verdict = 'retry' or (o.verdict = 'park' and o.blame is not null) then s.attempts + 1
                         when o.verdict = 'park' then 0 else s.attempts end,
         failing_since = case when o.blame is not null then coalesce(s.failing_since, clock_timestamp())
                              when o.verdict = 'park' then null else s.failing_since end,
         reauthorised = case o.verdict when 'reauthorise' then s.reauthorised or muster.blames_token(o)
                                       when 'park' then false
                                       else s.reauthorised end
   where target_id = s.target_id;
  if o.verdict = 'park' then
    perform muster.park_pull(o, p.id, p.account, p.resource, p.key);
    if o.gone then
      perform muster.mark_missing(p.account, p.resource, p.key);
    end if;
  end if;
end $$;
comment on function muster.settle_pull(muster.outcome) is 'One pull that brought nothing.';
