-- What a settlement means for requests.
-- Most requests end well, so these are settled by the batch.
create or replace function muster.settle_requests_done(p_outcomes jsonb, p_devices text[]) returns void
language plpgsql as $$
declare
  v_ids  bigint[];
  v_done jsonb;
begin
  perform from muster.work_request w
    where w.id = any (array(select (x ->> 'id')::bigint from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'request'))
    order by w.id for update;
  -- Looked up by their keys, one by one, and not joined: a join would be planned when the table is empty, and compare each with each.
  select array_agg(w.id), jsonb_object_agg(w.id, x || jsonb_build_object('key', w.key, 'replay_of', w.replay_of))
    into v_ids, v_done
    from jsonb_array_elements(p_outcomes) x
   cross join lateral (select id, key, fence, status, replay_of from muster.work_request where id = (x ->> 'id')::bigint offset 0) w
   where x ->> 'kind' = 'request' and x ->> 'verdict' = 'done' and w.fence = (x ->> 'fence')::bigint and w.status in ('running', 'unknown');
  if v_ids is null then
    return;
  end if;
  update muster.work_request w
     set status = 'done', finished_at = clock_timestamp(), fence = null, error_code = null, error_message = null,
         http_status = (v_done -> w.id::text ->> 'http_status')::integer,
         vendor_request_id = coalesce(v_done -> w.id::text ->> 'vendor_request_id', w.vendor_request_id),
         result = coalesce(v_done -> w.id::text -> 'result', '{}')
   where w.id = any (v_ids);
  v_done := (select jsonb_agg(value order by (value ->> 'fence')::bigint) from jsonb_each(v_done));
  perform muster.store_outcomes(v_done, p_devices);
  perform muster.touch_sync(v_done);
  perform muster.resolve_letters('{}', array_agg((x ->> 'replay_of')::bigint), v_ids) from jsonb_array_elements(v_done) x;
end $$;
comment on function muster.settle_requests_done(jsonb, text[]) is 'The requests of a batch that reached their end.';

-- The others, one by one.
create or replace function muster.settle_request(o jsonb, p_devices text[]) returns void
language plpgsql as $$
declare
  w muster.work_request;
  v text := o ->> 'verdict';
  v_read jsonb;
begin
  select * into w from muster.work_request
   where id = (o ->> 'id')::bigint and fence = (o ->> 'fence')::bigint and status in ('running', 'unknown') for update;
  if not found then
    return;
  end if;
  v_read := jsonb_build_array(o || jsonb_build_object('key', w.key));
  perform muster.store_outcomes(v_read, p_devices);
  perform muster.touch_sync(v_read);
  if (o ->> 'gone')::boolean then
    perform muster.mark_missing(w.account, muster.request_resource(w), w.key);
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
-- p_outcomes: as of muster.settle, each with the request's key.
create or replace function muster.touch_sync(p_outcomes jsonb) returns void
language plpgsql as $$
declare
  v_read bigint[];
begin
  with read as (
    select r.*, p.id, p.enabled, coalesce(p.refresh_every, a.refresh_every, muster.refresh_unknown()) as every
      from (select distinct x ->> 'account' as account, x ->> 'key' as key, case when x ? 'product' then 'product' else 'device' end as resource
              from jsonb_array_elements(p_outcomes) x where x ? 'product' or x ? 'device') r
      left join lateral (select * from muster.poll_target where account = r.account and resource = r.resource and key = r.key offset 0) p on true
      left join muster.account_resource a on a.account = r.account and a.resource = r.resource),
  held as (
    select array_agg(s.target_id) as ids, jsonb_object_agg(s.target_id, case when r.enabled then r.every end) as every
      from (select * from read where id is not null order by id) r
           -- A target that another settlement holds is being read this very moment; waiting for it could be a deadlock.
     cross join lateral (select target_id from muster.poll_state where target_id = r.id for update skip locked offset 0) s),
  touched as (
    update muster.poll_state s
       set synced_at = clock_timestamp(),
           due_at = case when s.fence is null and h.every ->> s.target_id::text is not null
                         then clock_timestamp() + (h.every ->> s.target_id::text)::interval else s.due_at end,
           attempts = case when s.fence is null then 0 else s.attempts end,
           waits_for = case when s.fence is not null then s.waits_for end
      from held h where s.target_id = any (h.ids)
    returning s.target_id),
  -- What is in no target notes it itself.
  devices as (
    update muster.device set synced_at = clock_timestamp() where ctid = any (array(
      select d.ctid from read r
       cross join lateral (select ctid from muster.device where account = r.account and key = r.key for update offset 0) d
       where r.resource = 'device' and r.id is null))),
  products as (
    update muster.product set synced_at = clock_timestamp() where ctid = any (array(
      select d.ctid from read r
       cross join lateral (select ctid from muster.product where account = r.account and product_key = r.key for update offset 0) d
       where r.resource = 'product' and r.id is null)))
  select array_agg(target_id) into v_read from touched;
  perform muster.resolve_letters(v_read, '{}', '{}');
end $$;
comment on function muster.touch_sync(jsonb) is 'Notes that requests have read devices or products.';

-- Once nothing calls it any more: a replica of an older version goes on until now.
drop function if exists muster.present_token(jsonb);
