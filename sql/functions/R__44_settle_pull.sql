-- What a settlement means for pulls.
create or replace function muster.settle_pulls_done(p_outcomes jsonb, p_devices text[]) returns void
language plpgsql as $$
declare
  v_done bigint[];
  v_every jsonb;
  v_accounts text[];
  v_keys text[];
  v_digests uuid[];
  v_devices text[];
  v_others jsonb;
begin
  -- Looked up by their keys, one by one, and not joined: a join would be planned when the tables are empty, and compare each with each.
  select array_agg(p.id), jsonb_object_agg(p.id, case when p.enabled then coalesce(p.refresh_every, r.refresh_every, muster.refresh_unknown()) end),
         array_agg(p.account) filter (where x ? 'device'), array_agg(p.key) filter (where x ? 'device'),
         array_agg((x ->> 'digest')::uuid) filter (where x ? 'device'), array_agg(p_devices[(x ->> 'device')::integer]) filter (where x ? 'device'),
         jsonb_agg(x) filter (where x ? 'product' or x ? 'tariff')
    into v_done, v_every, v_accounts, v_keys, v_digests, v_devices, v_others
    from jsonb_array_elements(p_outcomes) x
   cross join lateral (select fence from muster.poll_state where target_id = (x ->> 'id')::bigint offset 0) s
   cross join lateral (select * from muster.poll_target where id = (x ->> 'id')::bigint offset 0) p
    left join muster.account_resource r on r.account = p.account and r.resource = p.resource
   where x ->> 'kind' = 'pull' and x ->> 'verdict' = 'done' and s.fence = (x ->> 'fence')::bigint;
  if v_done is null then
    return;
  end if;
  update muster.poll_state s
     set due_at = coalesce(clock_timestamp() + (v_every ->> s.target_id::text)::interval, 'infinity'),
         fence = null, attempts = 0, reauthorised = false, synced_at = clock_timestamp(), waits_for = null
   where s.target_id = any (v_done);
  if v_accounts is not null then
    perform muster.store_devices(v_accounts, v_keys, v_digests, v_devices);
  end if;
  if v_others is not null then
    perform muster.store_others(v_others);
  end if;
  perform muster.resolve_letters(v_done, '{}', '{}');
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

-- p_outcomes: as of muster.settle, each with its key.
create or replace function muster.store_outcomes(p_outcomes jsonb, p_devices text[]) returns void
language sql as $$
  select muster.store_devices(array_agg(x ->> 'account'), array_agg(x ->> 'key'), array_agg((x ->> 'digest')::uuid),
                              array_agg(p_devices[(x ->> 'device')::integer]))
    from jsonb_array_elements(p_outcomes) x where x ? 'device' having count(*) > 0;
  select muster.store_others(p_outcomes) where jsonb_path_exists(p_outcomes, '$[*] ? (exists(@.product) || exists(@.tariff))');
$$;
comment on function muster.store_outcomes(jsonb, text[]) is 'Stores what a batch of replies showed.';

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
