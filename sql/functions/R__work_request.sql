-- work_request: refuses at the INSERT what Muster can't carry out, and wakes the service.
create or replace function muster.work_request_check() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_params text;
begin
  select c.params into v_params
    from muster.account a join muster.account_action c using (account)
   where a.account = new.account and a.configured and c.action = new.action;
  if v_params is null then
    perform muster.check_account(new.account, 'work_request', new.key);
    raise exception using errcode = 'MU002',
      message = format('account %s has no action %s; it has: %s',
        muster.shown(new.account), muster.shown(new.action),
        (select string_agg(action, ', ' order by action) from muster.account_action where account = new.account)),
      hint = format('row: key %s', muster.shown(new.key));
  end if;
  perform muster.check_key(new.account, new.key);
  perform muster.check_params(new.account, new.action, v_params, new.key, new.params);
  perform muster.check_priority(new.account, new.key, new.priority);
  perform muster.check_not_before(new.account, new.key, new.not_before);
  if new.traceparent is not null then
    perform muster.check_traceparent(new.account, new.key, new.traceparent);
  end if;
  new.requested_by := session_user;
  new.requested_at := now();
  new.status := 'pending';
  new.attempts := 0;
  new.error_code := null;
  new.error_message := null;
  new.http_status := null;
  new.vendor_request_id := null;
  new.result := null;
  new.started_at := null;
  new.finished_at := null;
  new.step := 'read';
  new.fence := null;
  new.retries := 0;
  new.reauthorised := false;
  new.given_up_at := null;
  new.lost := null;
  -- The transaction's number before the clock: the floor of the claim builds on it.
  perform pg_current_xact_id();
  new.next_at := greatest(new.not_before, clock_timestamp());
  return new;
end $$;
comment on function muster.work_request_check() is
  'Trigger: refuses a request that Muster can''t carry out, and notes who asked and when.';

create or replace trigger work_request_check before insert on muster.work_request
  for each row execute function muster.work_request_check();

-- NOTIFY makes commits wait for each other, so only one open transaction rings at a time. The service asks again a
-- moment later for what others committed meanwhile. Only the service's users can lock the row, or read the channel.
create or replace function muster.ring() returns void
language plpgsql as $$
declare
  v_channel text;
begin
  select channel into v_channel from muster.installation for update skip locked;
  if found then
    perform pg_notify(v_channel, '');
  end if;
end $$;
comment on function muster.ring() is 'Wakes the service.';

create or replace function muster.work_request_added() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.ring();
  return null;
end $$;
comment on function muster.work_request_added() is 'Trigger: wakes the service, once a statement.';

create or replace trigger work_request_added after insert on muster.work_request
  for each statement execute function muster.work_request_added();

create or replace function muster.work_request_finished() returns trigger
language plpgsql as $$
begin
  raise exception using errcode = 'MU005',
    message = format('request %s is %s; a finished row never changes again', old.id, old.status),
    hint = 'Insert a new row to ask again, or select * from muster.replay(…) for a dead letter.';
end $$;
comment on function muster.work_request_finished() is 'Trigger: a finished row never changes again.';

create or replace trigger work_request_finished before update on muster.work_request
  for each row when (old.status in ('done', 'dead', 'cancelled')) execute function muster.work_request_finished();

create or replace function muster.cancel(id bigint) returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  w muster.work_request;
begin
  select * into w from muster.work_request r where r.id = cancel.id for update;
  if not found then
    raise exception using errcode = 'MU006', message = format('there is no request %s', cancel.id),
      hint = 'select id from muster.work_request';
  end if;
  if w.status in ('done', 'dead', 'cancelled') then
    return format('request %s is %s already; nothing was changed', w.id, w.status);
  end if;
  if w.status <> 'pending' then
    raise exception using errcode = 'MU007',
      message = format('request %s is %s: its call may have reached the vendor, so it can''t be taken back',
        w.id, w.status),
      hint = 'Wait until it is settled.';
  end if;
  update muster.work_request r
     set status = 'cancelled', finished_at = clock_timestamp(),
         result = jsonb_build_object('cancelled_by', session_user)
   where r.id = w.id;
  update muster.dead_letter l
     set state = 'open', state_since = clock_timestamp(), state_by = session_user
   where l.id = w.replay_of and l.state = 'replayed';
  return format('request %s is cancelled; %s', w.id,
           case when w.attempts = 0 then 'nothing was sent' else 'nothing more is sent' end);
end $$;
comment on function muster.cancel(bigint) is
  'Cancels a request that has not been sent, and says in a sentence what it did.';
