-- muster.replay. SECURITY DEFINER, so that operations need no right on the tables. It says what it touched.

-- A pull becomes due; Muster inserts a request again. A letter that is not open is left alone: each is replayed once.
create or replace function muster.replay_letters(p_ids bigint[]) returns setof muster.replayed
language plpgsql as $$
declare
  v_ids     bigint[];
  v_new     bigint[];
  v_letters bigint[];
begin
  perform muster.lock_work(p_ids);
  v_ids := array(select c from muster.can_be_replayed(p_ids) c);
  with replayed as (
    update muster.dead_letter l set state = 'replayed', state_since = clock_timestamp(), state_by = session_user
     where l.state = 'open' and l.id = any (v_ids)
    returning l.id)
  select array_agg(id) into v_ids from replayed;
  update muster.poll_state s set due_at = clock_timestamp(), attempts = 0
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'pull' and s.target_id = l.target_id and s.fence is null;
  -- An unknown request reconciles by itself. A replay makes it do so now, and sends nothing twice.
  update muster.work_request w set next_at = clock_timestamp()
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'request' and w.id = l.request_id and w.status = 'unknown'
     and w.fence is null;
  with again as (
    insert into muster.work_request (account, action, key, params, priority, replay_of)
    select l.account, l.operation, l.key, w.params, -1000, l.id
      from muster.dead_letter l join muster.work_request w on w.id = l.request_id
     where l.id = any (v_ids) and l.kind = 'request' and w.status <> 'unknown'
     order by l.id
    returning id, replay_of)
  select array_agg(id), array_agg(replay_of) into v_new, v_letters from again;
  return query
    select l.id, l.account, l.operation, l.key, l.error_code, coalesce(n.id, l.request_id)
      from muster.dead_letter l
      left join unnest(v_new, v_letters) n (id, letter) on n.letter = l.id
     where l.id = any (v_ids)
     order by l.id;
end $$;
comment on function muster.replay_letters(bigint[]) is 'Replays those of these letters that are open.';

create or replace function muster.replay(id bigint) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  if replay.id is null then
    perform muster.check_filter(null, null, null, null);
  end if;
  return query select * from muster.replay_letters(array[replay.id]);
  if not found then
    perform muster.say_untouched(replay.id);
  end if;
  perform muster.ring();
end $$;
comment on function muster.replay(bigint) is
  'Replays the open dead letter of this id, inside the quota and below fresh requests. Returns what it touched: '
  'nothing if the letter is not open.';

create or replace function muster.replay(
  account text default null, operation text default null, error_code text default null, key text default null)
returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_filter(replay.account, replay.operation, replay.error_code, replay.key);
  return query select * from muster.replay_letters(array(
    select x from muster.live_letters(replay.account, replay.operation, replay.error_code, replay.key) x));
  perform muster.ring();
end $$;
comment on function muster.replay(text, text, text, text) is
  'Replays the open dead letters that all given filters mean. Returns what it touched.';

create or replace function muster.preview_replay(
  account text default null, operation text default null, error_code text default null, key text default null)
returns setof muster.replayed
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_filter(
    preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key);
  return query
    select l.id, l.account, l.operation, l.key, l.error_code, l.request_id from muster.dead_letter l
     where l.id in (
       select c from muster.can_be_replayed(array(
         select x from muster.live_letters(
           preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key) x)) c)
     order by l.id;
end $$;
comment on function muster.preview_replay(text, text, text, text) is
  'The letters that muster.replay with the same filters would touch. Changes nothing.';
