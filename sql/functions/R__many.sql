-- ACTS ON MANY ROWS: a row whose work has begun meanwhile is left out, and undoes nothing of the others. A notice says
-- which were left out. SECURITY DEFINER, so that operations need no right on the tables.

create or replace function muster.say_left_out(p_asked bigint, p_left bigint[]) returns void
language plpgsql as $$
begin
  if cardinality(p_left) > 0 then
    raise notice '% of % left out, as their work has begun or is done: %', cardinality(p_left), p_asked,
      array_to_string(p_left[:20], ', ') || case when cardinality(p_left) > 20 then ' and more' else '' end;
  end if;
end $$;
comment on function muster.say_left_out(bigint, bigint[]) is 'Names the first of the rows that an act left out.';

create or replace function muster.cancel_all(ids bigint[]) returns setof text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_id     bigint;
  v_status text;
  v_left   bigint[] := '{}';
begin
  for v_id in select distinct i from unnest(cancel_all.ids) i order by i loop
    -- The claim or the settlement may hold it: then its call may have left.
    select w.status into v_status from muster.work_request w where w.id = v_id for update skip locked;
    if v_status = 'pending' then
      return next muster.cancel(v_id);
    else
      v_left := v_left || v_id;
    end if;
  end loop;
  perform muster.say_left_out(cardinality(cancel_all.ids), v_left);
end $$;
comment on function muster.cancel_all(bigint[]) is
  'Cancels those of these requests that wait. A notice says which it left out.';

create or replace function muster.replay_all(ids bigint[]) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_letter muster.replayed;
  v_done   bigint[] := '{}';
begin
  for v_letter in select * from muster.replay_letters(replay_all.ids) loop
    return next v_letter;
    v_done := v_done || v_letter.id;
  end loop;
  perform muster.say_left_out(cardinality(replay_all.ids),
    array(select i from unnest(replay_all.ids) i except select d from unnest(v_done) d order by 1));
  perform muster.ring();
end $$;
comment on function muster.replay_all(bigint[]) is
  'Replays those of these dead letters that are open. Returns what it touched. A notice says which it left out.';

create or replace function muster.discard_all(ids bigint[], note text default null) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_letter muster.replayed;
  v_done   bigint[] := '{}';
begin
  for v_letter in
    select * from muster.discard_letters(discard_all.ids, '{open,replayed}', muster.said('note', discard_all.note))
  loop
    return next v_letter;
    v_done := v_done || v_letter.id;
  end loop;
  perform muster.say_left_out(cardinality(discard_all.ids),
    array(select i from unnest(discard_all.ids) i except select d from unnest(v_done) d order by 1));
end $$;
comment on function muster.discard_all(bigint[], text) is
  'Gives up those of these dead letters whose work has not begun. Returns what it touched. A notice says which it left '
  'out.';
