-- What a settlement means for pulls.
-- Planner: places, one by one (docs/planner.md).
create or replace function muster.settle_pulls_done(p_outcomes muster.outcome[], p_devices text[]) returns void
language plpgsql as $$
declare
  v_ids      bigint[];
  v_fences   bigint[];
  v_places   tid[];
  v_numbers  integer[];
  v_digests  uuid[];
  v_more     boolean;
  v_everys   interval[];
  v_accounts text[];
  v_keys     text[];
begin
  -- Locks all pulls in the order of their ids, also those that failed: nothing about the outcome may be asked before.
  select array_agg(l.id), array_agg(l.fence), array_agg(l.ctid), array_agg(l.device), array_agg(l.digest),
         bool_or(l.product is not null or l.tariff is not null)
    into v_ids, v_fences, v_places, v_numbers, v_digests, v_more
    from (select x.id, x.fence, x.verdict, x.device, x.digest, x.product, x.tariff, s.ctid, s.fence = x.fence as held
            from (select * from unnest(p_outcomes) where kind = 'pull' order by id) x
           cross join lateral (select ctid, fence from muster.poll_state where target_id = x.id for update offset 0) s
          offset 0) l
   where l.held and l.verdict = 'done';
  if v_ids is null then
    return;
  end if;
  -- A statement of its own: somebody may have changed the target until the lock was there.
  select array_agg(case when p.enabled then p.every end order by x.n),
         array_agg(p.account order by x.n), array_agg(p.key order by x.n)
    into v_everys, v_accounts, v_keys
    from unnest(v_ids) with ordinality x (id, n)
   cross join lateral (select * from muster.target where id = x.id offset 0) p;
  perform muster.targets_read(v_places, v_everys);
  perform muster.store_devices(array_agg(x.account), array_agg(x.key), array_agg(x.digest),
                               array_agg(p_devices[x.number]))
     from unnest(v_accounts, v_keys, v_digests, v_numbers) x (account, key, digest, number)
    where x.number is not null having count(*) > 0;
  if v_more then
    perform muster.store_others(array(select x from unnest(p_outcomes) x where x.fence = any (v_fences)));
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
end $$;
comment on function muster.settle_pulls_done(muster.outcome[], text[]) is
  'The pulls of a batch that brought something.';

-- A null interval is a disabled target's. Most targets have the same one.
create or replace function muster.targets_read(p_places tid[], p_everys interval[]) returns void
language plpgsql as $$
declare
  v_every interval;
  v_some  tid[];
begin
  for v_every, v_some in
    select x.every, array_agg(x.place) from unnest(p_everys, p_places) x (every, place) group by x.every
  loop
    update muster.poll_state
       set due_at = coalesce(clock_timestamp() + v_every, 'infinity'), fence = null, attempts = 0,
           failing_since = null, reauthorised = false, lost = null, synced_at = clock_timestamp(), waits_for = null
     where ctid = any (v_some);
  end loop;
end $$;
comment on function muster.targets_read(tid[], interval[]) is
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
