-- What a settlement means for requests. Most end well: these by the batch.
-- Planner: places, one by one (docs/planner.md).
create or replace function muster.settle_requests_done(p_outcomes muster.outcome[], p_devices text[]) returns void
language plpgsql as $$
declare
  v_ids      bigint[];
  v_fences   bigint[];
  v_places   tid[];
  v_statuses integer[];
  v_names    text[];
  v_notes    text[];
  v_letters  bigint[];
  v_accounts text[];
  v_keys     text[];
  v_shown    text[];
  v_numbers  integer[];
  v_digests  uuid[];
  v_more     boolean;
begin
  -- Locks all requests in the order of their ids, also those that did not end: nothing about the outcome may be asked
  -- before.
  select array_agg(l.id), array_agg(l.fence), array_agg(l.ctid), array_agg(l.http_status),
         array_agg(l.vendor_request_id), array_agg(l.note), array_agg(l.replay_of),
         array_agg(l.row_account), array_agg(l.key), array_agg(l.device), array_agg(l.digest),
         array_agg(case when l.product is not null then 'product' when l.device is not null then 'device' end),
         bool_or(l.product is not null or l.tariff is not null)
    into v_ids, v_fences, v_places, v_statuses, v_names, v_notes, v_letters, v_accounts, v_keys, v_numbers, v_digests,
         v_shown, v_more
    from (select x.*, w.ctid, w.account as row_account, w.key, w.replay_of,
                 w.fence = x.fence and w.status in ('running', 'unknown') as held
            from (select * from unnest(p_outcomes) where kind = 'request' order by id) x
           cross join lateral (
             select ctid, account, key, fence, status, replay_of
               from muster.work_request where id = x.id for update offset 0) w
           -- What Muster read later it stores later.
           order by x.fence offset 0) l
   where l.held and l.verdict = 'done';
  if v_ids is null then
    return;
  end if;
  perform muster.finish_requests(v_places, v_statuses, v_names, v_notes);
  perform muster.store_devices(array_agg(x.account), array_agg(x.key), array_agg(x.digest),
                               array_agg(p_devices[x.number]))
     from unnest(v_accounts, v_keys, v_digests, v_numbers) x (account, key, digest, number)
    where x.number is not null having count(*) > 0;
  if v_more then
    perform muster.store_others(
      array(select x from unnest(p_outcomes) x where x.fence = any (v_fences) order by x.fence));
  end if;
  perform muster.note_readings(v_accounts, v_keys, v_shown);
  perform muster.resolve_letters('{}', v_letters, v_ids);
end $$;
comment on function muster.settle_requests_done(muster.outcome[], text[]) is
  'The requests of a batch that reached their end.';

-- Planner: join by place (docs/planner.md).
create or replace function muster.finish_requests(
  p_places tid[], p_statuses integer[], p_names text[], p_notes text[]) returns void
language sql set enable_indexscan = off set enable_bitmapscan = off set enable_hashjoin = off as $$
  update muster.work_request w
     set status = 'done', finished_at = clock_timestamp(), fence = null, lost = null, error_code = null,
         error_message = null,
         http_status = x.http_status, vendor_request_id = coalesce(x.name, w.vendor_request_id),
         result = case when x.note is null then '{}' else jsonb_build_object('note', x.note) end
    from unnest(p_places, p_statuses, p_names, p_notes) x (place, http_status, name, note)
   where w.ctid = x.place
$$;
comment on function muster.finish_requests(tid[], integer[], text[], text[]) is
  'The requests at these places are done. The caller holds their locks.';

-- The others, one by one.
create or replace function muster.settle_request(o muster.outcome, p_devices text[]) returns void
language plpgsql as $$
declare
  w muster.work_request;
begin
  select * into w from muster.work_request
   where id = o.id and fence = o.fence and status in ('running', 'unknown')
     for update;
  if not found then
    return;
  end if;
  w.lost := case when muster.failed_within(o) then coalesce(w.lost, 0) + 1 end;
  if w.lost >= muster.most_lost() then
    w.lost := muster.most_lost() - 1;
    o := muster.as_defect(o);
  end if;
  if o.device is not null then
    perform muster.store_devices(array[w.account], array[w.key], array[o.digest], array[p_devices[o.device]]);
  end if;
  perform muster.store_others(array[o]);
  perform muster.note_readings(array[w.account], array[w.key],
    array[case when o.product is not null then 'product' when o.device is not null then 'device' end]);
  if o.gone then
    perform muster.mark_missing(
      w.account, muster.request_resource(w, muster.naming_actions(w.account)), w.key);
  end if;
  if o.verdict = 'park' and (w.step <> 'verify' or o.final) then
    perform muster.end_request(o);
  else
    perform muster.continue_request(o, w);
  end if;
  -- A reconciling read that is refused proves nothing: the row stays unknown, and a person is told.
  if o.verdict = 'park' then
    perform muster.park_request(o, w);
  end if;
end $$;
comment on function muster.settle_request(muster.outcome, text[]) is
  'One request: done, its next step, a later try, or dead.';

create or replace function muster.end_request(o muster.outcome) returns void
language sql as $$
  update muster.work_request
     set status = 'dead', finished_at = clock_timestamp(), fence = null, lost = null, error_code = o.code,
         error_message = o.message, http_status = o.http_status,
         vendor_request_id = coalesce(o.vendor_request_id, vendor_request_id)
   where id = o.id
$$;
comment on function muster.end_request(muster.outcome) is 'A request failed for good.';

create or replace function muster.continue_request(o muster.outcome, w muster.work_request) returns void
language plpgsql as $$
declare
  v           text := o.verdict;
  v_doubtful  boolean := v = 'unknown' or (w.step = 'verify' and v <> 'send');
  v_gives_up  boolean := v = 'unknown' and w.step = 'write';
begin
  update muster.work_request r
     set status = case when v_doubtful then 'unknown' else 'pending' end,
         -- Muster sends a change on a fresh reading only. A failure, or a read that shows that the change did not take
         -- place, sends the request back to the start.
         step = case when v_doubtful then 'verify' when v = 'send' and w.step = 'read' then 'write' else 'read' end,
         refused = case when v_gives_up then coalesce(o.refused, false) when v = 'send' then false
                        else w.refused end,
         given_up_at = case when v_gives_up then clock_timestamp() when v = 'send' then null else w.given_up_at end,
         -- A read sent before this moment proves nothing: the write may still arrive.
         next_at = greatest(muster.later(o.delay_ms),
           case when v = 'unknown' and w.step = 'verify' then w.given_up_at + a.call_deadline end),
         fence = null,
         lost = w.lost,
         attempts = w.attempts - case when v in ('snooze', 'wait') or (v = 'release' and w.lost is null) then 1
                                      else 0 end,
         failing_since = case when v in ('retry', 'unknown', 'wait') and o.blame is not null
                              then coalesce(w.failing_since, clock_timestamp())
                              when v = 'send' then null else w.failing_since end,
         retries = case when v = 'retry' or (v = 'send' and w.step = 'verify') then w.retries + 1
                        when v = 'park' then 0 else w.retries end,
         -- A call that was accepted, or ended this try, ends it: the vendor may refuse a token again another day.
         reauthorised = v not in ('send', 'unknown', 'park')
           and (w.reauthorised or (v = 'reauthorise' and muster.blames_token(o))),
         error_code = coalesce(o.code, w.error_code),
         error_message = coalesce(o.message, w.error_message),
         http_status = coalesce(o.http_status, w.http_status),
         vendor_request_id = coalesce(o.vendor_request_id, w.vendor_request_id)
    from muster.account a
   where r.id = w.id and a.account = w.account;
end $$;
comment on function muster.continue_request(muster.outcome, muster.work_request) is
  'A request goes on: with its next step, or a later try of this one.';
