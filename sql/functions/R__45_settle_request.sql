-- What a settlement means for requests.
create or replace function muster.settle_request(o jsonb) returns void
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
  perform muster.store_outcomes(jsonb_build_array(o));
  perform muster.touch_sync(o, w);
  if (o ->> 'gone')::boolean then
    perform muster.mark_missing(w.account, muster.request_resource(w), w.key);
  end if;
  if v = 'done' then
    perform muster.finish_request(o, w);
  elsif v = 'park' and (w.step <> 'verify' or (o ->> 'final')::boolean) then
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

create or replace function muster.finish_request(o jsonb, w muster.work_request) returns void
language plpgsql as $$
begin
  update muster.work_request
     set status = 'done', finished_at = clock_timestamp(), fence = null, error_code = null, error_message = null,
         http_status = (o ->> 'http_status')::integer, vendor_request_id = coalesce(o ->> 'vendor_request_id', vendor_request_id),
         result = coalesce(o -> 'result', '{}')
   where id = w.id;
  perform muster.resolve_letters('{}', array[w.replay_of], array[w.id]);
end $$;
comment on function muster.finish_request(jsonb, muster.work_request) is 'A request that reached its end.';

-- A request's reading counts as a reading of the target too, if there is one; and it resolves the target's letter.
create or replace function muster.touch_sync(o jsonb, w muster.work_request) returns void
language plpgsql as $$
declare
  v_resource text := case when o ? 'product' then 'product' when o ? 'device' then 'device' end;
  v_target bigint;
begin
  if v_resource is null then
    return;
  end if;
  select p.id into v_target from muster.poll_target p where p.account = w.account and p.resource = v_resource and p.key = w.key;
  update muster.poll_state s
     set synced_at = clock_timestamp(),
         (due_at, attempts, waits_for) = (select
           case when s.fence is null and p.enabled then clock_timestamp() + muster.refresh_interval(p.account, p.resource, p.refresh_every) else s.due_at end,
           case when s.fence is null then 0 else s.attempts end,
           case when s.fence is null then null else s.waits_for end)
    from muster.poll_target p
   where p.id = s.target_id
     -- A target that another settlement holds is being read this very moment; waiting for it could be a deadlock.
     and s.target_id = (select l.target_id from muster.poll_state l where l.target_id = v_target for update skip locked);
  if found then
    perform muster.resolve_letters(array[v_target], '{}', '{}');
  elsif v_target is not null then
    return;
  elsif v_resource = 'device' then
    update muster.device set synced_at = clock_timestamp() where account = w.account and key = w.key;
  else
    update muster.product set synced_at = clock_timestamp() where account = w.account and product_key = w.key;
  end if;
end $$;
comment on function muster.touch_sync(jsonb, muster.work_request) is 'Notes that a request has read the device or product.';
