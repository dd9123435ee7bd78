-- What a settlement means for requests.
-- Most requests end well, so these are settled by the batch.
create or replace function muster.settle_requests_done(p_outcomes jsonb, p_devices text[]) returns void
language plpgsql as $$
declare
  v_ids      bigint[];
  v_fences   bigint[];
  v_ctids    tid[];
  v_statuses integer[];
  v_names    text[];
  v_results  jsonb[];
  v_letters  bigint[];
  v_accounts text[];
  v_keys     text[];
  v_shown    text[];
  v_numbers  integer[];
  v_digests  uuid[];
  v_more     boolean;
begin
  -- All requests are locked, in the order of their ids, those that did not end too: nothing about the outcome may be asked before the lock.
  select array_agg(id), array_agg(fence), array_agg(ctid), array_agg(http_status), array_agg(vendor_request_id), array_agg(result), array_agg(replay_of),
         array_agg(account), array_agg(key), array_agg(device), array_agg(digest),
         array_agg(case when product is not null then 'product' when device is not null then 'device' end),
         bool_or(product is not null or tariff is not null)
    into v_ids, v_fences, v_ctids, v_statuses, v_names, v_results, v_letters, v_accounts, v_keys, v_numbers, v_digests, v_shown, v_more
    from (select x.*, w.ctid, w.account, w.key, w.replay_of, w.fence = x.fence and w.status in ('running', 'unknown') as held
            from (select * from jsonb_to_recordset(p_outcomes) o (kind text, id bigint, fence bigint, verdict text, http_status integer,
                                                                  vendor_request_id text, result jsonb, device integer, digest uuid, product jsonb, tariff jsonb)
                   where kind = 'request' order by id) x
           cross join lateral (select ctid, account, key, fence, status, replay_of from muster.work_request where id = x.id for update offset 0) w
           -- What was read later is stored later.
           order by x.fence offset 0) l
   where held and verdict = 'done';
  if v_ids is null then
    return;
  end if;
  perform muster.finish_requests(v_ctids, v_statuses, v_names, v_results);
  perform muster.store_devices(array_agg(account), array_agg(key), array_agg(digest), array_agg(p_devices[number]))
    from unnest(v_accounts, v_keys, v_digests, v_numbers) x (account, key, digest, number) where number is not null having count(*) > 0;
  if v_more then
    perform muster.store_others(jsonb_agg(x order by (x ->> 'fence')::bigint)) from jsonb_array_elements(p_outcomes) x
      where (x ? 'product' or x ? 'tariff') and (x ->> 'fence')::bigint = any (v_fences);
  end if;
  perform muster.touch_sync(v_accounts, v_keys, v_shown);
  perform muster.resolve_letters('{}', v_letters, v_ids);
end $$;
comment on function muster.settle_requests_done(jsonb, text[]) is 'The requests of a batch that reached their end.';

-- A join with the rows' own places. It would be planned when the table is empty, and then read all of it for each place; with every other
-- way to read it off there is but this one.
create or replace function muster.finish_requests(p_ctids tid[], p_statuses integer[], p_names text[], p_results jsonb[]) returns void
language sql set enable_indexscan = off set enable_bitmapscan = off set enable_hashjoin = off as $$
  update muster.work_request w
     set status = 'done', finished_at = clock_timestamp(), fence = null, error_code = null, error_message = null, http_status = x.http_status,
         vendor_request_id = coalesce(x.name, w.vendor_request_id), result = coalesce(x.result, '{}')
    from unnest(p_ctids, p_statuses, p_names, p_results) x (place, http_status, name, result)
   where w.ctid = x.place
$$;
comment on function muster.finish_requests(tid[], integer[], text[], jsonb[]) is 'The rows at these places are done; the caller holds their locks.';

-- The others, one by one.
create or replace function muster.settle_request(o jsonb, p_devices text[]) returns void
language plpgsql as $$
declare
  w muster.work_request;
  v text := o ->> 'verdict';
begin
  select * into w from muster.work_request
   where id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint and status in ('running', 'unknown') for update;
  if not found then
    return;
  end if;
  if o ? 'device' then
    perform muster.store_devices(array[w.account], array[w.key], array[(o ->> 'digest')::uuid], array[p_devices[(o ->> 'device')::integer]]);
  end if;
  perform muster.store_others(jsonb_build_array(o));
  perform muster.touch_sync(array[w.account], array[w.key], array[case when o ? 'product' then 'product' when o ? 'device' then 'device' end]);
  if (o ->> 'gone')::boolean then
    perform muster.mark_missing(w.account, muster.request_resource(w, muster.naming_actions(w.account)), w.key);
  end if;
  if v = 'park' and (w.step <> 'verify' or (o ->> 'final')::boolean) then
    update muster.work_request
       set status = 'dead', finished_at = clock_timestamp(), fence = null, error_code = o ->> 'code', error_message = o ->> 'message',
           http_status = (o ->> 'http_status')::integer, vendor_request_id = coalesce(o ->> 'vendor_request_id', vendor_request_id)
     where id = w.id;
    perform muster.park_request(o, w);
  else
    update muster.work_request
       set status = case when v = 'unknown' or (w.step = 'verify' and v <> 'send') then 'unknown' else 'pending' end,
           -- A change is sent on a fresh reading only: what holds it up, or shows that it did not take place, sends it back to the start.
           step = case when v = 'unknown' or (w.step = 'verify' and v <> 'send') then 'verify'
                       when v = 'send' and w.step = 'read' then 'write' else 'read' end,
           refused = case when v = 'unknown' and w.step = 'write' then coalesce((o ->> 'refused')::boolean, false) when v = 'send' then false else w.refused end,
           given_up_at = case when v = 'unknown' and w.step = 'write' then clock_timestamp() when v = 'send' then null else w.given_up_at end,
           -- A read sent before this moment proves nothing: the write may still arrive.
           next_at = greatest(muster.later((o ->> 'delay_ms')::numeric), case when v = 'unknown' and w.step = 'verify' then w.given_up_at + a.call_deadline end),
           fence = null, attempts = w.attempts - case when v in ('snooze', 'release') then 1 else 0 end,
           retries = case when v = 'retry' or (v = 'send' and w.step = 'verify') then w.retries + 1 when v = 'park' then 0 else w.retries end,
           -- What was accepted, or ends this try, ends with it: a token may be refused again another day.
           reauthorised = v not in ('send', 'unknown', 'park') and (w.reauthorised or (v = 'reauthorise' and muster.blames_token(o))),
           error_code = coalesce(o ->> 'code', w.error_code), error_message = coalesce(o ->> 'message', w.error_message),
           http_status = coalesce((o ->> 'http_status')::integer, w.http_status),
           vendor_request_id = coalesce(o ->> 'vendor_request_id', w.vendor_request_id)
      from muster.account a
     where id = w.id and a.account = w.account;
    -- A reconciling read that is refused proves nothing: the row stays unknown, and a person is told.
    if v = 'park' then
      perform muster.park_request(o, w);
    end if;
  end if;
end $$;
comment on function muster.settle_request(jsonb, text[]) is 'One request: done, its next step, a later try, or dead.';

-- A request's reading counts as a reading of the target too, if there is one; and it resolves the target's letter.
-- p_shown: device or product; of anything else nothing is noted.
create or replace function muster.touch_sync(p_accounts text[], p_keys text[], p_shown text[]) returns void
language plpgsql as $$
declare
  v_ids   bigint[];
  v_alone jsonb;
  v_ctids tid[];
  v_idles boolean[];
  v_every interval;
  v_idle  boolean;
  v_some  tid[];
begin
  select array_agg(p.id), jsonb_agg(jsonb_build_array(r.account, r.key, r.shown)) filter (where p.id is null)
    into v_ids, v_alone
    from (select distinct account, key, shown from unnest(p_accounts, p_keys, p_shown) x (account, key, shown) where shown in ('device', 'product')) r
    left join lateral (select id from muster.poll_target where account = r.account and resource = r.shown and key = r.key offset 0) p on true;
  -- A target that another settlement holds is being read this very moment; waiting for it could be a deadlock.
  select array_agg(s.target_id), array_agg(s.ctid), array_agg(s.fence is null) into v_ids, v_ctids, v_idles
    from (select id from unnest(v_ids) id order by id) t
   cross join lateral (select target_id, ctid, fence from muster.poll_state where target_id = t.id for update skip locked offset 0) s;
  -- Most have the same interval.
  for v_every, v_idle, v_some in
    select case when p.enabled then coalesce(p.refresh_every, a.refresh_every, muster.refresh_unknown()) end as every, x.idle, array_agg(x.place)
      from unnest(v_ids, v_ctids, v_idles) x (id, place, idle)
     cross join lateral (select * from muster.poll_target where id = x.id offset 0) p
      left join muster.account_resource a on a.account = p.account and a.resource = p.resource
     group by every, x.idle
  loop
    update muster.poll_state
       set synced_at = clock_timestamp(), due_at = case when v_idle and v_every is not null then clock_timestamp() + v_every else due_at end,
           attempts = case when v_idle then 0 else attempts end, waits_for = case when not v_idle then waits_for end
     where ctid = any (v_some);
  end loop;
  -- What is in no target notes it itself.
  if v_alone is not null then
    update muster.device set synced_at = clock_timestamp() where ctid = any (array(
      select d.ctid from (select x ->> 0 as account, x ->> 1 as key from jsonb_array_elements(v_alone) x where x ->> 2 = 'device' order by 1, 2) r
       cross join lateral (select ctid from muster.device where account = r.account and key = r.key for update offset 0) d));
    update muster.product set synced_at = clock_timestamp() where ctid = any (array(
      select d.ctid from (select x ->> 0 as account, x ->> 1 as key from jsonb_array_elements(v_alone) x where x ->> 2 = 'product' order by 1, 2) r
       cross join lateral (select ctid from muster.product where account = r.account and product_key = r.key for update offset 0) d));
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
end $$;
comment on function muster.touch_sync(text[], text[], text[]) is 'Notes that requests have read devices or products.';

-- Once nothing calls them any more: a replica of an older version goes on until now.
drop function if exists muster.present_token(jsonb);
drop function if exists muster.touch_sync(jsonb);
drop function if exists muster.store_outcomes(jsonb, text[]);
drop function if exists muster.store_versions(text[], text[], uuid[], text[], boolean[], timestamptz);
drop function if exists muster.request_resource(muster.work_request);
