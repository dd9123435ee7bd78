-- What a settlement means for pulls.
create or replace function muster.settle_pulls_done(p_outcomes jsonb, p_devices text[]) returns void
language plpgsql as $$
declare
  v_ids      bigint[];
  v_fences   bigint[];
  v_ctids    tid[];
  v_numbers  integer[];
  v_digests  uuid[];
  v_more     boolean;
  v_everys   interval[];
  v_accounts text[];
  v_keys     text[];
  v_every    interval;
  v_some     tid[];
begin
  -- All pulls are locked, in the order of their ids, those that failed too: nothing about the outcome may be asked before the lock.
  select array_agg(id), array_agg(fence), array_agg(ctid), array_agg(device), array_agg(digest), bool_or(product is not null or tariff is not null)
    into v_ids, v_fences, v_ctids, v_numbers, v_digests, v_more
    from (select x.*, s.ctid, s.fence = x.fence as held
            from (select * from jsonb_to_recordset(p_outcomes) o (kind text, id bigint, fence bigint, verdict text, device integer, digest uuid,
                                                                  product jsonb, tariff jsonb)
                   where kind = 'pull' order by id) x
           cross join lateral (select ctid, fence from muster.poll_state where target_id = x.id for update offset 0) s
          offset 0) l
   where held and verdict = 'done';
  if v_ids is null then
    return;
  end if;
  -- In a statement of its own: somebody may have changed the target until the lock was there. Looked up by their keys, one by one, and not
  -- joined: a join would be planned when the tables are empty, and compare each with each.
  select array_agg(case when p.enabled then coalesce(p.refresh_every, r.refresh_every, muster.refresh_unknown()) end order by x.n),
         array_agg(p.account order by x.n), array_agg(p.key order by x.n)
    into v_everys, v_accounts, v_keys
    from unnest(v_ids) with ordinality x (id, n)
   cross join lateral (select * from muster.poll_target where id = x.id offset 0) p
    left join muster.account_resource r on r.account = p.account and r.resource = p.resource;
  -- Most have the same interval.
  for v_every, v_some in select every, array_agg(c) from unnest(v_everys, v_ctids) x (every, c) group by every loop
    update muster.poll_state
       set due_at = coalesce(clock_timestamp() + v_every, 'infinity'), fence = null, attempts = 0, reauthorised = false,
           synced_at = clock_timestamp(), waits_for = null
     where ctid = any (v_some);
  end loop;
  perform muster.store_devices(array_agg(account), array_agg(key), array_agg(digest), array_agg(p_devices[number]))
    from unnest(v_accounts, v_keys, v_digests, v_numbers) x (account, key, digest, number) where number is not null having count(*) > 0;
  if v_more then
    perform muster.store_others(jsonb_agg(x)) from jsonb_array_elements(p_outcomes) x
      where (x ? 'product' or x ? 'tariff') and (x ->> 'fence')::bigint = any (v_fences);
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
end $$;
comment on function muster.settle_pulls_done(jsonb, text[]) is 'The pulls of a batch that brought something.';

create or replace function muster.store_others(p_outcomes jsonb) returns void
language sql as $$
  select muster.store_products(jsonb_agg(x -> 'product')) from jsonb_array_elements(p_outcomes) x where x ? 'product' having count(*) > 0;
  select muster.store_tariffs(jsonb_agg(t.tariff))
    from (select distinct on (x -> 'tariff' ->> 'account', x -> 'tariff' ->> 'tariff_id') x -> 'tariff' as tariff
            from jsonb_array_elements(p_outcomes) x where x ? 'tariff'
           order by x -> 'tariff' ->> 'account', x -> 'tariff' ->> 'tariff_id', (x ->> 'fence')::bigint desc) t
  having count(*) > 0;
$$;
comment on function muster.store_others(jsonb) is 'Stores the products and price standards that a batch of replies showed.';

create or replace function muster.settle_pull(o jsonb) returns void
language plpgsql as $$
declare
  s muster.poll_state;
  p muster.poll_target;
  v text := o ->> 'verdict';
begin
  select * into s from muster.poll_state where target_id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint for update;
  if not found then
    return;
  end if;
  select * into p from muster.poll_target where id = s.target_id;
  update muster.poll_state
     set fence = null, waits_for = (o ->> 'code') || ': ' || (o ->> 'message'),
         due_at = case when p.enabled then muster.later((o ->> 'delay_ms')::numeric) else 'infinity' end,
         attempts = case v when 'retry' then s.attempts + 1 when 'park' then 0 else s.attempts end,
         reauthorised = case v when 'reauthorise' then s.reauthorised or muster.blames_token(o) when 'park' then false else s.reauthorised end
   where target_id = s.target_id;
  if v = 'park' then
    perform muster.park_pull(o, p);
    if (o ->> 'gone')::boolean then
      perform muster.mark_missing(p.account, p.resource, p.key);
    end if;
  end if;
end $$;
comment on function muster.settle_pull(jsonb) is 'One pull that brought nothing.';
