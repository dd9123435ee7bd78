-- muster.discard. SECURITY DEFINER, so that operations need no right on the tables. It says what it touched.

-- A letter whose replay has begun could come back open after a discard: the replay may fail.
create or replace function muster.open_work(
  p_ids bigint[], out letter bigint, out request bigint, out under_way boolean) returns setof record
language sql stable as $$
  select l.id, w.id,
         w.status = 'running' or (w.status = 'unknown' and w.replay_of is not null and l.state = 'replayed')
    from muster.dead_letter l
   cross join lateral (
     select r.id, r.status, r.replay_of from muster.work_request r
      where r.id = l.request_id and l.kind = 'request' and r.finished_at is null
     union all
     select r.id, r.status, r.replay_of from muster.work_request r
      where r.replay_of = l.id and r.finished_at is null
     offset 0) w
   where l.id = any (p_ids)
$$;
comment on function muster.open_work(bigint[]) is
  'The unfinished requests of letters, and which of them are under way: their letters can''t be given up now.';

create or replace function muster.discard_letters(p_ids bigint[], p_states text[], p_note text)
returns setof muster.replayed
language plpgsql as $$
declare
  v_ids   bigint[];
  v_since timestamptz[];
begin
  -- A letter that changes from here on is left alone: its new request would not be locked.
  select array_agg(l.id), array_agg(l.state_since) into v_ids, v_since
    from muster.dead_letter l
   where l.id = any (p_ids) and l.state = any (p_states);
  -- A target before its state, as its own triggers lock them.
  perform from muster.poll_target p
    where p.id in (select l.target_id from muster.dead_letter l where l.id = any (v_ids) and l.kind = 'pull')
    order by p.id
      for update;
  perform muster.lock_work(v_ids);
  with discarded as (
    update muster.dead_letter l
       set state = 'discarded', state_since = clock_timestamp(), state_by = session_user, note = p_note
      from unnest(v_ids, v_since) seen (id, since)
     where l.id = seen.id and l.state_since = seen.since
       and l.id <> all (array(select letter from muster.open_work(v_ids) where under_way))
    returning l.id)
  select array_agg(id) into v_ids from discarded;
  update muster.poll_target p set enabled = false
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'pull' and p.id = l.target_id and p.enabled;
  -- A read under way would write a new letter.
  update muster.poll_state s set fence = null
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'pull' and s.target_id = l.target_id and s.fence is not null;
  -- A person has looked: Muster sends and reads nothing more, and the next request for the key goes on.
  update muster.work_request r
     set status = case r.status when 'unknown' then 'dead' else 'cancelled' end, finished_at = clock_timestamp(),
         fence = null,
         result = case r.status when 'pending' then jsonb_build_object('cancelled_by', session_user)
                                else r.result end
   where r.id = any (array(select request from muster.open_work(v_ids)));
  return query
    select l.id, l.account, l.operation, l.key, l.error_code, l.request_id from muster.dead_letter l
     where l.id = any (v_ids)
     order by l.id;
end $$;
comment on function muster.discard_letters(bigint[], text[], text) is
  'Gives up those of these letters that are in one of these states and whose work is not under way.';

create or replace function muster.check_not_under_way(p_id bigint) returns void
language plpgsql stable as $$
declare
  v_request bigint := (select min(request) from muster.open_work(array[p_id]) where under_way);
begin
  if v_request is not null then
    raise exception using errcode = 'MU012',
      message = format('dead letter %s can''t be discarded yet: request %s is replaying it now', p_id, v_request),
      hint = format('Discard it when that has ended; select muster.explain(%s) says how far it is.', v_request);
  end if;
end $$;
comment on function muster.check_not_under_way(bigint) is 'Raises MU012 for a letter whose replay is under way.';

create or replace function muster.discard(id bigint, note text default null) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  return query select * from muster.discard_letters(array[discard.id], '{open,replayed}',
    muster.said('note', discard.note));
  if not found then
    perform muster.check_not_under_way(discard.id);
    perform muster.say_untouched(discard.id);
  end if;
end $$;
comment on function muster.discard(bigint, text) is
  'Gives a dead letter up, with a note why. Disables a pull''s target, and cancels a replay that waits. Returns '
  'what it touched.';

create or replace function muster.discard(account text default null, operation text default null,
  error_code text default null, key text default null, note text default null) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_filter(discard.account, discard.operation, discard.error_code, discard.key);
  return query select * from muster.discard_letters(
    array(select x from muster.live_letters(discard.account, discard.operation, discard.error_code, discard.key) x),
    '{open}', muster.said('note', discard.note));
end $$;
comment on function muster.discard(text, text, text, text, text) is
  'Gives up the open dead letters that all given filters mean, with a note why. Returns what it touched.';
