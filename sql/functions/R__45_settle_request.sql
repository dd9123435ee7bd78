-- What a settlement means for requests.
-- Most requests end well, so these are settled by the batch.
create or replace function muster.settle_requests_done(p_outcomes jsonb) returns void
language plpgsql as $$
declare
  v_done jsonb;
begin
  perform from muster.work_request w
    where w.id = any (array(select (x ->> 'id')::bigint from jsonb_array_elements(p_outcomes) x where x ->> 'kind' = 'request'))
    order by w.id for update;
  with done as (
    update muster.work_request w
       set status = 'done', finished_at = clock_timestamp(), fence = null, error_code = null, error_message = null,
           http_status = (x ->> 'http_status')::integer, vendor_request_id = coalesce(x ->> 'vendor_request_id', w.vendor_request_id),
           result = coalesce(x -> 'result', '{}')
      from jsonb_array_elements(p_outcomes) x
     where x ->> 'kind' = 'request' and x ->> 'verdict' = 'done'
       and w.id = (x ->> 'id')::bigint and w.fence is not distinct from (x ->> 'fence')::bigint and w.status in ('running', 'unknown')
    returning x || jsonb_build_object('key', w.key, 'replay_of', w.replay_of) as outcome)
  select jsonb_agg(outcome order by (outcome ->> 'fence')::bigint) into v_done from done;
  if v_done is null then
    return;
  end if;
  perform muster.store_outcomes(v_done);
  perform muster.touch_sync(v_done);
  perform muster.resolve_letters('{}', array_agg((x ->> 'replay_of')::bigint), array_agg((x ->> 'id')::bigint)) from jsonb_array_elements(v_done) x;
end $$;
comment on function muster.settle_requests_done(jsonb) is 'The requests of a batch that reached their end.';

-- The others, one by one.
create or replace function muster.settle_request(o jsonb) returns void
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
  perform muster.store_outcomes(v_read);
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
           reauthorised = v not in ('send', 'unknown', 'park') and (w.reauthorised or (v = 'reauthorise' and muster.present_token(o))),
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
comment on function muster.settle_request(jsonb) is 'One request: done, its next step, a later try, or dead.';

-- A request's reading counts as a reading of the target too, if there is one; and it resolves the target's letter.
-- p_outcomes: as of muster.settle, each with the request's key.
create or replace function muster.touch_sync(p_outcomes jsonb) returns void
language plpgsql as $$
declare
  v_read bigint[];
begin
  with read as (
    select distinct x ->> 'account' as account, x ->> 'key' as key, case when x ? 'product' then 'product' else 'device' end as resource
      from jsonb_array_elements(p_outcomes) x where x ? 'product' or x ? 'device'),
  held as (
    select s.target_id from read r
      join muster.poll_target p on p.account = r.account and p.resource = r.resource and p.key = r.key
      join muster.poll_state s on s.target_id = p.id
     order by s.target_id
       -- A target that another settlement holds is being read this very moment; waiting for it could be a deadlock.
       for update of s skip locked),
  touched as (
    update muster.poll_state s
       set synced_at = clock_timestamp(),
           due_at = case when s.fence is null and p.enabled
                         then clock_timestamp() + muster.refresh_interval(p.account, p.resource, p.refresh_every) else s.due_at end,
           attempts = case when s.fence is null then 0 else s.attempts end,
           waits_for = case when s.fence is not null then s.waits_for end
      from held h, muster.poll_target p where s.target_id = h.target_id and p.id = h.target_id
    returning s.target_id),
  -- What is in no target notes it itself.
  devices as (
    update muster.device d set synced_at = clock_timestamp()
      from read r where r.resource = 'device' and d.account = r.account and d.key = r.key
       and not exists (select from muster.poll_target p where p.account = r.account and p.resource = r.resource and p.key = r.key)),
  products as (
    update muster.product d set synced_at = clock_timestamp()
      from read r where r.resource = 'product' and d.account = r.account and d.product_key = r.key
       and not exists (select from muster.poll_target p where p.account = r.account and p.resource = r.resource and p.key = r.key))
  select array_agg(target_id) into v_read from touched;
  perform muster.resolve_letters(v_read, '{}', '{}');
end $$;
comment on function muster.touch_sync(jsonb) is 'Notes that requests have read devices or products.';
